// One probe of one address: it connects as a sending server would, from a socket that does not block, holds the
// dialogue, and parts. libcurl was used before: it shows no more than a code of what a server says in several
// lines, says QUIT only after a success, has no 421 after STARTTLS, and ends a handshake at a certificate it
// refuses. One thread.
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

/// A connection that is not there by then cannot be had: after the third SYN, and a second for the answer.
inline constexpr std::chrono::milliseconds longest_connect{4000};

/// What all probes share.
struct ProbeIdentity {
  std::string ehlo_name;    ///< empty: the host's full name, or where it has none the address connected from
  std::string source_ipv4;  ///< address to connect from; empty: the system's choice
  std::string source_ipv6;
  std::string ca_file;  ///< with TLS mode require, certificates must be of these authorities; empty: any will do
};

class Probe {
 public:
  /// Begins to connect. `full_name`: the host's; `context`: of TLS, where it is
  /// spoken.
  Probe(const db::ProbeTarget& target, ProbeIdentity identity, std::string full_name,
        std::shared_ptr<SSL_CTX> context, Time now);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  /// -1: it was over before it had one.
  int descriptor() const { return descriptor_; }

  /// The descriptor can be read or written: goes on for as long as nothing would block.
  void move_on(Time now);

  /// What is to happen when deadline() is over.
  void expire();
  Time deadline() const { return deadline_; }

  /// It has so much more time: this process did not run meanwhile.
  void put_off(Time::duration time);

  /// Absent: not yet known. It stands while the probe still parts from the server.
  const std::optional<ProbeResult>& result() const { return result_; }

  bool is_over() const { return state_ == State::over; }

  const db::ProbeTarget& target() const { return target_; }

 private:
  enum class State {
    connecting,
    handshaking,
    talking,
    parting,  ///< all is said: the server is left to close the connection first
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
  std::string on_port() const;

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
