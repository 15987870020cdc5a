#include "backend/listen/trouble_log.h"

#include <utility>

#include <spdlog/spdlog.h>

namespace mxbalance::listen {

TroubleLog::TroubleLog(std::shared_ptr<spdlog::logger> logger)
    : logger_(logger ? std::move(logger) : spdlog::default_logger()) {}

void TroubleLog::report(Trouble trouble, std::string_view sentence) {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    auto& logged = logged_.at(static_cast<std::size_t>(trouble));
    if (logged && now - *logged < std::chrono::minutes(1)) return;
    logged = now;
  }
  logger_->warn(sentence);
}

void TroubleLog::over(Trouble trouble) {
  const std::lock_guard lock(mutex_);
  logged_.at(static_cast<std::size_t>(trouble)).reset();
}

}  // namespace mxbalance::listen
