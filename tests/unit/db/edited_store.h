// A store for the tests of edits, listings and check: edits go through write transactions, and what was refused or
// stands in the tables comes back as text.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "db/base/errors.h"
#include "db/store/bound_statement.h"
#include "db/store/connection.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {

inline constexpr std::chrono::year_month_day test_day{std::chrono::year(2025), std::chrono::month(11),
                                                      std::chrono::day(24)};

class EditedStore : public ::testing::Test {
 protected:
  void edit(const std::function<void(Connection&)>& work) {
    Connection connection(database_.path(), Connection::Mode::writing);
    write(connection, work);
  }

  /// The sentence with which `work` was refused; empty: it was done.
  std::string refusal(const std::function<void(Connection&)>& work) {
    try {
      edit(work);
      return "";
    } catch (const Refusal& error) {
      return error.what();
    }
  }

  /// The first column of what `sql` (a literal) returns.
  std::vector<std::string> rows(std::string_view sql) {
    Connection connection(database_.path(), Connection::Mode::reading);
    std::vector<std::string> found;
    read(connection, [&](Connection& in_transaction) { found = texts(in_transaction, sql); });
    return found;
  }

  /// The served serial of the only zone.
  std::string served_serial() { return rows("SELECT served FROM zone_serials").at(0); }

  testing::TemporaryDatabase database_;
};

}  // namespace mxbalance::db
