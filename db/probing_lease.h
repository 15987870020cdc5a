// Which one of several services on one store probes the mail servers: the one that has locked the file
// DATABASE.prober. A lock is gone with its holder, however that ends, and costs no commit in the store, which
// would empty what lookups keep in memory. A holder that hangs keeps its lock, but touches the file no more: then
// another service puts a file of its own there. Safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include <sys/types.h>

namespace mxbalance::db {

class ProbingLease {
 public:
  enum class Holder {
    nobody,  ///< it was not asked for yet
    this_one,
    another,  ///< another process probes
    unknown,  ///< the file cannot be made or locked, so nobody can keep others from probing
  };

  static constexpr std::chrono::seconds usual_patience{20};

  /// Of the database at `path`, by whatever way that path leads to it. A holder that shows no life for `patience`
  /// hangs.
  explicit ProbingLease(std::string path, std::chrono::milliseconds patience = usual_patience)
      : path_(std::move(path)), patience_(patience) {}
  ~ProbingLease() { release(); }
  ProbingLease(const ProbingLease&) = delete;
  ProbingLease& operator=(const ProbingLease&) = delete;

  /// Takes the lease if it is free, and sees that it is still held: to be called again within seconds. Does not
  /// wait.
  Holder renew();

  /// What the holder has to say to people who look at the store; empty: nothing.
  void set_note(const std::string& note);

  /// At once free for others.
  void release();

  /// Who probes, in words: "this service probes the mail servers".
  std::string in_words() const;

 private:
  /// What shows that a holder lives, if it changes.
  struct Sight {
    ino_t inode = 0;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    bool operator==(const Sight&) const = default;
  };

  Holder take(const std::string& file);
  Holder take_from_hung(const std::string& file);
  bool has_hung(int descriptor);
  void show_life();
  Holder fail(const std::string& file);

  const std::string path_;
  mutable std::mutex mutex_;
  int descriptor_ = -1;  ///< of the locked file
  Holder holder_ = Holder::nobody;
  std::string other_;  ///< who the other one is, or why that is unknown; who hung before this one
  std::string note_;
  const std::chrono::milliseconds patience_;
  std::chrono::steady_clock::time_point shown_at_{};
  Sight seen_{};  ///< of another holder
  std::chrono::steady_clock::time_point seen_at_{};
};

/// What the service that probes says of the database at `database` (ProbingLease::set_note); empty: nothing, or
/// none probes, or this process may not read its file.
std::string note_of_prober(const std::string& database);

}  // namespace mxbalance::db
