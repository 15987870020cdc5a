#include "tests/unit/db/check/checked_store.h"

namespace mxbalance::db {
namespace {

using Check = CheckedStore;

TEST_F(Check, FindsNothingWhereAllIsWell) {
  EXPECT_EQ(findings(), lines({}));
}

TEST_F(Check, FindsSecondaryZonesThatAreNotTransferred) {
  EXPECT_EQ(findings_after("UPDATE domains SET type = 'SLAVE'"),
            lines({"zone example.com: it is a secondary zone and has no primary, so it is never transferred"}));
  EXPECT_EQ(findings_after("UPDATE domains SET master = '192.0.2.1', last_check = strftime('%s', 'now') - 604700"),
            lines({}));
  EXPECT_EQ(
      findings_after("UPDATE domains SET last_check = 1000000000"),
      lines({"zone example.com: its primary has last been reached at 2001-09-09 01:46:40 UTC, longer ago than "
             "its SOA record's expiry of 604800 seconds; PowerDNS goes on answering from it"}));
}

TEST_F(Check, FindsWhatIsPublishedInPresignedZones) {
  const std::string problem =
      "zone example.com: it came with its own signatures (PRESIGNED), and there is none for what is published at ";
  EXPECT_EQ(findings_after("INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'PRESIGNED', '1')"),
            lines({problem + "example.com", problem + "mail.example.com"}));
}

TEST_F(Check, FindsNothingInANewStore) {
  EXPECT_EQ(
      findings_after("DELETE FROM pool_names; DELETE FROM pools; DELETE FROM mail_servers; DELETE FROM domains"),
      lines({}));
}

TEST_F(Check, FindsZonesWithoutSoaOrNs) {
  EXPECT_EQ(findings_after("UPDATE records SET disabled = 1"),
            (lines({"zone example.com: it has no SOA record, so its names answer an error (SERVFAIL)",
                    "zone example.com: it has no NS record"})));
}

TEST_F(Check, SaysWhyAnSoaRecordIsNotServed) {
  const std::string down = "; without it the zone example.com is not served: its names answer an error (SERVFAIL)";
  const std::string row = "records.id 1 (example.com SOA): ";
  EXPECT_EQ(findings_after("UPDATE records SET ttl = -1 WHERE type = 'SOA'"),
            lines({row + "its ttl is -1: 0 to 2147483647 seconds are allowed" + down}));
  EXPECT_EQ(findings_after("UPDATE records SET ttl = 10.5 WHERE type = 'SOA'"),
            lines({row + "its ttl is \"10.5\": 0 to 2147483647 seconds are allowed; it is served with 10"}));
  EXPECT_EQ(
      findings_after("UPDATE records SET ttl = 60, content = 'ns1.example.net' WHERE type = 'SOA'"),
      lines({row +
             "PowerDNS cannot parse \"ns1.example.net\": the mailbox is missing; the content must be: primary"
             " server, mailbox, serial, refresh, retry, expiry, minimum" +
             down}));
}

TEST_F(Check, SaysThatNamesAreNoText) {
  EXPECT_EQ(
      findings_after("UPDATE records SET name = CAST(name AS BLOB) WHERE type = 'SOA'"),
      lines(
          {"zone example.com: its SOA record is not found, as its name is wrong (records.id 1), so the zone's "
           "names"
           " answer an error (SERVFAIL)",
           "records.id 1 (example.com SOA): its name is stored as a BLOB: it must be text, or it is not found"}));
  database_.exec("UPDATE records SET name = 'example.com'; UPDATE domains SET name = 'example.com.'");
  const auto found = findings();
  EXPECT_TRUE(std::none_of(found.begin(), found.end(), [](const std::string& line) {
    return line.find("no SOA") != std::string::npos || line.find("no NS") != std::string::npos;
  })) << "the zone's name is what is wrong";
  database_.exec(
      "UPDATE domains SET name = 'example.com'; PRAGMA ignore_check_constraints = ON;"
      "INSERT INTO pool_names (name, kind, pool) VALUES (X'ff', 'MX', 'inbound'),"
      " (CAST(X'fe' AS TEXT) || '.example.com', 'MX', 'inbound')");
  EXPECT_EQ(findings(),
            lines({"pool_names X'FF' MX: its name is stored as a BLOB: it must be text, or it is not found",
                   "pool_names \xfe.example.com MX: its name holds octets that need an escape"}));
}

TEST_F(Check, FindsAPriorityThatIsNoNumber) {
  EXPECT_EQ(
      findings_after("INSERT INTO records (id, domain_id, name, type, content, ttl, prio) VALUES"
                     " (10, 1, 'x.example.com', 'MX', 'mail.example.com', 60, 10.5)"),
      lines({"records.id 10 (x.example.com MX): its prio is 10.5: a whole number from 0 to 65535 is allowed; it is"
             " left out of answers"}));
}

TEST_F(Check, FindsWhatIsPublishedBelowADname) {
  EXPECT_EQ(
      findings_after("INSERT INTO pool_names (name, kind, pool) VALUES ('sub.example.com', 'MX', 'inbound'),"
                     " ('a.sub.example.com', 'MX', 'inbound'), ('asub.example.com', 'MX', 'inbound');"
                     "INSERT INTO records (domain_id, name, type, content, ttl) VALUES"
                     " (1, 'sub.example.com', 'DNAME', 'example.net', 60)"),
      lines(
          {"pool_names a.sub.example.com MX: it lies below the DNAME record at sub.example.com: resolvers"
           " that know that record go on to names below example.net, and never ask for the pool inbound there"}));
}

TEST_F(Check, FindsASecondSoa) {
  EXPECT_EQ(findings_after(
                "INSERT INTO records (domain_id, name, type, content, ttl) SELECT 1, name, type, content, ttl FROM"
                " records WHERE type = 'SOA'"),
            lines({"zone example.com: it has 2 SOA records, and PowerDNS takes any one of them"}));
}

TEST_F(Check, FindsNamesThatAreNeverFound) {
  EXPECT_EQ(
      findings_after(
          "INSERT INTO records (id, domain_id, name, type, content, ttl) VALUES"
          " (10, 1, 'Www.example.com', 'A', '10.0.0.1', 60), (11, 1, 'www.example.com.', 'A', '10.0.0.1', 60),"
          " (12, 1, 'www.example.com', 'txt', '\"x\"', 60), (13, 1, 'www.example.org', 'A', '10.0.0.1', 60),"
          " (14, 1, 'notexample.com', 'A', '10.0.0.1', 60), (15, 1, NULL, 'A', '10.0.0.1', 60),"
          " (16, 1, 'ttl.example.com', 'A', '10.0.0.1', -1)"),
      (lines(
          {"records.id 10 (Www.example.com A): its name must be in lower case without a trailing dot, or it is "
           "not "
           "found",
           "records.id 11 (www.example.com. A): its name must be in lower case without a trailing dot, or it is "
           "not found",
           "records.id 12 (www.example.com txt): its type must be written TXT: the store's own rules do not know "
           "it as it is",
           "records.id 16 (ttl.example.com A): its ttl is -1: 0 to 2147483647 seconds are allowed; it is left out "
           "of"
           " answers",
           "records.id 15: it has no name",
           "records.id 13 (www.example.org A): its name lies outside its zone example.com, so it is never "
           "answered",
           "records.id 14 (notexample.com A): its name lies outside its zone example.com, so it is never "
           "answered"})));
}

TEST_F(Check, FindsZoneNamesThatAreNeverFound) {
  const auto found = findings_after("INSERT INTO domains (id, name, type) VALUES (2, 'Example.org.', 'SLAVE')");
  EXPECT_NE(
      std::find(found.begin(), found.end(),
                "zone Example.org.: its name must be in lower case without a trailing dot, or it is not found"),
      found.end());
}

TEST_F(Check, FindsWhatStandsBesideACname) {
  EXPECT_EQ(
      findings_after(
          "INSERT INTO records (domain_id, name, type, content, ttl) VALUES"
          " (1, 'a.example.com', 'CNAME', 'example.com', 60), (1, 'a.example.com', 'TXT', '\"x\"', 60),"
          " (1, 'b.example.com', 'CNAME', 'example.com', 60), (1, 'b.example.com', 'CNAME', 'example.net', 60),"
          " (1, 'mail.example.com', 'CNAME', 'example.com', 60),"
          " (1, 'mail1.example.com', 'CNAME', 'example.com', 60), (1, 'mail1.example.com', 'A', '10.0.0.1', 60),"
          " (1, 'alone.example.com', 'CNAME', 'example.com', 60), (1, 'alone.example.com', NULL, NULL, NULL)"),
      (lines(
          {"name a.example.com: a CNAME record stands beside a record of type TXT, and nothing may (RFC 1034 "
           "section"
           " 3.6.2)",
           "name b.example.com: a CNAME record stands beside another CNAME, and nothing may (RFC 1034 section "
           "3.6.2)",
           "name mail.example.com: a CNAME record stands beside the pool inbound (A), and nothing may (RFC 1034 "
           "section"
           " 3.6.2)",
           "name mail1.example.com: a CNAME record stands beside a record of type A, the addresses of the mail "
           "server,"
           " and nothing may (RFC 1034 section 3.6.2)",
           "name mail1.example.com: it is the host name of a mail server with addresses, and a static record A "
           "10.0.0.1"
           " stands beside them"})));
}

TEST_F(Check, FindsSwitchesThatAreNeitherOnNorOff) {
  EXPECT_EQ(
      findings_after("INSERT INTO records (id, domain_id, name, type, content, ttl, disabled) VALUES"
                     " (91, 1, 'a.example.com', 'TXT', '\"x\"', 60, NULL),"
                     " (92, 1, 'b.example.com', 'TXT', '\"x\"', 60, 'true'),"
                     " (93, 1, 'c.example.com', 'TXT', '\"x\"', 60, 7)"),
      (lines(
          {"records.id 91 (a.example.com TXT): its disabled is NULL: 0 or 1 are allowed, and only what has 0 is "
           "served",
           "records.id 92 (b.example.com TXT): its disabled is 'true': 0 or 1 are allowed, and only what has 0 "
           "is served",
           "records.id 93 (c.example.com TXT): its disabled is 7: 0 or 1 are allowed, and only what has 0 is "
           "served"})));
}

TEST_F(Check, KnowsATypeByItsNumber) {
  EXPECT_EQ(
      findings_after("UPDATE records SET id = 20, type = 'TYPE6' WHERE type = 'SOA';"
                     "UPDATE records SET type = 'ns' WHERE type = 'NS';"
                     "DELETE FROM records WHERE type = 'ns' AND rowid NOT IN (SELECT min(rowid) FROM records "
                     "WHERE type = 'ns');"
                     "UPDATE records SET id = 21 WHERE type = 'ns';"
                     "INSERT INTO records (id, domain_id, name, type, content, ttl) VALUES"
                     " (22, 1, 'a.example.com', 'TYPE5', 'example.com', 60),"
                     " (23, 1, 'a.example.com', 'TXT', '\"x\"', 60)"),
      (lines({"records.id 20 (example.com TYPE6): its type must be written SOA: the store's own rules do not "
              "know it as it is",
              "records.id 21 (example.com ns): its type must be written NS: the store's own rules do not know "
              "it as it is",
              "records.id 22 (a.example.com TYPE5): its type must be written CNAME: the store's own rules do "
              "not know it as it is",
              "name a.example.com: a CNAME record stands beside a record of type TXT, and nothing may (RFC 1034 "
              "section 3.6.2)"})));
}

TEST_F(Check, FindsKeysAndHashParametersThatCannotBeRead) {
  EXPECT_EQ(
      findings_after("INSERT INTO cryptokeys (id, domain_id, flags, active, content) VALUES (7, 1, 257, 0, 'x');"
                     "INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'NSEC3PARAM', '1 0')"),
      (lines({"domainmetadata of example.com (NSEC3PARAM): its value \"1 0\" must be hash parameters such as "
              "\"1 0 0 -\" (RFC 5155 §4); PowerDNS is not told of it",
              "cryptokeys.id 7 (example.com): its content has no line \"Algorithm\": it must be the text of a "
              "private key file, such as dnssec-keygen writes; PowerDNS is not told of it, and signs nothing "
              "with it"})));
}

TEST_F(Check, FindsMoreIterationsThanPowerDnsHashes) {
  EXPECT_TRUE(findings_after("INSERT INTO domainmetadata (domain_id, kind, content) VALUES"
                             " (1, 'NSEC3PARAM', '1 0 100 -'), (1, 'X-NSEC3PARAM', '1 0 101 -')")
                  .empty());
  EXPECT_EQ(findings_after("UPDATE domainmetadata SET content = '1 0 101 ab' WHERE kind = 'NSEC3PARAM'"),
            lines({"domainmetadata of example.com (NSEC3PARAM): its value \"1 0 101 ab\" asks for more than 100 "
                   "iterations: names are hashed with 100, which is right only while PowerDNS's "
                   "max-nsec3-iterations is 100, its default"}));
}

TEST_F(Check, FindsACnameBesideWhatIsSwitchedOff) {
  const std::string why =
      ": enabled, the two would contradict each other (RFC 1034 section 3.6.2), and PowerDNS's tools do not show "
      "what "
      "is disabled";
  EXPECT_EQ(
      findings_after(
          "INSERT INTO records (domain_id, name, type, content, ttl, disabled) VALUES"
          " (1, 'a.example.com', 'CNAME', 'example.com', 60, 0), (1, 'a.example.com', 'TXT', '\"x\"', 60, 1),"
          " (1, 'a.example.com', 'TXT', '\"y\"', 60, 1), (1, 'b.example.com', 'CNAME', 'example.com', 60, 1),"
          " (1, 'b.example.com', 'AAAA', '::1', 60, 0), (1, 'c.example.com', 'CNAME', 'example.com', 60, 1),"
          " (1, 'c.example.com', 'AAAA', '::1', 60, 1), (1, 'd.example.com', 'CNAME', 'example.com', 60, 1),"
          " (1, 'd.example.com', 'CNAME', 'example.net', 60, 0), (1, 'd.example.com', NULL, NULL, NULL, 0)"),
      (lines({"name a.example.com: a CNAME record stands beside a disabled record of type TXT" + why,
              "name b.example.com: a disabled CNAME record stands beside a record of type AAAA" + why})));
}

TEST_F(Check, FindsContentsThatPowerDnsCannotParse) {
  EXPECT_EQ(
      findings_after(
          "INSERT INTO records (id, domain_id, name, type, content, ttl, prio) VALUES"
          " (20, 1, 'x.example.com', 'A', '10.0.0.300', 60, 0), (21, 1, 'x.example.com', 'MX', 'a..b', 60, 70),"
          " (22, 1, 'y.example.com', 'MX', 'mail.example.org', 60, 10)"),
      (lines(
          {"records.id 20 (x.example.com A): PowerDNS cannot parse \"10.0.0.300\": the content must be an IPv4 "
           "address"
           " such as 192.0.2.1; it is left out of answers",
           "records.id 21 (x.example.com MX): PowerDNS cannot parse \"70 a..b\": the name \"a..b\" has an empty "
           "label;"
           " it is left out of answers"})));
}

TEST_F(Check, FindsStaticRecordsBesideAPool) {
  EXPECT_EQ(
      findings_after(
          "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
          " (1, 'example.com', 'MX', 'mail.example.org', 60, 10), (1, 'mail.example.com', 'AAAA', '::1', 60, 0),"
          " (1, 'mail.example.com', 'MX', 'mail.example.org', 60, 10), (1, 'example.com', 'A', '10.0.0.1', 60, "
          "0)"),
      (lines({"name example.com: the pool inbound is published there, and a static record MX mail.example.org "
              "stands beside it",
              "name mail.example.com: the pool inbound is published there, and a static record AAAA ::1 stands "
              "beside it"})));
}

TEST_F(Check, FindsRecordsOfThePrimaryBesideAPool) {
  EXPECT_EQ(
      findings_after("UPDATE domains SET type = 'SLAVE', master = '192.0.2.53';"
                     "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
                     " (1, 'example.com', 'MX', 'mail.example.org', 60, 10)"),
      lines({"name example.com: the pool inbound is published there, and the record MX mail.example.org of the"
             " zone's primary stands beside it"}));
}

TEST_F(Check, SendsToThePrimaryForWhatComesFromThere) {
  database_.exec(
      "INSERT INTO records (id, domain_id, name, type, content, ttl) VALUES"
      " (20, 1, 'a.example.com', 'CNAME', 'example.com', 60), (21, 1, 'a.example.com', 'A', '10.0.0.300', 60)");
  EXPECT_EQ(remedies(), lines({"name a.example.com: remove one or the other, such as: mxbalance zone records "
                               "example.com remove a.example.com CNAME",
                               "records.id 21 (a.example.com A): correct it, or delete it: DELETE FROM records "
                               "WHERE id = 21"}));
  database_.exec("UPDATE domains SET type = 'SLAVE', master = '192.0.2.53'");
  EXPECT_EQ(remedies(),
            lines({"name a.example.com: change it at the zone's primary: a.example.com CNAME",
                   "records.id 21 (a.example.com A): change it at the zone's primary: a.example.com A"}));
}

TEST_F(Check, FindsWhatIsPublishedBelowADelegation) {
  const std::string problem =
      "lies in what NS records at sub.example.com delegate to other name servers, so the pool inbound is not "
      "answered there";
  EXPECT_EQ(
      findings_after("INSERT INTO pool_names (name, kind, pool) VALUES ('sub.example.com', 'MX', 'inbound'),"
                     " ('a.b.sub.example.com', 'A', 'inbound'), ('asub.example.com', 'MX', 'inbound');"
                     "INSERT INTO records (domain_id, name, type, content, ttl) VALUES"
                     " (1, 'sub.example.com', 'NS', 'ns.example.net', 60)"),
      lines({"pool_names sub.example.com MX: it " + problem, "pool_names a.b.sub.example.com A: it " + problem}));
}

TEST_F(Check, FindsPoolsThatArePublishedNowhere) {
  EXPECT_EQ(findings_after("INSERT INTO pools (name) VALUES ('new')"), lines({})) << "it is being made";
  EXPECT_EQ(
      findings_after("DELETE FROM domains; DELETE FROM pool_members WHERE server = 'mail2.example.com'"),
      lines({"pool inbound: it has members, but is published nowhere: what it was published at may have gone with "
             "its zone"}));
}

TEST_F(Check, FindsKindsOfZonesThatAreNotServed) {
  EXPECT_EQ(findings_after("UPDATE domains SET type = 'PRIMARY'"),
            lines({"zone example.com: its kind is 'PRIMARY': it must be NATIVE, MASTER or SLAVE"}));
  EXPECT_EQ(
      findings_after(
          "UPDATE domains SET type = 'PRODUCER';"
          "INSERT INTO domains (id, name, type, catalog) VALUES (2, 'other.example', 'native', 'example.com');"
          "INSERT INTO records (domain_id, name, type, content, ttl, prio) SELECT 2, 'other.example', type, "
          "content,"
          " 60, 0 FROM records WHERE domain_id = 1"),
      lines({"zone example.com: it is a catalog zone, but PowerDNS cannot ask a remote backend for its member "
             "zones (here 1), so secondaries never learn of them"}));
  EXPECT_EQ(findings_after("UPDATE domains SET type = 'consumer' WHERE id = 1"),
            lines({"zone example.com: it is a catalog zone, but PowerDNS cannot tell a remote backend of its "
                   "member zones, so "
                   "they are never added here"}));
}

TEST_F(Check, FindsPoolsThatHaveNothingToAnswer) {
  // Only REPLACE and switched-off triggers get a store into this state.
  EXPECT_EQ(findings_after("DROP TRIGGER mail_servers_last; UPDATE mail_servers SET state = 'drain'"),
            lines({"pool inbound: it is published and none of its members is enabled"}));
  EXPECT_EQ(findings_after("DROP TRIGGER pool_members_last; DELETE FROM pool_members"),
            lines({"pool inbound: it is published and has no member"}));
}

TEST_F(Check, FindsMembersWithoutAddress) {
  EXPECT_EQ(
      findings_after("DELETE FROM mail_addresses WHERE server = 'mail1.example.com'"),
      (lines(
          {"pool inbound (MX): its MX target mail1.example.com lies in the zone example.com, but no address "
           "stands "
           "there,"
           " so no mail arrives",
           "pool inbound: its member mail1.example.com has no address, so its weight is not met where the pool is"
           " published as A"})));
}

TEST_F(Check, FindsNamesInNoZoneOrTheWrongOne) {
  EXPECT_EQ(
      findings_after("INSERT INTO pool_names (name, kind, pool) VALUES ('example.org', 'MX', 'inbound');"
                     "INSERT INTO domains (id, name, type) VALUES (2, 'sub.example.com', 'NATIVE');"
                     "INSERT INTO records (domain_id, name, type, content, ttl) SELECT 2, 'sub.example.com', "
                     "type, content, ttl"
                     " FROM records WHERE domain_id = 1;"
                     "INSERT INTO pool_names (name, kind, pool) VALUES ('x.sub.example.com', 'MX', 'inbound');"
                     "UPDATE pool_names SET domain_id = 1 WHERE name = 'x.sub.example.com';"
                     "UPDATE mail_servers SET domain_id = 7 WHERE name = 'mail2.example.com'"),
      (lines({"pool_names example.org MX: no zone here holds the name, so the pool inbound is not answered there",
              "pool_names x.sub.example.com MX: its domain_id is 1, but the zone that holds the name is "
              "sub.example.com",
              "mail_servers mail2.example.com: its domain_id is 7, but the zone that holds the name is "
              "example.com"})));
}

TEST_F(Check, FindsWeightsThatCannotBeMet) {
  EXPECT_EQ(findings_after("UPDATE pools SET mx_policy = 'equal', address_policy = 'all'"),
            (lines({"pool inbound: mx_policy equal gives every member of a tier the same share, so the weights of "
                    "preference 10 are"
                    " not met: mail1.example.com 70, mail2.example.com 30",
                    "pool inbound: address_policy all gives every IPv4 address the same share, so the weights of "
                    "preference 10 are"
                    " not met: mail1.example.com 70, mail2.example.com 30"})));
  EXPECT_EQ(findings_after("UPDATE pool_members SET preference = 20 WHERE server = 'mail2.example.com'"),
            lines({}))
      << "each has a tier of its own";
  EXPECT_EQ(findings_after("UPDATE pool_members SET preference = 10, weight = 50"), lines({}))
      << "the same weight";
  EXPECT_EQ(findings_after("INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '10.0.0.3')")
                .size(),
            1U)
      << "two addresses, one weight";
  EXPECT_EQ(findings_after("UPDATE pools SET mx_policy = 'auto'; UPDATE pool_members SET weight = 100 WHERE "
                           "server = 'mail1.example.com'"),
            lines({}))
      << "two addresses, twice the weight";
  EXPECT_EQ(findings_after("UPDATE pool_members SET weight = NULL; UPDATE pools SET address_policy = 'subset', "
                           "mx_policy = 'ranked'"),
            lines({}));
}

TEST_F(Check, FindsSpfThatFollowsAPool) {
  struct Case {
    const char* policy;
    const char* mechanism;  ///< nullptr: nothing to find
  };
  constexpr Case cases[] = {
      {"\"v=spf1 mx -all\"", "mx"},
      {"v=spf1 ~MX/24//64 -all", "~mx/24//64"},
      {"\"v=spf1 \" \"m\" \"x -all\"", "mx"},
      {"\"v=spf1 a:Mail.example.com./24 -all\"", "a:mail.example.com./24"},
      {"\"v=spf1 ?mx:example.com -all\"", "?mx:example.com"},
      {"\"v=spf1 mx:backup.example.com -all\"", "mx:backup.example.com"},
      {"\"v=spf1 a -all\"", nullptr},
      {"\"v=spf1 ip4:10.0.0.1 include:mx.example.com all\"", nullptr},
      {"\"v=spf1 mx:example.org a:%{d} -all\"", nullptr},
      {"\"v=spf10 mx -all\"", nullptr},
      {"\"not v=spf1 mx\"", nullptr},
  };
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
      " (1, 'backup.example.com', 'MX', 'mail.example.com', 60, 10)");
  for (const auto& [policy, mechanism] : cases) {
    const auto found = findings_after(
        "DELETE FROM records WHERE type = 'TXT'; INSERT INTO records (domain_id, name, type, content, ttl)"
        " VALUES (1, 'example.com', 'TXT', '" +
        std::string(policy) + "', 60)");
    if (mechanism == nullptr) {
      EXPECT_EQ(found, lines({})) << policy;
    } else {
      ASSERT_EQ(found.size(), 1U) << policy;
      EXPECT_TRUE(found.front().starts_with("name example.com (SPF): the mechanism " + std::string(mechanism) +
                                            " expands"))
          << found.front();
    }
  }
}

TEST_F(Check, FindsRowsWithoutTheirParent) {
  EXPECT_EQ(
      findings_after(
          "DROP TRIGGER mail_addresses_refer; DROP TRIGGER pool_members_refer; DROP TRIGGER pool_names_refer;"
          "INSERT INTO mail_addresses (server, address) VALUES ('gone.example.com', '10.0.0.1');"
          "INSERT INTO pool_members (pool, server) VALUES ('gone', 'mail1.example.com'), ('inbound', "
          "'gone.example.com');"
          "INSERT INTO pool_names (name, kind, pool) VALUES ('x.example.com', 'MX', 'gone');"
          "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (99, 'a.example.com', 'A', "
          "'10.0.0.1', 60),"
          " (99, 'b.example.com', 'A', '10.0.0.1', 60), (NULL, 'c.example.com', 'A', '10.0.0.1', 60);"
          "INSERT INTO domainmetadata (domain_id, kind, content) VALUES (99, 'ALLOW-AXFR-FROM', 'AUTO-NS')"),
      (lines({"records: 1 of its rows have the domain_id NULL, which is no zone: they are never answered",
              "records: 2 of its rows have the domain_id 99, which is no zone: they are never answered",
              "domainmetadata: 1 of its rows have the domain_id 99, which is no zone",
              "mail_addresses gone.example.com 10.0.0.1: there is no mail server gone.example.com",
              "pool_members inbound/gone.example.com: there is no mail server gone.example.com",
              "pool_members gone/mail1.example.com: there is no pool gone",
              "pool_names x.example.com MX: there is no pool gone"})));
  carry_out_remedies();
  EXPECT_EQ(findings_after(""), lines({}));
}

TEST_F(Check, FindsWhatTheStoresRulesForbid) {
  const auto found = findings_after(
      "PRAGMA ignore_check_constraints = ON; UPDATE mail_servers SET weight = 'much' WHERE"
      " name = 'mail1.example.com'; PRAGMA ignore_check_constraints = OFF");
  EXPECT_EQ(found, (lines({"mail_servers mail1.example.com: weight is \"much\", which is not allowed",
                           "pool_members inbound/mail1.example.com: weight is \"much\", which is not allowed"})));
}

TEST_F(Check, WorksOnManyZones) {
  database_.exec(
      "BEGIN;"
      "INSERT INTO domains (id, name, type) WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE "
      "i < 5009)"
      " SELECT i, 'zone' || i || '.example', 'NATIVE' FROM n; COMMIT");
  EXPECT_EQ(findings().size(), 10000U) << "5,000 zones without SOA and NS";
}

}  // namespace
}  // namespace mxbalance::db
