// httplib at work on one request: it reads the header fields and formats the reply, and sees no socket. The only
// place that includes it. One thread at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <httplib.h>

#include "backend/listen/http_message.h"

namespace mxbalance::listen {

/// The header fields that matter here. Names are read in any case.
struct HttpFields {
  std::string content_type;
  std::string zone_id;         ///< X-RemoteBackend-Zone-Id
  bool asks_to_close = false;  ///< Connection: close
  bool asks_to_stay = false;   ///< Connection: keep-alive
};

/// The part of httplib's stream that an exchange needs: the head to read from, and what is written to it.
class ExchangeMemory final : public httplib::Stream {
 public:
  void restart(std::string head);
  std::string take_written();

  [[nodiscard]] bool is_readable() const override { return read_ < head_.size(); }
  [[nodiscard]] bool is_writable() const override { return true; }
  ssize_t read(char* bytes, size_t size) override;
  ssize_t write(const char* bytes, size_t size) override;
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  [[nodiscard]] socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string head_;
  std::size_t read_ = 0;
  std::string written_;
};

class HttpExchange final : private httplib::Server {
 public:
  HttpExchange();

  struct Reply {
    HttpReply content;
    bool closes = false;  ///< the connection ends with it
  };

  /// Makes the reply. `interim` is what must be sent before the body is read, for `Expect: 100-continue`; mostly
  /// empty.
  using Answer = std::function<Reply(const HttpFields& fields, std::string_view interim)>;

  enum class Kind {
    http_1_1,
    http_1_0,      ///< a connection that goes on must say so
    http_1_1_head  ///< the reply has no body
  };

  struct Result {
    std::string head;  ///< the status line and the header, with the empty line after them
    std::string body;
    bool closes = false;
  };

  /// `fields` are the request's header lines, with CRLF between them.
  Result run(Kind kind, std::string_view fields, const Answer& answer);

 private:
  void reply_to(const httplib::Request& request, httplib::Response& response);
  void finish(httplib::Response& response) const;

  ExchangeMemory memory_;
  // Of the exchange that runs.
  Kind kind_ = Kind::http_1_1;
  const Answer* answer_ = nullptr;
  bool is_answered_ = false;
  std::string body_;
  bool closes_ = false;
};

}  // namespace mxbalance::listen
