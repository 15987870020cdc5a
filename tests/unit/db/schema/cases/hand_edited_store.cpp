#include "tests/unit/db/schema/cases/hand_edited_store.h"

#include <string_view>

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>

#include "db/schema/embedded_migrations.h"

namespace mxbalance::db::testing {

HandEditedStore::HandEditedStore() : database_(":memory:", SQLite::OPEN_READWRITE) {
  for (const auto& migration : embedded_migrations())
    database_.exec(std::string(migration.sql));
}

std::string HandEditedStore::says(const std::string& statements) {
  constexpr std::string_view check_prefix = "CHECK constraint failed: ";
  database_.exec("SAVEPOINT edit");
  try {
    database_.exec(statements);
    database_.exec("RELEASE edit");
    return "ok";
  } catch (const SQLite::Exception& error) {
    database_.exec("ROLLBACK TO edit; RELEASE edit");
    std::string sentence = error.what();
    if (sentence.starts_with(check_prefix)) sentence.erase(0, check_prefix.size());
    return sentence;
  }
}

void HandEditedStore::exec(const std::string& statements) {
  EXPECT_EQ(says(statements), "ok") << statements;
}

std::string HandEditedStore::would_say(const std::string& statements) {
  database_.exec("SAVEPOINT trial");
  const std::string sentence = says(statements);
  database_.exec("ROLLBACK TO trial; RELEASE trial");
  return sentence;
}

std::vector<std::string> HandEditedStore::rows(const std::string& query) {
  SQLite::Statement statement(database_, query);
  std::vector<std::string> all;
  while (statement.executeStep()) {
    std::string row;
    for (int i = 0; i < statement.getColumnCount(); ++i)
      row += (i > 0 ? "|" : "") + statement.getColumn(i).getString();
    all.push_back(row);
  }
  return all;
}

std::string HandEditedStore::value(const std::string& query) {
  const auto all = rows(query);
  return all.size() == 1 ? all.front() : "(" + std::to_string(all.size()) + " rows)";
}

}  // namespace mxbalance::db::testing
