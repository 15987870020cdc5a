// One probe of one address, as an easy handle of libcurl: it connects as a sending server would, says EHLO,
// STARTTLS where it is to, and QUIT, and tells in a sentence what went wrong. One thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "db/probe_targets.h"

namespace mxbalance::health {

/// What all probes share.
struct ProbeIdentity {
  std::string ehlo_name;    ///< empty: the host's name
  std::string source_ipv4;  ///< address to connect from; empty: the system's choice
  std::string source_ipv6;
  std::string ca_file;  ///< with TLS mode require, certificates must be of these authorities; empty: any will do
};

/// Whether there are certificates (PEM) at `path`, and can be read.
bool holds_certificates(const std::string& path);

struct ProbeResult {
  enum class Verdict {
    passed,
    failed,
    not_made,  ///< for want of something here, such as descriptors: it says nothing of the address
  };

  Verdict verdict = Verdict::not_made;
  std::string reason;  ///< of a failure
};

class Probe {
 public:
  Probe(const db::ProbeTarget& target, const ProbeIdentity& identity);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  CURL* handle() const { return handle_.get(); }

  /// After the transfer has ended with `code`.
  ProbeResult result(CURLcode code) const;

 private:
  /// What the reply that comes next answers.
  enum class Stage { banner, ehlo, starttls, quit };

  struct HandleEnd {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct ListEnd {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  void set_connection(const db::ProbeTarget& target, const ProbeIdentity& identity);
  void set_dialogue();
  void set_tls(const ProbeIdentity& identity);
  bool take_line(std::string_view line);
  void take_command(std::string_view line);
  bool take_reply();
  void say_goodbye() const;
  std::string timeout_reason() const;
  std::string failure_reason(CURLcode code) const;
  std::string certificate_reason() const;
  std::string_view stage_name() const;

  static int debug(CURL* handle, curl_infotype type, char* data, std::size_t size, void* probe);
  static std::size_t header(char* data, std::size_t size, std::size_t count, void* probe);
  static curl_socket_t open_socket(void* probe, curlsocktype purpose, curl_sockaddr* address);
  static CURLcode set_verification(CURL* handle, void* context, void* probe);

  std::unique_ptr<CURL, HandleEnd> handle_;
  std::unique_ptr<curl_slist, ListEnd> connect_to_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::chrono::milliseconds timeout_;
  db::ProbeTls tls_;
  std::string server_;
  bool is_smtp_;
  Stage stage_ = Stage::banner;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  int socket_error_ = 0;       ///< errno where no socket could be had
  bool is_encrypted_ = false;  ///< TLS has begun
  std::string reply_;          ///< lines of the reply that is arriving
  std::size_t received_ = 0;   ///< bytes of all replies
  std::string failed_reply_;   ///< why the dialogue was ended
  std::string expiry_;         ///< why the certificate's dates are wrong
};

}  // namespace mxbalance::health
