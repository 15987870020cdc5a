// Migrating while others do, and being killed at it.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/base/errors.h"
#include "db/schema/migrations.h"
#include "tests/unit/db/schema/migrations_fixture.h"

namespace mxbalance::db {
namespace {

using testing::content_of;
using testing::expect_complete;
using testing::former_schema;
using testing::known_names;
using testing::Migrations;
using testing::start_child;
using testing::status_of;
using testing::value;
using testing::with_later_ones;

namespace fs = std::filesystem;

/// Root may write everywhere: a child that is nobody tries.
TEST_F(Migrations, SayWhenTheUserMayNotWrite) {
  const auto as_nobody = [&](const std::string& path, const std::string& part) {
    return status_of(start_child([&] {
      if (::geteuid() == 0 && ::setuid(65534) != 0) throw std::runtime_error("cannot become nobody");
      try {
        migrate(path);
      } catch (const StoreFailure& failure) {
        if (std::string(failure.what()).find(part) != std::string::npos) return;
        throw;
      }
      throw std::runtime_error("migrated " + path);
    }));
  };
  fs::permissions(directory_.path(), fs::perms(0555));
  EXPECT_EQ(as_nobody(path_, "the directory " + directory_.path().string() + " must be writable"), 0);
  fs::permissions(directory_.path(), fs::perms(0755));
  std::ofstream{path_};
  fs::permissions(path_, fs::perms(0444));
  EXPECT_EQ(as_nobody(path_, "must be writable for this user"), 0);
  fs::permissions(path_, fs::perms(0666));
  EXPECT_EQ(as_nobody(path_, "must be writable for this user"), 0) << "SQLite needs to write beside the file";
}

TEST_F(Migrations, MayRunInEightProcessesAtOnce) {
  for (const std::string made_by : {"nobody", "PowerDNS", "a former mxbalance"}) {
    SCOPED_TRACE(made_by);
    remove_database();
    if (made_by == "PowerDNS") make_by_powerdns();
    if (made_by == "a former mxbalance") make_with(content_of(former_schema));
    int reports[2] = {};
    ASSERT_EQ(::pipe(reports), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
      children.push_back(start_child([&] {
        const auto report = migrate(path_);
        std::string line = report.created ? "created\n" : report.adopted ? "adopted\n" : "";
        for (const auto& name : report.applied)
          line += name + "\n";
        if (::write(reports[1], line.data(), line.size()) < 0) throw std::runtime_error("pipe");
      }));
    }
    for (const pid_t child : children)
      EXPECT_EQ(status_of(child), 0);
    ::close(reports[1]);
    std::string all;
    for (char c = 0; ::read(reports[0], &c, 1) == 1;)
      all += c;
    ::close(reports[0]);
    std::vector<std::string> lines;
    std::istringstream stream(all);
    for (std::string line; std::getline(stream, line);)
      lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    auto expected = known_names();
    if (made_by == "nobody") expected.emplace_back("created");
    if (made_by == "PowerDNS") expected.emplace_back("adopted");
    EXPECT_EQ(lines, expected) << "each migration is applied, and reported, once";
    expect_complete(path_);
  }
}

TEST_F(Migrations, GoOnAfterBeingKilled) {
  std::minstd_rand random(20241124);
  // How long a whole run takes here, so that the kills fall into it.
  const auto start = std::chrono::steady_clock::now();
  migrate(directory_.path() / "timed.db");
  make_with(content_of(former_schema));
  const auto former_records = value(path_, "SELECT count(*) FROM records");
  const auto whole =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
  std::uniform_int_distribution<std::int64_t> moment(0, whole.count() * 5 / 4);
  const auto migrations = with_later_ones();
  int killed = 0;
  int half_way = 0;
  for (int round = 0; round < 51; ++round) {
    SCOPED_TRACE(round);
    path_ = directory_.path() / ("killed" + std::to_string(round) + ".db");
    const bool powerdns = round % 3 == 1;
    const bool former = round % 3 == 2;
    if (powerdns) make_by_powerdns();
    if (former) make_with(content_of(former_schema));
    const pid_t child = start_child([&] { migrate(path_, false, migrations); });
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(moment(random));
    while (std::chrono::steady_clock::now() < end)
      continue;
    ::kill(child, SIGKILL);
    killed += WIFSIGNALED(status_of(child)) ? 1 : 0;
    const auto report = migrate(path_, false, migrations);
    half_way += !report.applied.empty() && report.applied.size() < migrations.size() ? 1 : 0;
    EXPECT_EQ(value(path_, "PRAGMA integrity_check"), "ok");
    EXPECT_EQ(value(path_, "SELECT count(*) FROM schema_migrations"), std::to_string(migrations.size()));
    EXPECT_TRUE(report.differences.empty());
    EXPECT_EQ(value(path_, "SELECT count(*) FROM records"), powerdns ? "5" : former ? former_records : "0");
  }
  EXPECT_GT(killed, 5);
  RecordProperty("killed", killed);
  RecordProperty("half_way", half_way);
}

}  // namespace
}  // namespace mxbalance::db
