#include "db/base/log_limits.h"

#include <algorithm>
#include <utility>

namespace mxbalance::db {

LineLimit::Verdict LineLimit::take(LogTime now) {
  Verdict verdict;
  if (taken_ == 0 || now - begin_ >= std::chrono::minutes(1)) {
    verdict.left_out = taken_ - std::min(taken_, most_);
    begin_ = now;
    taken_ = 0;
  }
  verdict.is_told = ++taken_ <= most_;
  verdict.is_first_left_out = taken_ == most_ + 1;
  return verdict;
}

bool LastingTroubles::is_due(std::string_view trouble, LogTime now) {
  forget_ended(now);
  if (const auto before = met_before_.find(trouble); before != met_before_.end())
    met_.insert(met_before_.extract(before));
  const auto [met, is_new] = met_.try_emplace(std::string(trouble), now);
  const bool is_due = is_new || now - met->second >= reminder;
  if (is_due) met->second = now;
  return is_due;
}

void LastingTroubles::forget_ended(LogTime now) {
  if (now - begin_ < pause && met_.size() < most_kept) return;
  if (now - begin_ >= 2 * pause) met_.clear();
  met_before_ = std::exchange(met_, {});
  begin_ = now;
}

}  // namespace mxbalance::db
