// The serials that are served: how far each kind of edit moves them, as a person with the sqlite3 shell makes it.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <sqlite3.h>

#include "tests/unit/db/lookup/served_serials.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

class Serials : public ::testing::Test {
 protected:
  void SetUp() override {
    database_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE'), (2, 'example.net', 'MASTER'),"
        " (3, 'example.org', 'SLAVE');"
        "INSERT INTO records (id, domain_id, name, type, content, ttl, prio) VALUES"
        " (1, 1, 'example.com', 'SOA', 'ns h 100 2 3 4 5', 60, 0),"
        " (2, 2, 'example.net', 'SOA', 'ns h 100 2 3 4 5', 60, 0),"
        " (3, 3, 'example.org', 'SOA', 'ns h 100 2 3 4 5', 60, 0),"
        " (4, 1, 'www.example.com', 'A', '10.0.0.9', 60, 0);"
        "INSERT INTO mail_servers (name) VALUES ('mail1.example.com'), ('mail2.example.net'), ('spare.example');"
        "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '10.0.0.1'),"
        " ('mail2.example.net', '10.0.0.2'), ('spare.example', '10.0.0.3');"
        "INSERT INTO pools (name) VALUES ('inbound'), ('relays');"
        "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail1.example.com'), ('inbound', "
        "'spare.example'),"
        " ('relays', 'spare.example');"
        "UPDATE zone_changes SET counting = 1;"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'inbound');"
        // Counts of their own, so that none is taken for another's.
        "UPDATE zone_changes SET serial = serial + 7 WHERE domain_id = 1;"
        "UPDATE pool_changes SET changes = changes + 20 WHERE pool = 'inbound';"
        "UPDATE pool_changes SET changes = changes + 300 WHERE pool = 'relays'");
  }

  /// Runs `work` on the store, which stays as it was.
  void trying(const std::function<void(Connection&)>& work) {
    Connection connection(database_.path(), Connection::Mode::writing);
    rehearse(connection, work);
  }

  testing::TemporaryDatabase database_;
};

/// Stands for any distance ahead.
constexpr int some_way = -1;

struct SerialEdit {
  const char* sql;
  int com = 0;  ///< how far the serial of example.com moves
  int net = 0;
};

class SerialsOfEdits : public Serials {
 protected:
  void expect(const std::vector<SerialEdit>& edits) {
    for (const auto& edit : edits) {
      SCOPED_TRACE(edit.sql);
      trying([&](Connection& connection) {
        const std::uint32_t com = served_by_all(connection, "example.com").value();
        const std::uint32_t net = served_by_all(connection, "example.net").value();
        connection.database().exec(edit.sql);
        expect_moved(com, served_by_all(connection, "example.com"), edit.com);
        expect_moved(net, served_by_all(connection, "example.net"), edit.net);
        EXPECT_EQ(served_by_all(connection, "example.org"), 100U) << "which is a secondary zone";
      });
    }
  }

 private:
  static void expect_moved(std::uint32_t before, std::optional<std::uint32_t> after, int moves) {
    ASSERT_TRUE(after);
    if (moves == some_way) {
      EXPECT_GT(serial_distance(before, *after), 0);
    } else {
      EXPECT_EQ(serial_distance(before, *after), moves);
    }
  }
};

TEST_F(SerialsOfEdits, OfRecords) {
  expect({
      {"INSERT INTO records (domain_id, name, type, content) VALUES (1, 'a.example.com', 'A', '10.0.0.9')", 1},
      {"INSERT INTO records (domain_id, name, type, content) VALUES (1, 'a.example.com', 'A', '10.0.0.8'),"
       " (2, 'a.example.net', 'A', '10.0.0.8'), (1, 'b.example.com', 'txt', '\"x\"')",
       2, 1},
      {"INSERT INTO records (domain_id, name, type, content) VALUES (1, 'a.example.com', '', NULL)"},
      {"INSERT INTO records (domain_id, name, type, content) VALUES (1, 'a.example.com', NULL, NULL)"},
      {"UPDATE records SET content = '10.0.0.8' WHERE id = 4", 1},
      {"UPDATE records SET ttl = 61 WHERE id = 4", 1},
      {"UPDATE records SET ttl = NULL WHERE id = 4", 1},
      {"UPDATE records SET prio = 1 WHERE id = 4", 1},
      {"UPDATE records SET name = 'x.example.com' WHERE id = 4", 1},
      {"UPDATE records SET type = 'TXT', content = '\"x\"' WHERE id = 4", 1},
      {"UPDATE records SET type = '' WHERE id = 4", 1},
      {"UPDATE records SET type = NULL WHERE id = 4", 1},
      {"UPDATE records SET type = '' WHERE id = 4; UPDATE records SET content = 'x' WHERE id = 4", 1},
      {"UPDATE records SET type = '' WHERE id = 4; UPDATE records SET type = 'TXT' WHERE id = 4", 2},
      {"UPDATE records SET disabled = 1 WHERE id = 4", 1},
      {"UPDATE records SET disabled = 1 WHERE id = 4; UPDATE records SET disabled = 0 WHERE id = 4", 2},
      {"UPDATE records SET domain_id = 2, name = 'www.example.net' WHERE id = 4", 1, 1},
      {"UPDATE records SET content = content, ttl = ttl, disabled = disabled, name = name, type = type"},
      {"UPDATE records SET ordername = 'www', auth = 0"},
      {"DELETE FROM records WHERE id = 4", 1},
      {"DELETE FROM records WHERE id = 99"},
      {"REPLACE INTO records (id, domain_id, name, type, content) VALUES (4, 1, 'www.example.com', 'A', '::')", 1},
      {"REPLACE INTO records (id, domain_id, name, type, content) VALUES (4, 2, 'www.example.net', 'A', '::')", 1,
       1},
      {"REPLACE INTO records (id, domain_id, name, type, content) VALUES (4, 1, 'www.example.com', '', NULL)", 1},
      {"INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'X', 'y')"},
      {"INSERT INTO comments (domain_id, name, type, modified_at, comment) VALUES (1, 'x', 'A', 0, '')"},
  });
}

TEST_F(SerialsOfEdits, OfMailServers) {
  expect({
      {"UPDATE mail_servers SET weight = 70 WHERE name = 'mail1.example.com'", 2},  // its pool, and its own name
      {"UPDATE mail_servers SET weight = 70 WHERE name = 'mail2.example.net'", 0, 1},
      {"UPDATE mail_servers SET weight = 70 WHERE name = 'spare.example'", 1},
      {"UPDATE mail_servers SET weight = weight, state = state, health = health, ttl = ttl"},
      {"UPDATE mail_servers SET reason = 'none', changed_at = 0"},
      {"UPDATE mail_servers SET state = 'drain' WHERE name = 'spare.example'", 1},
      {"UPDATE mail_servers SET state = 'disabled' WHERE name = 'spare.example'", 1},
      {"UPDATE mail_servers SET ttl = 30 WHERE name = 'mail2.example.net'", 0, 1},
      {"UPDATE mail_servers SET health = 'up'"},
      {"UPDATE mail_servers SET health = 'up'; UPDATE mail_servers SET health = 'unknown'"},
      {"UPDATE mail_servers SET health = 'down' WHERE name = 'spare.example'", 1},
      {"UPDATE mail_servers SET health = 'down' WHERE name = 'spare.example';"
       "UPDATE mail_servers SET health = 'down', reason = 'still' WHERE name = 'spare.example'",
       1},
      {"UPDATE mail_servers SET health = 'down' WHERE name = 'spare.example';"
       "UPDATE mail_servers SET health = 'up' WHERE name = 'spare.example'",
       2},
      {"UPDATE mail_servers SET health = 'down' WHERE name = 'mail2.example.net'", 0, 1},
      {"INSERT INTO mail_servers (name) VALUES ('new.example.net')", 0, some_way},
      {"REPLACE INTO mail_servers (name, weight) VALUES ('mail2.example.net', 7)", 0, some_way},
      {"REPLACE INTO mail_servers (name, weight) VALUES ('spare.example', 7)", some_way},
      {"DELETE FROM mail_servers WHERE name = 'mail2.example.net'", 0, some_way},
      {"UPDATE mail_servers SET name = 'other.example.net' WHERE name = 'mail2.example.net'", 0, some_way},
      {"UPDATE mail_servers SET name = 'mail2.example' WHERE name = 'mail2.example.net'", 0, some_way},
      {"UPDATE mail_servers SET name = 'other.example' WHERE name = 'spare.example'", some_way},
      {"UPDATE mail_servers SET name = 'spare.example.net' WHERE name = 'spare.example'", some_way, some_way},
  });
}

TEST_F(SerialsOfEdits, OfAddresses) {
  expect({
      {"INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '::1')", 2},
      {"INSERT INTO mail_addresses (server, address) VALUES ('mail2.example.net', '::1')", 0, 1},
      {"UPDATE mail_addresses SET address = '10.0.0.7' WHERE server = 'spare.example'", 1},
      {"UPDATE mail_addresses SET address = address, server = server, health = health"},
      {"UPDATE mail_addresses SET reason = 'none'"},
      {"UPDATE mail_addresses SET health = 'up'"},
      {"UPDATE mail_addresses SET health = 'down' WHERE server = 'spare.example'", 1},
      {"UPDATE mail_addresses SET health = 'down' WHERE server = 'spare.example';"
       "UPDATE mail_addresses SET health = 'unknown' WHERE server = 'spare.example'",
       2},
      {"UPDATE mail_addresses SET unprobed_since = 1000 WHERE server = 'spare.example'", 1},
      {"UPDATE mail_addresses SET unprobed_since = 1000 WHERE server = 'spare.example';"
       "UPDATE mail_addresses SET unprobed_since = 2000 WHERE server = 'spare.example'",
       1},
      {"UPDATE mail_addresses SET server = 'mail2.example.net' WHERE server = 'spare.example'", 1, 1},
      {"REPLACE INTO mail_addresses (server, address, health) VALUES ('spare.example', '10.0.0.3', 'down')", 1},
      {"DELETE FROM mail_addresses WHERE server = 'spare.example'", 1},
      {"DELETE FROM mail_addresses WHERE server = 'mail2.example.net'", 0, 1},
  });
}

TEST_F(SerialsOfEdits, OfPoolsAndTheirMembers) {
  expect({
      {"UPDATE pools SET ttl = 30 WHERE name = 'inbound'", 1},
      {"UPDATE pools SET mx_policy = 'ranked' WHERE name = 'inbound'", 1},
      {"UPDATE pools SET address_policy = 'all' WHERE name = 'inbound'", 1},
      {"UPDATE pools SET max_addresses = 2 WHERE name = 'inbound'", 1},
      {"UPDATE pools SET min_live = 2 WHERE name = 'inbound'", 1},
      {"UPDATE pools SET ttl = 30 WHERE name = 'relays'"},
      {"REPLACE INTO pools (name, ttl) VALUES ('inbound', 30)", 1},
      {"INSERT INTO pools (name) VALUES ('third'); DELETE FROM pools WHERE name = 'third'"},
      {"DELETE FROM pools WHERE name = 'relays'"},
      {"UPDATE pools SET name = 'third' WHERE name = 'inbound'", some_way},
      {"UPDATE pools SET name = 'third' WHERE name = 'inbound'; UPDATE pools SET ttl = 30 WHERE name = 'third';"
       "UPDATE pools SET name = 'inbound' WHERE name = 'third'",
       some_way},
      {"UPDATE pools SET name = 'third' WHERE name = 'relays'"},
      {"INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail2.example.net')", 1},
      {"UPDATE pool_members SET weight = 7 WHERE pool = 'inbound' AND server = 'spare.example'", 1},
      {"UPDATE pool_members SET preference = 7 WHERE pool = 'inbound' AND server = 'spare.example'", 1},
      {"UPDATE pool_members SET server = 'mail2.example.net' WHERE pool = 'inbound' AND server = 'spare.example'",
       1},
      {"UPDATE pool_members SET pool = 'relays' WHERE server = 'mail1.example.com'", 1},
      {"REPLACE INTO pool_members (pool, server, weight) VALUES ('inbound', 'spare.example', 7)", 1},
      {"DELETE FROM pool_members WHERE pool = 'inbound' AND server = 'spare.example'", 1},
      {"UPDATE pool_members SET weight = 7 WHERE pool = 'relays'"},
  });
}

TEST_F(SerialsOfEdits, OfPublishedNames) {
  expect({
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('x.example.com', 'MX', 'inbound')", 1},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('example.net', 'MX', 'relays')", 0, 1},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('example', 'MX', 'relays')"},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('example.net', 'MX', 'relays');"
       "UPDATE pools SET ttl = 30 WHERE name = 'relays'",
       0, 2},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('example.net', 'MX', 'relays');"
       "DELETE FROM pool_names WHERE name = 'example.net'; UPDATE pools SET ttl = 30 WHERE name = 'relays'",
       0, 2},
      {"DELETE FROM pool_names", 1},
      {"REPLACE INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'relays')", 1},
      {"REPLACE INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'inbound')", 1},
      {"UPDATE pool_names SET pool = 'relays'", some_way},
      {"UPDATE pool_names SET pool = 'relays'; UPDATE pool_names SET pool = 'inbound'", some_way},
      {"UPDATE pool_names SET kind = 'A'", some_way},
      {"UPDATE pool_names SET name = 'x.example.com'", some_way},
      {"UPDATE pool_names SET name = 'x.example.net'", some_way, some_way},
      {"UPDATE pool_names SET name = 'x.example'", some_way},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('example.net', 'MX', 'relays');"
       "UPDATE OR REPLACE pool_names SET name = 'example.net' WHERE name = 'example.com'",
       some_way, some_way},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('example.net', 'MX', 'relays');"
       "UPDATE OR REPLACE pool_names SET name = 'example.com' WHERE name = 'example.net'",
       some_way, some_way},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'A', 'relays');"
       "UPDATE OR REPLACE pool_names SET kind = 'MX'",
       some_way},
  });
}

TEST_F(SerialsOfEdits, OfZonesThatComeGoAndMove) {
  expect({
      {"INSERT INTO domains (name, type) VALUES ('example.info', 'NATIVE')"},
      {"INSERT INTO domains (name, type) VALUES ('mail1.example.com', 'NATIVE')", some_way},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('sub.example.com', 'MX', 'relays');"
       "INSERT INTO domains (name, type) VALUES ('sub.example.com', 'NATIVE')",
       2},
      {"INSERT INTO domains (name, type) VALUES ('mail1.example.com', 'NATIVE');"
       "DELETE FROM domains WHERE name = 'mail1.example.com'",
       some_way},
      {"UPDATE domains SET type = 'MASTER', notified_serial = 5, last_check = 5, account = 'x' WHERE id = 1"},
      {"REPLACE INTO domains (id, name, type) VALUES (1, 'example.com', 'MASTER')"},
      {"UPDATE domains SET name = 'Example.COM' WHERE id = 1", some_way},
      {"UPDATE domains SET name = 'x.example' WHERE id = 1; UPDATE domains SET name = 'example.com' WHERE id = 1",
       some_way},
      {"UPDATE domains SET name = 'x.example' WHERE id = 1; UPDATE records SET name = 'x.example' WHERE id = 1;"
       "UPDATE records SET name = 'example.com' WHERE id = 1; UPDATE domains SET name = 'example.com' WHERE id = "
       "1",
       some_way},
      {"UPDATE domains SET id = 9 WHERE id = 1; UPDATE records SET domain_id = 9 WHERE domain_id = 1", some_way},
      {"UPDATE records SET domain_id = 9 WHERE domain_id = 1; UPDATE domains SET id = 9 WHERE id = 1", some_way},
      {"UPDATE domains SET id = 9 WHERE id = 2; UPDATE records SET domain_id = 9 WHERE domain_id = 2", 0,
       some_way},
      {"UPDATE domains SET id = 9 WHERE id = 1; UPDATE domains SET id = 1 WHERE id = 9", some_way},
      {"UPDATE domains SET id = 9 WHERE id = 1; UPDATE records SET domain_id = 9 WHERE domain_id = 1;"
       "UPDATE pools SET ttl = 30 WHERE name = 'inbound'; DELETE FROM pool_names",
       some_way},
  });
}

TEST_F(SerialsOfEdits, OfTheSoaRecord) {
  const SerialEdit edits[] = {
      {"UPDATE records SET content = 'ns h 1000 2 3 4 5' WHERE id = 2", 0, 900},  // ahead: as it stands
      {"UPDATE records SET content = 'ns h 1000 2 3 4 5' WHERE id = 2;"
       "UPDATE records SET content = 'ns h 1001 2 3 4 5' WHERE id = 2",
       0, 901},
      {"UPDATE records SET content = 'ns h 2147483747 2 3 4 5' WHERE id = 2", 0, 2147483647},  // as far as can be
      {"UPDATE records SET content = 'ns h 2147483798 2 3 4 5' WHERE id = 2", 0, 1},           // behind
      {"UPDATE records SET content = 'ns h 99 2 3 4 5' WHERE id = 2", 0, 1},
      {"UPDATE records SET content = 'ns h 0 2 3 4 5' WHERE id = 2", 0, 1},
      {"UPDATE records SET content = 'ns h 4294967295 2 3 4 5' WHERE id = 2", 0, 1},
      {"UPDATE records SET content = 'ns root 100 2 3 4 5' WHERE id = 2", 0, 1},
      {"UPDATE records SET content = '  ns ' || char(9) || ' h  101  2 3 4 5' WHERE id = 2", 0, 1},
      {"UPDATE records SET content = content, ttl = ttl, disabled = disabled WHERE id = 2"},
      {"UPDATE records SET ttl = 30 WHERE id = 2", 0, 1},
      {"UPDATE records SET ordername = '', auth = 1 WHERE id = 2"},
      {"UPDATE records SET disabled = 1 WHERE id = 2; UPDATE records SET disabled = 0 WHERE id = 2", 0, 1},
      {"UPDATE records SET disabled = 1 WHERE id = 2;"
       "INSERT INTO records (domain_id, name, type, content) VALUES (2, 'a.example.net', 'A', '::');"
       "UPDATE records SET disabled = 0 WHERE id = 2",
       0, 2},
      {"DELETE FROM records WHERE id = 2;"
       "INSERT INTO records (domain_id, name, type, content) VALUES (2, 'example.net', 'soa', 'ns h 100 2 3 4 5')",
       0, 1},
      {"DELETE FROM records WHERE id = 2;"
       "INSERT INTO records (domain_id, name, type, content) VALUES (2, 'example.net', 'SOA', 'ns h 7 2 3 4 5')",
       0, 1},
      {"DELETE FROM records WHERE id = 2;"
       "INSERT INTO records (domain_id, name, type, content) VALUES (2, 'example.net', 'SOA', 'ns h 700 2 3 4 5')",
       0, 600},
      {"REPLACE INTO records (id, domain_id, name, type, content) VALUES (2, 2, 'example.net', 'SOA',"
       " 'ns h 100 2 3 4 5')",
       0, 1},
      {"REPLACE INTO records (id, domain_id, name, type, content) VALUES (2, 2, 'example.net', 'SOA',"
       " 'ns h 7 2 3 4 5')",
       0, 1},
      {"REPLACE INTO records (id, domain_id, name, type, content) VALUES (2, 2, 'example.net', 'SOA',"
       " 'ns h 700 2 3 4 5')",
       0, 600},
      {"REPLACE INTO records (id, domain_id, name, type, content) VALUES (2, 2, 'a.example.net', 'A', '::');"
       "INSERT INTO records (domain_id, name, type, content) VALUES (2, 'example.net', 'SOA', 'ns h 7 2 3 4 5')",
       0, some_way},
      {"UPDATE records SET name = 'x.example.net' WHERE id = 2;"
       "UPDATE records SET name = 'example.net' WHERE id = 2",
       0, 1},
      {"UPDATE records SET type = 'TXT' WHERE id = 2; UPDATE records SET type = 'SOA' WHERE id = 2", 0, some_way},
      // Two of them for a while.
      {"INSERT INTO records (domain_id, name, type, content) VALUES (2, 'example.net', 'SOA', 'ns h 7 2 3 4 5');"
       "DELETE FROM records WHERE id = 2",
       0, some_way},
      {"INSERT INTO records (domain_id, name, type, content) VALUES (2, 'example.net', 'SOA', 'ns h 700 2 3 4 5');"
       "DELETE FROM records WHERE id = 2",
       0, some_way},
      {"INSERT INTO records (domain_id, name, type, content, disabled) VALUES (2, 'example.net', 'SOA',"
       " 'ns h 7 2 3 4 5', 1); UPDATE records SET disabled = 1 - disabled WHERE type = 'SOA' AND domain_id = 2",
       0, some_way},
  };
  for (const auto& edit : edits) {
    database_.exec("UPDATE zone_changes SET serial = 100, last_served = NULL WHERE domain_id = 2");
    expect({edit});
    const bool is_as_it_stands = edit.net > 1;
    if (is_as_it_stands) continue;
    // Where the served serial is ahead of the stored one it is the same.
    database_.exec("UPDATE zone_changes SET serial = 150 WHERE domain_id = 2");
    expect({edit});
  }
}

TEST_F(Serials, MoveWhereOneOfTwoSoaRecordsIsDeleted) {
  trying([](Connection& connection) {
    connection.database().exec(
        "INSERT INTO records (id, domain_id, name, type, content) VALUES"
        " (50, 2, 'example.net', 'SOA', 'ns h 100 2 3 4 5')");
    const auto before = served_by_all(connection, "example.net").value();
    connection.database().exec("DELETE FROM records WHERE id = 2");
    EXPECT_EQ(serial_distance(before, served_by_all(connection, "example.net").value()), 1);
  });
}

TEST_F(Serials, AreThoseOfASoaRecordThatIsAheadAlsoWherePoolsArePublished) {
  trying([](Connection& connection) {
    connection.database().exec(
        "DELETE FROM records WHERE id = 1;"
        "INSERT INTO records (id, domain_id, name, type, content) VALUES (1, 1, 'example.com', 'SOA',"
        " 'ns h 5000 2 3 4 5')");
    EXPECT_EQ(served_by_all(connection, "example.com"), 5000U);
    connection.database().exec("UPDATE records SET content = 'ns h 6000 2 3 4 5' WHERE id = 1");
    EXPECT_EQ(served_by_all(connection, "example.com"), 6000U);
  });
}

TEST_F(Serials, GoOnBeyondTheHighest) {
  trying([](Connection& connection) {
    connection.database().exec("UPDATE records SET content = 'ns h 2147483700 2 3 4 5' WHERE id = 2");
    EXPECT_EQ(served_by_all(connection, "example.net"), 2147483700U);
    connection.database().exec("UPDATE records SET content = 'ns h 4294967295 2 3 4 5' WHERE id = 2");
    EXPECT_EQ(served_by_all(connection, "example.net"), 4294967295U);
    for (const std::uint32_t next : {0U, 1U}) {
      connection.database().exec("UPDATE mail_servers SET weight = weight + 1 WHERE name = 'mail2.example.net'");
      EXPECT_EQ(served_by_all(connection, "example.net"), next);
    }
    connection.database().exec("UPDATE records SET content = 'ns h 5 2 3 4 5' WHERE id = 2");
    EXPECT_EQ(served_by_all(connection, "example.net"), 5U) << "ahead, beyond the highest";
    connection.database().exec("UPDATE records SET content = 'ns h 4294967295 2 3 4 5' WHERE id = 2");
    EXPECT_EQ(served_by_all(connection, "example.net"), 6U);
  });
  trying([](Connection& connection) {
    connection.database().exec(
        "UPDATE records SET content = 'ns h 2147483700 2 3 4 5' WHERE id = 2;"
        "UPDATE records SET content = 'ns h 4294967295 2 3 4 5' WHERE id = 2;"
        "UPDATE records SET content = 'ns root 4294967295 2 3 4 5' WHERE id = 2");
    EXPECT_EQ(served_by_all(connection, "example.net"), 0U);
  });
}

TEST_F(Serials, OfSecondaryZonesAreTheirPrimarys) {
  trying([](Connection& connection) {
    auto& edited = connection.database();
    edited.exec("INSERT INTO pool_names (name, kind, pool) VALUES ('example.org', 'MX', 'inbound')");
    edited.exec("UPDATE pools SET ttl = 30 WHERE name = 'inbound'");
    edited.exec("INSERT INTO records (domain_id, name, type, content) VALUES (3, 'a.example.org', 'A', '::')");
    EXPECT_EQ(served_by_all(connection, "example.org"), 100U);
    for (const std::uint32_t serial : {200U, 7U, 7U, 3000000000U}) {
      edited.exec("UPDATE records SET content = 'ns h " + std::to_string(serial) + " 2 3 4 5' WHERE id = 3");
      EXPECT_EQ(served_by_all(connection, "example.org"), serial);
    }
    edited.exec("UPDATE domains SET type = 'Master' WHERE id = 3");
    EXPECT_EQ(served_by_all(connection, "example.org"), 3000000000U) << "it goes on from there";
    edited.exec("UPDATE pools SET ttl = 31 WHERE name = 'inbound'");
    EXPECT_EQ(served_by_all(connection, "example.org"), 3000000001U);
    edited.exec("UPDATE domains SET type = 'slave' WHERE id = 3");
    EXPECT_EQ(served_by_all(connection, "example.org"), 3000000000U);
    edited.exec("UPDATE pools SET ttl = 32 WHERE name = 'inbound'");
    edited.exec("UPDATE records SET content = 'ns h 3000000007 2 3 4 5' WHERE id = 3");
    EXPECT_EQ(served_by_all(connection, "example.org"), 3000000007U);
    edited.exec("UPDATE domains SET type = 'NATIVE' WHERE id = 3");
    EXPECT_EQ(served_by_all(connection, "example.org"), 3000000007U);
  });
}

TEST_F(Serials, OfNewZonesAreAsTheyAreWrittenUntilTheyCount) {
  trying([](Connection& connection) {
    auto& edited = connection.database();
    edited.exec(
        "INSERT INTO domains (id, name, type) VALUES (4, 'new.example', 'NATIVE');"
        "INSERT INTO records (domain_id, name, type, content) VALUES (4, 'www.new.example', 'A', '10.0.0.1'),"
        " (4, 'new.example', 'SOA', 'ns h 2025112401 2 3 4 5'), (4, 'new.example', 'NS', 'ns.example');"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('new.example', 'MX', 'inbound');"
        "UPDATE records SET ttl = 5 WHERE domain_id = 4; DELETE FROM records WHERE name = 'www.new.example';"
        "REPLACE INTO pool_names (name, kind, pool) VALUES ('new.example', 'MX', 'relays');"
        "DELETE FROM pool_names WHERE name = 'new.example';"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('new.example', 'MX', 'relays')");
    EXPECT_EQ(served_by_all(connection, "new.example"), 2025112401U);
    edited.exec("UPDATE records SET content = 'ns h 7 2 3 4 5' WHERE domain_id = 4 AND type = 'SOA'");
    EXPECT_EQ(served_by_all(connection, "new.example"), 7U) << "nobody has the other one yet";
    edited.exec("UPDATE zone_changes SET counting = 1 WHERE NOT counting");
    EXPECT_EQ(served_by_all(connection, "new.example"), 7U);
    edited.exec(
        "INSERT INTO records (domain_id, name, type, content) VALUES (4, 'x.new.example', 'A', '10.0.0.1')");
    EXPECT_EQ(served_by_all(connection, "new.example"), 8U);
    edited.exec("UPDATE records SET content = 'ns h 3 2 3 4 5' WHERE domain_id = 4 AND type = 'SOA'");
    EXPECT_EQ(served_by_all(connection, "new.example"), 9U);
  });
}

TEST_F(Serials, BeginAnewWithAZoneThatWasRemoved) {
  trying([](Connection& connection) {
    auto& edited = connection.database();
    edited.exec("DELETE FROM domains WHERE id = 1");
    EXPECT_EQ(texts(connection, "SELECT domain_id FROM zone_changes ORDER BY 1"),
              (std::vector<std::string>{"2", "3"}));
    edited.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');"
        "INSERT INTO records (domain_id, name, type, content) VALUES (1, 'example.com', 'SOA', 'ns h 5 2 3 4 5')");
    EXPECT_EQ(served_by_all(connection, "example.com"), 5U);
  });
}

TEST_F(Serials, AreNotThoseOfSoaRecordsThatAreSwitchedOff) {
  trying([](Connection& connection) {
    const auto before = served_by_all(connection, "example.com").value();
    connection.database().exec(
        "UPDATE records SET disabled = 1 WHERE id = 1;"
        "INSERT INTO records (domain_id, name, type, content) VALUES (1, 'example.com', 'SOA', 'ns h 3 2 3 4 5')");
    EXPECT_EQ(served_by_all(connection, "example.com"), before + 1) << "the first one is switched off";
  });
}

TEST_F(Serials, OfAThousandZonesMoveWithoutAWriteToAnyOfThem) {
  database_.exec(
      "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 1009)"
      " INSERT INTO domains (id, name, type) SELECT i, 'zone' || i || '.example', 'NATIVE' FROM n;"
      "INSERT INTO records (domain_id, name, type, content) SELECT id, name, 'SOA', 'ns h 100 2 3 4 5' FROM "
      "domains"
      " WHERE id >= 10;"
      "INSERT INTO pool_names (name, kind, pool) SELECT name, 'MX', 'inbound' FROM domains WHERE id >= 10;"
      "UPDATE zone_changes SET counting = 1");
  trying([](Connection& connection) {
    constexpr const char* zones = "SELECT group_concat(domain_id || ' ' || serial) FROM zone_changes";
    const auto sum = [&] {
      return number(connection, "SELECT sum(served) FROM zone_serials WHERE domain_id >= 10").value();
    };
    const auto before = sum();
    const auto rows = texts(connection, zones);
    const int written = sqlite3_total_changes(connection.database().getHandle());
    connection.database().exec("UPDATE mail_servers SET health = 'down' WHERE name = 'spare.example'");
    EXPECT_LT(sqlite3_total_changes(connection.database().getHandle()) - written, 20);
    EXPECT_EQ(texts(connection, zones), rows);
    EXPECT_EQ(sum(), before + 1000);
  });
}

}  // namespace
}  // namespace mxbalance::db
