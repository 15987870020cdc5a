#include "db/columns/mail_tables.h"

#include <set>

#include "db/columns/column_rows.h"
#include "db/edits/probe_targets.h"
#include "db/lookup/model.h"
#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

/// Holds the description of each column against the rules of the schema.
class MailTables : public EditedStore {
 protected:
  MailTables() {
    database_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');"
        "INSERT INTO mail_servers (name) VALUES ('mail1.example.com');"
        "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '10.0.0.1');"
        "INSERT INTO pools (name) VALUES ('inbound');"
        "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail1.example.com');"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'inbound')");
  }

  std::string value_of(std::string_view table, const Column& column) {
    const std::string sql = "SELECT " + std::string(column.name) + " FROM " + std::string(table);
    return rows(sql).at(0);
  }

  void expect_taken(std::string_view table, const Column& column, const ColumnValue& value) {
    EXPECT_EQ(setting(table, column, value), "") << table << "." << column.name << " " << as_text(value);
  }

  void expect_refused(std::string_view table, const Column& column, const ColumnValue& value) {
    const std::string about = std::string(table) + "." + std::string(column.name) + " must be ";
    EXPECT_TRUE(setting(table, column, value).starts_with(about))
        << about << "something else than " << as_text(value) << ", but: " << setting(table, column, value);
  }

  void expect_range(std::string_view table, const Column& column) {
    if (column.kind == ColumnKind::number) {
      for (const auto taken : {column.least, column.most})
        expect_taken(table, column, taken);
      for (const ColumnValue& refused : {ColumnValue(column.least - 1), ColumnValue(column.most + 1),
                                         ColumnValue(static_cast<double>(column.least) + 0.5), ColumnValue("x")})
        expect_refused(table, column, refused);
    } else if (column.kind == ColumnKind::seconds) {
      const auto most = static_cast<double>(column.most);
      for (const auto taken : {least_seconds, most})
        expect_taken(table, column, taken);
      for (const ColumnValue& refused :
           {ColumnValue(least_seconds / 2), ColumnValue(most + 0.5), ColumnValue("x")})
        expect_refused(table, column, refused);
    } else if (!column.words.empty()) {
      for (const auto word : column.words)
        expect_taken(table, column, std::string(word));
      for (const auto* const refused : {"", "no such word", "AUTO"})
        expect_refused(table, column, refused);
    } else {
      expect_taken(table, column, "any text");
    }
    column.may_be_null ? expect_taken(table, column, {}) : expect_refused(table, column, {});
  }

  /// The columns that are not described: the row that another row belongs to, and what triggers and probes keep.
  template <std::size_t Size>
  void expect_all_described(const ColumnTable<Size>& table, std::set<std::string> kept) {
    for (const auto& column : table.columns)
      EXPECT_TRUE(kept.emplace(column.name).second) << column.name;
    std::set<std::string> stored;
    edit([&](Connection& connection) {
      for (auto& name : texts(connection, "SELECT name FROM pragma_table_info(?)", table.name))
        stored.insert(std::move(name));
    });
    EXPECT_EQ(kept, stored) << table.name;
  }

  template <std::size_t Size>
  void expect_columns(const ColumnTable<Size>& table) {
    for (const auto& column : table.columns) {
      if (column.is_key || column.kind == ColumnKind::pool_name) continue;
      EXPECT_EQ(value_of(table.name, column), is_null(default_of(column)) ? "" : as_text(default_of(column)))
          << table.name << "." << column.name;
      expect_range(table.name, column);
    }
  }

 private:
  std::string setting(std::string_view table, const Column& column, const ColumnValue& value) {
    return refusal([&](Connection& connection) {
      SQLite::Statement statement(connection.database(),
                                  "UPDATE " + std::string(table) + " SET " + std::string(column.name) + " = ?");
      bind_column(statement, 1, value);
      statement.exec();
    });
  }
};

TEST_F(MailTables, TakeAndRefuseWhatTheirDescriptionSays) {
  database_.exec("DELETE FROM pool_names");
  expect_columns(columns::mail_servers);
  expect_columns(columns::mail_addresses);
  expect_columns(columns::pools);
  expect_columns(columns::pool_members);
}

TEST_F(MailTables, ArePublishedAsTheWordsOfTheirDescription) {
  expect_range("pool_names", columns::pool_names["kind"]);
}

TEST_F(MailTables, HaveNoColumnThatIsNotDescribed) {
  expect_all_described(columns::mail_servers,
                       {"changed_at", "domain_id", "health_until", "came_up_at", "safe_at"});
  expect_all_described(columns::mail_addresses,
                       {"server", "probed", "changed_at", "came_up_at", "unprobed_since"});
  expect_all_described(columns::pools, {});
  expect_all_described(columns::pool_members, {"pool"});
  expect_all_described(columns::pool_names, {"domain_id"});
}

TEST_F(MailTables, HaveWordsInTheOrderOfTheirEnumerations) {
  const auto words = [](const Column& column, auto... values) {
    return std::vector<std::string_view>{to_word(column, values)...};
  };
  using Words = std::vector<std::string_view>;
  EXPECT_EQ(words(columns::mail_servers["state"], ServerState::enabled, ServerState::drain, ServerState::disabled),
            (Words{"enabled", "drain", "disabled"}));
  EXPECT_EQ(words(columns::health, Health::unknown, Health::up, Health::down), (Words{"unknown", "up", "down"}));
  EXPECT_EQ(words(columns::pools["mx_policy"], MxPolicy::automatic, MxPolicy::equal, MxPolicy::ranked),
            (Words{"auto", "equal", "ranked"}));
  EXPECT_EQ(
      words(columns::pools["address_policy"], AddressPolicy::automatic, AddressPolicy::all, AddressPolicy::subset),
      (Words{"auto", "all", "subset"}));
  EXPECT_EQ(
      words(columns::mail_servers["probe"], ProbeKind::smtp, ProbeKind::smtps, ProbeKind::tcp, ProbeKind::none),
      (Words{"smtp", "smtps", "tcp", "none"}));
  EXPECT_EQ(words(columns::mail_servers["probe_tls"], ProbeTls::off, ProbeTls::try_it, ProbeTls::require),
            (Words{"off", "try", "require"}));
}

}  // namespace
}  // namespace mxbalance::db
