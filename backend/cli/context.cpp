#include "backend/cli/context.h"

namespace mxbalance::cli {

void read_store(const Context& context, const std::function<void(db::Connection&)>& work) {
  db::Connection connection(context.database, db::Connection::Mode::reading);
  connection.set_powerdns(context.powerdns);
  db::read(connection, work);
}

void edit_store(const Context& context, const std::function<void(db::Connection&)>& work) {
  db::Connection connection(context.database, db::Connection::Mode::writing);
  connection.set_powerdns(context.powerdns);
  db::write(connection, work);
}

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::chrono::year_month_day today() {
  return {std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
}

}  // namespace mxbalance::cli
