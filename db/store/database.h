// The store as a running service uses it: a small pool of read connections, and one write transaction at a time.
// Detects a store file that is missing, replaced or damaged, and opens it again when it is back. Safe from any
// thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "db/files/store_files.h"
#include "db/store/connection.h"
#include "db/store/store_watch.h"

namespace mxbalance::db {

class Database {
 public:
  /// The time limit of a lookup. PowerDNS gives up after 2 s, so the lookup must end before that.
  static constexpr std::chrono::milliseconds longest_lookup{1500};
  /// The time limit of a list of a large zone, or of a change of many rows.
  static constexpr std::chrono::milliseconds longest_query{15000};

  /// Periodic work in the store. It runs in a write transaction of its own.
  struct Chore {
    std::function<bool(Connection&)> is_due;  ///< must not write
    std::function<void(Connection&)> work;
  };

  struct Options {
    std::string path;
    unsigned readers = 8;  ///< most connections at one time; each holds up to 1 MiB of cache
    PowerDnsVersions powerdns = PowerDnsVersions::all();  ///< set on every connection
    std::vector<Chore> chores{};                          ///< checked each second, in the keeper thread
    /// Receives one message each time that a problem of the file begins or ends. Called by the keeper thread.
    StoreWatch::Tell tell = [](StoreWatch::Importance, const std::string&) {};
  };

  /// Opens the store. Throws StoreFailure with a sentence when the file is missing, empty, from another program,
  /// or of another schema version.
  explicit Database(Options options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs `work` on a connection, inside one read transaction: everything that it reads is of one commit, and it
  /// sees every commit made before the call. Waits for a connection when all are in use. Throws StoreFailure while
  /// the store cannot be read; the next call tries again. Throws QueryEnded when it has taken `longest`, waiting
  /// included. Other exceptions of `work` pass through. `work` must not call read() again: a replaced file is
  /// opened only after all reads have ended. Reads of the former file are stopped after half a second.
  void read(const std::function<void(Connection&)>& work, std::chrono::milliseconds longest = longest_query);

  /// The last commit, found without a read transaction. Absent where only read() can find it, or where read()
  /// would fail.
  std::optional<Commit> last_commit();

  /// Runs `work` inside one write transaction and commits. If `work` throws, nothing is changed. Calls run one at
  /// a time. Throws Refusal with the rule's sentence when a CHECK or a trigger refuses. Throws StoreFailure when
  /// the store cannot be written, or when another program has kept it locked for 1.5 s. Throws QueryEnded when one
  /// statement has taken longest_query.
  void write(const std::function<void(Connection&)>& work);

  /// Does the same as write(), but rolls the transaction back. `work` itself reads the store with its own writes
  /// in it.
  void rehearse(const std::function<void(Connection&)>& work);

  /// Stops all queries at `time`, and every query that begins later. A service that is stopping does not wait for
  /// queries.
  void end_queries_by(QueryLimit::Time time) { end_of_queries_ = time; }

  const std::string& path() const { return options_.path; }
  unsigned readers() const { return options_.readers; }
  PowerDnsVersions powerdns() const { return options_.powerdns; }

 private:
  class Lease;

  std::unique_ptr<Connection> take(QueryLimit::Time until);
  std::unique_ptr<Connection> open_reader(std::unique_lock<std::mutex>& lock);
  void give_back(std::unique_ptr<Connection> connection);
  void close_idle();
  void close_readers();
  void edit(const std::function<void(Connection&)>& transaction);
  bool edit_once(const std::function<void(Connection&)>& transaction);
  FileIdentity identify();
  /// Whether the log or the index that connections have open was deleted or replaced. Then all connections must be
  /// opened again.
  bool notice_loss();
  void notice_replacement(std::unique_lock<std::mutex>& lock, QueryLimit::Time until);
  void learn_new_log();
  void take_over_log();
  void keep(const std::stop_token& stop);
  std::optional<FileIdentity> look_for_file();
  void maintain(const std::optional<FileIdentity>& file);
  void put_into_wal_mode();
  void checkpoint();
  void do_chore(const Chore& chore);
  void open_writer(const std::optional<FileIdentity>& file);

  const Options options_;
  QueryLimit::EndOfAll end_of_queries_ = QueryLimit::Time::max();
  std::shared_ptr<QueryLimit::EndOfAll> end_of_reads_ =  ///< for read connections of this generation
      std::make_shared<QueryLimit::EndOfAll>(QueryLimit::Time::max());
  const std::shared_ptr<std::atomic<std::uint64_t>> last_snapshot_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::uint64_t generation_ = 0;        ///< of the read connections; raised when all are closed
  unsigned open_ = 0;                   ///< how many connections are open, idle or in use; writer_ is not counted
  std::optional<FileIdentity> file_;    ///< the database file that connections have open
  StoreFiles files_;                    ///< the log and the index that the connections have open
  bool must_wait_ = false;              ///< no read may begin, because the keeper needs the store for itself
  bool must_reopen_ = false;            ///< the database, log or index at the path is not the one that is open
  bool is_emptied_ = false;             ///< the database file was empty once, so its log is of other content
  std::mutex edit_mutex_;               ///< held during an edit; taken before mutex_
  std::mutex writer_mutex_;             ///< protects writer_; taken after mutex_, never before
  StoreWatch watch_;                    ///< used only by the keeper thread
  std::unique_ptr<Connection> writer_;  ///< the keeper's connection, for checkpoints and WAL mode
  std::jthread keeper_;                 ///< last member, so that it ends before the members that it uses
};

}  // namespace mxbalance::db
