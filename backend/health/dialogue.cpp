#include "backend/health/dialogue.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backend/health/wording.h"
#include "db/base/text.h"

namespace mxbalance::health {

namespace {

using Verdict = ProbeResult::Verdict;

constexpr std::size_t longest_dialogue = 65536;
constexpr std::size_t code_length = 3;
constexpr std::string_view closing_down = "421";  // RFC 5321 §4.2.3: the server closes the connection after it

/// RFC 5321 §4.2: three digits, followed by a hyphen on every line except the last.
bool is_reply_line(std::string_view line) {
  return line.size() >= code_length && std::all_of(line.begin(), line.begin() + code_length, db::is_digit) &&
         (line.size() == code_length || line[code_length] == ' ' || line[code_length] == '-');
}

std::string_view code_of(std::string_view line) {
  return line.substr(0, code_length);
}

/// RFC 5321 §4.1.1.1: the keyword in a line of the reply to EHLO, without its parameters.
std::string keyword_of(std::string_view line) {
  line.remove_prefix(std::min(line.size(), code_length + 1));
  return db::upper(line.substr(0, line.find_first_of(" \t=")));
}

}  // namespace

Dialogue::Dialogue(const db::ProbeSettings& settings, std::string name)
    : kind_(settings.kind),
      tls_(settings.tls),
      port_(settings.port),
      name_(std::move(name)),
      stage_(kind_ == db::ProbeKind::smtps ? Stage::handshake : Stage::banner) {}

std::string Dialogue::take_output() {
  return std::exchange(output_, "");
}

std::string_view Dialogue::stage_name() const {
  switch (stage_) {
    case Stage::banner:
      return "banner";
    case Stage::ehlo:
      return "EHLO";
    case Stage::helo:
      return "HELO";
    case Stage::starttls:
    case Stage::handshake:
      return "STARTTLS";
    case Stage::quit:
    case Stage::over:
      break;
  }
  return "QUIT";
}

// Receiving

void Dialogue::receive(std::string_view bytes) {
  received_ += bytes.size();
  buffer_ += bytes;
  while (stage_ != Stage::over && stage_ != Stage::handshake) {
    const auto end = buffer_.find('\n');
    if (end == std::string::npos) break;
    const std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    take_line(line);
  }
  // RFC 3207 §4: text after the reply to STARTTLS may come from an attacker on the way.
  if (stage_ == Stage::handshake && !buffer_.empty()) {
    return fail_handshake(
        fmt::format("TLS handshake failed on port {}: the server goes on without TLS: {}", port_, shown(buffer_)));
  }
  if (received_ > longest_dialogue) break_off(fmt::format("{}: the reply does not end", stage_name()));
}

void Dialogue::take_line(std::string_view line) {
  while (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  if (!is_reply_line(line)) return break_off(fmt::format("{} is no SMTP reply: {}", stage_name(), shown(line)));
  // RFC 5321 §4.1.1.1: the first line is a greeting and offers no extension.
  if (stage_ == Stage::ehlo && !lines_.empty() && keyword_of(line) == "STARTTLS") offers_starttls_ = true;
  lines_.emplace_back(line);
  if (line.size() > code_length && line[code_length] == '-') return;
  take_reply();
  lines_.clear();
}

/// Handles a complete reply. The code of its last line counts.
void Dialogue::take_reply() {
  switch (stage_) {
    case Stage::banner:
      return take_banner();
    case Stage::ehlo:
    case Stage::helo:
      return take_greeting();
    case Stage::starttls:
      return take_starttls();
    case Stage::handshake:
    case Stage::over:
      return;
    case Stage::quit:
      stage_ = Stage::over;
  }
}

void Dialogue::take_banner() {
  if (lines_.back().front() != '2') return refuse();
  if (!certificate_problem_.empty()) return fail(certificate_problem_);
  greet();
}

void Dialogue::greet() {
  offers_starttls_ = false;
  say("EHLO " + name_, Stage::ehlo);
}

/// Handles the reply to EHLO, or to HELO, which is sent after a 5xx reply to EHLO (RFC 5321 §3.2).
void Dialogue::take_greeting() {
  const char kind = lines_.back().front();
  if (kind == '5' && stage_ == Stage::ehlo) {
    refused_ehlo_ = words();
    offers_starttls_ = false;
    return say("HELO " + name_, Stage::helo);
  }
  if (kind != '2') return refuse();
  if (is_encrypted_ || tls_ == db::ProbeTls::off) return pass();
  if (offers_starttls_) return say("STARTTLS", Stage::starttls);
  tls_ == db::ProbeTls::try_it ? pass() : fail(fmt::format("STARTTLS is not offered on port {}", port_));
}

/// Handles the reply to STARTTLS. Where TLS is optional, a server may refuse it, but must not close with 421.
void Dialogue::take_starttls() {
  if (lines_.back().front() == '2') {
    stage_ = Stage::handshake;
  } else if (tls_ == db::ProbeTls::try_it && code_of(lines_.back()) != closing_down) {
    pass();
  } else {
    refuse();
  }
}

void Dialogue::encrypt(const std::string& problem) {
  is_encrypted_ = true;
  if (kind_ == db::ProbeKind::smtps) {  // no command may be sent before the banner
    certificate_problem_ = problem;
    stage_ = Stage::banner;
    return;
  }
  problem.empty() ? greet() : fail(problem);
}

/// Where TLS is optional, a sender delivers without it, so the verdict is not `failed`.
void Dialogue::fail_handshake(const std::string& reason) {
  const bool is_optional = kind_ == db::ProbeKind::smtp && tls_ == db::ProbeTls::try_it;
  result_ = {is_optional ? Verdict::tls_failed : Verdict::failed, reason};
  stage_ = Stage::over;
}

/// Handles a closed connection. The last line may lack its line end and still give the reason.
void Dialogue::close() {
  if (!result_ && is_reply_line(buffer_) && buffer_.front() != '2') take_line(std::exchange(buffer_, ""));
  if (result_) {
    stage_ = Stage::over;
    return;
  }
  if (!certificate_problem_.empty()) return break_off(certificate_problem_);
  if (stage_ == Stage::helo) return break_off("EHLO: " + refused_ehlo_);
  const std::string after = lines_.empty() ? "" : " after " + words();
  break_off(fmt::format("{}: the connection was closed{}", stage_name(), after));
}

void Dialogue::expire(std::chrono::milliseconds timeout) {
  if (!certificate_problem_.empty()) return break_off(certificate_problem_);
  if (stage_ == Stage::banner) return break_off(fmt::format("no whole banner within {}", in_words(timeout)));
  break_off(fmt::format("{} is not answered within {}", stage_name(), in_words(timeout)));
}

// Sending

void Dialogue::say(const std::string& command, Stage awaited) {
  output_ += command + "\r\n";
  stage_ = awaited;
}

void Dialogue::pass() {
  result_ = {Verdict::passed, ""};
  say("QUIT", Stage::quit);
}

/// RFC 5321 §3.1, §4.1.1.10: a server that refuses mail also waits for QUIT, and a server that has said 421 may.
void Dialogue::fail(const std::string& reason) {
  result_ = {Verdict::failed, reason};
  say("QUIT", Stage::quit);
}

/// Fails with the reply that has been received.
void Dialogue::refuse() {
  fail(fmt::format("{}: {}", stage_name(), words()));
}

/// Fails at a moment when no command may be sent.
void Dialogue::break_off(const std::string& reason) {
  if (!result_) result_ = {Verdict::failed, reason};
  stage_ = Stage::over;
}

/// The text of the reply. If its lines have different codes, only lines with the code of the last one.
std::string Dialogue::words() const {
  std::string text;
  for (const auto& line : lines_) {
    if (code_of(line) == code_of(lines_.back())) text += (text.empty() ? "" : " / ") + shown(line);
  }
  return shown(text);
}

}  // namespace mxbalance::health
