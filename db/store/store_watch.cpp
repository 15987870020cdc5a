#include "db/store/store_watch.h"

#include <fmt/format.h>

#include "db/base/time.h"

namespace mxbalance::db {

namespace {

std::string seconds_between(StoreWatch::Time begin, StoreWatch::Time end) {
  return fmt::format("{} s", std::chrono::duration_cast<std::chrono::seconds>(end - begin).count());
}

}  // namespace

void StoreWatch::could_not_write(const std::string& why, bool is_certain, Time now) {
  if (!failing_since_) failing_since_ = now;
  if (has_told_failure_ || (!is_certain && now - *failing_since_ < patience)) return;
  has_told_failure_ = true;
  tell_(Importance::trouble,
        fmt::format(
            "the database {} cannot be written: lookups go on, but what probes find and what PowerDNS writes is "
            "not kept, and its log is not emptied. {}",
            path_, why));
}

void StoreWatch::could_write() {
  failing_since_.reset();
  if (!has_told_failure_) return;
  has_told_failure_ = false;
  tell_(Importance::news, fmt::format("the database {} can be written again", path_));
}

void StoreWatch::saw_names(const std::optional<std::string>& danger, Time now) {
  if (!danger) {
    in_danger_since_.reset();
    if (!has_told_danger_) return;
    has_told_danger_ = false;
    return tell_(Importance::news, fmt::format("the database {} has one name again", path_));
  }
  if (!in_danger_since_) in_danger_since_ = now;
  if (has_told_danger_ || now - *in_danger_since_ < patience) return;
  has_told_danger_ = true;
  tell_(Importance::trouble, *danger);
}

/// Reports the log at remarkable_log bytes, and again each time its size has doubled.
void StoreWatch::saw_log(const LogBacklog& log, Time now) {
  if (log.waiting == 0) {
    waiting_since_.reset();
    if (told_size_ > 0 && log.size < remarkable_log) {
      told_size_ = 0;
      tell_(Importance::news, fmt::format("the log {}-wal has been taken over into the database", path_));
    }
    return;
  }
  if (!waiting_since_) waiting_since_ = now;
  if (log.size < remarkable_log || log.size < 2 * told_size_ || now - *waiting_since_ < patience) return;
  told_size_ = log.size;
  tell_(Importance::trouble,
        fmt::format(
            "the log {}-wal has grown to {}: {} of it have been waiting since {} ({}) to be taken over into the "
            "database, because {}",
            path_, in_mebibytes(log.size), in_mebibytes(log.waiting),
            utc_time(std::chrono::system_clock::to_time_t(*waiting_since_)), seconds_between(*waiting_since_, now),
            reader_to_end(path_)));
}

}  // namespace mxbalance::db
