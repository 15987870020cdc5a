// One SQLite connection to the store, with its prepared statements and its transactions. One thread at a time.
// Only db/ looks inside; other layers pass it along.
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

/// Which content the store has: equal ones, on connections of one generation, have the same, since no commit was
/// made between them.
struct Commit {
  std::uint64_t generation = 0;
  std::array<std::uint32_t, 12> header{};  ///< of the WAL index (https://sqlite.org/walformat.html §2.1)
  bool operator==(const Commit&) const = default;
};

class Connection {
 public:
  enum class Mode {
    reading,
    writing,  ///< puts the store into WAL mode
    tending   ///< can write where the file may be written, and waits for no lock
  };

  /// Opens the store at `path`, which must exist, be made by `mxbalance migrate`, and have exactly the migrations
  /// of this binary; else throws StoreFailure with a sentence that says what to do.
  /// Connections of one `generation` have been open to the same file without a pause.
  Connection(const std::string& path, Mode mode, std::uint64_t generation = 0);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The prepared statement for `sql`, reset and without bindings. `sql` must be a literal: it is the key. The
  /// reference holds until the connection ends.
  SQLite::Statement& statement(std::string_view sql);

  /// Ends every statement that is still being stepped: one that is not would keep its snapshot beyond the
  /// transaction.
  void reset_statements() noexcept;

  /// The last commit, told without a transaction or a lock; any thread. Absent: a commit is just being made, or it
  /// cannot be told (the store is not in WAL mode).
  std::optional<Commit> last_commit() const;

  /// Inside read(), after something was read: the commit that is read. Absent: not known, another one came in
  /// between.
  std::optional<Commit> commit_read() const;

  /// How long what it runs may take; at first for ever.
  QueryLimit& limit() { return *limit_; }

  /// Of a connection that reads, as of now; absent: the store is not in WAL mode.
  std::optional<LogBacklog> backlog();

  std::uint64_t generation() const { return generation_; }
  SQLite::Database& database() { return *database_; }

  /// The releases of PowerDNS that must be able to parse what is read and written: all, unless one is known to
  /// ask.
  PowerDnsVersions powerdns() const { return powerdns_; }
  void set_powerdns(PowerDnsVersions versions) { powerdns_ = versions; }

  /// Inside read(): a number that is higher than that of any snapshot taken before on connections that number
  /// them together.
  std::uint64_t snapshot() const { return snapshot_; }
  void number_snapshots_by(std::shared_ptr<std::atomic<std::uint64_t>> last) { last_snapshot_ = std::move(last); }

 private:
  friend void read(Connection& connection, const std::function<void(Connection&)>& work);
  void check_store(const std::string& path);
  void find_index();

  const std::uint64_t generation_;
  const volatile std::uint32_t* index_ = nullptr;  ///< the WAL index, in memory shared with other processes
  std::optional<Commit> before_;                   ///< the last commit when the transaction began
  std::unique_ptr<QueryLimit> limit_;              ///< ends after the database
  std::unique_ptr<SQLite::Database> database_;
  std::unordered_map<std::string_view, std::unique_ptr<SQLite::Statement>> statements_;
  std::shared_ptr<std::atomic<std::uint64_t>> last_snapshot_ = std::make_shared<std::atomic<std::uint64_t>>(0);
  std::uint64_t snapshot_ = 0;
  PowerDnsVersions powerdns_ = PowerDnsVersions::all();
};

/// SQLite counts its memory under a lock that all connections share. To be called before any is opened.
void turn_off_memory_statistics() noexcept;

/// Runs `work` inside one read transaction: all that it reads is of one commit. Throws StoreFailure when the store
/// cannot be read; what else `work` throws passes through.
void read(Connection& connection, const std::function<void(Connection&)>& work);

/// Runs `work` inside one write transaction and commits; if `work` throws, nothing is changed. Throws Refusal with
/// the rule's sentence when a CHECK or trigger refuses, StoreFailure when the store cannot be written.
void write(Connection& connection, const std::function<void(Connection&)>& work);

/// Runs `work` inside one write transaction and takes it back: what `work` reads is as it would be after its own
/// writes. Throws as write() does.
void rehearse(Connection& connection, const std::function<void(Connection&)>& work);

/// What SQLite said, as this layer's exceptions: a constraint is a Refusal with the rule's own sentence, the rest
/// a StoreFailure.
[[noreturn]] void rethrow(const SQLite::Exception& error);

}  // namespace mxbalance::db
