// domain_id of mail servers and published names: always the deepest zone here that holds the name.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/db/schema/cases/hand_edited_store.h"

namespace mxbalance::db {
namespace {

using testing::HandEditedStore;

class ZoneOfAName : public ::testing::Test {
 protected:
  ZoneOfAName() {
    store_.exec(
        "INSERT INTO mail_servers (name) VALUES ('mx.example.org');"
        "INSERT INTO pools (name) VALUES ('p');"
        "INSERT INTO pool_members (pool, server) VALUES ('p', 'mx.example.org')");
  }

  void add_zone(const std::string& name) {
    store_.exec("INSERT INTO domains (name, type) VALUES ('" + name + "', 'NATIVE')");
  }

  void publish(const std::string& name) {
    store_.exec("INSERT INTO pool_names (name, kind, pool) VALUES ('" + name + "', 'MX', 'p')");
  }

  /// "name zone" for each server and published name but the first server; the zone's name as it is stored.
  std::vector<std::string> zones() {
    return store_.rows(
        "SELECT n.name || ' ' || coalesce(d.name, CASE WHEN domain_id IS NULL THEN '-' ELSE 'dangling' END)"
        "  FROM (SELECT name, domain_id FROM mail_servers WHERE name <> 'mx.example.org' UNION ALL"
        "        SELECT name, domain_id FROM pool_names) n LEFT JOIN domains d ON d.id = n.domain_id ORDER BY 1");
  }

  using Lines = std::vector<std::string>;

  HandEditedStore store_;
};

TEST_F(ZoneOfAName, IsTheDeepestOneThatIsHere) {
  for (const char* zone : {"com", "example.com", "a.b.example.com", "ample.com", "net"})
    add_zone(zone);
  for (const char* name : {"example.com", "x.example.com", "b.example.com", "a.b.example.com", "x.a.b.example.com",
                           "*.example.com", "example.net", "other.org", "xexample.com", "com"}) {
    publish(name);
  }
  store_.exec(
      "INSERT INTO mail_servers (name) VALUES ('mail.b.example.com'), ('mail.a.b.example.com'), ('mail.org'), "
      "('mailexample.com')");
  EXPECT_EQ(zones(),
            (Lines{"*.example.com example.com", "a.b.example.com a.b.example.com", "b.example.com example.com",
                   "com com", "example.com example.com", "example.net net", "mail.a.b.example.com a.b.example.com",
                   "mail.b.example.com example.com", "mail.org -", "mailexample.com com", "other.org -",
                   "x.a.b.example.com a.b.example.com", "x.example.com example.com", "xexample.com com"}));
}

TEST_F(ZoneOfAName, ChangesWhenAZoneComes) {
  for (const char* name :
       {"example.com", "x.sub.example.com", "*.sub.example.com", "sub.example.net", "subexample.com"})
    publish(name);
  store_.exec("INSERT INTO mail_servers (name) VALUES ('mail.sub.example.com')");
  add_zone("sub.example.com");
  EXPECT_EQ(zones(),
            (Lines{"*.sub.example.com sub.example.com", "example.com -", "mail.sub.example.com sub.example.com",
                   "sub.example.net -", "subexample.com -", "x.sub.example.com sub.example.com"}));
  add_zone("com");
  add_zone("Example.COM");
  EXPECT_EQ(zones(), (Lines{"*.sub.example.com sub.example.com", "example.com Example.COM",
                            "mail.sub.example.com sub.example.com", "sub.example.net -", "subexample.com com",
                            "x.sub.example.com sub.example.com"}));
  store_.exec("INSERT INTO domains (name, type) VALUES ('x.sub.example.com', 'NATIVE'), ('net', 'NATIVE')");
  EXPECT_EQ(zones(), (Lines{"*.sub.example.com sub.example.com", "example.com Example.COM",
                            "mail.sub.example.com sub.example.com", "sub.example.net net", "subexample.com com",
                            "x.sub.example.com x.sub.example.com"}));
}

TEST_F(ZoneOfAName, ChangesWhenAZoneIsRenamed) {
  for (const char* zone : {"com", "example.com", "sub.example.com"})
    add_zone(zone);
  for (const char* name : {"x.example.com", "x.sub.example.com", "x.other.com"})
    publish(name);
  store_.exec("INSERT INTO mail_servers (name) VALUES ('mail.example.com'), ('mail.other.com')");
  store_.exec("UPDATE domains SET name = 'other.com' WHERE name = 'example.com'");
  EXPECT_EQ(zones(), (Lines{"mail.example.com com", "mail.other.com other.com", "x.example.com com",
                            "x.other.com other.com", "x.sub.example.com sub.example.com"}));
  store_.exec("UPDATE domains SET name = 'example.com' WHERE name = 'com'");
  EXPECT_EQ(zones(),
            (Lines{"mail.example.com example.com", "mail.other.com other.com", "x.example.com example.com",
                   "x.other.com other.com", "x.sub.example.com sub.example.com"}));
  store_.exec("UPDATE domains SET id = 4711 WHERE name = 'other.com'");
  EXPECT_EQ(zones(),
            (Lines{"mail.example.com example.com", "mail.other.com other.com", "x.example.com example.com",
                   "x.other.com other.com", "x.sub.example.com sub.example.com"}));
  store_.exec("UPDATE domains SET notified_serial = 5, name = name");
  EXPECT_EQ(zones().size(), 5U);
}

TEST_F(ZoneOfAName, ChangesWhenTheNameDoes) {
  add_zone("example.com");
  add_zone("example.net");
  publish("x.example.com");
  store_.exec("INSERT INTO mail_servers (name) VALUES ('mail.example.com')");
  store_.exec(
      "UPDATE pool_names SET name = 'y.example.net'; UPDATE mail_servers SET name = 'mail.example.net' WHERE name "
      "= 'mail.example.com'");
  EXPECT_EQ(zones(), (Lines{"mail.example.net example.net", "y.example.net example.net"}));
  store_.exec(
      "UPDATE pool_names SET name = 'y.org', kind = 'MX'; UPDATE mail_servers SET name = 'mail.org' WHERE name = "
      "'mail.example.net'");
  EXPECT_EQ(zones(), (Lines{"mail.org -", "y.org -"}));
}

TEST_F(ZoneOfAName, IsNotForPeopleToInsert) {
  add_zone("example.com");
  store_.exec(
      "INSERT INTO mail_servers (name, domain_id) VALUES ('mail.example.com', 99);"
      "INSERT INTO pool_names (name, kind, pool, domain_id) VALUES ('example.com', 'MX', 'p', 99)");
  EXPECT_EQ(zones(), (Lines{"example.com example.com", "mail.example.com example.com"}));
  store_.exec(
      "REPLACE INTO mail_servers (name) VALUES ('mail.example.com'); REPLACE INTO pool_names (name, kind, pool) "
      "VALUES ('example.com', 'MX', 'p')");
  EXPECT_EQ(zones(), (Lines{"example.com example.com", "mail.example.com example.com"}));
}

TEST_F(ZoneOfAName, GoesWithEverythingInIt) {
  store_.exec(
      "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE'), (2, 'sub.example.com', "
      "'NATIVE')");
  for (const char* table : {"records (name, domain_id)", "domainmetadata (kind, domain_id)"}) {
    store_.exec("INSERT INTO " + std::string(table) + " VALUES ('x', 1), ('x', 2)");
  }
  store_.exec(
      "INSERT INTO cryptokeys (domain_id, flags) VALUES (1, 257), (2, 257);"
      "INSERT INTO comments (domain_id, name, type, modified_at, comment) VALUES (1, 'x', 'A', 0, ''), (2, 'x', "
      "'A', 0, '')");
  publish("example.com");
  publish("x.sub.example.com");
  store_.exec("INSERT INTO mail_servers (name) VALUES ('mail.sub.example.com')");
  store_.exec("DELETE FROM domains WHERE name = 'sub.example.com'");
  EXPECT_EQ(zones(), (Lines{"example.com example.com", "mail.sub.example.com example.com"}));
  for (const char* table : {"records", "domainmetadata", "cryptokeys", "comments"}) {
    EXPECT_EQ(store_.value("SELECT domain_id FROM " + std::string(table)), "1") << table;
  }
  store_.exec("DELETE FROM domains");
  EXPECT_EQ(zones(), (Lines{"mail.sub.example.com -"}));
  for (const char* table : {"records", "domainmetadata", "cryptokeys", "comments"}) {
    EXPECT_EQ(store_.value("SELECT count(*) FROM " + std::string(table)), "0") << table;
  }
}

TEST_F(ZoneOfAName, IsFoundInTheLongestNames) {
  const std::string label(61, 'a');
  const std::string longest = "a.b." + label + "." + label + "." + label + "." + label + ".c";
  ASSERT_EQ(longest.size(), 253U);
  add_zone("c");
  publish(longest);
  EXPECT_EQ(zones(), Lines{longest + " c"});
  add_zone(longest.substr(2));
  EXPECT_EQ(zones(), Lines{longest + " " + longest.substr(2)});
}

}  // namespace
}  // namespace mxbalance::db
