#include "db/base/memory_budget.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <malloc.h>

namespace mxbalance::db {

namespace {

/// A share grows by at least this many bytes, so that the mutex is locked rarely.
constexpr std::size_t share_step = std::size_t{64} << 10U;

/// After at least this much use, memory is given back to the system when the use has fallen to a quarter.
constexpr std::size_t much_use = std::size_t{32} << 20U;

}  // namespace

void set_up_heap() {
  ::mallopt(M_MMAP_THRESHOLD,  // NOLINT(concurrency-mt-unsafe): no thread is running yet
            static_cast<int>(mapped_from));
}

MemoryBudget::MemoryBudget(std::size_t bytes, Tell tell) : bytes_(bytes), tell_(std::move(tell)) {}

void MemoryBudget::change_size(std::size_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    bytes_ = bytes;
  }
  freed_.notify_all();
}

std::size_t MemoryBudget::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

void MemoryBudget::take_anyhow(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  taken_ += bytes;
  most_taken_ = std::max(most_taken_, taken_);
}

bool MemoryBudget::take(std::size_t bytes, Clock::time_point until) {
  std::unique_lock lock(mutex_);
  const auto fits = [&] { return taken_ + bytes <= bytes_; };
  if (!fits() && bytes <= bytes_) {
    ++waiting_;
    freed_.wait_until(lock, until, fits);
    --waiting_;
  }
  if (!fits()) return false;
  taken_ += bytes;
  most_taken_ = std::max(most_taken_, taken_);
  return true;
}

void MemoryBudget::give_back(std::size_t bytes) {
  bool trims = false;
  bool is_awaited = false;
  {
    const std::lock_guard lock(mutex_);
    taken_ -= bytes;
    trims = is_to_be_trimmed();
    is_awaited = waiting_ > 0;
  }
  if (is_awaited) freed_.notify_all();
  if (trims) ::malloc_trim(0);
}

bool MemoryBudget::is_to_be_trimmed() {
  if (most_taken_ < much_use || taken_ > most_taken_ / 4) return false;
  most_taken_ = taken_;
  return true;
}

void MemoryBudget::refuse() {
  const std::string sentence = fmt::format(
      "requests, replies and open transactions hold all of the {} bytes that they may (--max-memory)", bytes_);
  LineLimit::Verdict verdict;
  {
    const std::lock_guard lock(mutex_);
    verdict = told_.take(Clock::now());
  }
  if (verdict.is_told && tell_) {
    const std::string others =
        verdict.left_out == 0 ? "" : fmt::format(" (and {} more since the last such line)", verdict.left_out);
    tell_(fmt::format(
        "{}: a request that needs more was refused, over HTTP with 503, else by closing its connection; "
        "lookups, polls and open transactions go on. See who sends so much, or raise the limit{}",
        sentence, others));
  }
  throw MemoryShortage(sentence + "; try again later, or raise that limit");
}

std::size_t MemoryShare::missing_to(std::size_t bytes) {
  used_ = std::max(used_, bytes);
  const std::size_t wanted = used_ > free_ ? used_ - free_ : 0;
  if (wanted <= taken_) return 0;
  return (wanted - taken_ + share_step - 1) / share_step * share_step;
}

void MemoryShare::grow_to(std::size_t bytes) {
  const std::size_t missing = missing_to(bytes);
  if (missing == 0) return;
  if (!budget_->take(missing, MemoryBudget::Clock::time_point::min())) {
    if (!until_) until_ = MemoryBudget::Clock::now() + MemoryBudget::patience;
    if (!budget_->take(missing, *until_)) budget_->refuse();
  }
  taken_ += missing;
}

void MemoryShare::add_at_once(std::size_t bytes) {
  const std::size_t missing = missing_to(used_ + bytes);
  if (missing == 0) return;
  if (!budget_->take(missing, MemoryBudget::Clock::time_point::min())) budget_->refuse();
  taken_ += missing;
}

void MemoryShare::grow_anyhow_to(std::size_t bytes) {
  const std::size_t missing = missing_to(bytes);
  if (missing == 0) return;
  budget_->take_anyhow(missing);
  taken_ += missing;
}

void MemoryShare::release() {
  used_ = 0;
  until_.reset();
  if (taken_ > 0) budget_->give_back(std::exchange(taken_, 0));
}

}  // namespace mxbalance::db
