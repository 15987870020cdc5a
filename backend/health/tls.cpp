#include "backend/health/tls.h"

#include <array>
#include <cerrno>
#include <ctime>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "backend/health/wording.h"

namespace mxbalance::health {

namespace {

// Postfix's tls_medium_cipherlist, its default for opportunistic and mandatory encryption. Where Postfix checks
// the certificate, it leaves out ciphers that need none.
constexpr const char* any_certificate = "aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH";
constexpr const char* a_certificate = "aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH:!aNULL";

std::string date_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unknown date";
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

bool is_same_file(const struct stat& one, const struct stat& other) {
  return one.st_ino == other.st_ino && one.st_dev == other.st_dev && one.st_size == other.st_size &&
         one.st_mtim.tv_sec == other.st_mtim.tv_sec && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec;
}

/// Checks the certificates with the system's requirements for keys and hashes. OpenSSL has one level for these and
/// for ciphers.
int verify_at_level(X509_STORE_CTX* verification, void* level) {
  X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(verification), *static_cast<const int*>(level));
  return X509_verify_cert(verification);
}

/// Allows all TLS versions and ciphers that senders of mail allow; the system's configuration may be stricter. A
/// server with TLS 1.0 still receives mail. `certificate_level` is set to the system's requirement for
/// certificates and must exist as long as the context.
void allow_what_senders_do(SSL_CTX& context, int& certificate_level) {
  certificate_level = SSL_CTX_get_security_level(&context);
  SSL_CTX_set_cert_verify_callback(&context, &verify_at_level, &certificate_level);
  SSL_CTX_set_security_level(&context, 0);
  SSL_CTX_set_min_proto_version(&context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(&context, 0);
}

/// Loads the authorities. A certificate in the file is trusted also if it is an intermediate authority.
void set_authorities(SSL_CTX& context, const std::string& ca_file) {
  ERR_clear_error();
  if (SSL_CTX_load_verify_file(&context, ca_file.c_str()) != 1) {
    ERR_clear_error();
    throw std::runtime_error("there is no certificate (PEM) that can be read in " + ca_file);
  }
  X509_STORE_set_flags(SSL_CTX_get_cert_store(&context), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
}

}  // namespace

bool holds_certificates(const std::string& path) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), &X509_STORE_free);
  const bool is_loaded = store && X509_STORE_load_file(store.get(), path.c_str()) == 1;
  ERR_clear_error();
  return is_loaded;
}

std::shared_ptr<SSL_CTX> TlsContext::current() {
  struct stat file {};
  if (!ca_file_.empty() && ::stat(ca_file_.c_str(), &file) != 0)
    throw std::runtime_error(fmt::format("the file {} cannot be read: {}", ca_file_, problem_of(errno)));
  if (context_ && is_same_file(file, read_)) return context_;
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  if (!context) throw std::runtime_error("OpenSSL cannot be used");
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  allow_what_senders_do(*context, certificate_level_);
  if (!ca_file_.empty()) set_authorities(*context, ca_file_);
  context_ = context;
  read_ = file;
  return context_;
}

/// With SSL_VERIFY_NONE, a refused certificate does not end the handshake.
TlsSession::TlsSession(std::shared_ptr<SSL_CTX> context, int descriptor, const std::string& server,
                       Certificate certificate)
    : context_(std::move(context)), ssl_(SSL_new(context_.get())), server_(server) {
  if (!ssl_ || SSL_set_fd(ssl_.get(), descriptor) != 1) throw std::runtime_error("OpenSSL has no memory");
  if (SSL_set_cipher_list(ssl_.get(), certificate == Certificate::any ? any_certificate : a_certificate) != 1)
    throw std::runtime_error("OpenSSL has no ciphers");
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_verify(ssl_.get(), SSL_VERIFY_NONE, &TlsSession::note_dates);
  SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (SSL_set1_host(ssl_.get(), server.c_str()) != 1) throw std::runtime_error("OpenSSL has no memory");
  SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, server_.data());
  SSL_set_connect_state(ssl_.get());
}

/// Notes wrong dates of the certificate. Does not change OpenSSL's verdict.
int TlsSession::note_dates(int is_good, X509_STORE_CTX* verification) {
  auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const X509* const certificate = X509_STORE_CTX_get_current_cert(verification);
  if (is_good != 0 || certificate == nullptr) return is_good;
  auto& dates = static_cast<TlsSession*>(SSL_get_app_data(ssl))->dates_;
  const int error = X509_STORE_CTX_get_error(verification);
  if (error == X509_V_ERR_CERT_HAS_EXPIRED) {
    dates = "certificate expired on " + date_of(X509_get0_notAfter(certificate));
  } else if (error == X509_V_ERR_CERT_NOT_YET_VALID) {
    dates = "certificate is not valid before " + date_of(X509_get0_notBefore(certificate));
  }
  return is_good;
}

TlsSession::Progress TlsSession::handshake() {
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return Progress::done;
  const int system_error = errno;
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return Progress::waits;
  const auto code = ERR_peek_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  if (reason != nullptr && ERR_GET_REASON(code) != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    failure_ = shown(reason);
  } else {
    failure_ = system_error == 0 ? "the connection was closed" : problem_of(system_error);
  }
  return Progress::failed;
}

std::string TlsSession::certificate_problem() const {
  const long result = SSL_get_verify_result(ssl_.get());
  if (result == X509_V_OK) return "";
  if (!dates_.empty()) return dates_;
  if (result == X509_V_ERR_HOSTNAME_MISMATCH) return "certificate is not for " + server_;
  return std::string("certificate is refused: ") + X509_verify_cert_error_string(result);
}

std::optional<std::size_t> TlsSession::read(std::span<char> buffer) {
  ERR_clear_error();
  const int count = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
  if (count > 0) return static_cast<std::size_t>(count);
  const int error = SSL_get_error(ssl_.get(), count);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return std::nullopt;
  return 0;
}

std::size_t TlsSession::write(std::string_view bytes) {
  ERR_clear_error();
  const int count = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

void TlsSession::say_goodbye() {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

}  // namespace mxbalance::health
