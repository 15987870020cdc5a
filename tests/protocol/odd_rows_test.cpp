// What a row of the mail tables says is believed only where it can be: each column with each odd value, of every
// kind that SQLite can hold, with the tables' rules off. An answer holds nothing that PowerDNS could not read, the
// other member stays in it, and nothing becomes "no such data".
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "db/contents/record_content.h"
#include "db/edits/probe_targets.h"
#include "db/store/database.h"
#include "tests/protocol/served_store.h"
#include "tests/protocol/written_requests.h"

namespace mxbalance::remote {
namespace {

constexpr auto odd_values = std::to_array<std::string_view>({"NULL",
                                                             "''",
                                                             "' '",
                                                             "'abc'",
                                                             "'a b'",
                                                             "'a..b'",
                                                             "'.'",
                                                             "'mail1.example.com.'",
                                                             "'10.0.0.1'",
                                                             "'Up'",
                                                             "'a' || char(0) || 'b'",
                                                             "char(10)",
                                                             "'192.0.2.1' || char(0)",
                                                             "'\"'",
                                                             "'a\\'",
                                                             "X''",
                                                             "X'00ff'",
                                                             "X'7570'",
                                                             "1.5",
                                                             "9e999",
                                                             "-9e999",
                                                             "-1",
                                                             "0",
                                                             "65536",
                                                             "9223372036854775807",
                                                             "-9223372036854775808",
                                                             "printf('%0300d', 0)"});

/// Which row of each table is made odd.
struct OddTable {
  std::string_view name;
  std::string_view row;
  bool is_of_a_member = true;  ///< of odd1.example.com alone: odd2.example.com must stay in the answers
};

constexpr auto odd_tables = std::to_array<OddTable>({
    {"mail_servers", "name = 'odd1.example.com'"},
    {"mail_addresses", "server = 'odd1.example.com' AND address = '192.0.2.101'"},
    {"pool_members", "server = 'odd1.example.com'"},
    {"pools", "name = 'odd'", false},
    {"pool_names", "name = 'odd.example.com'", false},
});

// The store's log is cleared within a second of a write.
constexpr int busy_milliseconds = 5000;

class OddRows : public ::testing::Test {
 protected:
  OddRows() : shell_(store_.path(), SQLite::OPEN_READWRITE, busy_milliseconds) {
    shell_.exec(
        "INSERT INTO mail_servers (name) VALUES ('odd1.example.com'), ('odd2.example.com');"
        "INSERT INTO mail_addresses (server, address) VALUES ('odd1.example.com', '192.0.2.101'),"
        " ('odd1.example.com', '2001:db8::101'), ('odd2.example.com', '192.0.2.102'), ('odd2.example.com', "
        "'2001:db8::102');"
        "INSERT INTO pools (name) VALUES ('odd');"
        "INSERT INTO pool_members (pool, server) VALUES ('odd', 'odd1.example.com'), ('odd', 'odd2.example.com');"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('odd.example.com', 'MX', 'odd'), ('odda.example.com', "
        "'A', 'odd');"
        "PRAGMA ignore_check_constraints = 1");
    for (const auto& trigger : texts("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
      shell_.exec("DROP TRIGGER " + trigger);
    for (const auto& table : odd_tables)
      shell_.exec("CREATE TABLE saved_" + std::string(table.name) + " AS SELECT * FROM " +
                  std::string(table.name));
    for (const auto& table : odd_tables) {
      for (const auto& column : texts("SELECT name FROM pragma_table_info('" + std::string(table.name) + "')"))
        columns_.push_back({&table, column});
    }
  }

  struct Column {
    const OddTable* table;
    std::string name;
  };

  std::vector<std::string> texts(const std::string& sql) {
    SQLite::Statement rows(shell_, sql);
    std::vector<std::string> found;
    while (rows.executeStep())
      found.push_back(rows.getColumn(0).getString());
    return found;
  }

  /// False: SQLite itself does not take the value (NOT NULL, a key that is there).
  bool make_odd(const Column& column, std::string_view value) {
    const std::string table(column.table->name);
    shell_.exec("DELETE FROM " + table + "; INSERT INTO " + table + " SELECT * FROM saved_" + table);
    return shell_.tryExec("UPDATE " + table + " SET " + column.name + " = " + std::string(value) + " WHERE " +
                          std::string(column.table->row)) == SQLite::OK;
  }

  void restore(const Column& column) {
    const std::string table(column.table->name);
    shell_.exec("DELETE FROM " + table + "; INSERT INTO " + table + " SELECT * FROM saved_" + table);
  }

  /// The contents of the answer's rows of the type; "error" alone where the answer is one.
  std::vector<std::string> answer(const std::string& name, const std::string& type) {
    const auto reply = store_.ask(
        json_line(R"({"method":"lookup","parameters":{"qname":")" + name + R"(.","qtype":")" + type + R"("}})"));
    store_.close(0);
    if (reply.status != 200) return {"error"};
    const auto rows = nlohmann::json::parse(reply.body, nullptr, true).at("result");
    std::vector<std::string> contents;
    for (const auto& row : rows) {
      const std::string content = row.at("content");
      EXPECT_FALSE(db::content_problem(std::string(row.at("qtype")), content)) << content;
      EXPECT_FALSE(row.at("ttl").get<std::int64_t>() < 0 || row.at("ttl").get<std::int64_t>() > 86400);
      contents.push_back(content);
    }
    return contents;
  }

  static bool has(const std::vector<std::string>& contents, std::string_view wanted) {
    return std::any_of(contents.begin(), contents.end(),
                       [&](const std::string& content) { return content.find(wanted) != std::string::npos; });
  }

  bool told() {
    const auto log = store_.log();
    return std::any_of(log.begin(), log.end(), [](const std::string& line) {
      return line.find("left out of answers") != std::string::npos || line.find("SERVFAIL") != std::string::npos;
    });
  }

  /// A preference that is allowed leaves the other member out of addresses.
  bool makes_best_tier(const Column& column) {
    return column.name == "preference" &&
           !texts("SELECT 1 FROM pool_members WHERE typeof(preference) = 'integer' AND preference = 0").empty();
  }

  void expect_answers(const Column& column) {
    const bool is_elsewhere = column.table->name == "pool_names" && column.name == "name";
    const auto mx = answer("odd.example.com", "MX");
    const auto ipv4 = answer("odda.example.com", "A");
    const auto ipv6 = answer("odda.example.com", "AAAA");
    EXPECT_TRUE(is_elsewhere || !mx.empty());
    EXPECT_FALSE(ipv4.empty());
    EXPECT_FALSE(ipv6.empty());
    if (column.table->is_of_a_member) {
      EXPECT_TRUE(has(mx, "odd2.example.com")) << ::testing::PrintToString(mx);
      EXPECT_TRUE(has(ipv4, "192.0.2.102")) << ::testing::PrintToString(ipv4);
      EXPECT_TRUE(has(ipv6, "2001:db8::102")) << ::testing::PrintToString(ipv6);
    }
    const bool has_ipv4 = has(ipv4, "192.0.2.101") || has(ipv4, "10.0.0.1");
    const bool is_whole = has(mx, "odd1.example.com") && has_ipv4 && has(ipv6, "2001:db8::101");
    const bool has_left = column.table->name == "pool_members" && column.name == "pool";
    const bool has_no_address = column.table->name == "mail_addresses" && column.name == "server";
    const bool waits = column.name == "weight" &&
                       !texts("SELECT 1 FROM " + std::string(column.table->name) + " WHERE " +
                              std::string(column.table->row) + " AND typeof(weight) = 'integer' AND weight = 0")
                            .empty();
    EXPECT_TRUE(is_whole || is_elsewhere || has_left || has_no_address || waits || told());
    for (const auto* name : {"odd1.example.com", "odd2.example.com"})
      (void)answer(name, "ANY");
  }

  ServedStore store_;
  SQLite::Database shell_;
  std::vector<Column> columns_;
};

TEST_F(OddRows, NeverBreakMoreThanThemselves) {
  int tried = 0;
  for (const auto& column : columns_) {
    for (const auto value : odd_values) {
      SCOPED_TRACE(std::string(column.table->name) + "." + column.name + " = " + std::string(value));
      if (!make_odd(column, value) || makes_best_tier(column)) continue;
      store_.restart();
      expect_answers(column);
      ++tried;
    }
    restore(column);
  }
  EXPECT_GT(tried, 500);
}

TEST_F(OddRows, AreNoSettingsOfProbes) {
  db::Database database({.path = store_.path()});
  const db::ProbeSettings defaults;
  for (const auto& column : columns_) {
    for (const auto value : odd_values) {
      SCOPED_TRACE(std::string(column.table->name) + "." + column.name + " = " + std::string(value));
      if (column.table->name != "mail_servers" || !column.name.starts_with("probe") || !make_odd(column, value))
        continue;
      std::vector<db::ProbeTarget> targets;
      std::size_t told = 0;
      database.read([&](db::Connection& connection) {
        targets = db::read_probe_targets(connection, defaults, [&](const db::RowDefect&) { ++told; });
      });
      const auto odd = std::find_if(targets.begin(), targets.end(), [](const db::ProbeTarget& target) {
        return target.server == "odd1.example.com";
      });
      ASSERT_NE(odd, targets.end());
      EXPECT_TRUE(odd->settings == defaults || (value != "NULL" && told == 0));
      EXPECT_TRUE(odd->settings != defaults || value == "NULL" || told > 0);
    }
    restore(column);
  }
}

TEST_F(OddRows, OfAllMembersGiveAnError) {
  shell_.exec(
      "UPDATE mail_servers SET name = 'a b' WHERE name = 'odd1.example.com';"
      "UPDATE pool_members SET server = 'a b' WHERE server = 'odd1.example.com';"
      "UPDATE mail_servers SET name = '.' WHERE name = 'odd2.example.com';"
      "UPDATE pool_members SET server = '.' WHERE server = 'odd2.example.com'");
  EXPECT_EQ(answer("odd.example.com", "MX"), std::vector<std::string>{"error"});
  EXPECT_EQ(answer("odda.example.com", "A"), std::vector<std::string>{"error"});
  EXPECT_TRUE(told());
}

}  // namespace
}  // namespace mxbalance::remote
