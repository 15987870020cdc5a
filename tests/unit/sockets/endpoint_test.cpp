#include "backend/sockets/endpoint.h"

#include <fstream>
#include <optional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/unit/listen/peer.h"

namespace mxbalance::listen {
namespace {

using testing::Peer;
using testing::TemporaryDirectory;

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const EndpointError& error) {
    return error.what();
  }
  return "no error";
}

std::string unix_error(const std::string& path) {
  return error_of([&] { Endpoint::unix_socket(path); });
}

/// A socket bound to `path` by somebody else.
Descriptor foreign_socket(const std::string& path, int type) {
  Descriptor socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  EXPECT_EQ(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return socket;
}

mode_t mode_of(const std::string& path) {
  struct stat found {};
  EXPECT_EQ(::lstat(path.c_str(), &found), 0);
  return found.st_mode & 07777U;
}

TEST(HttpAddress, GoodOnes) {
  const struct {
    const char* text;
    const char* host;
    std::uint16_t port;
  } cases[] = {
      {"127.0.0.1:8053", "127.0.0.1", 8053}, {"0.0.0.0:0", "0.0.0.0", 0},       {"[::1]:8053", "::1", 8053},
      {"[::]:65535", "::", 65535},           {"[fe80::1:2]:1", "fe80::1:2", 1},
  };
  for (const auto& item : cases) {
    SCOPED_TRACE(item.text);
    const auto address = parse_http_address(item.text);
    EXPECT_EQ(address.host, item.host);
    EXPECT_EQ(address.port, item.port);
  }
}

TEST(HttpAddress, BadOnesSayWhatIsWrong) {
  const struct {
    const char* text;
    const char* reason;
  } cases[] = {
      {"", "the port is missing"},
      {"127.0.0.1", "the port is missing"},
      {"127.0.0.1:", "the port \"\" is not"},
      {"127.0.0.1:http", "the port \"http\" is not"},
      {"127.0.0.1:65536", "the port \"65536\" is not"},
      {"127.0.0.1:-1", "the port \"-1\" is not"},
      {"127.0.0.1: 80", "the port \" 80\" is not"},
      {"127.0.0.1:80 ", "the port \"80 \" is not"},
      {":8053", "\"\" is not an IP address"},
      {"localhost:8053", "\"localhost\" is not an IP address"},
      {"127.1:8053", "\"127.1\" is not an IP address"},
      {"256.0.0.1:8053", "\"256.0.0.1\" is not an IP address"},
      {"::1:8053", "an IPv6 address stands in brackets"},
      {"[127.0.0.1]:8053", "an IPv6 address stands in brackets"},
      {"[]:8053", "an IPv6 address stands in brackets"},
      {"[::g]:8053", "\"::g\" is not an IP address"},
      {"[::1]8053", "is no address to listen on"},
  };
  for (const auto& item : cases) {
    SCOPED_TRACE(item.text);
    const auto error = error_of([&] { parse_http_address(item.text); });
    EXPECT_NE(error.find("\"" + std::string(item.text) + "\""), std::string::npos) << error;
    EXPECT_NE(error.find(item.reason), std::string::npos) << error;
    EXPECT_NE(error.find("127.0.0.1:8053"), std::string::npos) << error;
  }
}

TEST(HttpEndpoint, NamesTheRealPort) {
  const auto endpoint = Endpoint::http({"127.0.0.1", 0});
  EXPECT_GT(endpoint.port(), 0);
  EXPECT_EQ(endpoint.name(), "127.0.0.1:" + std::to_string(endpoint.port()));
  EXPECT_EQ(endpoint.protocol(), Protocol::http);
}

TEST(HttpEndpoint, ListensOnIpv6) {
  std::optional<Endpoint> endpoint;
  try {
    endpoint.emplace(Endpoint::http({"::1", 0}));
  } catch (const EndpointError& error) {
    GTEST_SKIP() << error.what();
  }
  EXPECT_GT(endpoint->port(), 0);
  EXPECT_EQ(endpoint->name(), "[::1]:" + std::to_string(endpoint->port()));
}

TEST(HttpEndpoint, ListensOnAllAddressesOfBothFamiliesSideBySide) {
  constexpr int attempts = 20;  // another program may have the port in the other family
  std::string problem;
  for (int i = 0; i < attempts; ++i) {
    try {
      const auto ipv6 = Endpoint::http({"::", 0});
      EXPECT_EQ(Endpoint::http({"0.0.0.0", ipv6.port()}).port(), ipv6.port());
      return;
    } catch (const EndpointError& error) {
      problem = error.what();
    }
  }
  if (problem.find("[::]") != std::string::npos) GTEST_SKIP() << problem;
  FAIL() << problem;
}

TEST(HttpEndpoint, APortInUseIsASentence) {
  const auto endpoint = Endpoint::http({"127.0.0.1", 0});
  EXPECT_EQ(error_of([&] {
              Endpoint::http({"127.0.0.1", endpoint.port()});
            }),
            "cannot listen on " + endpoint.name() + ": Address already in use");
}

TEST(HttpEndpoint, AForeignAddressIsASentence) {
  EXPECT_EQ(error_of([] {
              Endpoint::http({"192.0.2.1", 1});
            }),
            "cannot listen on 192.0.2.1:1: Cannot assign requested address");
}

TEST(UnixEndpoint, HasMode0660WhateverTheUmask) {
  const TemporaryDirectory directory;
  const auto path = directory.file("s");
  for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}, mode_t{0777}}) {
    const auto before = ::umask(mask);
    {
      const auto endpoint = Endpoint::unix_socket(path);
      EXPECT_EQ(mode_of(path), 0660U) << "umask " << mask;
      EXPECT_EQ(endpoint.name(), path);
      EXPECT_EQ(endpoint.protocol(), Protocol::lines);
    }
    ::umask(before);
    EXPECT_FALSE(std::filesystem::exists(path)) << "the file goes with the endpoint";
  }
}

TEST(UnixEndpoint, ReplacesAStaleFile) {
  const TemporaryDirectory directory;
  const auto path = directory.file("s");
  foreign_socket(path, SOCK_STREAM);  // closed at once, so nobody accepts
  ASSERT_TRUE(std::filesystem::exists(path));
  const auto endpoint = Endpoint::unix_socket(path);
  EXPECT_EQ(mode_of(path), 0660U);
  Peer::over_unix(path);
}

TEST(UnixEndpoint, RefusesALiveSocket) {
  const TemporaryDirectory directory;
  const auto path = directory.file("s");
  const auto endpoint = Endpoint::unix_socket(path);
  EXPECT_EQ(unix_error(path), "cannot listen on " + path + ": another process answers on " + path);
  Peer::over_unix(path);  // still there
}

TEST(UnixEndpoint, RefusesASocketWithAFullQueue) {
  const TemporaryDirectory directory;
  const auto path = directory.file("s");
  const auto other = foreign_socket(path, SOCK_STREAM);
  ASSERT_EQ(::listen(other.number(), 0), 0);
  const auto waiting = Peer::over_unix(path);
  EXPECT_EQ(unix_error(path), "cannot listen on " + path + ": another process answers on " + path);
}

TEST(UnixEndpoint, RefusesASocketOfAnotherType) {
  const TemporaryDirectory directory;
  const auto path = directory.file("s");
  const auto other = foreign_socket(path, SOCK_DGRAM);
  EXPECT_NE(unix_error(path).find("a socket of another type is there"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(UnixEndpoint, LeavesAloneWhatIsNotASocket) {
  const TemporaryDirectory directory;
  const auto file = directory.file("file");
  std::ofstream(file) << "precious";
  const auto folder = directory.file("folder");
  std::filesystem::create_directory(folder);
  const auto link = directory.file("link");
  std::filesystem::create_symlink(directory.file("nowhere"), link);
  for (const auto& path : {file, folder, link}) {
    EXPECT_EQ(unix_error(path),
              "cannot listen on " + path + ": the path exists and is not a socket; it is left alone");
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::symlink_status(path)));
  }
  EXPECT_EQ(std::filesystem::file_size(file), 8U);
}

TEST(UnixEndpoint, RefusesAPathThatIsTooLong) {
  const TemporaryDirectory directory;
  const auto longest = directory.file(std::string(107 - directory.file("").size(), 'x'));
  EXPECT_EQ(unix_error(longest + "x"),
            "cannot listen on " + longest + "x: the path has 108 bytes, and a Unix socket's path at most 107");
  const auto endpoint = Endpoint::unix_socket(longest);
  Peer::over_unix(longest);
}

TEST(UnixEndpoint, RefusesAnEmptyPathAndNul) {
  EXPECT_NE(unix_error("").find("is empty or holds a NUL byte"), std::string::npos);
  EXPECT_NE(unix_error(std::string("\0name", 5)).find("is empty or holds a NUL byte"), std::string::npos);
}

TEST(UnixEndpoint, NamesAMissingDirectory) {
  const TemporaryDirectory directory;
  const auto missing = directory.file("run");
  EXPECT_EQ(unix_error(missing + "/s"),
            "cannot listen on " + missing + "/s: the directory " + missing + " is missing; make it first");
}

TEST(UnixEndpoint, LeavesAFileThatTookItsPlace) {
  const TemporaryDirectory directory;
  const auto path = directory.file("s");
  {
    const auto endpoint = Endpoint::unix_socket(path);
    std::filesystem::remove(path);
    std::ofstream(path) << "other";
  }
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(UnixEndpoint, MovingKeepsTheFile) {
  const TemporaryDirectory directory;
  const auto path = directory.file("s");
  std::optional<Endpoint> kept;
  {
    auto endpoint = Endpoint::unix_socket(path);
    kept.emplace(std::move(endpoint));
  }
  EXPECT_TRUE(std::filesystem::exists(path));
  kept.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Endpoint, IsNotInheritedByOtherPrograms) {
  const auto endpoint = Endpoint::http({"127.0.0.1", 0});
  EXPECT_NE(::fcntl(endpoint.descriptor(), F_GETFD) & FD_CLOEXEC, 0);
}

}  // namespace
}  // namespace mxbalance::listen
