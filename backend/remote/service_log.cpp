#include "backend/remote/service_log.h"

#include <chrono>
#include <string>

#include "db/base/text.h"

namespace mxbalance::remote {

namespace {

constexpr std::size_t longest_line = 1000;  // a sentence may quote a client's text or the content of a row

std::string_view plural_of(ServiceLog::Kind kind) {
  using enum ServiceLog::Kind;
  switch (kind) {
    case bad_request:
      return "requests that were refused";
    case refused:
      return "writes that were refused";
    case left_out:
      return "rows that are left out of answers (mxbalance check names them all)";
    case failed:
      return "questions that PowerDNS answers SERVFAIL for";
    case failed_poll:
      return "background polls that failed";
  }
  return "";
}

spdlog::level::level_enum level_of(ServiceLog::Kind kind) {
  return kind == ServiceLog::Kind::failed ? spdlog::level::err : spdlog::level::warn;
}

}  // namespace

void ServiceLog::tell(Kind kind, std::string_view sentence) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  write(kind, sentence, now);
}

void ServiceLog::tell_once(Kind kind, std::string_view sentence) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (lasting_.is_due(sentence, now)) write(kind, sentence, now);
}

void ServiceLog::write(Kind kind, std::string_view sentence, db::LogTime now) {
  const auto verdict = limits_.try_emplace(kind, most_a_minute).first->second.take(now);
  if (verdict.left_out > 0)
    log_->log(level_of(kind), "{} more lines about {} were left out", verdict.left_out, plural_of(kind));
  if (verdict.is_first_left_out)
    log_->log(level_of(kind), "more lines about {} are left out within this minute", plural_of(kind));
  if (verdict.is_told) log_->log(level_of(kind), "{}", db::printable(sentence.substr(0, longest_line)));
}

}  // namespace mxbalance::remote
