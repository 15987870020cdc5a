// Which one of several services on one store probes the mail servers: the one that has locked the file
// DATABASE.prober. A lock is gone with its holder, however that ends, and costs no commit in the store, which
// would empty what lookups keep in memory. Safe from any thread.
#pragma once

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

  /// Of the database at `path`, by whatever way that path leads to it.
  explicit ProbingLease(std::string path) : path_(std::move(path)) {}
  ~ProbingLease() { release(); }
  ProbingLease(const ProbingLease&) = delete;
  ProbingLease& operator=(const ProbingLease&) = delete;

  /// Takes the lease if it is free, and sees that it is still held: to be called again within seconds. Does not
  /// wait.
  Holder renew();

  /// At once free for others.
  void release();

  /// Who probes, in words: "this service probes the mail servers".
  std::string in_words() const;

 private:
  Holder take(const std::string& file);
  Holder fail(const std::string& file);

  const std::string path_;
  mutable std::mutex mutex_;
  int descriptor_ = -1;  ///< of the locked file
  Holder holder_ = Holder::nobody;
  std::string other_;  ///< who the other one is, or why that is unknown
};

}  // namespace mxbalance::db
