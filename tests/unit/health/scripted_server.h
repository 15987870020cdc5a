// A mail server that follows a script, on the IPv4 loopback address and a port of its own, and hears what it is
// told.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace mxbalance::health::testing {

/// In bytes: more than buffers hold.
inline constexpr std::size_t longest_flood = std::size_t{16} << 20U;

struct Script {
  enum class Tls { none, at_once, after_starttls };
  enum class Ending {
    answers_quit,    ///< and closes
    resets_at_quit,  ///< instead of an answer
    closes,          ///< after the last reply
    resets,          ///< after the last reply
    floods,          ///< sends the last reply time and again, up to longest_flood
  };

  std::vector<std::string> replies;  ///< the banner, and one for each line that is heard; QUIT takes none of them
  Ending ending = Ending::answers_quit;
  Tls tls = Tls::none;  ///< without a certificate
};

/// What one connection was told: a line each.
struct Talk {
  std::string source;  ///< the address it came from
  std::vector<std::string> said;
  std::size_t flood = 0;  ///< bytes that it took of replies without end
};

class ScriptedServer {
 public:
  explicit ScriptedServer(Script script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }

  /// The talks that are over, in their order, once there are so many, or when 20 seconds are over.
  std::vector<Talk> await_talks(std::size_t count);

 private:
  void serve();
  void hold(int connection, Talk& talk) const;

  const Script script_;
  int listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable is_over_;
  std::vector<Talk> talks_;
  std::thread serving_;
};

}  // namespace mxbalance::health::testing
