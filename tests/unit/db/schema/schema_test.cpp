// What one row may say: every CHECK and NOT NULL of the mail tables, with the sentence that a person reads.
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/db/schema/cases/hand_edited_store.h"

namespace mxbalance::db {
namespace {

using testing::HandEditedStore;

const std::string label63(63, 'a');
const std::string label64(64, 'a');
const std::string name253 = label63 + "." + label63 + "." + label63 + "." + std::string(61, 'b');

std::string quoted(const std::string& text) {
  return "'" + text + "'";
}

struct Column {
  std::string table;
  std::string column;
  std::string other_columns;  ///< of the row that carries the value
  std::string other_values;
  std::string sentence;  ///< what a bad value reads
  std::vector<std::string> good;
  std::vector<std::string> bad;
  bool may_be_null = false;
};

std::vector<std::string> bad_numbers(const std::string& too_small, const std::string& too_big) {
  return {too_small, too_big, "1.5", "'abc'", "'1x'", "''", "x'31'", "9223372036854775807", "1e300"};
}

std::vector<std::string> bad_words() {
  return {"''", "'Enabled'", "'UP'", "'MX '", "' up'", "'none'", "0", "1.5", "x'7570'"};
}

// Names that are neither a host's nor an owner name.
std::vector<std::string> bad_names() {
  return {"''",
          "'Mail.example.com'",
          "'mail.example.COM'",
          "'mail.example.com.'",
          "'.'",
          "'.example.com'",
          "'a..b'",
          "'a b'",
          "' a'",
          "'a '",
          "'a' || char(10)",
          "'a' || char(9) || 'b'",
          "'bücher.example'",
          "'a@b'",
          "'a/b'",
          "'a\\b'",
          "'a?'",
          "'[a]'",
          "'a''b'",
          "x'61'",
          "'a' || char(0) || 'b'",
          quoted(label64),
          quoted("a." + label64 + ".b"),
          quoted(name253 + "b"),
          "'*'",
          "'*a'",
          "'a*'",
          "'*a.b'",
          "'a.*.b'",
          "'a.*'",
          "'**.b'",
          "'*.*.b'",
          "'*.'"};
}

std::vector<std::string> with(std::vector<std::string> values, const std::vector<std::string>& more) {
  values.insert(values.end(), more.begin(), more.end());
  return values;
}

std::vector<Column> server_columns() {
  return {
      {"mail_servers",
       "name",
       "weight",
       "1",
       "mail_servers.name must be a host name in lower case without a trailing dot, such as mail1.example.com",
       {"'a'", "'mail3.example.com'", "'3com.example'", "'1.a'", "'a-b.c--d'", "'xn--bcher-kva.example'",
        quoted(label63), quoted(name253)},
       with(bad_names(), {"'_a.b'", "'a_b'", "'-a.b'", "'a-.b'", "'a.-b'", "'a.b-'", "'-'", "'*.example.com'",
                          "'192.0.2.1'", "'1'", "5", "1.5"})},
      {"mail_servers",
       "weight",
       "name",
       "'a'",
       "mail_servers.weight must be a whole number from 0 to 65535",
       {"0", "1", "100", "65535", "'50'", "7.0"},
       bad_numbers("-1", "65536")},
      {"mail_servers",
       "state",
       "name",
       "'a'",
       "mail_servers.state must be enabled, drain or disabled",
       {"'enabled'", "'drain'", "'disabled'"},
       with(bad_words(), {"'draining'"})},
      {"mail_servers",
       "health",
       "name",
       "'a'",
       "mail_servers.health must be unknown, up or down",
       {"'unknown'", "'up'", "'down'"},
       bad_words()},
      {"mail_servers",
       "reason",
       "name",
       "'a'",
       "mail_servers.reason must be text",
       {"''", "'disk is full: 100 %'", "5"},
       {"x''", "x'61'"}},
      {"mail_servers",
       "ttl",
       "name",
       "'a'",
       "mail_servers.ttl must be a whole number of seconds from 0 to 86400",
       {"0", "60", "86400", "'60'"},
       bad_numbers("-1", "86401")},
      {"mail_servers",
       "probe",
       "name",
       "'a'",
       "mail_servers.probe must be smtp, smtps, tcp, none or empty (NULL: the default of mxbalance serve)",
       {"NULL", "'smtp'", "'smtps'", "'tcp'", "'none'"},
       {"''", "'SMTP'", "'up'", "0", "x'7570'"},
       true},
      {"mail_servers",
       "probe_port",
       "name",
       "'a'",
       "mail_servers.probe_port must be empty (NULL) or a whole number from 1 to 65535",
       {"NULL", "1", "65535", "'25'"},
       bad_numbers("0", "65536"),
       true},
      {"mail_servers",
       "probe_interval",
       "name",
       "'a'",
       "mail_servers.probe_interval must be empty (NULL) or a number of seconds from 0.01 to 86400",
       {"NULL", "0.01", "5", "'1.5'", "86400"},
       {"0", "0.009", "86401", "'abc'", "''", "x'31'", "1e300"},
       true},
      {"mail_servers",
       "probe_timeout",
       "name",
       "'a'",
       "mail_servers.probe_timeout must be empty (NULL) or a number of seconds from 0.01 to 3600",
       {"NULL", "0.01", "5", "3600"},
       {"0", "-1", "3601", "'abc'", "''", "x'31'"},
       true},
      {"mail_servers",
       "probe_rise",
       "name",
       "'a'",
       "mail_servers.probe_rise must be empty (NULL) or a whole number from 1 to 100",
       {"NULL", "1", "100"},
       bad_numbers("0", "101"),
       true},
      {"mail_servers",
       "probe_fall",
       "name",
       "'a'",
       "mail_servers.probe_fall must be empty (NULL) or a whole number from 1 to 100",
       {"NULL", "1", "100"},
       bad_numbers("0", "101"),
       true},
      {"mail_servers",
       "probe_tls",
       "name",
       "'a'",
       "mail_servers.probe_tls must be off, try, require or empty (NULL)",
       {"NULL", "'off'", "'try'", "'require'"},
       bad_words(),
       true},
      {"mail_servers",
       "health_until",
       "name",
       "'a'",
       "mail_servers.health_until must be empty (NULL) or a whole number of seconds since 1970",
       {"NULL", "0", "1800000000"},
       {"1.5", "'soon'", "''", "x'31'"},
       true},
      {"mail_servers", "changed_at", "name", "'a'", "", {"0", "1700000000"}, {}},
      {"mail_addresses",
       "unprobed_since",
       "server, address",
       "'mail1.example.com', '::1'",
       "mail_addresses.unprobed_since must be empty (NULL) or a whole number of seconds since 1970",
       {"NULL", "0", "1800000000"},
       {"1.5", "'soon'", "''", "x'31'"},
       true},
      {"mail_addresses",
       "health",
       "server, address",
       "'mail1.example.com', '::1'",
       "mail_addresses.health must be unknown, up or down",
       {"'unknown'", "'up'", "'down'"},
       bad_words()},
      {"mail_addresses",
       "reason",
       "server, address",
       "'mail1.example.com', '::1'",
       "mail_addresses.reason must be text",
       {"''", "'connection refused'", "5"},
       {"x''", "x'61'"}},
  };
}

std::vector<Column> pool_columns() {
  const std::string ttl = "pools.ttl must be a whole number of seconds from 0 to 86400";
  return {
      {"pools",
       "name",
       "ttl",
       "60",
       "pools.name must be 1 to 63 characters from a to z, 0 to 9, - _ and .",
       {"'a'", "'inbound-2_b.x'", "'-'", "5", quoted(label63)},
       {"''", "'A'", "'a b'", "'a/b'", "'ä'", "x'61'", "'a' || char(0)", quoted(label64)}},
      {"pools", "ttl", "name", "'x'", ttl, {"0", "86400", "'5'"}, bad_numbers("-1", "86401")},
      {"pools",
       "mx_policy",
       "name",
       "'x'",
       "pools.mx_policy must be auto, equal or ranked",
       {"'auto'", "'equal'", "'ranked'"},
       with(bad_words(), {"'subset'"})},
      {"pools",
       "address_policy",
       "name",
       "'x'",
       "pools.address_policy must be auto, all or subset",
       {"'auto'", "'all'", "'subset'"},
       with(bad_words(), {"'ranked'"})},
      {"pools",
       "max_addresses",
       "name",
       "'x'",
       "pools.max_addresses must be a whole number from 1 to 64",
       {"1", "64", "'8'"},
       bad_numbers("0", "65")},
      {"pools",
       "min_live",
       "name",
       "'x'",
       "pools.min_live must be a whole number from 1 to 65535",
       {"1", "65535"},
       bad_numbers("0", "65536")},
      {"pools",
       "slow_start",
       "name",
       "'x'",
       "pools.slow_start must be a whole number of seconds from 0 to 86400",
       {"0", "60", "86400"},
       bad_numbers("-1", "86401")},
      {"pool_members",
       "preference",
       "pool, server",
       "'p', 'mail2.example.com'",
       "pool_members.preference must be a whole number from 0 to 65535",
       {"0", "10", "65535"},
       bad_numbers("-1", "65536")},
      {"pool_members",
       "weight",
       "pool, server",
       "'p', 'mail2.example.com'",
       "pool_members.weight must be empty (NULL) or a whole number from 0 to 65535",
       {"NULL", "0", "65535"},
       bad_numbers("-1", "65536"),
       true},
      {"pool_names",
       "name",
       "kind, pool",
       "'MX', 'p'",
       "pool_names.name must be a name in lower case without a trailing dot, such as example.com or *.example.com",
       {"'example.com'", "'*.example.com'", "'_x.example.com'", "'a'", "'a-.b'", "'1.2.0.192'",
        "'mail1.example.com'", "5", quoted(label63), quoted(name253)},
       bad_names()},
      {"pool_names",
       "kind",
       "name, pool",
       "'example.com', 'p'",
       "pool_names.kind must be MX or A (A stands for A and AAAA)",
       {"'MX'", "'A'"},
       with(bad_words(), {"'mx'", "'a'", "'AAAA'", "'TXT'"})},
      {"events", "at", "subject, field", "'a', 'state'", "", {"0"}, {}},
      {"events", "subject", "field", "'state'", "", {"'a'"}, {}},
      {"events", "field", "subject", "'a'", "", {"'state'"}, {}},
      {"events", "reason", "subject, field", "'a', 'state'", "", {"''"}, {}},
      {"events", "before", "subject, field", "'a', 'state'", "", {"NULL"}, {}, true},
  };
}

class Schema : public ::testing::Test {
 protected:
  Schema() {
    store_.exec(
        "INSERT INTO mail_servers (name) VALUES ('mail1.example.com'), ('mail2.example.com');"
        "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '192.0.2.1');"
        "INSERT INTO pools (name) VALUES ('p');"
        "INSERT INTO pool_members (pool, server) VALUES ('p', 'mail1.example.com')");
  }

  std::string insert(const Column& column, const std::string& value) {
    return store_.would_say("INSERT INTO " + column.table + " (" + column.other_columns + ", " + column.column +
                            ") VALUES (" + column.other_values + ", " + value + ")");
  }

  /// Inserts the row with a good value, then changes that.
  std::string update(const Column& column, const std::string& value) {
    return store_.would_say("INSERT INTO " + column.table + " (" + column.other_columns + ", " + column.column +
                            ") VALUES (" + column.other_values + ", " + column.good.front() + "); UPDATE " +
                            column.table + " SET " + column.column + " = " + value + " WHERE " + column.column +
                            " IS " + column.good.front());
  }

  HandEditedStore store_;
};

TEST_F(Schema, EveryColumnSaysWhatIsAllowed) {
  EXPECT_EQ(store_.value("PRAGMA foreign_keys"), "0");
  for (const auto& columns : {server_columns(), pool_columns()}) {
    for (const auto& column : columns) {
      SCOPED_TRACE(column.table + "." + column.column);
      for (const auto& value : column.good)
        EXPECT_EQ(insert(column, value), "ok") << value;
      for (const auto& value : column.bad) {
        EXPECT_EQ(insert(column, value), column.sentence) << value;
        EXPECT_EQ(update(column, value), column.sentence) << value;
      }
      for (const auto& said : {insert(column, "NULL"), update(column, "NULL")}) {
        if (column.may_be_null) {
          EXPECT_EQ(said, "ok");
        } else if (!column.sentence.empty()) {
          EXPECT_EQ(said, column.sentence);
        } else {
          EXPECT_TRUE(said.starts_with(column.table + "." + column.column + " must ")) << said;
        }
      }
    }
  }
}

/// A table above that forgets a rule must not go unnoticed.
TEST_F(Schema, EveryConstraintIsTried) {
  std::set<std::string> tried = {"mail_addresses.address"};  // in schema_cases/addresses_test.cpp
  for (const auto& columns : {server_columns(), pool_columns()}) {
    for (const auto& column : columns) {
      if (!column.bad.empty()) tried.insert(column.table + "." + column.column);
    }
  }
  std::set<std::string> constrained;
  for (const auto& sql : store_.rows("SELECT sql FROM sqlite_master WHERE type = 'table'")) {
    const std::string begin = "CONSTRAINT \"";
    for (auto at = sql.find(begin); at != std::string::npos; at = sql.find(begin, at + 1)) {
      constrained.insert(sql.substr(at + begin.size(), sql.find(' ', at + begin.size()) - at - begin.size()));
    }
  }
  EXPECT_EQ(constrained, tried);
}

TEST_F(Schema, HasNoStrictTableAndNoFunctionThatOlderShellsLack) {
  for (const char* missing : {"STRICT", "unixepoch", "RETURNING", "iif(", "->>", "string_agg", "octet_length"}) {
    EXPECT_EQ(store_.value("SELECT count(*) FROM sqlite_master WHERE sql LIKE '%' || '" + std::string(missing) +
                           "' || '%'"),
              "0")
        << missing;
  }
}

TEST_F(Schema, DefaultsAreUsable) {
  EXPECT_EQ(store_.value(
                "SELECT weight, state, health, reason, ttl, abs(changed_at - strftime('%s','now')) < 60, domain_id"
                " FROM mail_servers WHERE name = 'mail2.example.com'"),
            "100|enabled|unknown||60|1|");
  EXPECT_EQ(store_.value("SELECT health, reason FROM mail_addresses"), "unknown|");
  EXPECT_EQ(store_.value("SELECT ttl, mx_policy, address_policy, max_addresses, min_live FROM pools"),
            "60|auto|auto|8|1");
  EXPECT_EQ(store_.value("SELECT preference, weight IS NULL FROM pool_members"), "10|1");
}

}  // namespace
}  // namespace mxbalance::db
