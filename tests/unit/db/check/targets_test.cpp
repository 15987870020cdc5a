#include "tests/unit/db/check/checked_store.h"

namespace mxbalance::db {
namespace {

using CheckTargets = CheckedStore;

TEST_F(CheckTargets, FindsMxTargetsThatDoNotResolveHere) {
  EXPECT_EQ(
      findings_after(
          "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
          " (1, 'a.example.com', 'MX', 'Nowhere.example.com.', 60, 10), (1, 'b.example.com', 'MX', "
          "'mail1.example.com', 60, 10),"
          " (1, 'c.example.com', 'MX', 'mail.example.com', 60, 10), (1, 'd.example.com', 'MX', "
          "'mail.example.org', 60, 10),"
          " (1, 'e.example.com', 'MX', 'host.wild.example.com', 60, 10), (1, '*.wild.example.com', 'A', "
          "'10.0.0.1', 60, 0),"
          " (1, 'f.example.com', 'MX', 'host.cut.example.com', 60, 10), (1, 'cut.example.com', 'NS', "
          "'ns1.example.net', 60, 0), (1, 'j.example.com', 'MX', 'cut.example.com', 60, 10),"
          " (1, 'g.example.com', 'MX', '10 inside.example.com', 60, NULL), (1, 'h.example.com', 'MX', '.', 60, 0),"
          " (1, 'i.example.com', 'MX', 'alias.example.com', 60, 10), (1, 'alias.example.com', 'CNAME', "
          "'mail1.example.com', 60, 0)"),
      (lines({"name a.example.com (MX): its MX target nowhere.example.com lies in the zone example.com, but no "
              "address stands"
              " there, so no mail arrives",
              "name g.example.com (MX): its MX target inside.example.com lies in the zone example.com, but no "
              "address stands"
              " there, so no mail arrives",
              "name i.example.com (MX): its MX target alias.example.com is an alias (CNAME), which it must not be "
              "(RFC"
              " 2181 section 10.3); some senders refuse it"})));
}

struct CheckedRow {
  std::string_view name;
  std::string_view type;
  std::string_view content;
};

class CheckTargetsOf : public CheckedStore {
 protected:
  /// With a preference or priority of 10.
  std::vector<std::string> findings_with(std::initializer_list<CheckedRow> added) {
    std::string sql =
        "DELETE FROM records WHERE type NOT IN ('SOA') AND NOT (type = 'NS' AND name = 'example.com');";
    for (const auto& [name, type, content] : added) {
      sql += "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES (1, '" + std::string(name) +
             "', '" + std::string(type) + "', '" + std::string(content) + "', 60, 10);";
    }
    return findings_after(sql);
  }

  const std::string mx_ = "name x.example.com (MX): its MX target ";
};

TEST_F(CheckTargetsOf, MxMustBeNamesOfHosts) {
  for (const auto* target : {"192.0.2.1", "[192.0.2.1]", "2001:db8::1", "[IPv6:2001:db8::1]", "::1"}) {
    const auto found = findings_with({{"x.example.com", "MX", target}});
    ASSERT_EQ(found.size(), 1U) << target;
    EXPECT_NE(found[0].find("is an address, and must be a name, so no mail arrives"), std::string::npos)
        << found[0];
  }
  EXPECT_EQ(
      findings_with({{"x.example.com", "MX", "postmaster@example.net"}}),
      lines(
          {mx_ + "postmaster@example.net is a mail address, and must be the name of a host, so no mail arrives"}));
  EXPECT_EQ(findings_with({{"x.example.com", "MX", "*.example.net"}}),
            lines({mx_ + "*.example.net is no name of a host (RFC 1123 section 2.1), so no mail arrives"}));
  EXPECT_EQ(findings_with({{"x.example.com", "MX", "mail.münchen.example"}}),
            lines({mx_ + "mail.m\\195\\188nchen.example holds letters outside ASCII, and servers are asked for as "
                         "mail.xn--mnchen-3ya.example, so no mail arrives"}));
  EXPECT_EQ(
      findings_with({{"x.example.com", "MX", "mail_1.example.net"}, {"x.example.com", "MX", "Mail.example.net."}}),
      lines({}));
}

TEST_F(CheckTargetsOf, MxNsAndSrvMustBeNoAliases) {
  constexpr CheckedRow alias = {"alias.example.com", "CNAME", "mail.example.net"};
  EXPECT_EQ(
      findings_with({alias, {"x.example.com", "MX", "alias.example.com"}}),
      lines({mx_ +
             "alias.example.com is an alias (CNAME), which it must not be (RFC 2181 section 10.3); some senders "
             "refuse it"}));
  EXPECT_EQ(
      findings_with(
          {{"*.wild.example.com", "CNAME", "mail.example.net"}, {"x.example.com", "MX", "a.wild.example.com"}}),
      lines({mx_ +
             "a.wild.example.com is an alias (CNAME), which it must not be (RFC 2181 section 10.3); some senders "
             "refuse it"}));
  EXPECT_EQ(findings_with({alias,
                           {"sub.example.com", "NS", "alias.example.com"},
                           {"_x._tcp.example.com", "SRV", "0 25 alias.example.com"},
                           {"_y._tcp.example.com", "SRV", "0 0 ."}}),
            lines({"name sub.example.com (NS): its NS target alias.example.com is an alias (CNAME), which it must "
                   "not be (RFC "
                   "2181 section 10.3)",
                   "name _x._tcp.example.com (SRV): its SRV target alias.example.com is an alias (CNAME), which "
                   "it must not be "
                   "(RFC 2782)"}));
}

TEST_F(CheckTargetsOf, AWildcardAnswersNothingBelowANameThatIsThere) {
  EXPECT_EQ(
      findings_with({{"*.example.com", "A", "192.0.2.1"},
                     {"there.example.com", "TXT", "\"x\""},
                     {"x.example.com", "MX", "not.there.example.com"},
                     {"x.example.com", "MX", "elsewhere.example.com"}}),
      lines({mx_ + "not.there.example.com lies in the zone example.com, but no address stands there, so no mail "
                   "arrives"}));
}

TEST_F(CheckTargetsOf, MembersMustBeNoAliases) {
  EXPECT_EQ(findings_after("DELETE FROM mail_addresses WHERE server = 'mail2.example.com';"
                           "DELETE FROM pool_names WHERE kind = 'A';"
                           "INSERT INTO records (domain_id, name, type, content, ttl) VALUES"
                           " (1, 'mail2.example.com', 'CNAME', 'mail.example.net', 60)"),
            lines({"pool inbound (MX): its MX target mail2.example.com is an alias (CNAME), which it must not be "
                   "(RFC 2181 "
                   "section 10.3); some senders refuse it"}));
}

TEST_F(CheckTargetsOf, NullMxStandsAloneAndFirst) {
  EXPECT_EQ(
      findings_after(
          "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
          " (1, 'none.example.com', 'MX', '.', 60, 0), (1, 'both.example.com', 'MX', '.', 60, 0),"
          " (1, 'both.example.com', 'MX', 'mail.example.net', 60, 0), (1, 'late.example.com', 'MX', '.', 60, 5)"),
      lines({"name both.example.com (MX): a null MX (\"0 .\"), by which the domain takes no mail, stands beside "
             "other MX "
             "records (RFC 7505 section 3), so senders refuse mail or not as they please",
             "name late.example.com (MX): a null MX (\"5 .\") must have the preference 0 (RFC 7505 section 3)"}));
}

TEST_F(CheckTargetsOf, MxMustBeReachable) {
  EXPECT_EQ(
      findings_with({{"x.example.com", "MX", "lo.example.com"},
                     {"lo.example.com", "A", "127.0.0.1"},
                     {"lo.example.com", "A", "10.0.0.1"},
                     {"elsewhere.example.com", "A", "127.0.0.1"}}),
      lines({mx_ + "lo.example.com has the address 127.0.0.1, a loopback address, which no other host reaches"}));
}

TEST_F(CheckTargetsOf, WhatIsFoundElsewhereIsNotJudged) {
  EXPECT_EQ(findings_with({{"x.example.com", "MX", "below.cut.example.com"},
                           {"cut.example.com", "NS", "ns.cut.example.com"},
                           {"x.example.com", "MX", "below.moved.example.com"},
                           {"moved.example.com", "DNAME", "example.net"},
                           {"x.example.com", "MX", "made.example.com"},
                           {"made.example.com", "ALIAS", "mail.example.net"},
                           {"x.example.com", "MX", "host.wild.example.com"},
                           {"*.wild.example.com", "A", "10.0.0.1"},
                           {"x.example.com", "MX", "mail.example.com"},
                           {"x.example.com", "MX", "mail1.example.com"}}),
            lines({}));
  EXPECT_EQ(findings_with({{"x.example.com", "MX", "host.wild.example.com"},
                           {"*.wild.example.com", "A", "10.0.0.1"},
                           {"host.wild.example.com", "TXT", "\"hides the wildcard\""}}),
            lines({mx_ + "host.wild.example.com lies in the zone example.com, but no address stands there, so no "
                         "mail arrives"}));
}

TEST_F(CheckTargetsOf, MxAreAnsweredWhereTheyStand) {
  EXPECT_EQ(findings_with({{"a.cut.example.com", "MX", "mail.example.net"},
                           {"cut.example.com", "NS", "ns.example.net"},
                           {"cut.example.com", "MX", "mail.example.net"}}),
            lines({"name a.cut.example.com (MX): it lies in what NS records at cut.example.com delegate to other "
                   "name servers, "
                   "so it is never answered",
                   "name cut.example.com (MX): it lies in what NS records at cut.example.com delegate to other "
                   "name servers, so "
                   "it is never answered"}));
  EXPECT_EQ(
      findings_after("DELETE FROM records WHERE name LIKE '%cut%';"
                     "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
                     " (1, 'a.sub.example.com', 'MX', 'mail.example.net', 60, 10);"
                     "INSERT INTO domains (id, name, type) VALUES (2, 'sub.example.com', 'NATIVE');"
                     "INSERT INTO records (domain_id, name, type, content, ttl) SELECT 2, 'sub.example.com', "
                     "type, content, 60"
                     " FROM records WHERE name = 'example.com'"),
      lines({"name a.sub.example.com (MX): it stands in the zone example.com, but its name belongs to the zone "
             "sub.example.com, which is here too, so it is never answered"}));
}

}  // namespace
}  // namespace mxbalance::db
