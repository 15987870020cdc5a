// What PowerDNS has begun to write on a connection and not yet committed. It lives in the connection's session and
// goes with it. One thread at a time, StagingSpace apart.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "db/zone_transaction.h"

namespace mxbalance::remote {

/// The memory that the transactions of all connections may take together. Safe from any thread.
class StagingSpace {
 public:
  explicit StagingSpace(std::size_t bytes) : bytes_(bytes) {}

  /// False: that much is not free.
  bool take(std::size_t bytes);
  void give_back(std::size_t bytes) { taken_ -= bytes; }
  std::size_t size() const { return bytes_; }
  /// What is taken already stays.
  void change_size(std::size_t bytes) { bytes_ = bytes; }

 private:
  std::atomic<std::size_t> bytes_;
  std::atomic<std::size_t> taken_ = 0;
};

class OpenTransaction {
 public:
  /// One left alone for this long is dropped.
  static constexpr std::chrono::minutes longest_pause{10};

  /// `space` must outlive the transaction.
  OpenTransaction(StagingSpace& space, db::ZoneTransaction writes) : writes_(std::move(writes)), space_(&space) {}
  ~OpenTransaction() { space_->give_back(taken_); }
  OpenTransaction(const OpenTransaction&) = delete;
  OpenTransaction& operator=(const OpenTransaction&) = delete;

  const db::Zone& zone() const { return writes_.zone; }
  db::ZoneTransaction& writes() { return writes_; }

  /// Stages a write. Throws Refusal where there is no space for it.
  void add(db::ZoneWrite write);

  /// Whether what stands at `name` may be another after the commit.
  bool concerns(std::string_view name) const;
  bool concerns_metadata() const;
  bool concerns_keys() const;

  /// After a write that was refused the rest must not be committed. PowerDNS does not look at most replies.
  void poison(std::string_view problem);
  const std::string& problem() const { return problem_; }

 private:
  db::ZoneTransaction writes_;
  StagingSpace* space_;
  std::size_t taken_ = 0;
  std::string problem_;
};

}  // namespace mxbalance::remote
