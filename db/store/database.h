// The store as a running service reads it: a small pool of read connections that finds out by itself when the file
// is gone, replaced or broken, and when it is back. Safe from any thread.
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
  /// Lookups end before PowerDNS, which waits for 2 s, gives up.
  static constexpr std::chrono::milliseconds longest_lookup{1500};
  /// Lists of large zones, changes of many rows.
  static constexpr std::chrono::milliseconds longest_query{15000};

  /// What is to be done in the store now and then, in a write transaction of its own.
  struct Chore {
    std::function<bool(Connection&)> is_due;  ///< reads only
    std::function<void(Connection&)> work;
  };

  struct Options {
    std::string path;
    unsigned readers = 8;                                 ///< connections at most; each holds up to 1 MiB of cache
    PowerDnsVersions powerdns = PowerDnsVersions::all();  ///< of every connection
    std::vector<Chore> chores{};                          ///< looked at each second, in a thread of its own
    /// Is told once an episode what people should know of the file; called by a thread of its own.
    StoreWatch::Tell tell = [](StoreWatch::Importance, const std::string&) {};
  };

  /// Opens the store; throws StoreFailure with a sentence when it is missing, empty, foreign or of another schema.
  explicit Database(Options options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs `work` on a connection, inside one read transaction: all that it reads is of one commit, and every
  /// commit made before the call is seen. Waits for a connection when all are busy. Throws StoreFailure while the
  /// store cannot be read; the next call tries again. What `work` throws passes through. `work` must not read
  /// again: a replaced file is opened when all reads have ended, which are ended after half a second. Throws
  /// QueryEnded once it has taken `longest`, waiting included.
  void read(const std::function<void(Connection&)>& work, std::chrono::milliseconds longest = longest_query);

  /// The last commit, told without reading; absent where only read() can tell, or fails.
  std::optional<Commit> last_commit();

  /// Runs `work` inside one write transaction, one at a time, and commits; if `work` throws, nothing is changed.
  /// Throws Refusal with the rule's sentence when a CHECK or trigger refuses, StoreFailure when the store cannot
  /// be written, also because another program has locked it for 1.5 s; QueryEnded when a statement of it has taken
  /// longest_query.
  void write(const std::function<void(Connection&)>& work);

  /// As write(), and takes it back: what `work` reads is as it would be after its own writes.
  void rehearse(const std::function<void(Connection&)>& work);

  /// A service that stops waits for no query: from `time` on all are ended, those that begin later, too.
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
  /// Whether its log or index is gone, or another file: then all connections are to be opened anew.
  bool notice_loss();
  void notice_replacement(std::unique_lock<std::mutex>& lock, QueryLimit::Time until);
  void learn_new_log();
  void take_over_log();
  void keep(const std::stop_token& stop);
  std::optional<FileIdentity> look_for_file();
  void tend(const std::optional<FileIdentity>& file);
  void put_into_wal_mode();
  void checkpoint();
  void do_chore(const Chore& chore);
  void open_writer(const std::optional<FileIdentity>& file);

  const Options options_;
  QueryLimit::EndOfAll end_of_queries_ = QueryLimit::Time::max();
  std::shared_ptr<QueryLimit::EndOfAll> end_of_reads_ =  ///< of the connections of this generation
      std::make_shared<QueryLimit::EndOfAll>(QueryLimit::Time::max());
  const std::shared_ptr<std::atomic<std::uint64_t>> last_snapshot_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::uint64_t generation_ = 0;        ///< of the connections: another one after all were closed
  unsigned open_ = 0;                   ///< connections, idle ones and those in use; not the keeper's
  std::optional<FileIdentity> file_;    ///< what they all have open; absent: none was opened yet
  StoreFiles files_;                    ///< its others
  bool must_wait_ = false;              ///< no read begins: the keeper needs the store for itself
  bool must_reopen_ = false;            ///< what they have open of the three is no longer what is there
  bool is_emptied_ = false;             ///< the file has been empty: its log is of another content
  std::mutex edit_mutex_;               ///< one edit at a time; taken before mutex_
  std::mutex writer_mutex_;             ///< taken after mutex_, never before
  StoreWatch watch_;                    ///< the keeper's
  std::unique_ptr<Connection> writer_;  ///< for checkpoints and WAL mode; the keeper's
  std::jthread keeper_;                 ///< last: it ends before what it uses
};

}  // namespace mxbalance::db
