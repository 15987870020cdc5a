// The places where mxbalance listens: an IP address and port for HTTP, or the path of a Unix socket for JSON
// lines. An endpoint is bound and listening as long as the object exists.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "backend/sockets/descriptor.h"

namespace mxbalance::listen {

/// Thrown when an address cannot be listened on. what() is a sentence that names the address.
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

/// The owner and the mode of a Unix socket's file, which decide who may connect.
struct FileAccess {
  mode_t mode = 0660;
  std::optional<uid_t> owner{};  ///< absent: the user of this process
  std::optional<gid_t> group{};
};

/// The file of a Unix socket that this process has bound.
class SocketFile {
 public:
  /// `path` has just been bound.
  explicit SocketFile(std::string path);
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&&) = delete;
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;
  ~SocketFile();

  enum class State { there, missing, replaced };

  /// Checks whether the file at the path is still the same. If it is, notes its owner and mode, which a person may
  /// have changed.
  State look();
  /// The owner and the mode when look() last found the file.
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

  /// Creates the socket file with mode 0660. Nobody can connect before the file has this mode. A stale file, on
  /// which no process accepts, is replaced. Refuses a socket in use, a file of another kind, a path that is too
  /// long, and a missing directory. The file is removed with the endpoint, unless another file has replaced it.
  /// Throws EndpointError.
  static Endpoint unix_socket(const std::string& path);

  /// Whether the file of a Unix socket is missing and can be created again. Throws EndpointError when another file
  /// is in its place; that file is left alone.
  [[nodiscard]] bool lacks_file();

  /// Creates the file again with its last known owner and mode, and with a new socket. Connections that wait on
  /// the old socket must have been accepted before. Throws EndpointError.
  void make_file_again();

  [[nodiscard]] Protocol protocol() const { return protocol_; }
  /// The name for people: "127.0.0.1:8053", with the port in use, or the path.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// The port of an HTTP address; 0 for a Unix socket.
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// The mode of a Unix socket's file.
  [[nodiscard]] mode_t file_mode() const { return file_ ? file_->access().mode : 0; }
  /// For poll(2) and accept(2); does not block. make_file_again() changes it.
  [[nodiscard]] int descriptor() const { return socket_.number(); }

 private:
  Endpoint(Protocol protocol, Descriptor socket, std::string name);
  static Endpoint bound_to_file(const std::string& path, const FileAccess& access);

  Protocol protocol_;
  Descriptor socket_;
  std::string name_;
  std::uint16_t port_ = 0;
  std::optional<SocketFile> file_;  // destroyed before socket_: until then its inode number is not used again
};

}  // namespace mxbalance::listen
