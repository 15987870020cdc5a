#include "backend/sockets/endpoint.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "db/base/ip_address.h"

namespace mxbalance::listen {

namespace {

[[noreturn]] void fail(const std::string& name, const std::string& reason) {
  throw EndpointError(fmt::format("cannot listen on {}: {}", name, reason));
}

[[noreturn]] void fail(const std::string& name, int error) {
  fail(name, std::system_category().message(error));
}

/// A socket address of any family, in the form of the system calls.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

std::optional<SocketAddress> to_socket_address(const HttpAddress& address) {
  SocketAddress result;
  if (const auto ipv4_host = db::ipv4_address(address.host)) {
    sockaddr_in ipv4{};
    ipv4.sin_addr = *ipv4_host;
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(address.port);
    result.size = sizeof ipv4;
    std::memcpy(&result.storage, &ipv4, sizeof ipv4);
  } else if (const auto ipv6_host = db::ipv6_address(address.host)) {
    sockaddr_in6 ipv6{};
    ipv6.sin6_addr = *ipv6_host;
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(address.port);
    result.size = sizeof ipv6;
    std::memcpy(&result.storage, &ipv6, sizeof ipv6);
  } else {
    return std::nullopt;
  }
  return result;
}

SocketAddress to_socket_address(const std::string& path) {
  sockaddr_un address{};
  constexpr std::size_t longest = sizeof address.sun_path - 1;
  if (path.empty() || path.find('\0') != std::string::npos) {
    throw EndpointError(
        "The path of the Unix socket is empty or holds a NUL byte; give a path such as "
        "/run/mxbalance/pdns.sock.");
  }
  if (path.size() > longest) {
    fail(path, fmt::format("the path has {} bytes, and a Unix socket's path at most {}", path.size(), longest));
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  SocketAddress result;
  result.size = sizeof address;
  std::memcpy(&result.storage, &address, sizeof address);
  return result;
}

std::string name_of(const HttpAddress& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", address.host, address.port)
                 : fmt::format("{}:{}", address.host, address.port);
}

Descriptor open_socket(int family, const std::string& name) {
  Descriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) fail(name, errno);
  return socket;
}

std::uint16_t bound_port(int socket) {
  SocketAddress address;
  address.size = sizeof address.storage;
  ::getsockname(socket, address.get(), &address.size);
  in_port_t port = 0;
  static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
  std::memcpy(&port, reinterpret_cast<const char*>(&address.storage) + offsetof(sockaddr_in, sin_port),
              sizeof port);
  return ntohs(port);
}

/// Whether a process accepts on the socket file. Throws EndpointError where this cannot be found out.
bool is_live(const std::string& path, const SocketAddress& address) {
  const auto probe = open_socket(AF_UNIX, path);
  if (::connect(probe.number(), address.get(), address.size) == 0) return true;
  switch (errno) {
    case EAGAIN:  // the queue of the socket is full
      return true;
    case ECONNREFUSED:
    case ENOENT:
      return false;
    case EPROTOTYPE:
      fail(path, "a socket of another type is there; it is left alone");
    default:
      fail(path, fmt::format("a socket is there, and whether a process answers on it cannot be told: {}",
                             std::system_category().message(errno)));
  }
}

void make_way(const std::string& path, const SocketAddress& address) {
  const auto directory = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!std::filesystem::is_directory(directory.empty() ? "." : directory, error)) {
    fail(path, fmt::format("the directory {} is missing; make it first", directory.string()));
  }
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return;
  if (!S_ISSOCK(found.st_mode)) fail(path, "the path exists and is not a socket; it is left alone");
  if (is_live(path, address)) fail(path, fmt::format("another process answers on {}", path));
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    fail(path, fmt::format("a stale socket file cannot be removed: {}", std::system_category().message(errno)));
  }
}

std::string reason_of_bind(int error) {
  std::string message = std::system_category().message(error);
  switch (error) {
    case EROFS:
      return message + ": the socket must lie on a disk that can be written, such as in /run";
    case ENOSPC:
    case EDQUOT:
      return message +
             ": the disk has no room or no inode (df -i) for the socket's file, or a quota is used up; make "
             "room, or name a path elsewhere, such as in /run";
    case ENOENT:
      return message + ": its directory is missing; make it";
    case EACCES:
      return message + ": the directory must be writable for this user";
    default:
      return message;
  }
}

/// Sets owner and group, as far as this process is allowed to.
void give_to(const std::string& path, const FileAccess& access) {
  if (access.group) static_cast<void>(::lchown(path.c_str(), static_cast<uid_t>(-1), *access.group) == 0);
  if (access.owner) static_cast<void>(::lchown(path.c_str(), *access.owner, static_cast<gid_t>(-1)) == 0);
}

}  // namespace

HttpAddress parse_http_address(std::string_view text) {
  const auto refuse = [&](const std::string& reason) {
    throw EndpointError(fmt::format(
        "\"{}\" is no address to listen on: {}. Write it as 127.0.0.1:8053 or [::1]:8053.", text, reason));
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) refuse("the port is missing");
  auto host = text.substr(0, colon);
  const bool has_brackets = host.starts_with('[') && host.ends_with(']');
  if (has_brackets) host = host.substr(1, host.size() - 2);
  const bool is_ipv6 = host.find(':') != std::string_view::npos;
  if (is_ipv6 != has_brackets) refuse("an IPv6 address stands in brackets, and nothing else does");

  HttpAddress address{std::string(host), 0};
  const auto digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    refuse(fmt::format("the port \"{}\" is not a number from 0 to 65535", digits));
  }
  if (!to_socket_address(address))
    refuse(fmt::format("\"{}\" is not an IP address, and names are not looked up", address.host));
  return address;
}

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  struct stat found {};
  if (::lstat(path_.c_str(), &found) != 0) fail(path_, errno);
  device_ = found.st_dev;
  inode_ = found.st_ino;
}

SocketFile::State SocketFile::look() {
  struct stat found {};
  if (::lstat(path_.c_str(), &found) != 0) return State::missing;
  if (found.st_dev != device_ || found.st_ino != inode_) return State::replaced;
  access_ = {found.st_mode & 07777U, found.st_uid, found.st_gid};
  return State::there;
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      access_(other.access_),
      device_(other.device_),
      inode_(other.inode_) {}

SocketFile::~SocketFile() {
  struct stat found {};
  if (path_.empty() || ::lstat(path_.c_str(), &found) != 0) return;
  if (found.st_dev == device_ && found.st_ino == inode_) ::unlink(path_.c_str());
}

Endpoint::Endpoint(Protocol protocol, Descriptor socket, std::string name)
    : protocol_(protocol), socket_(std::move(socket)), name_(std::move(name)) {}

Endpoint Endpoint::http(const HttpAddress& address) {
  const auto name = name_of(address);
  const auto to_bind = to_socket_address(address);
  if (!to_bind) fail(name, fmt::format("\"{}\" is not an IP address", address.host));
  Endpoint endpoint(Protocol::http, open_socket(to_bind->storage.ss_family, name), name);
  const int on = 1;
  ::setsockopt(endpoint.descriptor(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (to_bind->storage.ss_family == AF_INET6) {  // so that [::] and 0.0.0.0 can both be listened on
    ::setsockopt(endpoint.descriptor(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  if (::bind(endpoint.descriptor(), to_bind->get(), to_bind->size) != 0) fail(name, errno);
  if (::listen(endpoint.descriptor(), SOMAXCONN) != 0) fail(name, errno);
  endpoint.port_ = bound_port(endpoint.descriptor());
  endpoint.name_ = name_of({address.host, endpoint.port_});
  return endpoint;
}

Endpoint Endpoint::unix_socket(const std::string& path) {
  make_way(path, to_socket_address(path));
  return bound_to_file(path, {});
}

Endpoint Endpoint::bound_to_file(const std::string& path, const FileAccess& access) {
  const auto to_bind = to_socket_address(path);
  Endpoint endpoint(Protocol::lines, open_socket(AF_UNIX, path), path);
  // Linux gives the file the mode of the unbound socket, minus the umask. With mode 0, nobody can connect before
  // the steps below are done.
  if (::fchmod(endpoint.descriptor(), 0) != 0) fail(path, errno);
  if (::bind(endpoint.descriptor(), to_bind.get(), to_bind.size) != 0) fail(path, reason_of_bind(errno));
  endpoint.file_.emplace(path);
  give_to(path, access);
  if (::chmod(path.c_str(), access.mode) != 0) fail(path, errno);
  if (::listen(endpoint.descriptor(), SOMAXCONN) != 0) fail(path, errno);
  static_cast<void>(endpoint.file_->look());
  return endpoint;
}

bool Endpoint::lacks_file() {
  if (!file_) return false;
  const auto state = file_->look();
  if (state == SocketFile::State::replaced) {
    fail(name_,
         "another file has taken the place of its socket, and is left alone: nobody can connect until it is "
         "moved away; then the socket is made again");
  }
  return state == SocketFile::State::missing;
}

void Endpoint::make_file_again() {
  auto again = bound_to_file(name_, file_->access());
  // The order matters: while the old socket is open, the inode number of its file is not used again.
  file_.reset();
  file_.emplace(std::move(*again.file_));
  socket_ = std::move(again.socket_);
}

}  // namespace mxbalance::listen
