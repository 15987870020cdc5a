#include "db/store/restore.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/base/errors.h"
#include "db/base/output_file.h"
#include "db/base/system.h"
#include "db/files/file_systems.h"
#include "db/files/opening.h"
#include "db/files/page_copy.h"
#include "db/schema/copies.h"
#include "db/schema/migrations.h"
#include "db/schema/schema.h"
#include "db/store/connection.h"

namespace mxbalance::db {

namespace {

constexpr std::chrono::seconds wait_for_writers{10};
constexpr mode_t store_mode = 0600;

Refusal damaged(const std::string& copy, std::string_view why) {
  return Refusal{fmt::format("the copy {} is damaged ({}): use another one", copy, why)};
}

void require_undamaged(Connection& copy, const std::string& path) {
  try {
    const auto found = copy.database().execAndGet("PRAGMA integrity_check(1)").getString();
    if (found != "ok") throw damaged(path, found);
  } catch (const SQLite::Exception& error) {
    throw damaged(path, error.what());
  }
}

/// Checks that the copy exists and is not empty. Later checks would propose to create it.
void require_copy(const std::string& copy) {
  struct stat status {};
  if (::stat(copy.c_str(), &status) != 0)
    throw Refusal(
        fmt::format("cannot open the copy {}: {}; name a file that `backup` made", copy, error_text(errno)));
  if (S_ISREG(status.st_mode) && status.st_size == 0)
    throw Refusal(fmt::format("the copy {} is empty: name a file that `backup` made", copy));
}

void require_whole_schema(Connection& copy, const std::string& path) {
  const auto faults = faults_in(schema_differences(copy.database()));
  if (faults.empty()) return;
  throw Refusal(fmt::format(
      "in the copy {} {}{}, so that rules would not hold: use another copy, or {}; or give --force", path,
      in_words(faults.front()), faults.size() > 1 ? fmt::format(" (and {} more)", faults.size() - 1) : "",
      remedy_of(faults.front(), path)));
}

/// How many values of `name` in `table` are in `one` and not in `other`, and the first of them.
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

/// Refuses a copy that is old or of another store.
void require_nothing_lost(SQLite::Database& target, SQLite::Database& copy, const std::string& path) {
  constexpr std::array<std::array<std::string_view, 3>, 4> kinds = {
      {{"domains", "zone", "zones"},
       {"pools", "pool", "pools"},
       {"mail_servers", "server", "servers"},
       {"pool_names", "published name", "published names"}}};
  std::string losses;
  for (const auto& [table, one, several] : kinds) {
    const auto [count, first] = names_only_in(target, copy, std::string(table));
    if (count == 0) continue;
    losses += fmt::format("{}{} {} ({}{})", losses.empty() ? "" : ", ", count, count == 1 ? one : several,
                          count == 1 ? "" : "such as ", first);
  }
  if (losses.empty()) return;
  throw Refusal(
      fmt::format("restoring would take away from the database {} what the copy does not have: {}; if that is "
                  "meant, give --force",
                  path, losses));
}

/// The file at the path will be overwritten, so it must be an mxbalance store.
void require_store(SQLite::Database& target, const std::string& path) {
  const auto found = target.execAndGet("PRAGMA application_id").getInt64();
  if (found != application_id) {
    throw Refusal(fmt::format(
        "the database {} was not made by mxbalance (its application_id is {}): restoring would overwrite it; name "
        "another file, or move it away",
        path, found));
  }
}

/// Moves away the log of a store that is gone. SQLite would apply it to the next file at the path.
void set_aside_log(const std::string& path) {
  const std::string log = path + "-wal";
  const std::string aside = log + ".replaced-" + std::to_string(std::time(nullptr));
  if (std::rename(log.c_str(), aside.c_str()) != 0 && errno != ENOENT) {
    throw StoreFailure(fmt::format("cannot move {} to {}: {}", log, aside, error_text(errno)));
  }
  ::unlink((path + "-shm").c_str());
}

std::string failure(const SQLite::Exception& error, const std::string& path) {
  switch (error.getErrorCode()) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return fmt::format(
          "the database {0} is damaged ({1}): move it away, such as to {0}.damaged, and restore again", path,
          error.what());
    case SQLITE_READONLY:
      return fmt::format(
          "the database {} cannot be written: the file and its directory must be writable for this user, and its "
          "page size the copy's (PRAGMA page_size)",
          path);
    default:
      return fmt::format("the database {} cannot be written: {}", path, error.what());
  }
}

/// For each server, the time until which resolvers may cache answers with it, from the content that will be
/// replaced. Empty when that content has another schema.
using KeptServers = std::vector<std::pair<std::string, std::int64_t>>;
KeptServers kept_servers(SQLite::Database& target) {
  KeptServers kept;
  if (!target.tableExists("kept_servers")) return kept;
  SQLite::Statement rows(target,
                         "SELECT server, max(until) FROM (SELECT server, until FROM kept_servers UNION ALL "
                         "SELECT k.server, k.until FROM kept_answers k JOIN mail_servers s ON s.name = k.server "
                         "WHERE s.state = 'enabled' OR s.safe_at IS NULL) GROUP BY server");
  while (rows.executeStep())
    kept.emplace_back(rows.getColumn(0).getString(), rows.getColumn(1).getInt64());
  return kept;
}

/// Writes these times into the restored store. A restore does not change what resolvers have cached.
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
    throw StoreFailure(
        fmt::format("the database {} was restored, but until when resolvers keep its servers could not be "
                    "written to it ({}): keep drained servers running for their longest TTL",
                    path, error.what()));
  }
}

/// Returns the path of the copy of the old content. Writers wait from lock_target() on, so that copy holds every
/// commit.
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
    // In WAL mode the old content can be read while the store is locked.
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

}  // namespace

std::string restore(const std::string& path, const std::string& copy, bool force) {
  require_path(path);
  require_path(copy);
  require_one_path(path);
  std::error_code none;
  if (std::filesystem::equivalent(path, copy, none)) {
    throw Refusal(fmt::format("{} is the database itself: name a copy of it", copy));
  }
  require_copy(copy);
  Connection source(copy, Connection::Mode::reading);
  require_undamaged(source, copy);
  if (!force) require_whole_schema(source, copy);
  if (!is_missing_or_empty(path)) return restore_into(source, path, force);

  PartialFile file(path, store_mode);
  try {
    write_copy(source.database(), file);
  } catch (const SQLite::Exception& error) {
    throw StoreFailure(failure(error, file.path()));
  }
  set_aside_log(path);
  ::unlink(path.c_str());  // the file may exist and be empty
  file.move_to_place(PartialFile::Over::nothing);
  return {};
}

}  // namespace mxbalance::db
