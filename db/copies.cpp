#include "db/copies.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/base/errors.h"
#include "db/base/output_file.h"
#include "db/connection.h"
#include "db/file_systems.h"
#include "db/opening.h"
#include "db/schema.h"

namespace mxbalance::db {

namespace {

constexpr std::chrono::seconds wait_for_writers{10};
constexpr mode_t backup_mode = 0600;
constexpr mode_t private_directory_mode = 0700;
constexpr mode_t store_mode = 0600;

std::string reason(int error) {
  return std::generic_category().message(error);
}

/// Copies `pages_at_once` pages, waiting for those that have the target locked.
void step(SQLite::Backup& pages, int pages_at_once, const std::string& path) {
  const auto deadline = std::chrono::steady_clock::now() + wait_for_writers;
  for (int result = pages.executeStep(pages_at_once); result == SQLITE_BUSY || result == SQLITE_LOCKED;
       result = pages.executeStep(pages_at_once)) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw StoreFailure("the database " + path + " has been locked by another process for " +
                         std::to_string(wait_for_writers.count()) + " s: stop it, and run this again");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// From here on nobody else commits to the target, until the end of `pages`.
void lock_target(SQLite::Backup& pages, const std::string& path) {
  step(pages, 0, path);
}

/// All pages in one step: one commit of the source, one transaction in the target.
void copy_pages(SQLite::Backup& pages, const std::string& path) {
  step(pages, -1, path);
}

/// A directory for files that nobody else is to see, with what is in it gone at the end.
class PrivateDirectory {
 public:
  PrivateDirectory() : path_((std::filesystem::temp_directory_path() / "mxbalance-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr || ::chmod(path_.c_str(), private_directory_mode) != 0)
      throw StoreFailure("cannot make the directory " + path_ + " for a copy: " + reason(errno));
  }
  ~PrivateDirectory() { remove(); }
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;

  const std::string& path() const { return path_; }

  void remove() const {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }

 private:
  std::string path_;
};

void write_file(SQLite::Database& source, PartialFile& file) {
  SQLite::Database target = open_database(file.path(), SQLite::OPEN_READWRITE);
  {
    SQLite::Backup pages(target, source);
    copy_pages(pages, file.path());
  }
  target.exec("PRAGMA journal_mode = DELETE");  // the copy of a store in WAL mode would want files beside it
}

void require_undamaged(Connection& copy, const std::string& path) {
  try {
    const auto found = copy.database().execAndGet("PRAGMA integrity_check(1)").getString();
    if (found != "ok") throw Refusal("the copy " + path + " is damaged (" + found + "): use another one");
  } catch (const SQLite::Exception& error) {
    throw Refusal("the copy " + path + " is damaged (" + error.what() + "): use another one");
  }
}

/// Before anything that would propose to create it.
void require_copy(const std::string& copy) {
  struct stat status {};
  if (::stat(copy.c_str(), &status) != 0)
    throw Refusal("cannot open the copy " + copy + ": " + reason(errno) + "; name a file that `backup` made");
  if (S_ISREG(status.st_mode) && status.st_size == 0)
    throw Refusal("the copy " + copy + " is empty: name a file that `backup` made");
}

void require_whole_schema(Connection& copy, const std::string& path) {
  const auto faults = faults_in(schema_differences(copy.database()));
  if (faults.empty()) return;
  throw Refusal("in the copy " + path + " " + in_words(faults.front()) +
                (faults.size() > 1 ? " (and " + std::to_string(faults.size() - 1) + " more)" : "") +
                ", so that rules would not hold: use another copy, or " + remedy_of(faults.front(), path) +
                "; or give --force");
}

/// How many names of `table` are in `one` and not in `other`, and the first of them.
std::pair<std::int64_t, std::string> names_only_in(SQLite::Database& one, SQLite::Database& other,
                                                   const std::string& table) {
  if (!one.tableExists(table)) return {};
  const std::string sql = "SELECT CAST(name AS TEXT) FROM " + table + " WHERE name IS NOT NULL ORDER BY name";
  SQLite::Statement left(one, sql);
  SQLite::Statement right(other, sql);
  bool has_right = right.executeStep();
  std::pair<std::int64_t, std::string> found;
  while (left.executeStep()) {
    const auto name = left.getColumn(0).getString();
    while (has_right && right.getColumn(0).getString() < name)
      has_right = right.executeStep();
    if (has_right && right.getColumn(0).getString() == name) continue;
    if (found.first++ == 0) found.second = name;
  }
  return found;
}

/// An old copy, or one of another store.
void require_nothing_lost(SQLite::Database& target, SQLite::Database& copy, const std::string& path) {
  constexpr std::array<std::array<std::string_view, 3>, 3> kinds = {
      {{"domains", "zone", "zones"}, {"pools", "pool", "pools"}, {"mail_servers", "server", "servers"}}};
  std::string losses;
  for (const auto& [table, one, several] : kinds) {
    const auto [count, first] = names_only_in(target, copy, std::string(table));
    if (count == 0) continue;
    losses += (losses.empty() ? "" : ", ") + std::to_string(count) + " " +
              std::string(count == 1 ? one : several) + " (" + (count == 1 ? "" : "such as ") + first + ")";
  }
  if (losses.empty()) return;
  throw Refusal("restoring would take away from the database " + path + " what the copy does not have: " + losses +
                "; if that is meant, give --force");
}

/// For the copy and for what is written after it, with which the database may grow to twice its size.
void require_room(const std::string& path, const std::filesystem::path& directory) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return;
  const auto space = std::filesystem::space(directory, error);
  if (error || space.available / 2 >= size) return;
  throw StoreFailure("the disk of " + directory.string() +
                     " has no room for a copy of the database before it is changed: " +
                     std::to_string(space.available) + " bytes are free, and " + std::to_string(2 * size) +
                     " are needed; make room, and run this again. Nothing was changed");
}

/// What stands at the path is overwritten: it must be ours.
void require_store(SQLite::Database& target, const std::string& path) {
  const auto found = target.execAndGet("PRAGMA application_id").getInt64();
  if (found != application_id) {
    throw Refusal("the database " + path + " was not made by mxbalance (its application_id is " +
                  std::to_string(found) + "): restoring would overwrite it; name another file, or move it away");
  }
}

/// The log of a store that is gone: SQLite would apply it to whatever file stands at the path next.
void set_aside_log(const std::string& path) {
  const std::string log = path + "-wal";
  const std::string aside = log + ".replaced-" + std::to_string(std::time(nullptr));
  if (std::rename(log.c_str(), aside.c_str()) != 0 && errno != ENOENT) {
    throw StoreFailure("cannot move " + log + " to " + aside + ": " + reason(errno));
  }
  ::unlink((path + "-shm").c_str());
}

std::string failure(const SQLite::Exception& error, const std::string& path) {
  switch (error.getErrorCode()) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return "the database " + path + " is damaged (" + error.what() + "): move it away, such as to " + path +
             ".damaged, and restore again";
    case SQLITE_READONLY:
      return "the database " + path +
             " cannot be written: the file and its directory must be writable for this user, and its page size "
             "the "
             "copy's (PRAGMA page_size)";
    default:
      return "the database " + path + " cannot be written: " + error.what();
  }
}

/// Until when resolvers may have which servers in answers that they keep, by the content that goes; of another
/// schema nothing is known.
using KeptServers = std::vector<std::pair<std::string, std::int64_t>>;
KeptServers kept_servers(SQLite::Database& target) {
  KeptServers kept;
  if (!target.tableExists("kept_servers")) return kept;
  SQLite::Statement rows(target,
                         "SELECT server, max(until) FROM (SELECT server, until FROM kept_servers UNION ALL"
                         " SELECT k.server, k.until FROM kept_answers k JOIN mail_servers s ON s.name = k.server"
                         " WHERE s.state = 'enabled' OR s.safe_at IS NULL) GROUP BY server");
  while (rows.executeStep())
    kept.emplace_back(rows.getColumn(0).getString(), rows.getColumn(1).getInt64());
  return kept;
}

/// What resolvers have does not change with what is restored.
void note_kept_servers(SQLite::Database& target, const KeptServers& kept) {
  SQLite::Transaction transaction(target, SQLite::TransactionBehavior::IMMEDIATE);
  for (const auto& [server, until] : kept) {
    SQLite::Statement note(target, "INSERT INTO kept_edits VALUES (?, ?)");
    note.bind(1, server);
    note.bind(2, until);
    note.exec();
    SQLite::Statement put_off(target, "UPDATE mail_servers SET safe_at = ?2 WHERE name = ?1 AND safe_at < ?2");
    put_off.bind(1, server);
    put_off.bind(2, until);
    put_off.exec();
  }
  transaction.commit();
}

void keep_servers(SQLite::Database& target, const KeptServers& kept, const std::string& path) {
  try {
    note_kept_servers(target, kept);
  } catch (const SQLite::Exception& error) {
    throw StoreFailure("the database " + path +
                       " was restored, but until when resolvers keep its servers could not be written to it (" +
                       error.what() + "): keep drained servers running for their longest TTL");
  }
}

/// Returns the path of the copy of what was there. What is committed until it is made is in it: from then on
/// writers wait.
std::string replace_content(Connection& copy, SQLite::Database& target, const std::string& path, bool force,
                            KeptServers& kept) {
  SQLite::Database before = open_database(path, SQLite::OPEN_READONLY, wait_for_writers);
  SQLite::Backup pages(target, copy.database());
  lock_target(pages, path);
  if (!force) require_nothing_lost(before, copy.database(), path);
  std::string kept_copy = copy_beside(before, path, "restore");
  kept = kept_servers(before);
  copy_pages(pages, path);
  return kept_copy;
}

std::string restore_into(Connection& copy, const std::string& path, bool force) {
  try {
    SQLite::Database target = open_database(path, SQLite::OPEN_READWRITE, wait_for_writers);
    require_store(target, path);
    // In WAL mode what is there can be read while it is locked.
    target.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    KeptServers kept;
    std::string kept_copy = replace_content(copy, target, path, force, kept);
    target.exec("PRAGMA journal_mode = WAL");
    keep_servers(target, kept, path);
    return kept_copy;
  } catch (const SQLite::Exception& error) {
    throw StoreFailure(failure(error, path));
  }
}

bool is_missing_or_empty(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) != 0 ? errno == ENOENT : S_ISREG(status.st_mode) && status.st_size == 0;
}

/// By a file, as SQLite does not write pages in their order. It has no name any more while it is read: a reader
/// that goes away ends this process, and nothing may be left.
void pour(SQLite::Database& source, const std::string& path, const OutputStream& stream) {
  const PrivateDirectory directory;
  const std::string copy = directory.path() + "/copy";
  back_up(source, path, copy);
  std::ifstream file(copy, std::ios::binary);
  directory.remove();
  std::array<char, 1U << 16U> block{};
  while (file.read(block.data(), block.size()) || file.gcount() > 0)
    stream.write({block.data(), static_cast<std::size_t>(file.gcount())});
  if (!file.eof()) throw StoreFailure("cannot read the copy of the database " + path);
}

}  // namespace

void back_up(SQLite::Database& source, const std::string& path, const std::string& copy) {
  if (std::filesystem::exists(copy)) throw Refusal("there is a file " + copy + " already: name a new one");
  PartialFile file(copy, backup_mode);
  try {
    write_file(source, file);
  } catch (const SQLite::Exception& error) {
    throw StoreFailure("cannot copy the database " + path + " to " + file.path() + ": " + error.what());
  }
  file.move_to_place(PartialFile::Over::nothing);
}

void back_up(const std::string& path, const std::string& copy) {
  require_path(copy);
  Connection source(path, Connection::Mode::reading);
  const auto place = output_place(copy);
  if (!place.is_stream) return back_up(source.database(), path, place.path);
  const OutputStream stream(place);
  if (stream.is_terminal()) throw Refusal("a copy is not written to a terminal: name a file, or a pipe");
  pour(source.database(), path, stream);
}

std::string copy_beside(SQLite::Database& source, const std::string& path, const std::string& before) {
  auto directory = std::filesystem::path(path).parent_path();
  if (directory.empty()) directory = ".";
  require_room(path, directory);
  const std::string wanted = path + ".before-" + before;
  std::string copy = wanted;
  for (int attempt = 2; std::filesystem::exists(copy); ++attempt)
    copy = wanted + "." + std::to_string(attempt);
  back_up(source, path, copy);
  return copy;
}

std::string restore(const std::string& path, const std::string& copy, bool force) {
  require_path(path);
  require_path(copy);
  require_one_path(path);
  std::error_code none;
  if (std::filesystem::equivalent(path, copy, none)) {
    throw Refusal(copy + " is the database itself: name a copy of it");
  }
  require_copy(copy);
  Connection source(copy, Connection::Mode::reading);
  require_undamaged(source, copy);
  if (!force) require_whole_schema(source, copy);
  if (!is_missing_or_empty(path)) return restore_into(source, path, force);

  PartialFile file(path, store_mode);
  try {
    write_file(source.database(), file);
  } catch (const SQLite::Exception& error) {
    throw StoreFailure(failure(error, file.path()));
  }
  set_aside_log(path);
  ::unlink(path.c_str());  // an empty one
  file.move_to_place(PartialFile::Over::nothing);
  return {};
}

}  // namespace mxbalance::db
