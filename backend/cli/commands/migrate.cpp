#include <memory>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"
#include "backend/cli/shared/output.h"
#include "db/base/advice.h"
#include "db/base/text.h"
#include "db/schema/migrations.h"
#include "db/schema/schema.h"

namespace mxbalance::cli {

namespace {

/// Prints differences of the schema. They are no error, because the service may start with them.
void print_differences(const Context& context, const db::MigrationReport& report) {
  for (const auto& difference : report.differences) {
    if (difference.kind == db::SchemaDifference::Kind::added) {
      context.out << db::printable(db::in_words(difference)) << ", and is left alone\n";
    } else {
      context.err << db::printable(db::in_words(difference)) << "; "
                  << db::printable(db::remedy_of(difference, context.database)) << '\n';
    }
  }
}

void print_changes(const Context& context, const db::MigrationReport& report) {
  if (!report.backup.empty()) context.out << "copied the database as it was to " << report.backup << '\n';
  for (const auto& repaired : report.repaired)
    context.out << "put back the " << db::printable(repaired.object) << '\n';
  if (report.applied.empty()) {
    context.out << "the database " << context.database << " is up to date\n";
    return;
  }
  context.out << (report.created   ? "created the database "
                  : report.adopted ? "turned PowerDNS's database into an mxbalance one: "
                                   : "upgraded the database ")
              << context.database << " (" << joined(report.applied, ", ") << ")\n";
  if (report.taken_over) {
    context.out << "views and triggers were made anew, also those that had been missing or changed: "
                << db::advice::check << " finds rows that break a rule\n";
  }
}

int migrate(Context& context, bool repair) {
  const db::MigrationReport report = db::migrate(context.database, repair);
  print_changes(context, report);
  print_differences(context, report);
  return exit_done;
}

}  // namespace

void register_migrate(CLI::App& app, Context& context) {
  CLI::App& command = add_command(
      app, "migrate", "Create the database, or bring it up to date; also one that PowerDNS's SQLite backend made",
      "mxbalance --db mail.db migrate\n"
      "mxbalance --db /var/lib/powerdns/pdns.sqlite3 migrate\n"
      "mxbalance --db mail.db migrate --repair");
  const auto repair = std::make_shared<bool>(false);
  command.add_flag("--repair", *repair,
                   "put back views, indexes and triggers that are missing or were changed; rows stay as they are");
  set_action(command, context, [repair](Context& run) { return migrate(run, *repair); });
}

}  // namespace mxbalance::cli
