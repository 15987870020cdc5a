// Uses httplib for one request, to read the header fields and to format the reply. It has no socket. No other file
// includes httplib. Used by one thread at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <httplib.h>

#include "backend/listen/http_message.h"

namespace mxbalance::listen {

/// The header fields that are used. Names are read in any case of letters.
struct HttpFields {
  std::string content_type;
  std::string zone_id;         ///< X-RemoteBackend-Zone-Id
  bool asks_to_close = false;  ///< Connection: close
  bool asks_to_stay = false;   ///< Connection: keep-alive
};

/// A stream of httplib in memory: it reads the head of the request from here and writes the reply to it.
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
    bool closes = false;  ///< the connection is closed after it
  };

  /// Makes the reply. `interim` must be sent before the body is read, for `Expect: 100-continue`. It is usually
  /// empty.
  using Answer = std::function<Reply(const HttpFields& fields, std::string_view interim)>;

  enum class Kind {
    http_1_1,
    http_1_0,      ///< HTTP/1.0: the reply must say that the connection stays open
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
  // State of the current exchange.
  Kind kind_ = Kind::http_1_1;
  const Answer* answer_ = nullptr;
  bool is_answered_ = false;
  std::string body_;
  bool closes_ = false;
};

}  // namespace mxbalance::listen
