#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/cli/arguments.h"
#include "backend/cli/commands.h"
#include "backend/cli/output.h"
#include "backend/exchange/configuration_json.h"
#include "backend/listen/descriptor.h"
#include "db/base/errors.h"
#include "db/configuration.h"

namespace mxbalance::cli {

namespace {

constexpr mode_t mode_with_keys = 0600;
constexpr mode_t mode_without_keys = 0644;

[[noreturn]] void cannot_write(const std::string& path, int error) {
  throw db::StoreFailure("cannot write " + path + ": " + std::generic_category().message(error));
}

/// Through a file beside it, so that whoever reads the path finds the old one or the new.
void write_file(const std::string& path, std::string_view text, mode_t mode) {
  const std::string partial = path + ".partial";
  ::unlink(partial.c_str());
  {
    const listen::Descriptor file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.is_open()) cannot_write(partial, errno);
    while (!text.empty()) {
      const auto count = ::write(file.number(), text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        const int error = errno;
        ::unlink(partial.c_str());
        cannot_write(partial, error);
      }
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    ::fsync(file.number());
  }
  if (::rename(partial.c_str(), path.c_str()) != 0) cannot_write(path, errno);
}

std::string read_file(const std::string& path) {
  try {
    std::ifstream file;
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.open(path);
    file.exceptions(std::ios::badbit);  // the end of the file is none of it
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
      out << printable(change.line) << '\n';
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
  command.add_option("FILE", *file, "write here, in place of what is there, and not to the output");
  command.add_flag("--with-keys", *with_keys,
                   "DNSSEC and TSIG keys, too, to a FILE that its owner alone can read: whoever has them can sign "
                   "answers and transfers");
  set_action(command, context, [file, with_keys](Context& run) {
    if (*with_keys && !*file) {
      throw UsageError("--with-keys needs a FILE: keys go to a file that its owner alone can read");
    }
    std::string text;
    read_store(run, [&](db::Connection& connection) {
      text = exchange::to_json(db::read_configuration(connection, *with_keys));
    });
    if (!*file) {
      run.out << text;
      return exit_done;
    }
    write_file(**file, text, *with_keys ? mode_with_keys : mode_without_keys);
    run.out << "wrote " << **file << '\n';
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
