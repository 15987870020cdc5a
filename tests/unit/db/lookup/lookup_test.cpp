#include "db/lookup/lookup.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/db/lookup/lookup_fixture.h"

namespace mxbalance::db {
namespace {

// --- static records

TEST_F(Lookup, ReadsTheRecordsAtAName) {
  add({"example.com NS ns1.example.org", "example.com MX 10 mail.example.org", "example.com A 10.0.0.9",
       "example.com A 10.0.0.8", "www.example.com A 10.0.0.7", "example.com TXT \"v=spf1 mx -all\""});
  EXPECT_EQ(records_of(at("example.com")), (Texts{"A 10.0.0.9 60", "A 10.0.0.8 60", "MX 10 mail.example.org 60",
                                                  "NS ns1.example.org 60", "TXT \"v=spf1 mx -all\" 60"}));
  EXPECT_EQ(records_of(at("www.example.com")), (Texts{"A 10.0.0.7 60"}));
  const auto nothing = at("ftp.example.com");
  EXPECT_TRUE(nothing.records.empty());
  EXPECT_TRUE(nothing.defects.empty());
  EXPECT_FALSE(nothing.mx_pool || nothing.address_pool || nothing.host);
  EXPECT_FALSE(nothing.is_delegation || nothing.is_below_delegation || nothing.has_names_below);
}

TEST_F(Lookup, PutsThePreferenceInFront) {
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, prio, ttl) VALUES"
      " (1, 'example.com', 'MX', '40 a.example.org', NULL, 60), (1, 'example.com', 'MX', 'b.example.org', 0, 60),"
      " (1, 'example.com', 'MX', 'c.example.org', 20, 60), (1, 'example.com', 'MX', '30 d.example.org', 0, 60),"
      " (1, '_sip._tcp.example.com', 'SRV', '5 5060 sip.example.org', 7, 60)");
  EXPECT_EQ(records_of(at("example.com")), (Texts{"MX 40 a.example.org 60", "MX 0 b.example.org 60",
                                                  "MX 20 c.example.org 60", "MX 30 d.example.org 60"}));
  EXPECT_EQ(records_of(at("_sip._tcp.example.com")), (Texts{"SRV 7 5 5060 sip.example.org 60"}));
}

TEST_F(Lookup, LeavesOutRecordsThatAreSwitchedOff) {
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl, disabled) VALUES"
      " (1, 'www.example.com', 'A', '10.0.0.1', 60, 0), (1, 'www.example.com', 'A', '10.0.0.2', 60, 1),"
      " (1, 'www.example.com', 'A', '10.0.0.3', 60, NULL), (1, 'www.example.com', 'A', '10.0.0.5', 60, 'true'),"
      " (1, 'www.example.com', 'A', '10.0.0.6', 60, 'f'), (1, 'www.example.com', 'A', '10.0.0.7', 60, ''),"
      " (1, 'off.example.com', 'A', '10.0.0.4', 60, 1)");
  EXPECT_EQ(records_of(at("www.example.com")), Texts{"A 10.0.0.1 60"});
  EXPECT_TRUE(at("off.example.com").records.empty());
}

TEST_F(Lookup, TakesTypesInAnyCase) {
  add({"www.example.com a 10.0.0.1", "www.example.com Aaaa ::1", "www.example.com mx 5 mail.example.org"});
  EXPECT_EQ(records_of(at("www.example.com")),
            (Texts{"AAAA ::1 60", "A 10.0.0.1 60", "MX 5 mail.example.org 60"}));
}

// Rows without a type are empty non-terminals that PowerDNS's tools stored.
TEST_F(Lookup, IgnoresRowsWithoutAType) {
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (1, '_tcp.example.com', NULL, NULL, NULL),"
      " (1, 'x.example.com', '', '', NULL), (1, 'y.x.example.com', NULL, NULL, NULL)");
  for (const std::string name : {"_tcp.example.com", "x.example.com", "y.x.example.com"}) {
    const auto contents = at(name);
    EXPECT_TRUE(contents.records.empty()) << name;
    EXPECT_TRUE(contents.defects.empty()) << name;
    EXPECT_FALSE(contents.has_names_below) << name;
  }
  EXPECT_EQ(walked_names(), (Texts{"mail1.example.com"}));
}

TEST_F(Lookup, HasTheTtlOfTheRow) {
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (1, 'a.example.com', 'A', '10.0.0.1', "
      "NULL),"
      " (1, 'a.example.com', 'A', '10.0.0.2', 0), (1, 'a.example.com', 'A', '10.0.0.3', 2147483647),"
      " (1, 'a.example.com', 'A', '10.0.0.4', 2147483648), (1, 'a.example.com', 'A', '10.0.0.5', 4294967295)");
  EXPECT_EQ(records_of(at("a.example.com")),
            (Texts{"A 10.0.0.1 3600", "A 10.0.0.2 0", "A 10.0.0.3 2147483647", "A 10.0.0.4 0", "A 10.0.0.5 0"}));
  EXPECT_TRUE(at("a.example.com").defects.empty());
}

// As PowerDNS's SQLite backend does: its default where there is none, else the number that the text begins with.
TEST_F(Lookup, TakesATtlOfAnyStorageClass) {
  database_.exec(
      "INSERT INTO records (id, domain_id, name, type, content, ttl) VALUES"
      " (21, 1, 'a.example.com', 'A', '10.0.0.1', ''), (22, 1, 'a.example.com', 'A', '10.0.0.2', 60.5),"
      " (23, 1, 'a.example.com', 'A', '10.0.0.3', '70'), (24, 1, 'a.example.com', 'A', '10.0.0.4', x'3830'),"
      " (25, 1, 'a.example.com', 'A', '10.0.0.5', 'abc'), (26, 1, 'a.example.com', 'A', '10.0.0.6', x'00')");
  const auto contents = at("a.example.com");
  EXPECT_EQ(records_of(contents), (Texts{"A 10.0.0.1 3600", "A 10.0.0.2 60", "A 10.0.0.3 70", "A 10.0.0.4 80"}));
  ASSERT_EQ(contents.defects.size(), 2U);
  EXPECT_EQ(contents.defects[0].problem, "its ttl is \"abc\": 0 to 2147483647 seconds are allowed");
}

// 0 would be the most preferred.
TEST_F(Lookup, LeavesOutAPreferenceThatIsNone) {
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, prio, ttl) VALUES"
      " (1, 'a.example.com', 'MX', 'a.example.org', NULL, 60), (1, 'a.example.com', 'MX', 'b.example.org', '', "
      "60),"
      " (1, 'a.example.com', 'MX', 'c.example.org', 'abc', 60),"
      " (1, 'a.example.com', 'MX', 'd.example.org', 10.5, 60),"
      " (1, 'a.example.com', 'MX', 'e.example.org', x'00', 60),"
      " (1, 'a.example.com', 'MX', 'f.example.org', 20.0, 60),"
      " (1, 'a.example.com', 'MX', 'g.example.org', x'3330', 60),"
      " (1, 's.example.com', 'SRV', '5 5060 sip.example.org', NULL, 60),"
      " (1, 's.example.com', 'SRV', '5 5060 sip.example.org', 'abc', 60)");
  const auto contents = at("a.example.com");
  EXPECT_EQ(records_of(contents), (Texts{"MX 20 f.example.org 60", "MX 30 g.example.org 60"}));
  EXPECT_EQ(contents.defects.size(), 5U);
  const auto service = at("s.example.com");
  EXPECT_EQ(service.unservable_types, (Texts{"SRV", "SRV"})) << "an error, not \"no such data\"";
  EXPECT_EQ(service.defects.size(), 2U);
}

// Without it every name of the zone would fail.
TEST_F(Lookup, ServesASoaRecordThatPowerDnsTolerates) {
  database_.exec("DELETE FROM records WHERE type = 'SOA' AND domain_id = 1");
  add({"example.com SOA ns1.example.org host.example.org 7H 2 3 4 5 6"});
  const auto contents = at("example.com");
  ASSERT_EQ(contents.records.size(), 1U);
  EXPECT_TRUE(contents.records[0].content.starts_with("ns1.example.org host.example.org "));
  EXPECT_TRUE(contents.records[0].content.ends_with(" 2 3 4 5")) << contents.records[0].content;
  EXPECT_TRUE(contents.defects.empty());
}

TEST_F(Lookup, KnowsTypesByTheirNumber) {
  add({"www.example.com TYPE1 10.0.0.1", "www.example.com type15 5 mail.example.org"});
  EXPECT_EQ(records_of(at("www.example.com")), (Texts{"A 10.0.0.1 60", "MX 5 mail.example.org 60"}));
}

TEST_F(Lookup, ServesWhatThePowerDnsThatAsksCanParse) {
  add({"www.example.com HTTPS 1 . dohpath=/q", "www.example.com TLSA 3 1 1 e3b", "www.example.com A 10.0.0.1"});
  EXPECT_EQ(records_of(at("www.example.com")), (Texts{"A 10.0.0.1 60"}));
  powerdns_ = PowerDnsVersions::v5_1();
  EXPECT_EQ(records_of(at("www.example.com")), (Texts{"A 10.0.0.1 60", "HTTPS 1 . dohpath=/q 60"}));
  powerdns_ = PowerDnsVersions::v4();
  EXPECT_EQ(records_of(at("www.example.com")), (Texts{"A 10.0.0.1 60", "TLSA 3 1 1 e3b 60"}));
}

TEST_F(Lookup, LeavesOutAndReportsWhatCannotBeServed) {
  database_.exec(
      "INSERT INTO records (id, domain_id, name, type, content, ttl, prio, disabled) VALUES"
      " (11, 1, 'www.example.com', 'A', '10.0.0.1', 60, 0, 0), (12, 1, 'www.example.com', 'A', '10.0.0.256', 60, "
      "0, 0),"
      " (13, 1, 'www.example.com', 'a', NULL, 60, 0, 0), (14, 1, 'www.example.com', 'NOPE', 'x', 60, 0, 0),"
      " (15, 1, 'www.example.com', 'MX', 'mail.example.org', 60, 70000, 0),"
      " (16, 1, 'www.example.com', 'A', '10.0.0.2', -1, 0, 0), (17, 1, 'www.example.com', 'A', '10.0.0.3', "
      "4294967296, 0, 0),"
      " (18, 1, 'www.example.com', 'TXT', '\"open', 60, 0, 1)");
  const auto contents = at("www.example.com");
  EXPECT_EQ(records_of(contents), (Texts{"A 10.0.0.1 60"}));
  std::vector<std::pair<std::string, std::string>> defects;
  for (const auto& defect : contents.defects)
    defects.emplace_back(defect.row, defect.problem);
  ASSERT_EQ(defects.size(), 6U);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"records.id 12 (www.example.com A)", "IPv4"},       {"records.id 16 (www.example.com A)", "ttl is -1"},
      {"records.id 17 (www.example.com A)", "4294967296"}, {"records.id 15 (www.example.com MX)", "prio is 70000"},
      {"records.id 14 (www.example.com NOPE)", "no type"}, {"records.id 13 (www.example.com A)", "IPv4"},
  };
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(defects[i].first, expected[i].first);
    EXPECT_NE(defects[i].second.find(expected[i].second), std::string::npos) << defects[i].second;
  }
  EXPECT_EQ(contents.unservable_types, (Texts{"MX", "NOPE"})) << "an A record can be served";
}

TEST_F(Lookup, KeepsToItsZone) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (3, 'sub.example.com', 'NATIVE');"
      "INSERT INTO records (domain_id, name, type, content, ttl) VALUES"
      " (1, 'sub.example.com', 'NS', 'ns1.example.org', 60), (3, 'sub.example.com', 'NS', 'ns2.example.org', 60),"
      " (3, 'sub.example.com', 'A', '10.0.0.1', 60), (NULL, 'sub.example.com', 'A', '10.0.0.2', 60);"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('sub.example.com', 'MX', 'gateways')");
  const auto above = at("sub.example.com");
  EXPECT_EQ(records_of(above), (Texts{"NS ns1.example.org 60"}));
  EXPECT_FALSE(above.mx_pool);
  EXPECT_TRUE(above.is_delegation);
  const auto below = at("sub.example.com", 3);
  EXPECT_EQ(records_of(below), (Texts{"A 10.0.0.1 60", "NS ns2.example.org 60"}));
  EXPECT_TRUE(below.mx_pool);
  EXPECT_FALSE(below.is_delegation);
}

// --- pools and hosts

TEST_F(Lookup, ReadsThePoolsPublishedAtAName) {
  database_.exec(
      "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'gateways'), ('example.com', 'A', "
      "'relays'),"
      " ('mail.example.com', 'A', 'gateways'), ('*.example.com', 'MX', 'relays'), ('example.net', 'MX', "
      "'relays')");
  const auto apex = at("example.com");
  EXPECT_EQ(described(apex.mx_pool),
            "gateways: mail1.example.com/10/100 10.0.0.1 mail2.example.net/10/100 10.0.0.2");
  EXPECT_EQ(described(apex.address_pool), "relays: mail2.example.net/10/100 10.0.0.2");
  EXPECT_FALSE(apex.host);
  const auto mail = at("mail.example.com");
  EXPECT_FALSE(mail.mx_pool);
  EXPECT_EQ(described(mail.address_pool), described(apex.mx_pool));
  EXPECT_TRUE(at("*.example.com").mx_pool);
  EXPECT_FALSE(at("www.example.com").mx_pool) << "wildcards are PowerDNS's";
}

TEST_F(Lookup, ReadsTheMailServerWhoseHostNameItIs) {
  const auto mail1 = at("mail1.example.com");
  ASSERT_TRUE(mail1.host);
  EXPECT_EQ(mail1.host->addresses.at(0).address, "10.0.0.1");
  EXPECT_FALSE(at("mail2.example.com").host);
  EXPECT_TRUE(at("mail2.example.net", 2).host);
}

TEST_F(Lookup, KeepsANamePublishedWhenItsPoolIsMissing) {
  database_.exec(
      "DROP TRIGGER pool_names_refer; INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', "
      "'gone')");
  const auto contents = at("example.com");
  ASSERT_TRUE(contents.mx_pool);
  EXPECT_EQ(contents.mx_pool->name, "gone");
  EXPECT_TRUE(contents.mx_pool->members.empty());
  ASSERT_EQ(contents.defects.size(), 1U);
  EXPECT_EQ(contents.defects[0].row, "pool_names example.com");
  EXPECT_NE(contents.defects[0].problem.find("\"gone\" does not exist"), std::string::npos);
  EXPECT_FALSE(contents.has_names_below);
}

TEST_F(Lookup, ReportsWrongRowsOfItsPools) {
  database_.exec(
      "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'gateways');"
      "PRAGMA ignore_check_constraints = ON; UPDATE mail_servers SET weight = -1 WHERE name = "
      "'mail2.example.net'");
  const auto contents = at("example.com");
  EXPECT_EQ(described(contents.mx_pool), "gateways: mail1.example.com/10/100 10.0.0.1");
  EXPECT_FALSE(contents.defects.empty());
}

// REPLACE runs no delete trigger, so that the names keep the id of the zone that was.
TEST_F(Lookup, KeepsNamesPublishedWhenTheirZoneIsReplacedUnderAnotherId) {
  database_.exec("INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'gateways')");
  database_.exec("REPLACE INTO domains (id, name, type) VALUES (50, 'example.com', 'NATIVE')");
  EXPECT_TRUE(at("example.com", 50).mx_pool);
  EXPECT_TRUE(at("mail1.example.com", 50).host);
}

// --- delegations

TEST_F(Lookup, KnowsDelegationsAndWhatLiesBelow) {
  add({"example.com NS ns1.example.com", "sub.example.com NS ns1.sub.example.com", "sub.example.com DS 1 8 2 abcd",
       "ns1.sub.example.com A 10.0.0.1", "a.b.ns1.sub.example.com A 10.0.0.2",
       "deep.sub.example.com NS ns.example.org", "xsub.example.com A 10.0.0.3", R"(x\.sub.example.com A 10.0.0.4)",
       "lower.example.com ns ns1.example.org", "x.lower.example.com A 10.0.0.5", "broken.example.com NS a..b",
       "x.broken.example.com A 10.0.0.6"});
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl, disabled) VALUES"
      " (1, 'off.example.com', 'NS', 'ns1.example.org', 60, 1), (1, 'x.off.example.com', 'A', '10.0.0.7', 60, 0);"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('mx.sub.example.com', 'MX', 'gateways')");
  struct Place {
    std::string name;
    bool is_delegation;
    bool is_below;
  };
  const std::vector<Place> places = {
      {"example.com", false, false},
      {"www.example.com", false, false},
      {"sub.example.com", true, false},
      {"ns1.sub.example.com", false, true},
      {"a.b.ns1.sub.example.com", false, true},
      {"nothing.sub.example.com", false, true},
      {"mx.sub.example.com", false, true},
      {"deep.sub.example.com", true, true},
      {"xsub.example.com", false, false},
      {R"(x\.sub.example.com)", false, false},
      {R"(a.x\.sub.example.com)", false, false},
      {"lower.example.com", true, false},
      {"x.lower.example.com", false, true},
      {"broken.example.com", true, false},  // the cut is there, only its record is not
      {"x.broken.example.com", false, true},
      {"off.example.com", false, false},
      {"x.off.example.com", false, false},
  };
  for (const auto& place : places) {
    const auto contents = at(place.name);
    EXPECT_EQ(contents.is_delegation, place.is_delegation) << place.name;
    EXPECT_EQ(contents.is_below_delegation, place.is_below) << place.name;
  }
}

// --- empty non-terminals

TEST_F(Lookup, KnowsEmptyNonTerminals) {
  add({"_25._tcp.mail1.example.com TLSA 3 1 1 abcd", "a.b.c.example.com A 10.0.0.1",
       "x.mailxy.example.com A 10.0.0.1", "x.ma_l.example.com A 10.0.0.1", "x.ma%l.example.com A 10.0.0.1",
       "x.over.example.com A 10.0.0.1", "xd.e.example.com A 10.0.0.1", R"(x\.dot.example.com A 10.0.0.1)",
       R"(x\\.slash.example.com A 10.0.0.1)", "x.cut.example.com NS ns.example.org"});
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, disabled) VALUES (1, 'x.off.example.com', 'A', "
      "'10.0.0.1', 1),"
      " (2, 'x.other.example.com', 'A', '10.0.0.1', 0), (1, 'x.stored.example.com', NULL, NULL, 0);"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('mx.pool.example.com', 'MX', 'gateways'),"
      " ('*.wild.example.com', 'MX', 'gateways');"
      "INSERT INTO mail_servers (name) VALUES ('m.hosts.example.com'), ('m.bare.example.com'),"
      " ('over.example.com');"
      "INSERT INTO mail_addresses (server, address) VALUES ('m.hosts.example.com', '10.0.0.3')");
  const std::vector<std::pair<std::string, bool>> names = {
      {"example.com", true},  // nothing stands at the apex here
      {"_tcp.mail1.example.com", true},
      {"mail1.example.com", false},  // a host: it is not empty
      {"tcp.mail1.example.com", false},
      {"c.example.com", true},
      {"b.c.example.com", true},
      {"a.b.c.example.com", false},  // records stand there
      {"x.a.b.c.example.com", false},
      {"nothing.example.com", false},
      {"cut.example.com", true},
      // Not by pattern, not by the end of a label.
      {"mail_y.example.com", false},
      {"mail%.example.com", false},
      {"%.example.com", false},
      {"_.example.com", false},
      {"ma_l.example.com", true},
      {"ma%l.example.com", true},
      {"maxl.example.com", false},
      {"d.e.example.com", false},
      {"e.example.com", true},
      {"dot.example.com", false},
      {R"(\.dot.example.com)", false},
      {"slash.example.com", true},
      // What is not served makes no name.
      {"off.example.com", false},
      {"other.example.com", false},
      {"stored.example.com", false},
      // Mail.
      {"pool.example.com", true},
      {"mx.pool.example.com", false},
      {"wild.example.com", true},
      {"hosts.example.com", true},
      {"bare.example.com", false},  // a host without an address
      {"m.bare.example.com", false},
      {"over.example.com", true},  // a host without an address, with a name below
  };
  for (const auto& [name, has_names_below] : names)
    EXPECT_EQ(at(name).has_names_below, has_names_below) << name;
}

}  // namespace
}  // namespace mxbalance::db
