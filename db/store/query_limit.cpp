#include "db/store/query_limit.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "db/base/advice.h"

namespace mxbalance::db {

namespace {

// The limit is checked after so many steps of SQLite's virtual machine, about every few hundred microseconds.
constexpr int steps_between_looks = 10000;

}  // namespace

QueryLimit::QueryLimit(sqlite3* handle) {
  sqlite3_progress_handler(handle, steps_between_looks, &QueryLimit::ask, this);
}

void QueryLimit::allow(std::chrono::milliseconds longest) {
  allow(longest, Clock::now() + longest);
}

void QueryLimit::allow(std::chrono::milliseconds longest, Time end) {
  longest_ = longest;
  is_for_each_ = false;
  end_ = end;
}

void QueryLimit::allow_each(std::chrono::milliseconds longest) {
  allow(longest);
  is_for_each_ = true;
}

void QueryLimit::statement_begins() {
  if (is_for_each_) end_ = Clock::now() + longest_;
}

void QueryLimit::lift() {
  is_for_each_ = false;
  end_ = Time::max();
}

std::string QueryLimit::reason() const {
  const auto now = Clock::now();
  if (end_of_all_ != nullptr && now >= end_of_all_->load()) return "this service is stopping";
  if (end_of_file_ && now >= end_of_file_->load())
    return "another file took its place, and a query of the former one was ended";
  return fmt::format(
      "a query of it did not end within {} ms and was ended: it reads much, the machine is busy, or there are "
      "views, triggers and tables that mxbalance did not make: {} finds those",
      longest_.count(), advice::check);
}

bool QueryLimit::is_over() const {
  const auto now = Clock::now();
  return now >= end_ || (end_of_all_ != nullptr && now >= end_of_all_->load()) ||
         (end_of_file_ && now >= end_of_file_->load());
}

/// SQLite's progress handler. A result other than 0 stops the statement.
int QueryLimit::ask(void* limit) {
  return static_cast<const QueryLimit*>(limit)->is_over() ? 1 : 0;
}

}  // namespace mxbalance::db
