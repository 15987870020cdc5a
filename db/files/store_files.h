// The files of a store: the database, its log (-wal) and its index (-shm). SQLite applies a log to whatever
// database is at the path. So this class remembers which of the files the connections have open, and checks
// whether the files at the path belong together. Safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace mxbalance::db {

/// Identifies the file at a path. Another identity means that the file was replaced.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

/// Absent where there is no file.
std::optional<FileIdentity> identity_of(const std::string& path);

/// Absent where there is no file, or where it is empty.
std::optional<FileIdentity> identity_of_content(const std::string& path);

bool has_content(const std::string& path);

/// The header of a log. SQLite writes another one each time it starts the log again from its beginning
/// (https://sqlite.org/walformat.html §1.1).
using LogHeader = std::array<char, 32>;

/// A write to the log changes at least one of these members.
struct LogState {
  std::int64_t size = 0;  ///< bytes
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  LogHeader header{};
  bool operator==(const LogState&) const = default;
};

/// The state of the log at `path`; all zero where there is none.
LogState state_of(const std::string& path);

class StoreFiles {
 public:
  /// `path` is the path of the database; it may be a symbolic link.
  explicit StoreFiles(std::string path);

  std::string log_path() const;

  /// Remembers the log and the index that exist now as the ones that connections have open. Call it after the
  /// first connection was opened.
  void learn();

  /// Whether a log and an index exist that were created after the connections were opened. Another program, or an
  /// edit, has then put the store into WAL mode.
  bool are_new() const;

  /// Whether the log or the index that connections have open was deleted or replaced. Such connections would not
  /// see the commits of other programs.
  bool are_lost() const;

  /// Whether the log that connections have open was deleted, and no other program has created a new one. Its
  /// content can still be copied into the database.
  bool is_log_deleted() const;

  /// Remembers the state of the log. Call it only while the database is not replaced.
  void saw_log(const LogState& state);
  LogState log_seen() const;

  /// Remembers the header of the log after a commit of this process. The database may have been replaced during
  /// that commit.
  void wrote_log();

  /// Moves the log of the former database away, and removes its index. Call it when another database is at the
  /// path, or when the same one was written again from its beginning, and no connection is open. Throws
  /// StoreFailure where the log cannot be moved.
  void leave_former();

 private:
  bool is_log_of_former() const;
  void locate();

  const std::string path_;
  mutable std::mutex mutex_;
  std::string database_path_;  ///< with symbolic links resolved; SQLite puts the log and the index beside it
  std::string log_path_;
  std::string shared_path_;
  std::optional<FileIdentity> log_;
  std::optional<FileIdentity> shared_;
  LogState log_seen_;
  LogHeader round_{};  ///< the header of the log of the database that connections have open
};

}  // namespace mxbalance::db
