#include "backend/health/probe.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <system_error>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

namespace mxbalance::health {

namespace {

constexpr std::size_t longest_reason = 200;
constexpr std::size_t longest_dialogue = 65536;
constexpr std::string_view goodbye = "QUIT\r\n";

template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(handle, option, value);
  if (code != CURLE_OK) throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(code));
}

/// What a server sent, as one short line.
std::string shown(std::string_view text) {
  std::string line;
  for (const char c : text.substr(0, longest_reason))
    line += c >= ' ' && c <= '~' ? c : '?';
  while (!line.empty() && line.back() == ' ')
    line.pop_back();
  return line;
}

std::string in_words(std::chrono::milliseconds time) {
  if (time.count() % 1000 == 0) return std::to_string(time.count() / 1000) + " s";
  return std::to_string(time.count()) + " ms";
}

/// RFC 5321 §4.2: three digits, then a hyphen on all lines but the last.
bool is_reply_line(std::string_view line) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return line.size() >= 3 && is_digit(line[0]) && is_digit(line[1]) && is_digit(line[2]) &&
         (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

std::string date_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unknown date";
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

std::string lower_first(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string problem_of(int error) {
  return lower_first(std::generic_category().message(error));
}

/// Of the host itself, not of what is probed.
bool is_want_here(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM || error == EADDRNOTAVAIL ||
         error == EADDRINUSE;
}

/// Lets OpenSSL's verdict stand, and notes which date is wrong: libcurl does not tell.
int note_dates(int is_good, X509_STORE_CTX* verification) {
  const auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const expiry = static_cast<std::string*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const X509* const certificate = X509_STORE_CTX_get_current_cert(verification);
  if (is_good != 0 || certificate == nullptr) return is_good;
  const int error = X509_STORE_CTX_get_error(verification);
  if (error == X509_V_ERR_CERT_HAS_EXPIRED) {
    *expiry = "certificate expired on " + date_of(X509_get0_notAfter(certificate));
  } else if (error == X509_V_ERR_CERT_NOT_YET_VALID) {
    *expiry = "certificate is not valid before " + date_of(X509_get0_notBefore(certificate));
  }
  return is_good;
}

std::size_t discard(const char* /*data*/, std::size_t size, std::size_t count, void* /*nothing*/) {
  return size * count;
}

}  // namespace

bool holds_certificates(const std::string& path) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), &X509_STORE_free);
  const bool is_loaded = store && X509_STORE_load_file(store.get(), path.c_str()) == 1;
  ERR_clear_error();
  return is_loaded;
}

Probe::Probe(const db::ProbeTarget& target, const ProbeIdentity& identity)
    : handle_(curl_easy_init()),
      timeout_(target.settings.timeout),
      tls_(target.settings.tls),
      server_(target.server),
      is_smtp_(target.settings.kind == db::ProbeKind::smtp) {
  if (!handle_) throw std::runtime_error("libcurl gives no handle");
  set_connection(target, identity);
  if (!is_smtp_) return;
  set_dialogue();
  if (tls_ != db::ProbeTls::off) set_tls(identity);
}

Probe::~Probe() = default;

void Probe::set_connection(const db::ProbeTarget& target, const ProbeIdentity& identity) {
  const bool is_ipv4 = target.family == db::AddressFamily::ipv4;
  const std::string place = is_ipv4 ? target.address : "[" + target.address + "]";
  connect_to_.reset(
      curl_slist_append(nullptr, ("::" + place + ":" + std::to_string(target.settings.port)).c_str()));
  CURL* const handle = handle_.get();
  set(handle, CURLOPT_PRIVATE, this);
  set(handle, CURLOPT_URL,
      is_smtp_ ? ("smtp://" + target.server + "/" + identity.ehlo_name).c_str()
               : ("http://" + target.server).c_str());
  if (!is_smtp_) set(handle, CURLOPT_CONNECT_ONLY, 1L);
  set(handle, CURLOPT_CONNECT_TO, connect_to_.get());
  set(handle, CURLOPT_PROXY, "");  // not even one from the environment
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_FRESH_CONNECT, 1L);
  set(handle, CURLOPT_FORBID_REUSE, 1L);
  set(handle, CURLOPT_BUFFERSIZE, 1024L);
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_.count()));
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout_.count()));
  set(handle, CURLOPT_ERRORBUFFER, error_.data());
  set(handle, CURLOPT_OPENSOCKETFUNCTION, &Probe::open_socket);
  set(handle, CURLOPT_OPENSOCKETDATA, this);
  const auto& source = is_ipv4 ? identity.source_ipv4 : identity.source_ipv6;
  if (!source.empty()) set(handle, CURLOPT_INTERFACE, ("host!" + source).c_str());
}

/// QUIT stands where libcurl would say HELP. At its reply take_reply() closes the connection: libcurl would say
/// QUIT again, and wait for the answer while all other probes stand still.
void Probe::set_dialogue() {
  CURL* const handle = handle_.get();
  set(handle, CURLOPT_CUSTOMREQUEST, "QUIT");
  set(handle, CURLOPT_HEADERFUNCTION, &Probe::header);
  set(handle, CURLOPT_HEADERDATA, this);
  set(handle, CURLOPT_WRITEFUNCTION, &discard);
  set(handle, CURLOPT_VERBOSE, 1L);  // else no commands are seen
  set(handle, CURLOPT_DEBUGFUNCTION, &Probe::debug);
  set(handle, CURLOPT_DEBUGDATA, this);
}

void Probe::set_tls(const ProbeIdentity& identity) {
  CURL* const handle = handle_.get();
  const bool is_required = tls_ == db::ProbeTls::require;
  set(handle, CURLOPT_USE_SSL, static_cast<long>(is_required ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  const bool verifies = is_required && !identity.ca_file.empty();
  set(handle, CURLOPT_SSL_VERIFYPEER, verifies ? 1L : 0L);
  set(handle, CURLOPT_SSL_VERIFYHOST, verifies ? 2L : 0L);
  set(handle, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  if (!verifies) return;
  set(handle, CURLOPT_CAINFO, identity.ca_file.c_str());
  set(handle, CURLOPT_SSL_CTX_FUNCTION, &Probe::set_verification);
  set(handle, CURLOPT_SSL_CTX_DATA, this);
}

CURLcode Probe::set_verification(CURL* /*handle*/, void* context, void* probe) {
  auto* const ssl = static_cast<SSL_CTX*>(context);
  SSL_CTX_set_app_data(ssl, &static_cast<Probe*>(probe)->expiry_);
  SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, &note_dates);
  return CURLE_OK;
}

curl_socket_t Probe::open_socket(void* probe, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& self = *static_cast<Probe*>(probe);
  self.socket_ = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (self.socket_ < 0) self.socket_error_ = errno;
  return self.socket_;
}

int Probe::debug(CURL* /*handle*/, curl_infotype type, char* data, std::size_t size, void* probe) {
  if (type == CURLINFO_HEADER_OUT) static_cast<Probe*>(probe)->take_command({data, size});
  return 0;
}

std::size_t Probe::header(char* data, std::size_t size, std::size_t count, void* probe) {
  return static_cast<Probe*>(probe)->take_line({data, size * count}) ? size * count : 0;
}

void Probe::take_command(std::string_view line) {
  stage_ = line.starts_with("QUIT") ? Stage::quit : line.starts_with("STARTTLS") ? Stage::starttls : Stage::ehlo;
}

std::string_view Probe::stage_name() const {
  switch (stage_) {
    case Stage::banner:
      return "banner";
    case Stage::ehlo:
      return "EHLO";
    case Stage::starttls:
      return "STARTTLS";
    case Stage::quit:
      break;
  }
  return "QUIT";
}

/// One line of a reply. False ends the dialogue.
bool Probe::take_line(std::string_view line) {
  received_ += line.size();
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
    line.remove_suffix(1);
  if (!is_reply_line(line) || received_ > longest_dialogue) {
    failed_reply_ =
        std::string(stage_name()) +
        (received_ > longest_dialogue ? ": the reply does not end" : " is no SMTP reply: " + shown(line));
    return false;
  }
  reply_ += (reply_.empty() ? "" : " / ") + shown(line);
  if (line.size() > 3 && line[3] == '-') return true;
  const bool goes_on = take_reply();
  reply_.clear();
  return goes_on;
}

/// A whole reply. To EHLO a 5xx leads to HELO (RFC 5321 §3.2), and without a need for TLS a refused STARTTLS to
/// none.
bool Probe::take_reply() {
  if (stage_ == Stage::quit) {
    ::shutdown(socket_, SHUT_RDWR);
    return true;
  }
  const char kind = reply_.front();
  if (kind == '2') {
    is_encrypted_ = is_encrypted_ || stage_ == Stage::starttls;
    return true;
  }
  if (stage_ == Stage::starttls && tls_ == db::ProbeTls::try_it) return true;
  failed_reply_ = std::string(stage_name()) + ": " + shown(reply_);
  if (stage_ == Stage::ehlo && kind == '5') return true;
  if (!reply_.starts_with("421")) say_goodbye();
  return false;
}

/// RFC 5321 §3.1: also a server that takes no mail waits for QUIT. Within TLS only libcurl could say it.
void Probe::say_goodbye() const {
  if (!is_encrypted_) ::send(socket_, goodbye.data(), goodbye.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

std::string Probe::timeout_reason() const {
  curl_off_t connected = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_CONNECT_TIME_T, &connected);
  const std::string within = " within " + in_words(timeout_);
  if (connected == 0) return "no connection" + within;
  if (stage_ == Stage::banner) return "no whole banner" + within;
  if (stage_ == Stage::starttls) return "STARTTLS is not done" + within;
  return std::string(stage_name()) + " is not answered" + within;
}

std::string Probe::certificate_reason() const {
  if (!expiry_.empty()) return expiry_;
  const std::string_view text = error_.data();
  if (text.find("subject name") != std::string_view::npos) return "certificate is not for " + server_;
  constexpr std::string_view lead = "SSL certificate problem: ";
  return "certificate: " + shown(text.starts_with(lead) ? text.substr(lead.size()) : text);
}

std::string Probe::failure_reason(CURLcode code) const {
  if (!failed_reply_.empty()) return failed_reply_;
  long error = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_OS_ERRNO, &error);
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return error == 0 ? shown(error_.data()) : problem_of(static_cast<int>(error));
    case CURLE_OPERATION_TIMEDOUT:
      return timeout_reason();
    case CURLE_PEER_FAILED_VERIFICATION:
      return certificate_reason();
    case CURLE_USE_SSL_FAILED:
      return "STARTTLS is not offered";
    case CURLE_SSL_CONNECT_ERROR:
      return "TLS handshake failed: " + shown(error_.data());
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return std::string(stage_name()) + ": the connection was closed";
    default:
      // What comes with the reply to STARTTLS is no TLS.
      return std::string(stage_ == Stage::starttls ? "TLS handshake failed" : stage_name()) + ": " +
             shown(error_[0] == 0 ? curl_easy_strerror(code) : error_.data());
  }
}

ProbeResult Probe::result(CURLcode code) const {
  using enum ProbeResult::Verdict;
  // At QUIT all is known; how the server parts is its own affair.
  if (code == CURLE_OK || (is_smtp_ && stage_ == Stage::quit)) return {passed, ""};
  long error = socket_error_;
  if (error == 0) curl_easy_getinfo(handle_.get(), CURLINFO_OS_ERRNO, &error);
  const bool has_connected = code != CURLE_COULDNT_CONNECT && code != CURLE_INTERFACE_FAILED;
  if (!has_connected && (code == CURLE_INTERFACE_FAILED || is_want_here(static_cast<int>(error)))) {
    return {not_made, error == 0 ? shown(error_.data()) : problem_of(static_cast<int>(error))};
  }
  if (code == CURLE_OUT_OF_MEMORY || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_FAILED_INIT) {
    return {not_made, shown(error_[0] == 0 ? curl_easy_strerror(code) : error_.data())};
  }
  return {failed, failure_reason(code)};
}

}  // namespace mxbalance::health
