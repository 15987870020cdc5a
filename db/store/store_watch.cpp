#include "db/store/store_watch.h"

#include <array>
#include <ctime>

namespace mxbalance::db {

namespace {

std::string utc(StoreWatch::Time time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string seconds_between(StoreWatch::Time begin, StoreWatch::Time end) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(end - begin).count()) + " s";
}

}  // namespace

void StoreWatch::could_not_write(const std::string& why, bool is_certain, Time now) {
  if (!failing_since_) failing_since_ = now;
  if (has_told_failure_ || (!is_certain && now - *failing_since_ < patience)) return;
  has_told_failure_ = true;
  tell_(Importance::trouble,
        "the database " + path_ +
            " cannot be written: lookups go on, but what probes find and what PowerDNS writes "
            "is not kept, and its log is not emptied. " +
            why);
}

void StoreWatch::could_write() {
  failing_since_.reset();
  if (!has_told_failure_) return;
  has_told_failure_ = false;
  tell_(Importance::news, "the database " + path_ + " can be written again");
}

void StoreWatch::saw_names(const std::optional<std::string>& danger, Time now) {
  if (!danger) {
    in_danger_since_.reset();
    if (!has_told_danger_) return;
    has_told_danger_ = false;
    return tell_(Importance::news, "the database " + path_ + " has one name again");
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
      tell_(Importance::news, "the log " + path_ + "-wal has been taken over into the database");
    }
    return;
  }
  if (!waiting_since_) waiting_since_ = now;
  if (log.size < remarkable_log || log.size < 2 * told_size_ || now - *waiting_since_ < patience) return;
  told_size_ = log.size;
  tell_(Importance::trouble, "the log " + path_ + "-wal has grown to " + in_mebibytes(log.size) + ": " +
                                 in_mebibytes(log.waiting) + " of it have been waiting since " +
                                 utc(*waiting_since_) + " (" + seconds_between(*waiting_since_, now) +
                                 ") to be taken over into the database, because " + reader_to_end(path_));
}

}  // namespace mxbalance::db
