#include "backend/remote/service_log.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace mxbalance::remote {

namespace {

constexpr std::size_t longest_line = 1000;

/// On one line, and not flooding: a sentence may quote what a peer sent, or what a row holds.
std::string on_a_line(std::string_view text) {
  std::string line(text.substr(0, longest_line));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; }, '?');
  return line;
}

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
  if (verdict.is_told) log_->log(level_of(kind), "{}", on_a_line(sentence));
}

}  // namespace mxbalance::remote
