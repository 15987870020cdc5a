// One probe of one address. It connects as a sending server would, through a non-blocking socket, holds the
// dialogue and closes the connection. libcurl is not used, for four reasons: it reports only the code of a reply
// of several lines, it says QUIT only after a success, it does not report a 421 after STARTTLS, and it ends the
// handshake when it refuses a certificate. One thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backend/health/dialogue.h"
#include "backend/health/ehlo_name.h"
#include "backend/health/probe_result.h"
#include "backend/health/rise_and_fall.h"
#include "backend/health/tls.h"
#include "db/edits/probe_targets.h"

namespace mxbalance::health {

/// The time limit of connecting: three SYNs, and a second for the last answer.
inline constexpr std::chrono::milliseconds longest_connect{4000};

/// Settings that all probes share.
struct ProbeIdentity {
  std::string ehlo_name;    ///< empty: the host's full name, or else the address connected from
  std::string source_ipv4;  ///< address to connect from; empty: the system chooses
  std::string source_ipv6;
  std::string ca_file;  ///< PEM file; in TLS mode `require`, certificates must be from these authorities
};

class Probe {
 public:
  /// Starts to connect. `full_name` is the host's name. `context` is for TLS; null without TLS.
  Probe(const db::ProbeTarget& target, ProbeIdentity identity, std::string full_name,
        std::shared_ptr<SSL_CTX> context, Time now);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  /// -1: the probe was over before it had a descriptor.
  int descriptor() const { return descriptor_; }

  /// Continues until the socket would block. Call it when the descriptor can be read or written.
  void move_on(Time now);

  /// Ends the current step. Call it when deadline() is over.
  void expire();
  Time deadline() const { return deadline_; }

  /// Extends the deadline by `time`, because this process did not run meanwhile.
  void put_off(Time::duration time);

  /// The verdict. Absent: not known yet. It is known before the connection is closed.
  const std::optional<ProbeResult>& result() const { return result_; }

  bool is_over() const { return state_ == State::over; }

  const db::ProbeTarget& target() const { return target_; }

 private:
  enum class State {
    connecting,
    handshaking,
    talking,
    parting,  ///< the dialogue is over; the server should close the connection first
    over,
  };

  void begin();
  bool bind_source() const;
  bool step();
  bool finish_connecting();
  void begin_handshake();
  bool verifies() const;
  bool shake_hands();
  void end_handshake(const std::string& reason);
  bool talk();
  bool part();
  void send();
  std::optional<std::size_t> receive();
  void note_result(Time now);
  void end(ProbeResult::Verdict verdict, const std::string& reason);
  std::string ehlo_name() const;

  db::ProbeTarget target_;
  ProbeIdentity identity_;
  std::string full_name_;
  std::shared_ptr<SSL_CTX> context_;
  State state_ = State::connecting;
  Time begun_;
  Time deadline_;
  int descriptor_ = -1;
  std::optional<Dialogue> dialogue_;
  std::unique_ptr<TlsSession> tls_;
  std::string unsent_;
  std::array<char, 4096> received_{};
  std::size_t parting_bytes_ = 0;
  std::optional<ProbeResult> result_;
};

}  // namespace mxbalance::health
