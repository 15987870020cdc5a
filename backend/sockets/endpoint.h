// Where mxbalance listens: an IP address and port for HTTP, or the path of a Unix socket for JSON lines. An
// endpoint is bound and listening as long as it lives.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "backend/sockets/descriptor.h"

namespace mxbalance::listen {

/// An address that cannot be listened on. what() is a sentence that names it.
class EndpointError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct HttpAddress {
  std::string host;  ///< IPv4 or IPv6, without brackets
  std::uint16_t port = 0;
};

/// Reads "127.0.0.1:8053" or "[::1]:8053". Port 0 lets the system choose one. Throws EndpointError.
HttpAddress parse_http_address(std::string_view text);

/// Who may connect over a Unix socket.
struct FileAccess {
  mode_t mode = 0660;
  std::optional<uid_t> owner{};  ///< absent: this process's, as of the next
  std::optional<gid_t> group{};
};

/// The file of a Unix socket, as long as it is still the one that was bound here.
class SocketFile {
 public:
  /// `path` was just bound.
  explicit SocketFile(std::string path);
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&&) = delete;
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;
  ~SocketFile();

  enum class State { there, missing, replaced };

  /// What has become of it. Where it is there, its access is noted, which people may have changed.
  State look();
  /// When it was last seen.
  [[nodiscard]] const FileAccess& access() const { return access_; }

 private:
  std::string path_;
  FileAccess access_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

enum class Protocol { http, lines };

class Endpoint {
 public:
  /// Throws EndpointError.
  static Endpoint http(const HttpAddress& address);

  /// Makes the socket file with mode 0660; at no time can others connect. A stale file, one that no process
  /// accepts on, is replaced. Refused are a live one, a file of another kind, a path that is too long, and one
  /// whose directory is missing. The file goes with the endpoint, unless another one took its place. Throws
  /// EndpointError.
  static Endpoint unix_socket(const std::string& path);

  /// Whether the file of a Unix socket is missing, and can be made again. Throws EndpointError where another file
  /// took its place: that one is left alone.
  [[nodiscard]] bool lacks_file();

  /// Makes the file again, as it was when it was last seen, with a new socket behind it: what still waits on the
  /// old one must have been accepted. Throws EndpointError.
  void make_file_again();

  [[nodiscard]] Protocol protocol() const { return protocol_; }
  /// As people write it: "127.0.0.1:8053", with the real port, or the path.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Of HTTP, else 0.
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Of the file of a Unix socket.
  [[nodiscard]] mode_t file_mode() const { return file_ ? file_->access().mode : 0; }
  /// For poll(2) and accept(2); does not block. Another one once the file was made again.
  [[nodiscard]] int descriptor() const { return socket_.number(); }

 private:
  Endpoint(Protocol protocol, Descriptor socket, std::string name);
  static Endpoint bound_to_file(const std::string& path, const FileAccess& access);

  Protocol protocol_;
  Descriptor socket_;
  std::string name_;
  std::uint16_t port_ = 0;
  std::optional<SocketFile>
      file_;  // after socket_, so gone before it: until then the inode's number is not reused
};

}  // namespace mxbalance::listen
