#include "backend/listen/trouble_log.h"

#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

namespace mxbalance::listen {

TroubleLog::TroubleLog(std::shared_ptr<spdlog::logger> logger)
    : logger_(logger ? std::move(logger) : spdlog::default_logger()) {}

void TroubleLog::report(Trouble trouble, std::string_view sentence, const std::string& where) {
  const auto now = std::chrono::steady_clock::now();
  db::LineLimit::Verdict verdict;
  {
    const std::lock_guard lock(mutex_);
    verdict = limits_.try_emplace({trouble, where}, 1).first->second.take(now);
  }
  if (!verdict.is_told) return;
  if (verdict.left_out == 0) {
    logger_->warn("{}", sentence);
  } else {
    logger_->warn("{} (and {} more times since it was last logged)", sentence, verdict.left_out);
  }
}

void TroubleLog::over(Trouble trouble, const std::string& where) {
  const std::lock_guard lock(mutex_);
  limits_.erase({trouble, where});
}

void TroubleLog::tell(std::string_view sentence) {
  logger_->warn("{}", sentence);
}

}  // namespace mxbalance::listen
