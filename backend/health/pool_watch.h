// Logs when a published pool is not answered by its live members alone, and when that ends. Each episode is logged
// once, whatever its cause. Many pools with the same change share one line. One thread.
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

  /// Call it regularly. It reads only after a commit or a new report. Throws db::StoreFailure.
  void look();

 private:
  using Key = std::pair<std::string, std::string>;  ///< the pool, and the record type: MX, A or AAAA

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
  std::optional<db::Commit> commit_;  ///< the last commit that was read
  std::uint64_t sequence_ = 0;        ///< the number of reports at that time
  std::map<Key, answer::AnsweredBy> episodes_;
};

}  // namespace mxbalance::health
