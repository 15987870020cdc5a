// TLS as probes speak it, over sockets that do not block, by OpenSSL: whatever Postfix speaks by default with a
// server that takes mail, however old. Certificates are judged after the handshake, so that a refused server can
// still be told QUIT. One thread; the process ignores SIGPIPE.
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

/// Whether there are certificates (PEM) at `path`, and can be read.
bool holds_certificates(const std::string& path);

/// What all TLS connections share: the authorities of certificates. It must outlive the connections.
class TlsContext {
 public:
  /// `ca_file`: PEM; empty: none, any certificate will do.
  explicit TlsContext(std::string ca_file) : ca_file_(std::move(ca_file)) {}
  ~TlsContext() = default;
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// From now on the authorities are those in another file.
  void trust(std::string ca_file) {
    ca_file_ = std::move(ca_file);
    context_.reset();
  }

  /// As the file is now. Throws std::runtime_error where it cannot be read.
  std::shared_ptr<SSL_CTX> current();

  bool has_authorities() const { return !ca_file_.empty(); }

 private:
  std::string ca_file_;
  int certificate_level_ = 0;  ///< OpenSSL's security level, as the system has it
  std::shared_ptr<SSL_CTX> context_;
  struct stat read_ {};  ///< of the file that the context has
};

/// One connection.
class TlsSession {
 public:
  enum class Progress { done, waits, failed };

  enum class Certificate {
    any,       ///< also none at all
    verified,  ///< certificate_problem() will be asked
  };

  /// Over `descriptor`, which is connected to a server named `server`.
  TlsSession(std::shared_ptr<SSL_CTX> context, int descriptor, const std::string& server, Certificate certificate);
  ~TlsSession() = default;
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  Progress handshake();

  /// Why the handshake failed.
  const std::string& failure() const { return failure_; }

  /// Why the certificate is none of the authorities', not valid now, or not for the server's name, such as
  /// "certificate expired on 2026-11-01"; empty: it is good.
  std::string certificate_problem() const;

  /// Bytes read; 0: the server has closed the connection, or broken it; absent: nothing has come yet.
  std::optional<std::size_t> read(std::span<char> buffer);

  /// Bytes written: 0 where it has to wait, or the connection is broken.
  std::size_t write(std::string_view bytes);

  /// Tells the server that nothing more will come.
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
  std::string dates_;  ///< why the certificate's dates are wrong
};

}  // namespace mxbalance::health
