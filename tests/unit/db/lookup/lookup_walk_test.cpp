// Walks through a zone.
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "db/lookup/lookup.h"
#include "tests/unit/db/lookup/lookup_fixture.h"

namespace mxbalance::db {
namespace {

TEST_F(Lookup, WalksThroughNothing) {
  database_.exec("INSERT INTO domains (id, name, type) VALUES (9, 'empty.example', 'NATIVE')");
  EXPECT_TRUE(walk(9).empty());
}

TEST_F(Lookup, WalksInTheByteOrderOfTheNames) {
  add({"example.com SOA a b 1 2 3 4 5", "b.example.com A 10.0.0.1", "a.example.com A 10.0.0.1",
       "z.example.com A 10.0.0.1", "-.example.com A 10.0.0.1", "_.example.com A 10.0.0.1",
       "*.example.com A 10.0.0.1", R"(\000.example.com A 10.0.0.1)", "0.example.com A 10.0.0.1",
       "a-b.example.com A 10.0.0.1", "a0.example.com A 10.0.0.1", "www.a.example.com A 10.0.0.1"});
  database_.exec(
      "INSERT INTO pool_names (name, kind, pool) VALUES ('aa.example.com', 'MX', 'gateways'),"
      " ('example.com', 'MX', 'gateways'), ('zz.example.com', 'MX', 'gateways'), ('zz.example.com', 'A', "
      "'gateways'),"
      " ('*.aaa.example.com', 'MX', 'gateways')");
  EXPECT_EQ(walked_names(), (Texts{"*.aaa.example.com", "*.example.com", "-.example.com", "0.example.com",
                                   R"(\000.example.com)", "_.example.com", "a-b.example.com", "a.example.com",
                                   "a0.example.com", "aa.example.com", "b.example.com", "example.com",
                                   "mail1.example.com", "www.a.example.com", "z.example.com", "zz.example.com"}));
}

TEST_F(Lookup, WalksThroughWhatStandsAtEachName) {
  add({"example.com SOA a b 1 2 3 4 5", "example.com NS ns1.example.com", "example.com MX 10 a..b",
       "example.com a 10.0.0.5", "mail1.example.com TXT x", "sub.example.com NS ns.sub.example.com",
       "ns.sub.example.com A 10.0.0.6", "lower.example.com ns ns.example.org", "x.lower.example.com A 10.0.0.6",
       "broken.example.com NS a..b", "x.broken.example.com A 10.0.0.6", "deep.sub.example.com NS ns.example.org",
       "x.deep.sub.example.com A 10.0.0.1", "www.example.com A 10.0.0.256", R"(a\.sub.example.com A 10.0.0.1)",
       "*.example.com A 10.0.0.1", "_25._tcp.mail1.example.com TLSA 3 1 1 abcd"});
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl, disabled) VALUES"
      " (1, 'off.example.com', 'NS', 'ns1.example.org', 60, 1), (1, 'x.off.example.com', 'A', '10.0.0.7', 60, 1),"
      " (1, 'y.off.example.com', 'A', '10.0.0.7', NULL, 0), (1, '_tcp.mail1.example.com', NULL, NULL, NULL, 0),"
      " (2, 'example.net', 'A', '10.0.0.7', 60, 0);"
      "INSERT INTO mail_servers (name) VALUES ('bare.example.com'), ('mx.sub.example.com');"
      "INSERT INTO mail_addresses (server, address) VALUES ('mx.sub.example.com', '2001:db8::1');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'gateways'), ('example.net', 'MX', "
      "'gateways'),"
      " ('mail.example.com', 'A', 'relays'), ('mail.example.com', 'MX', 'gateways'), ('www.example.com', 'MX', "
      "'relays'),"
      " ('pool.sub.example.com', 'MX', 'relays'), ('*.x.example.com', 'MX', 'relays')");
  const auto names = walk();
  EXPECT_EQ(names.size(), 20U) << "without what is switched off";
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(described(names[i]), described(at(names[i].name)));
    EXPECT_TRUE(i == 0 || names[i - 1].name < names[i].name) << names[i].name;
  }
}

TEST_F(Lookup, WalksThroughOneZoneOnly) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (3, 'sub.example.com', 'NATIVE');"
      "INSERT INTO records (domain_id, name, type, content) VALUES (3, 'www.sub.example.com', 'A', '10.0.0.1'),"
      " (1, 'www.example.com', 'A', '10.0.0.1'), (NULL, 'lost.example.com', 'A', '10.0.0.1'),"
      // Outside of their zone, or nowhere: never answered, so never transferred.
      " (1, 'www.example.net', 'A', '10.0.0.1'), (1, 'com', 'A', '10.0.0.1'), (1, 'myexample.com', 'A', "
      "'10.0.0.1'),"
      " (1, NULL, 'A', '10.0.0.1'), (1, '', 'A', '10.0.0.1');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('mail.sub.example.com', 'MX', 'gateways')");
  EXPECT_EQ(walked_names(), (Texts{"mail1.example.com", "www.example.com"}));
}

TEST_F(Lookup, WalksWithOtherReadsInBetween) {
  add({"a.example.com A 10.0.0.1", "b.example.com A 10.0.0.1", "c.example.com A 10.0.0.1"});
  database_.exec("INSERT INTO pool_names (name, kind, pool) VALUES ('b.example.com', 'MX', 'gateways')");
  Texts names;
  Connection connection(database_.path(), Connection::Mode::reading);
  read(connection, [&](Connection& in_transaction) {
    const auto zone = find_zone(in_transaction, "example.com");
    for_each_name(in_transaction, zone.value(), [&](NameContents&& contents) {
      names.push_back(contents.name);
      EXPECT_EQ(described(read_name(in_transaction, zone.value(), contents.name)), described(contents));
    });
  });
  EXPECT_EQ(names, (Texts{"a.example.com", "b.example.com", "c.example.com", "mail1.example.com"}));
}

TEST_F(Lookup, WalksByRowsThatAreNoNames) {
  add({"a.example.com A 10.0.0.1"});
  database_.exec(
      "INSERT INTO records (id, domain_id, name, type, content) VALUES (91, 1, 'a..b.example.com', 'A', "
      "'10.0.0.1'),"
      " (92, 1, '.example.com', 'A', '10.0.0.1'), (93, 1, replace(hex(zeroblob(100)), '00', 'ab.') || "
      "'example.com', 'A', '10.0.0.1'),"
      " (94, 1, 'x\\9.example.com', 'A', '10.0.0.1'), (95, 1, 'WWW.example.com', 'A', '10.0.0.1');"
      "PRAGMA ignore_check_constraints = 1;"
      "INSERT INTO pool_names (name, kind, pool, domain_id) VALUES ('p..example.com', 'MX', 'gateways', 1)");
  Texts told;
  Texts names;
  Connection connection(database_.path(), Connection::Mode::reading);
  read(connection, [&](Connection& in_transaction) {
    for_each_name(
        in_transaction, {1, "example.com"}, [&](NameContents&& contents) { names.push_back(contents.name); },
        [&](const RowDefect& defect) { told.push_back(defect.row); });
  });
  EXPECT_EQ(names, (Texts{"WWW.example.com", "a.example.com", "mail1.example.com"}));
  EXPECT_EQ(told, (Texts{"pool_names or mail_servers p..example.com", "records.id 92", "records.id 91",
                         "records.id 93", "records.id 94"}));
  EXPECT_FALSE(at("b.example.com").has_names_below) << "what is no name makes no non-terminal";
}

}  // namespace
}  // namespace mxbalance::db
