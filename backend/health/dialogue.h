// What a probe says to a mail server, and what it makes of the replies (RFC 5321, RFC 3207): bytes in; bytes and a
// verdict out. It says QUIT as soon as the verdict stands and a command may be said. Pure: no socket, no clock, no
// TLS. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/health/probe_result.h"
#include "db/edits/probe_targets.h"

namespace mxbalance::health {

class Dialogue {
 public:
  /// To a server that was just connected to. `name`: said with EHLO.
  Dialogue(const db::ProbeSettings& settings, std::string name);

  /// What the server has sent.
  void receive(std::string_view bytes);

  /// The TLS handshake that was awaited is done. `problem`: why the certificate is refused; empty: it is not.
  void encrypt(const std::string& problem);

  /// It failed, for `reason`.
  void fail_handshake(const std::string& reason);

  /// The server has closed the connection.
  void close();

  /// `timeout`, the time for all of it, is over.
  void expire(std::chrono::milliseconds timeout);

  /// What is to be sent; nothing: "".
  std::string take_output();

  /// A TLS handshake is to begin, and encrypt() to be called after it.
  bool awaits_handshake() const { return stage_ == Stage::handshake; }

  /// Absent: not yet known. It stands before the dialogue is over.
  const std::optional<ProbeResult>& result() const { return result_; }

  /// Nothing more is said, nor awaited.
  bool is_over() const { return stage_ == Stage::over; }

 private:
  /// What is awaited: the reply to a command, or an event.
  enum class Stage { banner, ehlo, helo, starttls, handshake, quit, over };

  void take_line(std::string_view line);
  void take_reply();
  void take_banner();
  void greet();
  void take_greeting();
  void take_starttls();
  void say(const std::string& command, Stage awaited);
  void pass();
  void fail(const std::string& reason);
  void refuse();
  void break_off(const std::string& reason);
  std::string words() const;
  std::string_view stage_name() const;

  db::ProbeKind kind_;
  db::ProbeTls tls_;
  std::uint16_t port_;
  std::string name_;
  Stage stage_;
  std::string buffer_;              ///< what has come of the next line
  std::vector<std::string> lines_;  ///< of the reply that is arriving
  std::size_t received_ = 0;        ///< bytes of all replies
  std::string output_;
  bool offers_starttls_ = false;
  bool is_encrypted_ = false;
  std::string certificate_problem_;  ///< found before the banner
  std::string refused_ehlo_;         ///< the words with which EHLO was refused before HELO was said
  std::optional<ProbeResult> result_;
};

}  // namespace mxbalance::health
