// Decides which one of several services on one store probes the mail servers: the service that has locked the file
// DATABASE.prober. The lock ends with its process, however the process ends. It needs no commit in the store,
// which would invalidate the lookup cache. A holder that hangs keeps its lock, but no longer updates the time of
// the file; another service then replaces the file with its own. A service that has nothing to probe leaves the
// lock to others. Safe from any thread.
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
    nobody,  ///< the lease was not requested yet
    this_one,
    another,      ///< another process probes
    unknown,      ///< the file cannot be created or locked, so several services may probe
    none_needed,  ///< this service has nothing to probe, and no other one probes
  };

  static constexpr std::chrono::seconds usual_patience{20};

  /// `path` is the path of the database; it may be a symbolic link. A holder that has not updated its file for
  /// `patience` counts as hung.
  explicit ProbingLease(std::string path, std::chrono::milliseconds patience = usual_patience)
      : path_(std::move(path)), patience_(patience) {}
  ~ProbingLease() { release(); }
  ProbingLease(const ProbingLease&) = delete;
  ProbingLease& operator=(const ProbingLease&) = delete;

  /// Takes the lease if it is free, and checks that it is still held. Call it every few seconds. Does not wait.
  Holder renew();

  /// For a service that has nothing to probe: leaves the lease to others, and checks whether one of them holds it.
  Holder look();

  /// Whether nobody has held the lease for `patience`. By then, a service that was restarted would have taken it
  /// again.
  bool is_abandoned() const;

  /// Whether this service holds the lease now. If this process was suspended, another service may have taken it
  /// since renew().
  bool is_held() const;

  /// How often this service has lost the lease. Another service may have probed meanwhile.
  std::uint64_t losses() const;

  /// Sets a text that the holder shows to people who examine the store. Empty: no text.
  void set_note(const std::string& note);

  /// Gives the lease back. Others can take it at once.
  void release();

  /// Which service probes, in words: "this service probes the mail servers".
  std::string in_words() const;

 private:
  /// The identity and the time of the lock file. A change shows that its holder is alive.
  struct Sight {
    ino_t inode = 0;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    bool operator==(const Sight&) const = default;
  };

  void unlock();
  Holder take(const std::string& file);
  Holder take_from_hung(const std::string& file);
  bool has_hung(int descriptor);
  bool is_held_by_another(const std::string& file);
  void renew_time();
  Holder fail(const std::string& file);

  const std::string path_;
  mutable std::mutex mutex_;
  int descriptor_ = -1;  ///< of the locked file
  Holder holder_ = Holder::nobody;
  std::string other_;  ///< the other holder, why it is unknown, or which holder hung before this one
  std::string note_;
  const std::chrono::milliseconds patience_;
  std::chrono::steady_clock::time_point shown_at_{};
  std::uint64_t losses_ = 0;
  std::chrono::steady_clock::time_point free_since_{};  ///< while none is needed
  Sight seen_{};                                        ///< of the other holder's file, when last checked
  std::chrono::steady_clock::time_point seen_at_{};
  std::chrono::steady_clock::time_point looked_at_{};
};

/// The note of the service that probes the database at `database` (ProbingLease::set_note). Empty when it has
/// none, when no service probes, or when this process may not read its file.
std::string note_of_prober(const std::string& database);

}  // namespace mxbalance::db
