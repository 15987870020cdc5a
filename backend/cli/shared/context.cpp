#include "backend/cli/shared/context.h"

#include <ostream>

#include "db/base/text.h"
#include "db/edits/probing_lease.h"
#include "db/files/file_systems.h"

namespace mxbalance::cli {

void read_store(const Context& context, const std::function<void(db::Connection&)>& work) {
  db::Connection connection(context.database, db::Connection::Mode::reading);
  connection.set_powerdns(context.powerdns);
  db::read(connection, work);
}

void edit_store(const Context& context, const std::function<void(db::Connection&)>& work) {
  db::require_one_path(context.database);
  db::Connection connection(context.database, db::Connection::Mode::writing);
  connection.set_powerdns(context.powerdns);
  db::write(connection, work);
}

void tell_of_unwritten_health(const Context& context) {
  const auto note = db::note_of_prober(context.database);
  if (note.empty()) return;
  context.err << "this is what the database says, and the service has found more: " << db::printable(note)
              << " (the database is locked by another program, or cannot be written)\n";
}

std::chrono::year_month_day today() {
  return {std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
}

}  // namespace mxbalance::cli
