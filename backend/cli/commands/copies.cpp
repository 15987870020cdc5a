#include <memory>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"
#include "db/base/output_file.h"
#include "db/store/backup.h"
#include "db/store/restore.h"

namespace mxbalance::cli {

void register_backup(CLI::App& app, Context& context) {
  CLI::App& command = add_command(app, "backup", "Copy the database to a new file, also while it is written to",
                                  "mxbalance --db mail.db backup mail-2026-11-24.db\n"
                                  "mxbalance --db mail.db backup - | zstd > mail.db.zst");
  const auto file = std::make_shared<std::string>();
  command.add_option("FILE", *file, "the copy; -: the output")->required();
  set_action(command, context, [file](Context& run) {
    db::back_up(run.database, *file);
    if (!db::output_place(*file).is_stream)
      run.out << "copied the database " << run.database << " to " << *file << '\n';
    return exit_done;
  });
}

void register_restore(CLI::App& app, Context& context) {
  CLI::App& command = add_command(
      app, "restore",
      "Put a copy's content in place of the database's, all at once, also while mxbalance serves from it",
      "mxbalance --db mail.db restore mail-2026-11-24.db");
  const auto file = std::make_shared<std::string>();
  command.add_option("FILE", *file, "a copy that `backup` made, or any undamaged mxbalance database")->required();
  const auto force = std::make_shared<bool>(false);
  command.add_flag(
      "--force", *force,
      "also where zones, pools, servers or published names would be taken away, or the copy lacks rules");
  set_action(command, context, [file, force](Context& run) {
    const auto kept = db::restore(run.database, *file, *force);
    if (!kept.empty()) run.out << "copied the database as it was to " << kept << '\n';
    run.out << "restored the database " << run.database << " from " << *file << '\n';
    return exit_done;
  });
}

}  // namespace mxbalance::cli
