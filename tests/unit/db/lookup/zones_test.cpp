#include "db/lookup/zones.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "db/base/text.h"
#include "db/lookup/metadata.h"
#include "db/store/connection.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

class Zones : public ::testing::Test {
 protected:
  /// What `work` returns, from one read transaction.
  template <typename Work>
  auto reading(Work work) {
    Connection connection(database_.path(), Connection::Mode::reading);
    decltype(work(connection)) found;
    read(connection, [&](Connection& in_transaction) { found = work(in_transaction); });
    return found;
  }

  std::optional<Zone> found(std::string_view name) {
    return reading([&](Connection& connection) { return find_zone(connection, name); });
  }

  std::optional<Zone> found(std::int64_t id) {
    return reading([&](Connection& connection) { return find_zone(connection, id); });
  }

  /// The name of the zone that holds `name`; "-" where there is none.
  std::string enclosing(std::string_view name) {
    const auto zone = reading([&](Connection& connection) { return enclosing_zone(connection, name); });
    return zone ? zone->name : "-";
  }

  std::optional<ZoneInfo> info(std::string_view name) {
    return reading([&](Connection& connection) { return read_zone_info(connection, name); });
  }

  std::vector<ZoneInfo> all() {
    return reading([](Connection& connection) {
      std::vector<ZoneInfo> zones;
      for_each_zone(connection, [&](const ZoneInfo& zone) { zones.push_back(zone); });
      return zones;
    });
  }

  std::vector<std::pair<std::string, std::string>> metadata(std::string_view name,
                                                            std::optional<std::string_view> kind = std::nullopt) {
    return reading([&](Connection& connection) { return read_metadata(connection, name, kind); });
  }

  testing::TemporaryDatabase database_;
};

void expect_equal(const ZoneInfo& one, const ZoneInfo& other) {
  EXPECT_EQ(one.zone.id, other.zone.id);
  EXPECT_EQ(one.zone.name, other.zone.name);
  EXPECT_EQ(one.kind, other.kind);
  EXPECT_EQ(one.masters, other.masters);
  EXPECT_EQ(one.notified_serial, other.notified_serial);
  EXPECT_EQ(one.last_check, other.last_check);
  EXPECT_EQ(one.serial, other.serial);
}

TEST_F(Zones, AreFoundByIdAndName) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (7, 'example.com', 'NATIVE'), (9, 'example.net', 'NATIVE')");
  const auto by_name = found("example.com");
  ASSERT_TRUE(by_name);
  EXPECT_EQ(by_name->id, 7);
  EXPECT_EQ(by_name->name, "example.com");
  const auto by_id = found(9);
  ASSERT_TRUE(by_id);
  EXPECT_EQ(by_id->name, "example.net");
  EXPECT_FALSE(found("example.org"));
  EXPECT_FALSE(found("com"));
  EXPECT_FALSE(found("mail.example.com"));
  EXPECT_FALSE(found("example.com."));
  EXPECT_FALSE(found(8));
  EXPECT_FALSE(found(-1));
}

TEST_F(Zones, InCapitalsAreFoundAndReadInLowerCase) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (7, 'Example.COM', 'Native');"
      "INSERT INTO records (domain_id, name, type, content) VALUES (7, 'example.com', 'soa', 'ns1 h 42 2 3 4 5');"
      "INSERT INTO domainmetadata (domain_id, kind, content) VALUES (7, 'ALSO-NOTIFY', '192.0.2.1')");
  const auto zone = found("example.com");
  ASSERT_TRUE(zone);
  EXPECT_EQ(zone->name, "example.com");
  EXPECT_EQ(enclosing("mail.example.com"), "example.com");
  EXPECT_EQ(found(7)->name, "example.com");
  const auto details = info("example.com");
  ASSERT_TRUE(details);
  EXPECT_EQ(details->zone.name, "example.com");
  EXPECT_EQ(details->serial, 42U);
  EXPECT_EQ(details->kind, "native");
  EXPECT_EQ(metadata("example.com").size(), 1U);
  ASSERT_EQ(all().size(), 1U);
  expect_equal(all()[0], *details);
}

TEST_F(Zones, EncloseNamesByWholeLabels) {
  database_.exec(
      "INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE'), ('sub.example.com', 'NATIVE'),"
      " ('org', 'NATIVE'), ('b.example.net', 'NATIVE')");
  const std::vector<std::pair<std::string, std::string>> zones = {
      {"example.com", "example.com"},
      {"mail.example.com", "example.com"},
      {"a.b.c.example.com", "example.com"},
      {"sub.example.com", "sub.example.com"},
      {"mail.sub.example.com", "sub.example.com"},
      {"mysub.example.com", "example.com"},
      {"myexample.com", "-"},
      {"com", "-"},
      {".", "-"},
      {"example.org", "org"},
      {"example.net", "-"},
      {R"(a\.b.example.net)", "-"},
      {R"(x.a\.b.example.net)", "-"},
      {R"(a\\.b.example.net)", "b.example.net"},
      {R"(sub\.example.com)", "-"},
      {R"(x.sub\.example.com)", "-"},
      {R"(x\.sub.example.com)", "example.com"},
  };
  for (const auto& [name, zone] : zones)
    EXPECT_EQ(enclosing(name), zone) << name;
}

TEST_F(Zones, TheRootEnclosesEveryName) {
  database_.exec("INSERT INTO domains (name, type) VALUES ('.', 'NATIVE'), ('example.com', 'NATIVE')");
  EXPECT_EQ(enclosing("mail.example.com"), "example.com");
  EXPECT_EQ(enclosing("example.org"), ".");
  EXPECT_EQ(enclosing("com"), ".");
  EXPECT_EQ(enclosing("."), ".");
}

TEST_F(Zones, HaveTheSerialOfTheirSoa) {
  struct Soa {
    std::string content;
    std::optional<std::uint32_t> serial;
  };
  const std::vector<Soa> cases = {
      {"ns1.example.com hostmaster.example.com 2024010101 10800 3600 604800 300", 2024010101},
      {"ns1.example.com. hostmaster.example.com. 0 1 2 3 4", 0},
      {"ns1 h 4294967295 1 2 3 4", 4294967295},
      {"ns1  h   17  1 2 3 4", 17},
      {"ns1\th\t17\t1 2 3 4", 17},
      {" ns1 h 17 1 2 3 4", 17},
      {"ns1 h 0017 1 2 3 4", 17},
      {"ns1 h 17", 17},
      {"ns1 h 4294967296 1 2 3 4", std::nullopt},
      {"ns1 h -1 1 2 3 4", std::nullopt},
      {"ns1 h 17x 1 2 3 4", std::nullopt},
      {"ns1 h x 1 2 3 4", std::nullopt},
      {"ns1 h", std::nullopt},
      {"ns1 h ", std::nullopt},
      {"ns1", std::nullopt},
      {" ", std::nullopt},
      {"", std::nullopt},
  };
  database_.exec("INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE')");
  for (const auto& [content, serial] : cases) {
    database_.exec(
        "DELETE FROM records; INSERT INTO records (domain_id, name, type, content) VALUES (1, 'example.com', "
        "'SOA', '" +
        content + "')");
    EXPECT_EQ(info("example.com")->serial, serial) << content;
    EXPECT_EQ(all().at(0).serial, serial) << content;
  }
}

TEST_F(Zones, HaveNoSerialWithoutASoaOfTheirOwn) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (1, 'a.example', 'NATIVE'), (2, 'b.example', 'NATIVE'),"
      " (3, 'c.example', 'NATIVE'), (4, 'd.example', 'NATIVE');"
      "INSERT INTO records (domain_id, name, type, content, disabled) VALUES"
      " (1, 'a.example', 'SOA', 'ns h 11 2 3 4 5', 1),"    // switched off
      " (1, 'a.example', 'NS', 'ns h 12 2 3 4 5', 0),"     // of another type
      " (2, 'x.b.example', 'SOA', 'ns h 13 2 3 4 5', 0),"  // at another name
      " (2, 'c.example', 'SOA', 'ns h 14 2 3 4 5', 0),"    // of another zone
      " (4, 'd.example', 'SOA', 'ns h 15 2 3 4 5', 1),"
      " (4, 'd.example', 'SOA', 'ns h 16 2 3 4 5', NULL);");
  EXPECT_EQ(info("a.example")->serial, std::nullopt);
  EXPECT_EQ(info("b.example")->serial, std::nullopt);
  EXPECT_EQ(info("c.example")->serial, std::nullopt);
  EXPECT_EQ(info("d.example")->serial, 16U) << "NULL is not switched off";
  const auto zones = all();
  ASSERT_EQ(zones.size(), 4U);
  for (const auto& zone : zones)
    expect_equal(zone, *info(zone.zone.name));
}

TEST_F(Zones, HaveKindMastersAndTimes) {
  database_.exec(
      "INSERT INTO domains (id, name, type, master, last_check, notified_serial) VALUES"
      " (1, 'slave.example', 'SLAVE', '192.0.2.1, 192.0.2.2:5300;2001:db8::1  [2001:db8::2]:53', 1700000000, "
      "NULL),"
      " (2, 'master.example', 'MASTER', NULL, NULL, 4294967295),"
      " (3, 'native.example', 'NATIVE', '', NULL, NULL),"
      " (4, 'blank.example', 'SLAVE', ' , ', NULL, NULL)");
  const auto slave = info("slave.example");
  ASSERT_TRUE(slave);
  EXPECT_EQ(slave->zone.id, 1);
  EXPECT_EQ(slave->kind, "slave");
  EXPECT_EQ(slave->masters,
            (std::vector<std::string>{"192.0.2.1", "192.0.2.2:5300", "2001:db8::1", "[2001:db8::2]:53"}));
  EXPECT_EQ(slave->last_check, 1700000000);
  EXPECT_EQ(slave->notified_serial, 0);
  EXPECT_EQ(info("master.example")->kind, "master");
  EXPECT_EQ(info("master.example")->notified_serial, 4294967295);
  EXPECT_EQ(info("master.example")->last_check, 0);
  EXPECT_TRUE(info("master.example")->masters.empty());
  EXPECT_TRUE(info("native.example")->masters.empty());
  EXPECT_TRUE(info("blank.example")->masters.empty());
  EXPECT_FALSE(info("x.native.example"));
}

TEST_F(Zones, AreSecondaryInAnySpellingOfTheirKind) {
  for (const auto* const kind : {"SLAVE", "slave", "Slave", "NATIVE", "MASTER", "slaves"}) {
    database_.exec("REPLACE INTO domains (id, name, type) VALUES (7, 'kind.example', '" + std::string(kind) +
                   "')");
    EXPECT_EQ(reading([](Connection& connection) {
                return is_secondary(connection, {7, "kind.example"});
              }),
              db::upper(kind) == "SLAVE")
        << kind;
  }
}

TEST_F(Zones, AreVisitedEachOnce) {
  EXPECT_TRUE(all().empty());
  database_.exec(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
      " INSERT INTO domains (id, name, type) SELECT i, 'zone' || i || '.example', 'NATIVE' FROM n;"
      "INSERT INTO records (domain_id, name, type, content) SELECT id, name, 'SOA', 'ns h ' || id || ' 2 3 4 5' "
      "FROM domains;"
      // A second SOA record must not make a second zone.
      "INSERT INTO records (domain_id, name, type, content) SELECT id, name, 'SOA', 'ns h ' || id || ' 2 3 4 5' "
      "FROM domains;");
  const auto zones = all();
  ASSERT_EQ(zones.size(), 500U);
  std::vector<bool> seen(501);
  for (const auto& zone : zones) {
    const auto id = static_cast<std::size_t>(zone.zone.id);
    EXPECT_FALSE(seen.at(id));
    seen[id] = true;
    EXPECT_EQ(zone.zone.name, "zone" + std::to_string(id) + ".example");
    EXPECT_EQ(zone.serial, id);
  }
}

TEST_F(Zones, HaveMetadataInTheOrderOfTheirRows) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE'), (2, 'example.net', 'NATIVE');"
      "INSERT INTO domainmetadata (id, domain_id, kind, content) VALUES (5, 1, 'ALLOW-AXFR-FROM', '192.0.2.2'),"
      " (2, 1, 'ALLOW-AXFR-FROM', '192.0.2.1'), (3, 1, 'PRESIGNED', '1'), (4, 2, 'PRESIGNED', '0'),"
      " (6, 1, 'allow-axfr-from', '192.0.2.3'), (7, 1, 'X-EMPTY', NULL)");
  using Rows = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(metadata("example.com"), (Rows{{"ALLOW-AXFR-FROM", "192.0.2.1"},
                                           {"PRESIGNED", "1"},
                                           {"ALLOW-AXFR-FROM", "192.0.2.2"},
                                           {"allow-axfr-from", "192.0.2.3"},
                                           {"X-EMPTY", ""}}));
  const Rows allowed = {
      {"ALLOW-AXFR-FROM", "192.0.2.1"}, {"ALLOW-AXFR-FROM", "192.0.2.2"}, {"allow-axfr-from", "192.0.2.3"}};
  EXPECT_EQ(metadata("example.com", "ALLOW-AXFR-FROM"), allowed);
  EXPECT_EQ(metadata("example.com", "allow-axfr-FROM"), allowed);
  EXPECT_EQ(metadata("example.net"), (Rows{{"PRESIGNED", "0"}}));
  EXPECT_TRUE(metadata("example.com", "ALLOW-AXFR").empty());
  EXPECT_TRUE(metadata("example.com", "").empty());
  EXPECT_TRUE(metadata("mail.example.com").empty());
  EXPECT_TRUE(metadata("example.org").empty());
}

/// In a poll they would end pdns_server.
TEST_F(Zones, HaveTheNamesAndPrimariesThatPowerDnsReads) {
  database_.exec(
      "INSERT INTO domains (id, name, type, master) VALUES (1, 'a..b', 'MASTER', NULL), (2, 'dot.test.', "
      "'MASTER', NULL),"
      " (3, '', 'SLAVE', '192.0.2.1'), (4, 'm\xc3\xbcller.test', 'SLAVE', NULL), (5, 'Good.test', 'SLAVE', "
      "'ns1.test 192.0.2.1;[::1]:x'),"
      " (6, X'ff00', 'NATIVE', X'00'), (7, '.', 'NATIVE', NULL)");
  std::vector<std::string> told;
  std::vector<std::string> names;
  const auto report = [&](const RowDefect& defect) { told.push_back(defect.row); };
  reading([&](Connection& connection) {
    for_each_zone(
        connection, [&](const ZoneInfo& zone) { names.push_back(zone.zone.name); }, report);
    EXPECT_FALSE(read_zone_info(connection, 1, report));
    EXPECT_EQ(read_zone_info(connection, 5, report)->masters, (std::vector<std::string>{"192.0.2.1"}));
    return 0;
  });
  EXPECT_EQ(names, (std::vector<std::string>{"good.test", "."}));
  EXPECT_EQ(told, (std::vector<std::string>{"domains.id 1", "domains.id 2", "domains.id 3", "domains.id 4",
                                            "zone good.test", "zone good.test", "domains.id 6", "domains.id 1",
                                            "zone good.test", "zone good.test"}));
}

TEST_F(Zones, HaveNoMetadataThatEndsPowerDns) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');"
      "INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'TSIG-ALLOW-AXFR', 'a..b'), (1, "
      "'TSIG-ALLOW-AXFR', 'key.'),"
      " (1, 'axfr-source', 'x'), (1, 'AXFR-SOURCE', '192.0.2.1'), (1, 'AXFR-MASTER-TSIG', 'a..b'), (1, 'X-OTHER', "
      "'a..b')");
  using Rows = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(metadata("example.com"), (Rows{{"TSIG-ALLOW-AXFR", "key."},
                                           {"AXFR-SOURCE", "192.0.2.1"},
                                           {"AXFR-MASTER-TSIG", "unreadable.invalid"},
                                           {"X-OTHER", "a..b"}}));
}

}  // namespace
}  // namespace mxbalance::db
