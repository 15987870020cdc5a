#include "backend/cli/serve/configuration_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "backend/cli/serve/serve_settings.h"
#include "backend/cli/shared/context.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::cli {
namespace {

/// What `serve` would take from a configuration file of this text, or the sentence that refuses it.
struct Configured {
  explicit Configured(const std::string& text, std::vector<std::string> flags = {}) {
    add_serve_settings(command, given);
    command.parse(std::move(flags));
    try {
      apply_configuration(command, text, "mxbalance.conf");
      options = completed(given);
    } catch (const UsageError& error) {
      refusal = error.what();
    }
  }

  CLI::App command;
  ServeOptions given;
  ServeOptions options;
  std::string refusal;
};

using Texts = std::vector<std::string>;

TEST(Configuration, SetsWhatTheFlagsSet) {
  const Configured configured(
      "# a comment\nhttp = [\"127.0.0.1:8053\", \"[::1]:8053\"]\nunix = \"/run/a.sock\"\nurl-suffix = \".php\"\n"
      "log-level = \"DEBUG\"\nmax-connections = 10\nmax-body = 4096\nrequest-time = 5\nreaders = 4\n"
      "max-memory = 16777216\nmax-cached = 0\nread-only = true\n");
  EXPECT_EQ(configured.refusal, "");
  EXPECT_EQ(configured.options.http, (Texts{"127.0.0.1:8053", "[::1]:8053"}));
  EXPECT_EQ(configured.options.unix, Texts{"/run/a.sock"});
  EXPECT_EQ(configured.options.url_suffix, ".php");
  EXPECT_EQ(configured.options.log_level, "debug");
  EXPECT_EQ(configured.options.max_connections, 10U);
  EXPECT_EQ(configured.options.max_body, 4096U);
  EXPECT_EQ(configured.options.request_time, 5U);
  EXPECT_EQ(configured.options.readers, 4U);
  EXPECT_EQ(configured.options.max_memory, 16777216U);
  EXPECT_EQ(configured.options.max_cached, 0U);
  EXPECT_TRUE(configured.options.read_only);
}

TEST(Configuration, SetsHowMailServersAreProbed) {
  const Configured configured(
      "probe = tcp\nprobe-port = 2525\nprobe-interval = 1.5\nprobe-timeout = 250ms\nprobe-rise = 4\nprobe-fall = "
      "5\n"
      "probe-tls = require\nprobe-name = probe.example.net\nprobe-source = [192.0.2.1, "
      "\"2001:db8::1\"]\nmax-probes = 7\n");
  EXPECT_EQ(configured.refusal, "");
  const auto& probe = configured.options.probe;
  EXPECT_EQ(probe.kind, db::ProbeKind::tcp);
  EXPECT_EQ(probe.port, 2525);
  EXPECT_EQ(probe.interval.count(), 1500);
  EXPECT_EQ(probe.timeout.count(), 250);
  EXPECT_EQ(probe.rise, 4U);
  EXPECT_EQ(probe.fall, 5U);
  EXPECT_EQ(probe.tls, db::ProbeTls::require);
  EXPECT_EQ(configured.options.probe_identity.ehlo_name, "probe.example.net");
  EXPECT_EQ(configured.options.probe_identity.source_ipv4, "192.0.2.1");
  EXPECT_EQ(configured.options.probe_identity.source_ipv6, "2001:db8::1");
  EXPECT_EQ(configured.options.max_probes, 7U);
}

TEST(Configuration, KnowsThePortOfEachKindOfProbe) {
  EXPECT_EQ(Configured("probe = smtps\n").options.probe.port, 465);
  EXPECT_EQ(Configured("probe = smtps\nprobe-port = 4465\n").options.probe.port, 4465);
  EXPECT_EQ(Configured("probe = tcp\n").options.probe.port, 25);
  EXPECT_EQ(Configured("probe-name = \"[IPv6:2001:db8::1]\"\n").options.probe_identity.ehlo_name,
            "[IPv6:2001:db8::1]");
}

TEST(Configuration, RefusesWhatProbesCannotUse) {
  EXPECT_EQ(Configured("probe-name = a_b.example\n").refusal,
            "mxbalance.conf: probe-name: --probe-name must be a host name such as probe.example.com (letters, "
            "digits, hyphens inside labels), or an "
            "address in brackets such as [192.0.2.1] or [IPv6:2001:db8::1], not \"a_b.example\"");
  EXPECT_EQ(Configured("probe-source = [192.0.2.1, 192.0.2.2]\n").refusal,
            "mxbalance.conf: probe-source: --probe-source is given twice for one family: 192.0.2.1 and 192.0.2.2");
  const db::testing::TemporaryDirectory directory;
  const std::string path = directory.path() / "ca.pem";
  const std::string refusal =
      "mxbalance.conf: probe-ca-file: --probe-ca-file: there is no certificate (PEM) that can be read in " + path;
  EXPECT_EQ(Configured("probe-ca-file = \"" + path + "\"\n").refusal, refusal);
  std::ofstream(path) << "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(Configured("probe-ca-file = \"" + path + "\"\n").refusal, refusal);
}

TEST(Configuration, AnEmptyFileLeavesTheDefaults) {
  const Configured configured("");
  EXPECT_EQ(configured.refusal, "");
  EXPECT_EQ(configured.options.http, Texts{"127.0.0.1:8053"});
  EXPECT_EQ(configured.options.log_level, "info");
  EXPECT_EQ(configured.options.max_memory, 268435456U);
  EXPECT_EQ(configured.options.max_cached, 67108864U);
  EXPECT_FALSE(configured.options.read_only);
}

TEST(Configuration, ReadOnlyIsSetOrNot) {
  for (const std::string yes : {"read-only = true", "read-only = 1", "read-only = \"yes\"", "read-only = on"}) {
    EXPECT_EQ(Configured(yes).refusal, "") << yes;
    EXPECT_TRUE(Configured(yes).options.read_only) << yes;
  }
  for (const std::string no : {"read-only = false", "read-only = 0", "read-only = no"}) {
    EXPECT_EQ(Configured(no).refusal, "") << no;
    EXPECT_FALSE(Configured(no).options.read_only) << no;
  }
  EXPECT_NE(Configured("read-only = maybe").refusal, "");
  EXPECT_TRUE(Configured("", {"--read-only"}).options.read_only);
  EXPECT_TRUE(Configured("read-only = false", {"--read-only"}).options.read_only);
}

TEST(Configuration, FlagsCountBeforeIt) {
  const Configured configured("readers = 4\nlog-level = \"warn\"\n", {"--readers=5"});
  EXPECT_EQ(configured.options.readers, 5U);
  EXPECT_EQ(configured.options.log_level, "warn");
}

TEST(Configuration, RefusalsNameTheSetting) {
  for (const auto& [text, sentence] : std::vector<std::pair<std::string, std::string>>{
           {"htpp = 1", "there is no setting \"htpp\"; its names are those of the flags, without --"},
           {"config = x", "there is no setting \"config\"; its names are those of the flags, without --"},
           {"http.x = 1", "there is no setting \"http.x\"; its names are those of the flags, without --"},
           {"[serve]\nhttp = x", "there are no sections, such as [serve]"},
           {"readers = 65", "readers: --readers must be a whole number from 3 to 64, not \"65\""},
           {"readers = 2", "readers: --readers must be a whole number from 3 to 64, not \"2\""},
           {"max-memory = 16777215",
            "max-memory: --max-memory must be a whole number from 16777216 to 2147483648, not \"16777215\""},
           {"max-memory = 256M",
            "max-memory: --max-memory must be a whole number from 16777216 to 2147483648, not \"256M\""},
           {"max-staged = 65536",
            "there is no setting \"max-staged\"; its names are those of the flags, without --"},
           {"readers = 4\nreaders = 5", "readers: --readers: At Most 1 required but received 2"},
           {"unix = x\"y\"", "unix holds a quote within a value: x\"y\""},
           {"readers = 4\nmax-body = 2048\nreaders = 4", "readers is set twice"}}) {
    EXPECT_EQ(Configured(text).refusal, "mxbalance.conf: " + sentence);
  }
}

TEST(Configuration, AQuoteThatIsNotClosedIsRefused) {
  for (const std::string line : {"unix = \"/run/a#b\"", "unix = \"/run/a b#c\"", "unix = '/run/a b#c'",
                                 "http = [\"a\", \"b]", "unix = \"a\\\"\""}) {
    EXPECT_EQ(Configured("# 'tis a comment\n; \"\n" + line + "\n").refusal,
              "mxbalance.conf line 3: a quote is not closed; a # begins a comment, also between quotes");
  }
  EXPECT_EQ(Configured("unix = \"/run/o'brien\"  # that's his\n").options.unix, Texts{"/run/o'brien"});
}

TEST(ConfigurationFile, WhatCannotBeReadIsRefused) {
  const db::testing::TemporaryDirectory directory;
  const auto refusal_of = [](const std::string& path) -> std::string {
    Configured nothing("");
    nothing.given.configuration_file = path;
    try {
      SettingsReader(nothing.command, nothing.given).read();
      return "";
    } catch (const UsageError& error) {
      return error.what();
    }
  };
  const std::string path = directory.path() / "mxbalance.conf";
  EXPECT_EQ(refusal_of(path), "the configuration file " + path + " cannot be read: No such file or directory");
  EXPECT_EQ(refusal_of(directory.path()),
            "the configuration file " + directory.path().string() + " cannot be read: Is a directory");
  std::ofstream(path) << "readers = 4\n";
  EXPECT_EQ(refusal_of(path), "");
}

/// A file that is written and read time and again.
class ReadAgainTest : public ::testing::Test {
 protected:
  void start(const std::string& text, std::vector<std::string> flags = {}) {
    write(text);
    add_serve_settings(command_, given_);
    flags.insert(flags.begin(), "--config=" + path_);
    command_.parse(std::move(flags));
    reader_.emplace(command_, given_);
    started_ = reader_->read();
  }
  void write(const std::string& text) const { std::ofstream(path_) << text; }
  ReadAgain read_again(const std::string& text) {
    write(text);
    ReadAgain taken;
    EXPECT_TRUE(reader_->read_again([&](const ReadAgain& read) { taken = read; }));
    return taken;
  }

  const db::testing::TemporaryDirectory directory_;
  const std::string path_ = directory_.path() / "mxbalance.conf";
  CLI::App command_;
  ServeOptions given_;
  std::optional<SettingsReader> reader_;
  ServeOptions started_;
};

TEST_F(ReadAgainTest, SettingsAreThoseOfTheFileAsItIs) {
  start("log-level = debug\nreaders = 4\nallow-from = [192.0.2.1, 192.0.2.2]\nprobe-source = 192.0.2.9\n");
  auto read = read_again("log-level = error\nreaders = 5\nallow-from = 192.0.2.2\nprobe-source = 192.0.2.9\n");
  EXPECT_EQ(read.changed, (Texts{"allow-from", "log-level"}));
  EXPECT_EQ(read.need_restart, Texts{"readers"});
  EXPECT_EQ(read.options.log_level, "error");
  EXPECT_EQ(read.options.allow_from, Texts{"192.0.2.2"});
  EXPECT_EQ(read.options.probe_identity.source_ipv4, "192.0.2.9");

  read = read_again("readers = 5\n");
  EXPECT_EQ(read.changed, (Texts{"allow-from", "log-level", "probe-source"})) << "back to the defaults";
  EXPECT_EQ(read.need_restart, Texts{"readers"}) << "still not obeyed";
  EXPECT_EQ(read.options.log_level, "info");
  EXPECT_EQ(read.options.probe_identity.source_ipv4, "");
  read = read_again("readers = 4\n");
  EXPECT_EQ(read.changed, Texts{});
  EXPECT_EQ(read.need_restart, Texts{});
}

TEST_F(ReadAgainTest, FlagsCountMore) {
  start("log-level = debug\n", {"--log-level=warn"});
  const auto read = read_again("log-level = error\n");
  EXPECT_EQ(read.changed, Texts{});
  EXPECT_EQ(read.options.log_level, "warn");
}

TEST_F(ReadAgainTest, AFileThatIsWrongLeavesNothingBehind) {
  start("log-level = debug\n");
  write("log-level = error\nmax-body = 1\n");
  EXPECT_THROW(reader_->read_again([](const ReadAgain& /*read*/) { FAIL(); }), UsageError);
  const auto read = read_again("log-level = debug\n");
  EXPECT_EQ(read.changed, Texts{});
  EXPECT_EQ(read.options.log_level, "debug");
}

TEST_F(ReadAgainTest, WhatIsNotTakenOverCountsAsNotObeyed) {
  start("log-level = debug\n");
  write("log-level = error\n");
  const auto refuse = [](const ReadAgain& /*read*/) { throw UsageError("no"); };
  EXPECT_THROW(reader_->read_again(refuse), UsageError);
  EXPECT_EQ(read_again("log-level = error\n").changed, Texts{"log-level"});
}

}  // namespace
}  // namespace mxbalance::cli
