// TLS for probes, over non-blocking sockets, with OpenSSL. It accepts every version and cipher that Postfix
// accepts by default from a receiving server, also old ones. Certificates are checked after the handshake, so that
// QUIT can be sent to a server whose certificate is refused. One thread; the process ignores SIGPIPE.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <openssl/ssl.h>
#include <sys/stat.h>

namespace mxbalance::health {

/// Whether the file at `path` can be read and holds certificates (PEM).
bool holds_certificates(const std::string& path);

/// What all TLS connections share: the trusted authorities. Must outlive the connections.
class TlsContext {
 public:
  /// `ca_file` is a PEM file. Empty: no authorities; every certificate is accepted.
  explicit TlsContext(std::string ca_file) : ca_file_(std::move(ca_file)) {}
  ~TlsContext() = default;
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// Uses the authorities in another file from now on.
  void trust(std::string ca_file) {
    ca_file_ = std::move(ca_file);
    context_.reset();
  }

  /// The context with the authorities that are in the file now. Throws std::runtime_error where it cannot be read.
  std::shared_ptr<SSL_CTX> current();

  bool has_authorities() const { return !ca_file_.empty(); }

 private:
  std::string ca_file_;
  int certificate_level_ = 0;  ///< OpenSSL's security level in the system's configuration
  std::shared_ptr<SSL_CTX> context_;
  struct stat read_ {};  ///< the state of the file that the context was made from
};

/// One TLS connection.
class TlsSession {
 public:
  enum class Progress { done, waits, failed };

  enum class Certificate {
    any,       ///< every certificate is accepted, also none
    verified,  ///< the caller checks certificate_problem()
  };

  /// For `descriptor`, which is connected to the server with the name `server`.
  TlsSession(std::shared_ptr<SSL_CTX> context, int descriptor, const std::string& server, Certificate certificate);
  ~TlsSession() = default;
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  Progress handshake();

  /// Why the handshake failed.
  const std::string& failure() const { return failure_; }

  /// Why the certificate is refused: no trusted authority signed it, it is not valid now, or it is for another
  /// name. Such as "certificate expired on 2026-11-01". Empty: it is accepted.
  std::string certificate_problem() const;

  /// How many bytes were read. 0: the server has closed the connection, or it is broken. Absent: no bytes have
  /// arrived.
  std::optional<std::size_t> read(std::span<char> buffer);

  /// How many bytes were written. 0: the socket would block, or the connection is broken.
  std::size_t write(std::string_view bytes);

  /// Tells the server that no more data will follow.
  void say_goodbye();

 private:
  struct End {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  static int note_dates(int is_good, X509_STORE_CTX* verification);

  std::shared_ptr<SSL_CTX> context_;
  std::unique_ptr<SSL, End> ssl_;
  std::string server_;
  std::string failure_;
  std::string dates_;  ///< what is wrong with the certificate's dates
};

}  // namespace mxbalance::health
