// What every command works with: its output, its database, and its action, which runs after the whole command line
// was parsed.
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
  exit_refused = 1,  ///< the request is not allowed, or `check` found a fault
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
  db::PowerDnsVersions powerdns = db::PowerDnsVersions::all();  ///< must be able to parse written records
  std::function<int(Context&)> action{};  ///< set while the command line is parsed; returns the exit status
};

/// Runs `work` on the store inside one read transaction.
void read_store(const Context& context, const std::function<void(db::Connection&)>& work);

/// Runs `work` on the store inside one write transaction: all of its changes are made, or none.
void edit_store(const Context& context, const std::function<void(db::Connection&)>& work);

/// Tells people on the error output when the service has health results that it cannot write. The health in the
/// store is then outdated.
void tell_of_unwritten_health(const Context& context);

/// Today in UTC, for serials.
std::chrono::year_month_day today();

}  // namespace mxbalance::cli
