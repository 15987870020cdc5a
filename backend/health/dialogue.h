// The dialogue of a probe with a mail server (RFC 5321, RFC 3207): bytes received go in, bytes to send and a
// verdict come out. It says QUIT as soon as the verdict is known and a command is allowed. Pure: no socket, no
// clock, no TLS. One thread.
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
  /// For a new connection to a server. `name` is the argument of EHLO.
  Dialogue(const db::ProbeSettings& settings, std::string name);

  /// Takes bytes that the server has sent.
  void receive(std::string_view bytes);

  /// The TLS handshake has succeeded. `problem` says why the certificate is refused; empty: it is accepted.
  void encrypt(const std::string& problem);

  /// The TLS handshake has failed, for `reason`.
  void fail_handshake(const std::string& reason);

  /// The server has closed the connection.
  void close();

  /// The time limit of the whole probe, `timeout`, is over.
  void expire(std::chrono::milliseconds timeout);

  /// Returns the bytes to send; "" when there are none.
  std::string take_output();

  /// Whether a TLS handshake must be made now. After it, call encrypt() or fail_handshake().
  bool awaits_handshake() const { return stage_ == Stage::handshake; }

  /// The verdict. Absent: not known yet. It may be known before the dialogue is over.
  const std::optional<ProbeResult>& result() const { return result_; }

  /// Whether nothing more is sent or awaited.
  bool is_over() const { return stage_ == Stage::over; }

 private:
  /// What the dialogue waits for: the reply to a command, or an event.
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
  std::string buffer_;              ///< the bytes of an incomplete line
  std::vector<std::string> lines_;  ///< the lines of an incomplete reply
  std::size_t received_ = 0;        ///< bytes of all replies
  std::string output_;
  bool offers_starttls_ = false;
  bool is_encrypted_ = false;
  std::string certificate_problem_;  ///< found by the handshake, before the banner
  std::string refused_ehlo_;         ///< the reply that refused EHLO, before HELO was sent
  std::optional<ProbeResult> result_;
};

}  // namespace mxbalance::health
