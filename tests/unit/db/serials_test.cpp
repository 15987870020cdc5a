// The serials that are served: how far each kind of edit moves them, as a person with the sqlite3 shell makes it.
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "db/bound_statement.h"
#include "db/connection.h"
#include "db/lookup.h"
#include "db/soa.h"
#include "db/zones.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

/// How far `serial` is ahead of `before` (RFC 1982 §3.2).
std::int32_t serial_distance(std::uint32_t before, std::uint32_t serial) {
  return static_cast<std::int32_t>(serial - before);
}

/// The serial of `zone` as it is served; absent: none is. Everything that says it must say the same.
std::optional<std::uint32_t> served_by_all(Connection& connection, std::string_view zone) {
  const auto found = find_zone(connection, zone);
  if (!found) return std::nullopt;
  std::optional<std::uint32_t> serial;
  if (const auto row = number(connection, "SELECT served FROM zone_serials WHERE domain_id = ?", found->id)) {
    serial = static_cast<std::uint32_t>(*row);
  }
  EXPECT_EQ(read_zone_info(connection, zone)->serial, serial);
  std::optional<std::uint32_t> answered;
  for (const auto& record : read_name(connection, *found, found->name, false).records) {
    if (record.type == "SOA" && !answered) answered = soa_serial(record.content);
  }
  EXPECT_EQ(answered, serial);
  std::optional<std::uint32_t> transferred;
  for_each_name(connection, *found, false, [&](const NameContents& contents) {
    for (const auto& record : contents.records) {
      if (record.type == "SOA" && !transferred) transferred = soa_serial(record.content);
    }
  });
  EXPECT_EQ(transferred, serial);
  return serial;
}

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
      {"UPDATE OR REPLACE pools SET name = 'inbound' WHERE name = 'relays'", some_way},
      {"UPDATE OR REPLACE pools SET name = 'relays' WHERE name = 'inbound'", some_way},
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
    connection.database().exec(
        "UPDATE records SET disabled = 1 WHERE id = 1;"
        "INSERT INTO records (domain_id, name, type, content) VALUES (1, 'example.com', 'SOA', 'ns h 3 2 3 4 5')");
    const auto serial = served_by_all(connection, "example.com");
    std::vector<std::uint32_t> all;
    for (const auto& record : read_name(connection, {1, "example.com"}, "example.com", true).records)
      all.push_back(soa_serial(record.content).value());
    EXPECT_EQ(all, (std::vector<std::uint32_t>{100, serial.value()})) << "the first one is switched off";
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
    EXPECT_LT(sqlite3_total_changes(connection.database().getHandle()) - written, 10);
    EXPECT_EQ(texts(connection, zones), rows);
    EXPECT_EQ(sum(), before + 1000);
  });
}

// --- a random walk

/// Writes edits of every kind about few names, so that they meet.
class SerialEditor {
 public:
  explicit SerialEditor(unsigned seed) : random_(seed) {}

  std::string next() {
    static const std::vector<std::string> forms = {
        "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (ZONE_ID, NAME, TYPE, CONTENT, TTL)",
        "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (ZONE_ID, NAME, TYPE, CONTENT, TTL)",
        "REPLACE INTO records (id, domain_id, name, type, content, ttl) VALUES (ROW, ZONE_ID, NAME, TYPE, CONTENT,"
        " TTL)",
        "UPDATE records SET content = CONTENT WHERE id = ROW AND type <> 'SOA'",
        "UPDATE records SET ttl = TTL WHERE id = ROW",
        "UPDATE records SET disabled = 1 - coalesce(disabled, 0) WHERE id = ROW",
        "UPDATE records SET type = TYPE WHERE id = ROW AND coalesce(type, '') <> 'SOA'",
        "UPDATE records SET name = NAME WHERE id = ROW AND coalesce(type, '') <> 'SOA'",
        "UPDATE records SET domain_id = ZONE_ID WHERE id = ROW AND coalesce(type, '') <> 'SOA'",
        "UPDATE records SET auth = 0, ordername = NAME",
        "DELETE FROM records WHERE id = ROW AND coalesce(type, '') <> 'SOA'",
        "DELETE FROM records WHERE name = NAME AND coalesce(type, '') <> 'SOA'",
        "UPDATE records SET content = SOA WHERE type = 'SOA' AND domain_id = ZONE_ID",
        "UPDATE records SET content = SOA WHERE type = 'SOA' AND domain_id = ZONE_ID",
        "UPDATE records SET disabled = 1 - coalesce(disabled, 0) WHERE type = 'SOA' AND domain_id = ZONE_ID",
        "DELETE FROM records WHERE type = 'SOA' AND domain_id = ZONE_ID",
        "DELETE FROM records WHERE type = 'SOA' AND domain_id = ZONE_ID; INSERT INTO records (domain_id, name, "
        "type,"
        " content) SELECT id, name, 'SOA', SOA FROM domains WHERE id = ZONE_ID",
        "INSERT INTO records (domain_id, name, type, content) SELECT id, name, 'SOA', SOA FROM domains d WHERE NOT"
        " EXISTS (SELECT 1 FROM records r WHERE r.domain_id = d.id AND r.type = 'SOA')",
        "REPLACE INTO records (id, domain_id, name, type, content) SELECT r.id, r.domain_id, r.name, 'SOA', SOA "
        "FROM"
        " records r WHERE r.type = 'SOA' AND r.domain_id = ZONE_ID LIMIT 1",
        "INSERT@ INTO mail_servers (name, state) VALUES (HOST, STATE)",
        "INSERT INTO mail_servers (name) VALUES (HOST) ON CONFLICT (name) DO UPDATE SET state = STATE",
        "UPDATE@ mail_servers SET state = STATE WHERE name = HOST",
        "UPDATE@ mail_servers SET weight = TTL WHERE name = HOST",
        "UPDATE@ mail_servers SET ttl = TTL WHERE name = HOST",
        "UPDATE@ mail_servers SET health = HEALTH WHERE name = HOST",
        "UPDATE@ mail_servers SET name = HOST WHERE name = HOST",
        "DELETE FROM mail_servers WHERE name = HOST",
        "INSERT@ INTO mail_addresses (server, address) VALUES (HOST, ADDRESS)",
        "INSERT@ INTO mail_addresses (server, address) VALUES (HOST, ADDRESS)",
        "UPDATE@ mail_addresses SET address = ADDRESS WHERE server = HOST",
        "UPDATE@ mail_addresses SET server = HOST WHERE server = HOST",
        "UPDATE@ mail_addresses SET health = HEALTH WHERE server = HOST",
        "DELETE FROM mail_addresses WHERE server = HOST",
        "INSERT@ INTO pools (name) VALUES (POOL)",
        "UPDATE@ pools SET ttl = TTL WHERE name = POOL",
        "UPDATE@ pools SET name = POOL WHERE name = POOL",
        "DELETE FROM pools WHERE name = POOL",
        "INSERT@ INTO pool_members (pool, server) VALUES (POOL, HOST)",
        "INSERT@ INTO pool_members (pool, server) VALUES (POOL, HOST)",
        "UPDATE@ pool_members SET weight = TTL WHERE pool = POOL",
        "UPDATE@ pool_members SET pool = POOL WHERE server = HOST",
        "UPDATE@ pool_members SET server = HOST WHERE pool = POOL",
        "DELETE FROM pool_members WHERE pool = POOL AND server = HOST",
        "INSERT@ INTO pool_names (name, kind, pool) VALUES (NAME, KIND, POOL)",
        "INSERT@ INTO pool_names (name, kind, pool) VALUES (NAME, KIND, POOL)",
        "INSERT INTO pool_names (name, kind, pool) VALUES (NAME, KIND, POOL) ON CONFLICT (name, kind) DO UPDATE "
        "SET"
        " pool = POOL",
        "UPDATE@ pool_names SET name = NAME WHERE name = NAME",
        "UPDATE@ pool_names SET pool = POOL WHERE name = NAME",
        "UPDATE@ pool_names SET kind = KIND WHERE name = NAME",
        "DELETE FROM pool_names WHERE name = NAME",
        "INSERT INTO domains (name, type) VALUES ('sub.a.com', 'NATIVE'); UPDATE zone_changes SET counting = 1;"
        "INSERT INTO records (domain_id, name, type, content) SELECT id, name, 'SOA', SOA FROM domains WHERE name "
        "="
        " 'sub.a.com'",
        "DELETE FROM domains WHERE name = 'sub.a.com'",
        "UPDATE domains SET type = KIND_OF_ZONE WHERE id = ZONE_ID",
        "UPDATE domains SET id = 9 WHERE id = ZONE_ID; UPDATE records SET domain_id = 9 WHERE domain_id = ZONE_ID",
        "UPDATE records SET domain_id = ZONE_ID WHERE domain_id = 9; UPDATE domains SET id = ZONE_ID WHERE id = 9",
        "UPDATE domains SET id = ZONE_ID WHERE id = 9; UPDATE records SET domain_id = ZONE_ID WHERE domain_id = 9",
    };
    std::string text = one_of(forms);
    // The same zone everywhere in an edit, the rest drawn at each place.
    static const std::vector<std::string> zones = {"1", "2", "3", "9"};
    replace_each(text, "ZONE_ID", {one_of(zones)});
    replace_each(text, "KIND_OF_ZONE", {"'NATIVE'", "'MASTER'"});
    replace_each(text, "SOA,", {soa() + ","});
    replace_each(text, "SOA)", {soa() + ")"});
    replace_each(text, "SOA ", {soa() + " "});
    replace_each(text, "NAME", {"'a.com'", "'b.com'", "'x.a.com'", "'x.b.com'", "'x.sub.a.com'", "'sub.a.com'"});
    replace_each(text, "TYPE", {"'TXT'", "'A'", "'NS'", "''", "NULL"});
    replace_each(text, "CONTENT", {"'10.0.0.1'", "'10.0.0.2'", "'ns.example'", "'\"x\"'"});
    replace_each(text, "TTL", {"1", "2", "3"});
    replace_each(text, "ROW", {"1", "2", "3", "4", "5", "6", "7", "8"});
    replace_each(text, "HOST", {"'m1.a.com'", "'m2.a.com'", "'m3.b.com'", "'m4.com'", "'m5.sub.a.com'"});
    replace_each(text, "STATE", {"'enabled'", "'enabled'", "'drain'", "'disabled'"});
    replace_each(text, "HEALTH", {"'unknown'", "'up'", "'down'"});
    replace_each(text, "ADDRESS", {"'10.0.0.1'", "'10.0.0.2'", "'::1'"});
    replace_each(text, "POOL", {"'p'", "'q'", "'r'"});
    replace_each(text, "KIND", {"'MX'", "'A'"});
    replace_each(text, "@", {"", "", " OR REPLACE", " OR IGNORE"});
    return text;
  }

 private:
  std::string soa() {
    // None half way round from another, where what is ahead is undecided (RFC 1982 §3.2).
    static const std::vector<std::string> serials = {"1",         "7",          "100",        "101",
                                                     "200000000", "1500000000", "3000000000", "4294967295"};
    return "'ns h " + one_of(serials) + " 2 3 4 5'";
  }

  const std::string& one_of(const std::vector<std::string>& choices) {
    return choices[std::uniform_int_distribution<std::size_t>(0, choices.size() - 1)(random_)];
  }

  /// Not inside a word in quotes or another word.
  void replace_each(std::string& text, const std::string& word, const std::vector<std::string>& choices) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
      if (at > 0 && text[at - 1] == '\'') {
        at += word.size();
        continue;
      }
      const std::string& choice = one_of(choices);
      text.replace(at, word.size(), choice);
      at += choice.size();
    }
  }

  std::mt19937 random_;
};

/// What secondaries would have of the zone, but its serial.
std::string published_content(Connection& connection, const std::string& zone) {
  constexpr const char* rows = R"(
    SELECT coalesce(group_concat(line, x'0a'), '') FROM (
      SELECT r.name || ' ' || upper(r.type) || ' ' || coalesce(r.ttl, 3600) ||
             CASE upper(r.type) WHEN 'SOA' THEN '' ELSE ' ' || coalesce(r.content, '') END AS line
        FROM records r JOIN domains d ON d.id = r.domain_id
       WHERE d.name = ?1 AND r.type <> '' AND NOT coalesce(r.disabled, 0)
       UNION ALL
      SELECT n.name || ' ' || n.kind || ' ' || p.ttl || ' ' || m.server || ' ' || m.preference || ' ' ||
             coalesce(m.weight, s.weight) || ' ' || s.state || ' ' || (s.health = 'down') || ' ' ||
             coalesce((SELECT group_concat(a.address || (a.health = 'down')) FROM mail_addresses a
                        WHERE a.server = s.name), '')
        FROM pool_names n JOIN domains d ON d.id = n.domain_id JOIN pools p ON p.name = n.pool
        JOIN pool_members m ON m.pool = p.name JOIN mail_servers s ON s.name = m.server
       WHERE d.name = ?1
       UNION ALL
      SELECT s.name || ' ' || s.ttl || ' ' || a.address || ' ' || (s.health = 'down') || (a.health = 'down')
        FROM mail_servers s JOIN domains d ON d.id = s.domain_id JOIN mail_addresses a ON a.server = s.name
       WHERE d.name = ?1
       ORDER BY 1))";
  return texts(connection, rows, zone).at(0);
}

class RandomSerials : public ::testing::TestWithParam<unsigned> {
 protected:
  struct Seen {
    std::uint32_t serial = 0;
    std::string content;
  };

  /// Compares each zone with what was last seen of it.
  void look(Connection& connection, const std::string& edit) {
    for (const std::string zone : {"a.com", "b.com", "sub.a.com"}) {
      if (!find_zone(connection, zone)) {
        seen_.erase(zone);  // it may come back as another one
        continue;
      }
      const auto serial = served_by_all(connection, zone);
      if (!serial) continue;
      const std::string content = published_content(connection, zone);
      const auto last = seen_.find(zone);
      if (last != seen_.end()) {
        const auto moved = serial_distance(last->second.serial, *serial);
        ASSERT_GE(moved, 0) << zone << " fell from " << last->second.serial << " to " << *serial << ": " << edit;
        if (content != last->second.content) {
          ++changes_;
          ASSERT_GT(moved, 0) << zone << ": " << edit << "\nbefore:\n"
                              << last->second.content << "\nafter:\n"
                              << content;
        }
      }
      seen_[zone] = {*serial, content};
    }
  }

  std::map<std::string, Seen> seen_;
  int changes_ = 0;
  int done_ = 0;
  testing::TemporaryDatabase database_;
};

TEST_P(RandomSerials, NeverFallAndMoveWithTheContent) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (1, 'a.com', 'NATIVE'), (2, 'b.com', 'NATIVE');"
      "INSERT INTO records (domain_id, name, type, content) SELECT id, name, 'SOA', 'ns h 100 2 3 4 5' FROM "
      "domains;"
      "UPDATE zone_changes SET counting = 1");
  SerialEditor editor(GetParam());
  Connection connection(database_.path(), Connection::Mode::writing);
  rehearse(connection, [&](Connection& edited) {
    for (int i = 0; i < 1000 && !HasFatalFailure(); ++i) {
      const std::string edit = editor.next();
      edited.database().exec("SAVEPOINT edit");
      try {
        edited.database().exec(edit);
        ++done_;
      } catch (const SQLite::Exception&) {
        edited.database().exec("ROLLBACK TO edit");
      }
      edited.database().exec("RELEASE edit");
      look(edited, edit);
    }
  });
  EXPECT_GT(done_, 500);
  EXPECT_GT(changes_, 50);
}

INSTANTIATE_TEST_SUITE_P(Walks, RandomSerials, ::testing::Values(1U, 3U, 4U, 6U),
                         [](const auto& walk) { return "Seed" + std::to_string(walk.param); });

}  // namespace
}  // namespace mxbalance::db
