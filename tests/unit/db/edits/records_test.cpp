#include "db/edits/records.h"

#include "db/edits/zones.h"
#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

class EditsRecords : public EditedStore {
 protected:
  void SetUp() override {
    edit([](Connection& connection) {
      add_zone(connection, {.name = "example.com", .name_servers = {"ns1.example.net"}, .hostmaster = ""},
               test_day);
    });
  }

  std::string add(const std::string& name, const std::string& type, const std::string& content,
                  std::optional<std::uint32_t> ttl = std::nullopt) {
    return refusal([&](Connection& connection) {
      add_record(connection, {"example.com", name, type, content, ttl});
    });
  }

  std::string remove(const std::string& name, const std::string& type,
                     const std::optional<std::string>& content = {}) {
    return refusal(
        [&](Connection& connection) { remove_records(connection, "example.com", name, type, content); });
  }

  /// All but what the zone began with.
  std::vector<std::string> records() {
    return rows(
        "SELECT name || ' ' || ttl || ' ' || type || ' ' || prio || ' ' || content FROM records WHERE id > 2 "
        "ORDER BY id");
  }
};

TEST_F(EditsRecords, ThatPowerDnsCannotServeAreRefused) {
  struct Case {
    const char* type;
    const char* content;
  };
  constexpr Case cases[] = {
      {"A", "10.0.0.256"}, {"AAAA", "10.0.0.1"}, {"MX", "mail.example.com"}, {"MX", "70000 mail.example.com"},
      {"TXT", "\"open"},   {"NOTYPE", "x"},      {"CNAME", "a..b"}};
  for (const auto& [type, content] : cases) {
    const std::string sentence = add("x.example.com", type, content);
    EXPECT_TRUE(sentence.starts_with("PowerDNS cannot serve the " + std::string(type) + " record \"" + content))
        << sentence;
  }
  EXPECT_TRUE(records().empty());
  EXPECT_EQ(served_serial(), "2025112401");
}

TEST_F(EditsRecords, MoveTheServedSerialAndLeaveTheStoredOne) {
  EXPECT_EQ(add("www.example.com", "A", "10.0.0.1"), "");
  EXPECT_EQ(served_serial(), "2025112402");
  EXPECT_EQ(remove("www.example.com", "A"), "");
  EXPECT_EQ(served_serial(), "2025112403");
  EXPECT_EQ(rows("SELECT serial FROM soa_serials"), std::vector<std::string>{"2025112401"});
}

TEST_F(EditsRecords, OfOneTypeHaveOneTtl) {
  EXPECT_EQ(add("www.example.com", "A", "10.0.0.1", 60), "");
  EXPECT_EQ(add("www.example.com", "A", "10.0.0.2"), "");
  EXPECT_EQ(add("www.example.com", "AAAA", "2001:db8::1"), "");
  EXPECT_EQ(records(),
            (std::vector<std::string>{"www.example.com 60 A 0 10.0.0.1", "www.example.com 60 A 0 10.0.0.2",
                                      "www.example.com 3600 AAAA 0 2001:db8::1"}));
  EXPECT_EQ(add("www.example.com", "A", "10.0.0.3", 300), "");
  EXPECT_EQ(records().front(), "www.example.com 300 A 0 10.0.0.1");
}

TEST_F(EditsRecords, StandInTheirZone) {
  EXPECT_EQ(add("www", "A", "10.0.0.1"),
            "the name www lies outside the zone example.com; did you mean www.example.com?");
  EXPECT_EQ(add("www.example.com", "SOA", "a b 1 2 3 4 5"),
            "a SOA record stands only at the zone's own name, example.com");
  database_.exec("INSERT INTO domains (name, type) VALUES ('sub.example.com', 'NATIVE')");
  EXPECT_EQ(add("www.sub.example.com", "TXT", "x"),
            "the name www.sub.example.com belongs to the zone sub.example.com: use mxbalance zone records "
            "sub.example.com"
            " add www.sub.example.com TXT x");
  EXPECT_EQ(add("sub.example.com", "NS", "ns1.sub.example.com"), "") << "the delegation";
  EXPECT_EQ(add("ns1.sub.example.com", "A", "10.0.0.1"), "") << "its glue";
}

TEST_F(EditsRecords, StandBesideSignatures) {
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (1, 'signed.example.com', 'RRSIG', 'x', "
      "60)");
  EXPECT_EQ(add("signed.example.com", "CNAME", "example.com"), "");
}

TEST_F(EditsRecords, StandAloneBesideACname) {
  EXPECT_EQ(add("www.example.com", "CNAME", "example.com"), "");
  EXPECT_EQ(add("www.example.com", "TXT", "x"),
            "at www.example.com stands CNAME, and a CNAME record allows nothing beside it; remove it first with: "
            "mxbalance"
            " zone records example.com remove www.example.com CNAME");
  EXPECT_EQ(add("www.example.com", "CNAME", "example.net"),
            "at www.example.com stands a CNAME record already: example.com");
  EXPECT_NE(add("example.com", "CNAME", "example.net"), "");
  EXPECT_NE(add("example.com", "SOA", "a b 1 2 3 4 5"), "");
}

TEST_F(EditsRecords, AreAddedOnce) {
  EXPECT_EQ(add("example.com", "MX", "10 mail.example.com"), "");
  EXPECT_EQ(add("example.com", "MX", "20 mail.example.com"), "");
  EXPECT_EQ(add("example.com", "MX", "10 MAIL.example.com."),
            "the zone example.com has this record already: example.com MX 10 mail.example.com");
  database_.exec("UPDATE records SET id = 77, disabled = 1 WHERE type = 'MX' AND prio = 10");
  EXPECT_EQ(
      add("example.com", "MX", "10 mail.example.com"),
      "the zone example.com has this record already: example.com MX 10 mail.example.com; it is disabled: enable "
      "it with UPDATE records SET disabled = 0 WHERE id = 77");
}

TEST_F(EditsRecords, GiveWayToWhatIsBalanced) {
  database_.exec(
      "INSERT INTO mail_servers (name) VALUES ('mail1.example.com');"
      "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '10.0.0.1');"
      "INSERT INTO pools (name) VALUES ('inbound');"
      "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail1.example.com');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'inbound'), ('mail.example.com', "
      "'A', 'inbound')");
  EXPECT_NE(add("example.com", "MX", "10 mail.example.com").find("the pool inbound publishes MX at example.com"),
            std::string::npos);
  for (const auto* type : {"A", "AAAA", "CNAME"}) {
    const std::string content = std::string(type) == "A"      ? "10.0.0.1"
                                : std::string(type) == "AAAA" ? "::1"
                                                              : "x.example.com";
    EXPECT_NE(
        add("mail.example.com", type, content).find("the pool inbound publishes A and AAAA at mail.example.com"),
        std::string::npos);
    EXPECT_NE(add("mail1.example.com", type, content).find("mail1.example.com is the host name of a mail server"),
              std::string::npos);
  }
  EXPECT_EQ(add("mail.example.com", "MX", "10 mail1.example.com"), "") << "another type";
  EXPECT_EQ(add("mail1.example.com", "TXT", "x"), "") << "another type";
}

TEST_F(EditsRecords, DelegateNothingThatIsPublished) {
  database_.exec(
      "INSERT INTO mail_servers (name) VALUES ('mail1.example.com'); INSERT INTO pools (name) VALUES ('inbound');"
      "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail1.example.com');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('a.sub.example.com', 'MX', 'inbound')");
  for (const std::string name : {"sub.example.com", "a.sub.example.com"}) {
    EXPECT_EQ(add(name, "NS", "ns.example.net"), "NS records at " + name +
                                                     " would delegate to other name servers what is published "
                                                     "here: the pool inbound at a.sub.example.com (MX); "
                                                     "take it out first with: mxbalance pool unpublish POOL NAME");
  }
  EXPECT_EQ(add("example.com", "NS", "ns.example.net"), "");
  EXPECT_EQ(add("b.sub.example.com", "NS", "ns.example.net"), "");
}

TEST_F(EditsRecords, AreRemovedByContentInAnySpelling) {
  add("example.com", "MX", "10 mail.example.com");
  add("example.com", "MX", "20 mail.example.com");
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES (1, 'example.com', 'MX', "
      "'Old.example.com', 60, 30),"
      " (1, 'example.com', 'A', 'broken', 60, 0)");
  EXPECT_EQ(remove("example.com", "MX", "20 MAIL.example.com."), "");
  EXPECT_EQ(remove("example.com", "MX", "30 old.example.com"), "");
  EXPECT_EQ(remove("example.com", "A", "broken"), "") << "what PowerDNS cannot parse can be removed";
  EXPECT_EQ(records(), std::vector<std::string>{"example.com 3600 MX 10 mail.example.com"});
  EXPECT_EQ(remove("example.com", "MX", "50 mail.example.com"),
            "the zone example.com has no record example.com MX 50 mail.example.com; see: mxbalance zone records "
            "example.com");
  EXPECT_EQ(remove("example.com", "MX"), "");
  EXPECT_TRUE(records().empty());
}

TEST_F(EditsRecords, ThatMakeTheZoneStay) {
  EXPECT_EQ(remove("example.com", "SOA"), "the zone example.com cannot be without its last SOA record");
  EXPECT_EQ(remove("example.com", "NS"),
            "the zone example.com cannot be without its last NS record; add another one first");
  EXPECT_EQ(add("example.com", "NS", "ns2.example.net"), "");
  EXPECT_EQ(remove("example.com", "NS", "ns1.example.net"), "");
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content) VALUES (1, 'example.com', 'SOA', 'a b 1 2 3 4 5')");
  EXPECT_EQ(remove("example.com", "SOA", "a b 1 2 3 4 5"), "") << "one of two";
}

TEST_F(EditsRecords, ThatMakeAZoneWithPoolsStay) {
  database_.exec(
      "INSERT INTO mail_servers (name) VALUES ('mail.example.net'); INSERT INTO pools (name) VALUES ('last');"
      "INSERT INTO pool_members (pool, server) VALUES ('last', 'mail.example.net');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('last.example.com', 'MX', 'last');"
      "INSERT INTO records (domain_id, name, type, content, disabled) VALUES"
      " (1, 'example.com', 'SOA', 'a b 1 2 3 4 5', 1)");
  const auto served =
      rows("SELECT content FROM records WHERE type = 'SOA' AND NOT disabled AND domain_id = 1").at(0);
  const std::string sentence = "the zone example.com would have no SOA record that can be served";
  EXPECT_EQ(remove("example.com", "SOA", served).substr(0, sentence.size()), sentence) << "the other is disabled";
  EXPECT_EQ(add("last.example.com", "CNAME", "x.example").substr(0, 44),
            "the pool last publishes MX at last.example.c");
}

}  // namespace
}  // namespace mxbalance::db
