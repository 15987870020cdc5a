// The files of a store: the database, its log (-wal) and its index (-shm). SQLite applies a log to whatever
// database stands at the path, so they are watched: which of them connections have open, and whether what stands
// there belongs together. Safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace mxbalance::db {

/// Which file a path leads to: another identity means that the file was replaced.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

/// Absent where there is no file.
std::optional<FileIdentity> identity_of(const std::string& path);

/// Absent also where the file is empty.
std::optional<FileIdentity> identity_of_content(const std::string& path);

bool has_content(const std::string& path);

/// Another one begins each round of a log (https://sqlite.org/walformat.html §1.1).
using LogHeader = std::array<char, 32>;

/// A file that is written to changes in one of these.
struct LogState {
  std::int64_t size = 0;  ///< bytes
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  LogHeader header{};
  bool operator==(const LogState&) const = default;
};

/// Of the log at `path`; all zero where there is none.
LogState state_of(const std::string& path);

class StoreFiles {
 public:
  /// Of the database that `path` leads to.
  explicit StoreFiles(std::string path);

  std::string log_path() const;

  /// Connections have open what is there now. To be called when some were opened after none was open.
  void learn();

  /// Whether there are a log and an index that connections do not know of: another program, or an edit, put the
  /// store into WAL mode after they were opened.
  bool are_new() const;

  /// Whether the log or the index that connections have open is gone, or another one: through those that are left
  /// no commit of another program would be seen.
  bool are_lost() const;

  /// Whether the log that connections have open was deleted, and no other program has opened the database since:
  /// what it holds can still be taken over into the database.
  bool is_log_deleted() const;

  /// The log as it was while the database was not replaced.
  void saw_log(const LogState& state);
  LogState log_seen() const;

  /// A commit was written to the database that connections have open, which may have been replaced meanwhile.
  void wrote_log();

  /// Another database stands at the path, or the same one was written again from its beginning; no connection is
  /// open. Takes the log of the former one out of its way, and the index. Throws StoreFailure where it cannot.
  void leave_former();

 private:
  bool is_log_of_former() const;
  void locate();

  const std::string path_;
  mutable std::mutex mutex_;
  std::string database_path_;  ///< where links lead to: SQLite puts the other two beside it
  std::string log_path_;
  std::string shared_path_;
  std::optional<FileIdentity> log_;
  std::optional<FileIdentity> shared_;
  LogState log_seen_;
  LogHeader round_{};  ///< the header of the log of the database that connections have open
};

}  // namespace mxbalance::db
