// What every command works with: where it writes, which database it is for, and what it is to do once the whole
// command line has been understood.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>

#include "db/store/connection.h"

namespace mxbalance::cli {

inline constexpr std::string_view default_database = "/var/lib/mxbalance/mxbalance.db";

enum ExitStatus : int {
  exit_done = 0,
  exit_refused = 1,  ///< what was asked for is not allowed, or `check` found something
  exit_failed = 2,   ///< the database cannot be read or written
  exit_usage = 64,   ///< the command line is wrong (EX_USAGE)
};

/// A wrong command line: what() is a sentence that names the argument and its value.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Context {
  std::ostream& out;
  std::ostream& err;
  std::string database{default_database};
  db::PowerDnsVersions powerdns = db::PowerDnsVersions::all();  ///< must be able to parse what is written
  std::function<int(Context&)> action{};  ///< set while the command line is parsed; returns the exit status
};

/// Runs `work` on the store inside one read transaction.
void read_store(const Context& context, const std::function<void(db::Connection&)>& work);

/// Runs `work` on the store inside one write transaction: all of it happens, or nothing.
void edit_store(const Context& context, const std::function<void(db::Connection&)>& work);

/// To people, on the error output: that the service has found health which it cannot write, so that what the store
/// says is older.
void tell_of_unwritten_health(const Context& context);

/// Today in UTC, for serials.
std::chrono::year_month_day today();

}  // namespace mxbalance::cli
