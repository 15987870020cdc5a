// Tells in the log when a published pool is answered by others than its live members, and when that is over: once
// an episode, whoever and whatever brings it about, and in one line of many pools alike. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/logger.h>

#include "backend/answer/eligibility.h"
#include "db/lookup/health_reports.h"
#include "db/store/database.h"

namespace mxbalance::health {

class PoolWatch {
 public:
  /// `database` and `reports` must outlive it.
  PoolWatch(db::Database& database, const db::HealthReports& reports, std::shared_ptr<spdlog::logger> log)
      : database_(database), reports_(reports), log_(std::move(log)) {}

  /// To be called again and again; reads only after a commit or a report. Throws db::StoreFailure.
  void look();

 private:
  using Key = std::pair<std::string, std::string>;  ///< pool, and what its answers are: MX, A or AAAA

  struct Change {
    std::string pool;
    answer::Answering answering;
  };
  using Changes = std::vector<Change>;

  bool note(const Key& key, answer::AnsweredBy by);
  void tell(const std::string& kind, const Changes& changes);

  db::Database& database_;
  const db::HealthReports& reports_;
  std::shared_ptr<spdlog::logger> log_;
  std::optional<db::Commit> commit_;  ///< that was looked at last
  std::uint64_t sequence_ = 0;        ///< of the reports then
  std::map<Key, answer::AnsweredBy> episodes_;
};

}  // namespace mxbalance::health
