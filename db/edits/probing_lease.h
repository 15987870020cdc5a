// Which one of several services on one store probes the mail servers: the one that has locked the file
// DATABASE.prober. A lock is gone with its holder, however that ends, and costs no commit in the store, which
// would empty what lookups keep in memory. A holder that hangs keeps its lock, but touches the file no more: then
// another service puts a file of its own there. A service that has nothing to probe leaves the lock to others.
// Safe from any thread.
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
    another,      ///< another process probes
    unknown,      ///< the file cannot be made or locked, so nobody can keep others from probing
    none_needed,  ///< this one has nothing to probe, and no other one probes
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

  /// Of a service that has nothing to probe: leaves the lease to others, and sees whether one of them has it.
  Holder look();

  /// Nobody has had it for so long as a holder may hang: also one that was started anew is not about to come back.
  bool is_abandoned() const;

  /// Whether this one still has it, now: another one may have taken it since renew() if this process was stopped.
  bool is_held() const;

  /// How often this one had it and lost it, so that another one may have probed meanwhile.
  std::uint64_t losses() const;

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

  void let_go();
  Holder take(const std::string& file);
  Holder take_from_hung(const std::string& file);
  bool has_hung(int descriptor);
  bool is_held_by_another(const std::string& file);
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
  std::uint64_t losses_ = 0;
  std::chrono::steady_clock::time_point free_since_{};  ///< while none is needed
  Sight seen_{};                                        ///< of another holder
  std::chrono::steady_clock::time_point seen_at_{};
  std::chrono::steady_clock::time_point looked_at_{};
};

/// What the service that probes says of the database at `database` (ProbingLease::set_note); empty: nothing, or
/// none probes, or this process may not read its file.
std::string note_of_prober(const std::string& database);

}  // namespace mxbalance::db
