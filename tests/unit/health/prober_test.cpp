// Probes over real connections, to mail servers that follow a script.
#include "backend/health/prober.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend/health/probe.h"
#include "tests/unit/db/temporary_database.h"
#include "tests/unit/health/eventually.h"
#include "tests/unit/health/scripted_server.h"

namespace mxbalance::health {
namespace {

using db::ProbeKind;
using db::ProbeTls;
using std::chrono::milliseconds;
using testing::Script;
using testing::ScriptedServer;
using Ending = Script::Ending;
using Texts = std::vector<std::string>;

constexpr milliseconds patience{20000};
const std::string banner = "220 mx\r\n";
const std::string offer = "250-mx\r\n250 STARTTLS\r\n";
const std::string go = "220 go ahead\r\n";

db::ProbeTarget target_at(std::uint16_t port) {
  db::ProbeTarget target;
  target.server = "m1.example.com";
  target.address = "127.0.0.1";
  target.settings.port = port;
  target.settings.timeout = patience;
  return target;
}

ProbeIdentity identity_with(const std::string& source_ipv4 = "", const std::string& source_ipv6 = "",
                            const std::string& ca_file = "") {
  return {"probe.example.net", source_ipv4, source_ipv6, ca_file};
}

/// A port on which nobody listens for as long as this lives.
class SilentPort {
 public:
  SilentPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const place = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, place, size), 0);
    EXPECT_EQ(::getsockname(socket_, place, &size), 0);
    number_ = ntohs(address.sin_port);
  }
  ~SilentPort() { ::close(socket_); }
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;

  std::uint16_t number() const { return number_; }

 private:
  int socket_;
  std::uint16_t number_ = 0;
};

/// A prober, and what it found. As in the service, SIGPIPE is ignored.
class Probes : public ::testing::Test {
 protected:
  Probes() : on_pipe_(std::signal(SIGPIPE, SIG_IGN)) {}
  ~Probes() override { static_cast<void>(std::signal(SIGPIPE, on_pipe_)); }
  Probes(const Probes&) = delete;
  Probes& operator=(const Probes&) = delete;

  /// "passed", or the reason why not, when the probe has also left the server.
  std::string probe(const db::ProbeTarget& target) {
    verdict_.clear();
    prober_.start(1, target);
    const auto until = std::chrono::steady_clock::now() + 2 * patience;
    while (verdict_.empty() || prober_.under_way() > 0) {
      if (std::chrono::steady_clock::now() > until) return "it does not end";
      prober_.run(milliseconds(50));
    }
    return verdict_;
  }

  Prober prober_{identity_with(), [this](std::uint64_t, const ProbeResult& result) {
                   verdict_ += result.verdict == ProbeResult::Verdict::passed ? "passed" : result.reason;
                 }};
  std::string verdict_;

 private:
  void (*on_pipe_)(int);
};

/// A way in which a probe goes.
struct Course {
  Script script;
  ProbeKind kind;
  ProbeTls tls;
  std::string verdict;  ///< how it begins
  Texts said;           ///< the first words, on the last connection
};

std::vector<Course> courses() {
  using enum Script::Tls;
  const auto smtp = ProbeKind::smtp;
  const auto off = ProbeTls::off;
  const Ending answers = Ending::answers_quit;
  return {
      {{{banner, offer}}, ProbeKind::tcp, off, "passed", {}},
      {{{banner, offer}}, smtp, off, "passed", {"EHLO", "QUIT"}},
      {{{banner, "500 what\r\n", "250 mx\r\n"}}, smtp, off, "passed", {"EHLO", "HELO", "QUIT"}},
      {{{banner, "502 what\r\n", "250 mx\r\n"}}, smtp, off, "passed", {"EHLO", "HELO", "QUIT"}},
      {{{banner, offer, go, "250 mx\r\n"}, answers, after_starttls},
       smtp,
       ProbeTls::require,
       "passed",
       {"EHLO", "STARTTLS", "EHLO", "QUIT"}},
      {{{banner, offer}, answers, at_once}, ProbeKind::smtps, ProbeTls::require, "passed", {"EHLO", "QUIT"}},
      {{{"554-no\r\n554 go away\r\n"}}, smtp, off, "banner: 554-no / 554 go away", {"QUIT"}},
      {{{"421 too busy\r\n"}}, smtp, off, "banner: 421 too busy", {"QUIT"}},
      {{{banner, "421 too busy\r\n"}}, smtp, off, "EHLO: 421 too busy", {"EHLO", "QUIT"}},
      {{{banner, "250 mx\r\n"}}, smtp, ProbeTls::require, "STARTTLS is not offered", {"EHLO", "QUIT"}},
      {{{banner, offer, "454 no key\r\n"}},
       smtp,
       ProbeTls::require,
       "STARTTLS: 454 no key",
       {"EHLO", "STARTTLS", "QUIT"}},
      {{{banner, offer, "454 no key\r\n"}}, smtp, ProbeTls::try_it, "passed", {"EHLO", "STARTTLS", "QUIT"}},
      {{{banner, offer, go}, Ending::closes},
       smtp,
       ProbeTls::require,
       "TLS handshake failed",
       {"EHLO", "STARTTLS"}},
      {{{banner, offer, go}, Ending::closes}, smtp, ProbeTls::try_it, "passed", {"EHLO", "QUIT"}},
      {{{banner}, Ending::closes}, ProbeKind::smtps, off, "TLS handshake failed", {}},
      {{{"SSH-2.0-OpenSSH_9.2\r\n"}}, smtp, off, "banner is no SMTP reply: SSH-2.0", {}},
      {{{banner}, Ending::closes}, smtp, off, "EHLO: the connection was closed", {}},
  };
}

db::ProbeTarget target_of(const Course& course, const ScriptedServer& server) {
  auto target = target_at(server.port());
  target.settings.kind = course.kind;
  target.settings.tls = course.tls;
  return target;
}

Texts first_words(const Texts& lines) {
  Texts words;
  for (const auto& line : lines)
    words.push_back(line.substr(0, line.find(' ')));
  return words;
}

TEST_F(Probes, TakesEachCourseToItsEndAndSaysQuitWhereItMay) {
  for (const auto& course : courses()) {
    ScriptedServer server(course.script);
    EXPECT_TRUE(probe(target_of(course, server)).starts_with(course.verdict))
        << verdict_ << ", not " << course.verdict;
    const bool is_made_twice = course.tls == ProbeTls::try_it && course.script.ending == Ending::closes;
    const auto talks = server.await_talks(is_made_twice ? 2 : 1);
    ASSERT_EQ(talks.size(), is_made_twice ? 2U : 1U) << course.verdict;
    EXPECT_EQ(first_words(talks.back().said), course.said) << course.verdict;
  }
}

TEST_F(Probes, PassesWhereTheServerResetsTheConnectionAfterItsReply) {
  for (const Ending ending : {Ending::resets_at_quit, Ending::resets}) {
    ScriptedServer server({{banner, offer}, ending});
    for (int i = 0; i < 20; ++i)
      EXPECT_EQ(probe(target_at(server.port())), "passed");
  }
}

TEST_F(Probes, SaysNothingOfAnAddressThatNoRouteLeadsTo) {
  std::optional<ProbeResult::Verdict> verdict;
  Prober prober(identity_with(), [&](std::uint64_t, const ProbeResult& result) { verdict = result.verdict; });
  const auto verdict_at = [&](const std::string& address) {
    const SilentPort port;
    auto target = target_at(port.number());
    target.address = address;
    verdict.reset();
    prober.start(1, target);
    EXPECT_TRUE(testing::eventually([&] {
      prober.run(milliseconds(50));
      return verdict.has_value();
    }));
    return verdict;
  };
  EXPECT_EQ(verdict_at("255.255.255.255"), ProbeResult::Verdict::not_made);
  EXPECT_EQ(verdict_at("127.0.0.1"), ProbeResult::Verdict::failed);
}

/// Any authority: the server shows no certificate at all.
constexpr const char* authority =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBcTCCARegAwIBAgIUfzJwvihsvN/lVANrSSXHGAKf95kwCgYIKoZIzj0EAwIw\n"
    "DTELMAkGA1UEAwwCY2EwIBcNMjYxMTI3MjIxNjM4WhgPMjEyNjExMDMyMjE2Mzha\n"
    "MA0xCzAJBgNVBAMMAmNhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEX9mHnJ2B\n"
    "kOFj5aEROmG7vkTfTfMlGPbqCYQvIR4Scw7BAxV9UWt6GSmzrZmOblsalun+EQd2\n"
    "AmXNnDjnQfn5eKNTMFEwHQYDVR0OBBYEFA4zbBin4tUf0qO8kTyIZRkMciMkMB8G\n"
    "A1UdIwQYMBaAFA4zbBin4tUf0qO8kTyIZRkMciMkMA8GA1UdEwEB/wQFMAMBAf8w\n"
    "CgYIKoZIzj0EAwIDSAAwRQIhALvhSlRmFx/5BmzXAvWFslR/ioMjDOUAibAewO8H\n"
    "30qyAiB7aQ9Wowl27njZC8rny2RntHN7PBmrrOF/jIKIkGxLvA==\n"
    "-----END CERTIFICATE-----\n";

TEST_F(Probes, WantsACertificateWhereAnAuthorityIsSet) {
  const db::testing::TemporaryDirectory directory;
  const std::string file = directory.path() / "ca.pem";
  std::ofstream(file) << authority;
  for (const auto& [kind, script] :
       {std::pair{ProbeKind::smtp,
                  Script{{banner, offer, go, "250 mx\r\n"}, Ending::answers_quit, Script::Tls::after_starttls}},
        std::pair{ProbeKind::smtps, Script{{banner, offer}, Ending::answers_quit, Script::Tls::at_once}}}) {
    ScriptedServer server(script);
    auto target = target_at(server.port());
    target.settings.kind = kind;
    target.settings.tls = ProbeTls::require;
    prober_.change_identity(identity_with());
    EXPECT_EQ(probe(target), "passed");
    prober_.change_identity(identity_with("", "", file));
    EXPECT_TRUE(probe(target).starts_with("TLS handshake failed")) << verdict_;
    target.settings.tls = ProbeTls::try_it;
    EXPECT_EQ(probe(target), "passed") << "as mail goes, too";
  }
}

TEST_F(Probes, HasTheWholeTimeoutOnceItIsConnected) {
  ScriptedServer server({{"220-wait\r\n"}});
  auto target = target_at(server.port());
  target.settings.timeout = 10 * longest_connect;
  const Time begun = std::chrono::steady_clock::now();
  Probe one(target, identity_with(), "", nullptr, begun);
  EXPECT_EQ(one.deadline(), begun + longest_connect);
  EXPECT_TRUE(testing::eventually([&] {
    one.move_on(begun);
    return one.deadline() == begun + target.settings.timeout;
  }));
}

TEST_F(Probes, EndsAtRepliesThatDoNotEnd) {
  const std::string line_without_end(1000, '2');
  const std::vector<std::pair<Texts, std::string>> endless = {
      {{line_without_end}, "banner: the reply does not end"},
      {{"220-more\r\n"}, "banner: the reply does not end"},
      {{banner, "250-more\r\n"}, "EHLO: the reply does not end"},
      {{banner, line_without_end}, "EHLO: the reply does not end"},
  };
  for (const auto& [replies, reason] : endless) {
    ScriptedServer server({replies, Ending::floods});
    EXPECT_EQ(probe(target_at(server.port())), reason);
    const auto talks = server.await_talks(1);
    ASSERT_EQ(talks.size(), 1U);
    EXPECT_LT(talks[0].flood, testing::longest_flood) << "it has read on";
  }
}

TEST_F(Probes, ComesFromTheAddressThatIsSetForItsFamily) {
  const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) GTEST_SKIP() << "there is no IPv6 here";
  ::close(socket);
  // A mapped address is one of the IPv6 family, and needs no other address on this host.
  const std::string mapped = "::ffff:";
  prober_.change_identity(identity_with("127.0.7.77", mapped + "127.0.7.78"));
  ScriptedServer server({{banner, offer}});
  auto target = target_at(server.port());
  EXPECT_EQ(probe(target), "passed");
  target.address = mapped + target.address;
  target.family = db::AddressFamily::ipv6;
  EXPECT_EQ(probe(target), "passed");
  const auto talks = server.await_talks(2);
  ASSERT_EQ(talks.size(), 2U);
  EXPECT_EQ(talks[0].source, "127.0.7.77");
  EXPECT_EQ(talks[1].source, "127.0.7.78");
  prober_.change_identity(identity_with("127.0.7.77", "2001:db8::77"));
  EXPECT_EQ(probe(target), "cannot assign requested address") << "it is none of this host's";
}

/// A variable of the environment for as long as this lives.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    if (const char* const before = ::getenv(name_.c_str()); before != nullptr) before_ = before;
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { before_ ? ::setenv(name_.c_str(), before_->c_str(), 1) : ::unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
  std::optional<std::string> before_;
};

TEST_F(Probes, AsksNoProxyThatTheEnvironmentNames) {
  ScriptedServer server({{banner, offer}});
  ScriptedServer proxy({{"HTTP/1.1 502 Bad Gateway\r\n"}, Ending::closes});
  for (const std::string name :
       {"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}) {
    for (const std::string scheme : {"http", "socks5"}) {
      const Variable variable(name, scheme + "://127.0.0.1:" + std::to_string(proxy.port()));
      EXPECT_EQ(probe(target_at(server.port())), "passed") << name;
    }
  }
  EXPECT_EQ(server.await_talks(12).size(), 12U);
  EXPECT_TRUE(proxy.await_talks(0).empty());
}

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

/// The thread that looks for this host's name may have some for a while.
bool are_no_more_open_than(std::ptrdiff_t before) {
  return testing::eventually([&] { return open_descriptors() <= before; });
}

constexpr int probes_each = 10;  // more than that thread has open at once

TEST_F(Probes, LeavesNoDescriptorOpenWhateverCourseItTakes) {
  for (const auto& course : courses()) {
    const auto before = open_descriptors();
    {
      ScriptedServer server(course.script);
      for (int i = 0; i < probes_each; ++i)
        EXPECT_TRUE(probe(target_of(course, server)).starts_with(course.verdict)) << verdict_;
    }
    ASSERT_TRUE(are_no_more_open_than(before)) << course.verdict;
  }
}

TEST_F(Probes, LeavesNoDescriptorOpenWhereThereIsNoDialogue) {
  const SilentPort port;
  const auto before = open_descriptors();
  const auto times_of = [&](const db::ProbeTarget& target, const std::string& reason) {
    for (int i = 0; i < probes_each; ++i)
      EXPECT_EQ(probe(target), reason);
    ASSERT_TRUE(are_no_more_open_than(before)) << reason;
  };
  times_of(target_at(port.number()), "connection refused");
  prober_.change_identity(identity_with("192.0.2.1"));
  times_of(target_at(port.number()), "cannot assign requested address");
  prober_.change_identity(identity_with("", "", "/nowhere/ca.pem"));
  auto encrypted = target_at(port.number());
  encrypted.settings.tls = ProbeTls::require;
  times_of(encrypted, "the file /nowhere/ca.pem cannot be read: no such file or directory");
}

TEST_F(Probes, LeavesNoDescriptorOpenWhenItsTimeIsOver) {
  const auto before = open_descriptors();
  {
    ScriptedServer server({{"220-wait\r\n"}});
    auto target = target_at(server.port());
    target.settings.timeout = milliseconds(20);
    for (int i = 0; i < probes_each; ++i)
      EXPECT_EQ(probe(target), "no whole banner within 20 ms");
  }
  EXPECT_TRUE(are_no_more_open_than(before));
}

TEST_F(Probes, LeavesNoDescriptorOpenWhenTheProberEnds) {
  const auto before = open_descriptors();
  {
    ScriptedServer server({{banner}});
    for (int i = 0; i < probes_each; ++i) {
      Prober ended(identity_with(), [](std::uint64_t, const ProbeResult&) {});
      ended.start(1, target_at(server.port()));
      ended.run(patience);
      EXPECT_EQ(ended.under_way(), 1U);
    }
  }
  EXPECT_TRUE(are_no_more_open_than(before));
}

}  // namespace
}  // namespace mxbalance::health
