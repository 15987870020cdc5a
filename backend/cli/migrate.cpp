#include "backend/cli/arguments.h"
#include "backend/cli/commands.h"
#include "backend/cli/output.h"
#include "db/migrations.h"

namespace mxbalance::cli {

namespace {

int migrate(Context& context) {
  const db::MigrationReport report = db::migrate(context.database);
  if (report.applied.empty()) {
    context.out << "the database " << context.database << " is up to date\n";
    return exit_done;
  }
  if (!report.backup.empty()) context.out << "copied the database as it was to " << report.backup << '\n';
  context.out << (report.created   ? "created the database "
                  : report.adopted ? "turned PowerDNS's database into an mxbalance one: "
                                   : "upgraded the database ")
              << context.database << " (" << joined(report.applied, ", ") << ")\n";
  return exit_done;
}

}  // namespace

void register_migrate(CLI::App& app, Context& context) {
  CLI::App& command = add_command(
      app, "migrate", "Create the database, or bring it up to date; also one that PowerDNS's SQLite backend made",
      "mxbalance --db mail.db migrate\n"
      "mxbalance --db /var/lib/powerdns/pdns.sqlite3 migrate");
  set_action(command, context, migrate);
}

}  // namespace mxbalance::cli
