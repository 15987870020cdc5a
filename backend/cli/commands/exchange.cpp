#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

#include <sys/types.h>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"
#include "backend/cli/shared/output.h"
#include "backend/exchange/configuration_json.h"
#include "db/base/errors.h"
#include "db/base/output_file.h"
#include "db/base/text.h"
#include "db/configuration/configuration.h"
#include "db/files/file_systems.h"
#include "db/files/store_names.h"

namespace mxbalance::cli {

namespace {

constexpr mode_t mode_with_keys = 0600;
constexpr mode_t mode_without_keys = 0644;

void write_file(const std::string& path, std::string_view text, mode_t mode) {
  db::PartialFile file(path, mode);
  file.write(text);
  file.move_to_place(db::PartialFile::Over::anything);
}

/// Writes the export to the output, or to a file if one is named. Reports only a regular file, because another
/// output may be what a person sees.
void write_export(Context& run, const std::string& file, std::string_view text, mode_t mode) {
  db::require_no_file_of_store(file, run.database);
  const auto place = db::output_place(file);
  if (file == "-") {
    run.out << text;
  } else if (place.is_stream) {
    db::OutputStream(place).write(text);
  } else {
    write_file(place.path, text, mode);
    run.out << "wrote " << file << '\n';
  }
}

std::string read_file(const std::string& path) {
  try {
    std::ifstream file;
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.open(path);
    file.exceptions(std::ios::badbit);  // reading to the end is no error
    std::string text;
    std::array<char, 65536> piece;
    while (file.read(piece.data(), piece.size()), file.gcount() > 0) {
      text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
      if (text.size() > exchange::longest_file) {
        throw db::Refusal("the file " + path + " is longer than the " + std::to_string(exchange::longest_file) +
                          " bytes that are allowed; mxbalance backup and restore take a store of any size");
      }
    }
    return text;
  } catch (const std::ios::failure&) {
    throw db::Refusal("the file " + path + " cannot be read: " + std::generic_category().message(errno));
  }
}

struct ImportSettings {
  std::string file;
  bool dry_run = false;
  bool prune = false;
};

void print_changes(std::ostream& out, const std::vector<db::ConfigurationChange>& changes, bool dry_run) {
  const auto count = [&](db::ChangeKind kind) {
    return std::to_string(
        std::count_if(changes.begin(), changes.end(), [&](const auto& change) { return change.kind == kind; }));
  };
  if (dry_run) {
    for (const auto& change : changes)
      out << db::printable(change.line) << '\n';
  }
  out << count(db::ChangeKind::added) << " added, " << count(db::ChangeKind::changed) << " changed, "
      << count(db::ChangeKind::removed) << " removed" << (dry_run ? "; nothing was written\n" : "\n");
}

int import_file(const Context& context, const ImportSettings& settings) {
  const auto wanted = exchange::from_json(read_file(settings.file));
  std::vector<db::ConfigurationChange> changes;
  const auto work = [&](db::Connection& connection) {
    changes = db::apply_configuration(connection, wanted, settings.prune);
  };
  db::require_one_path(context.database);
  db::Connection connection(context.database, db::Connection::Mode::writing);
  connection.set_powerdns(context.powerdns);
  if (settings.dry_run) {
    db::rehearse(connection, work);
  } else {
    db::write(connection, work);
  }
  print_changes(context.out, changes, settings.dry_run);
  return exit_done;
}

}  // namespace

void register_export(CLI::App& app, Context& context) {
  CLI::App& command = add_command(
      app, "export", "Write zones, servers and pools as JSON, to be kept in version control and given to `import`",
      "mxbalance export > mail.json\n"
      "mxbalance export --with-keys secret.json");
  const auto file = std::make_shared<std::optional<std::string>>();
  const auto with_keys = std::make_shared<bool>(false);
  const auto with_health = std::make_shared<bool>(false);
  command.add_option(
      "FILE", *file,
      "write here, in place of the file that is there, and into what is no file; -: the output (the default)");
  command.add_flag("--with-keys", *with_keys,
                   "DNSSEC and TSIG keys, too, to a FILE that its owner alone can read: whoever has them can sign "
                   "answers and transfers");
  command.add_flag(
      "--with-health", *with_health,
      "what is down and why, too: it is observed and not wanted, and differs from one time to the next");
  set_action(command, context, [file, with_keys, with_health](Context& run) {
    if (*with_keys && !*file) {
      throw UsageError(
          "--with-keys needs a FILE: keys go to a file that its owner alone can read, or with - to the output");
    }
    std::string text;
    read_store(run, [&](db::Connection& connection) {
      text = exchange::to_json(
          db::read_configuration(connection, {.with_keys = *with_keys, .with_health = *with_health}));
    });
    write_export(run, file->value_or("-"), text, *with_keys ? mode_with_keys : mode_without_keys);
    return exit_done;
  });
}

void register_import(CLI::App& app, Context& context) {
  CLI::App& command =
      add_command(app, "import",
                  "Make the database hold what a file of `export` says, in one transaction: all of it, or nothing",
                  "mxbalance import --dry-run --prune mail.json\n"
                  "mxbalance import mail.json");
  const auto settings = std::make_shared<ImportSettings>();
  command.add_option("FILE", settings->file, "the file")->required();
  command.add_flag("--dry-run", settings->dry_run, "print the differences, a line each, and write nothing");
  command.add_flag("--prune", settings->prune, "remove what is missing from the lists that the file has");
  add_powerdns_version(command, context.powerdns);
  set_action(command, context, [settings](Context& run) { return import_file(run, *settings); });
}

}  // namespace mxbalance::cli
