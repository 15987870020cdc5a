// One SQLite connection to the store, with its prepared statements and its transactions. Used by one thread at a
// time. Only db/ uses its members; other layers only pass the connection on.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "db/contents/powerdns_versions.h"
#include "db/store/log_backlog.h"
#include "db/store/query_limit.h"

namespace SQLite {
class Database;
class Exception;
class Statement;
}  // namespace SQLite

namespace mxbalance::db {

/// Identifies the content of the store. Two equal values, from connections of one generation, mean the same
/// content: no commit was made between them.
struct Commit {
  std::uint64_t generation = 0;
  std::array<std::uint32_t, 12> header{};  ///< of the WAL index (https://sqlite.org/walformat.html §2.1)
  bool operator==(const Commit&) const = default;
};

class Connection {
 public:
  enum class Mode {
    reading,
    writing,     ///< can write, and puts the store into WAL mode
    maintaining  ///< for upkeep: can write where the file is writable, and does not wait for locks
  };

  /// Opens the store at `path`. The file must exist, must have been made by `mxbalance migrate`, and must have
  /// exactly the migrations of this binary. Otherwise throws StoreFailure with a sentence that says what to do.
  /// Connections with the same `generation` have had the same file open without interruption.
  Connection(const std::string& path, Mode mode, std::uint64_t generation = 0);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The prepared statement for `sql`, reset and without bindings. `sql` must be a string literal, because the
  /// key of the statement refers to it. The reference is valid until the connection is closed.
  SQLite::Statement& statement(std::string_view sql);

  /// Resets every prepared statement. A statement that has rows left and is not reset keeps its snapshot after the
  /// transaction has ended.
  void reset_statements() noexcept;

  /// The last commit, read without a transaction and without a lock. Any thread may call this. Absent when a
  /// commit is being made at this moment, or when the store is not in WAL mode.
  std::optional<Commit> last_commit() const;

  /// The commit that the current read transaction sees. Call it inside read(), after a statement has read
  /// something. Absent when the commit is not known, or when another commit was made meanwhile.
  std::optional<Commit> commit_read() const;

  /// The time limit for the statements of this connection. At first there is none.
  QueryLimit& limit() { return *limit_; }

  /// The state of the write-ahead log now. Only for a reading connection. Absent when the store is not in WAL
  /// mode.
  std::optional<LogBacklog> backlog();

  std::uint64_t generation() const { return generation_; }
  SQLite::Database& database() { return *database_; }

  /// The PowerDNS releases that must be able to parse the records that are read and written. All releases, unless
  /// the release that asks is known.
  PowerDnsVersions powerdns() const { return powerdns_; }
  void set_powerdns(PowerDnsVersions versions) { powerdns_ = versions; }

  /// The number of the current snapshot; valid inside read(). It is higher than the number of every earlier
  /// snapshot, on all connections that share one counter.
  std::uint64_t snapshot() const { return snapshot_; }
  void number_snapshots_by(std::shared_ptr<std::atomic<std::uint64_t>> last) { last_snapshot_ = std::move(last); }

 private:
  friend void read(Connection& connection, const std::function<void(Connection&)>& work);
  void check_store(const std::string& path);
  void find_index();

  const std::uint64_t generation_;
  const volatile std::uint32_t* index_ = nullptr;  ///< the WAL index, in memory shared with other processes
  std::optional<Commit> before_;                   ///< the last commit when the transaction began
  std::unique_ptr<QueryLimit> limit_;              ///< must be destroyed after database_
  std::unique_ptr<SQLite::Database> database_;
  std::unordered_map<std::string_view, std::unique_ptr<SQLite::Statement>> statements_;
  std::shared_ptr<std::atomic<std::uint64_t>> last_snapshot_ = std::make_shared<std::atomic<std::uint64_t>>(0);
  std::uint64_t snapshot_ = 0;
  PowerDnsVersions powerdns_ = PowerDnsVersions::all();
};

/// Turns off SQLite's memory statistics, because SQLite counts memory under a lock that all connections share.
/// Must be called before any connection is opened.
void turn_off_memory_statistics() noexcept;

/// Runs `work` inside one read transaction: everything that it reads is of one commit. Throws StoreFailure when
/// the store cannot be read. Other exceptions of `work` pass through.
void read(Connection& connection, const std::function<void(Connection&)>& work);

/// Runs `work` inside one write transaction and commits. If `work` throws, nothing is changed. Throws Refusal with
/// the rule's sentence when a CHECK or a trigger refuses, StoreFailure when the store cannot be written.
void write(Connection& connection, const std::function<void(Connection&)>& work);

/// Runs `work` inside one write transaction and rolls it back. `work` itself reads the store with its own writes
/// in it. Throws as write() does.
void rehearse(Connection& connection, const std::function<void(Connection&)>& work);

/// Throws an SQLite error as an exception of this layer. A violated constraint becomes a Refusal with the rule's
/// own sentence. Any other error becomes a StoreFailure.
[[noreturn]] void rethrow(const SQLite::Exception& error);

}  // namespace mxbalance::db
