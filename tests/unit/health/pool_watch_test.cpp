// Fail open and its end in the log: once an episode, whoever brings it about.
#include "backend/health/pool_watch.h"

#include <sstream>
#include <utility>

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include "db/store/bound_statement.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::health {
namespace {

class Watching : public ::testing::Test {
 protected:
  Watching() {
    file_.exec(
        "INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE');"
        "INSERT INTO mail_servers (name) VALUES ('m1.example.com'), ('m2.example.com');"
        "INSERT INTO mail_addresses (server, address) VALUES ('m1.example.com', '10.0.0.1'), ('m1.example.com', "
        "'::1'),"
        " ('m2.example.com', '10.0.0.2');"
        "INSERT INTO pools (name) VALUES ('p'), ('q'); INSERT INTO pool_members (pool, server) SELECT 'p', name "
        "FROM"
        " mail_servers; INSERT INTO pool_members (pool, server) SELECT 'q', name FROM mail_servers;"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'p'), ('mail.example.com', 'A', "
        "'p')");
    log_->set_pattern("%l %v");
  }

  /// What is logged after `edit`.
  std::string said_after(const std::string& edit) {
    if (!edit.empty()) file_.exec(edit);
    watch_.look();
    log_->flush();
    auto said = text_.str();
    text_.str("");
    return said;
  }

  db::testing::TemporaryDatabase file_;
  db::Database database_{{.path = file_.path()}};
  db::HealthReports reports_;
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> log_ =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_, true));
  PoolWatch watch_{database_, reports_, log_};
};

TEST_F(Watching, TellsOfEachEpisodeOnce) {
  EXPECT_EQ(said_after(""), "");
  EXPECT_EQ(
      said_after("UPDATE mail_servers SET health = 'down' WHERE name = 'm1.example.com'"),
      "warning AAAA of the pool p: no address is answered while the other family lives (0 of 1 members are live, "
      "1 wanted)\n");
  EXPECT_EQ(
      said_after("UPDATE mail_addresses SET health = 'down' WHERE server = 'm2.example.com'"),
      "warning A of the pool p: fails open, all members are answered (0 of 2 members are live, 1 wanted)\n"
      "warning AAAA of the pool p: fails open, all members are answered (0 of 1 members are live, 1 wanted)\n"
      "warning MX of the pool p: fails open, all members are answered (0 of 2 members are live, 1 wanted)\n");
  EXPECT_EQ(said_after("UPDATE mail_servers SET reason = 'still' WHERE name = 'm1.example.com'"), "");
  EXPECT_EQ(said_after("UPDATE mail_servers SET health = 'up' WHERE name = 'm1.example.com'"),
            "info A of the pool p: live members are answered again (1 of 2 members are live, 1 wanted)\n"
            "info AAAA of the pool p: live members are answered again (1 of 1 members are live, 1 wanted)\n"
            "info MX of the pool p: live members are answered again (1 of 2 members are live, 1 wanted)\n");
}

TEST_F(Watching, TellsOfHealthThatIsNotWrittenYet) {
  EXPECT_EQ(said_after("DELETE FROM pool_names WHERE kind = 'A'; INSERT INTO postponements VALUES (NULL);"
                       " DELETE FROM postponements"),
            "")
      << "the store knows of no pool in need";
  const auto report = [&](const char* server, const char* address, db::Health health) {
    reports_.add({.server = server, .address = address, .health = health, .reason = "found"});
  };
  report("m1.example.com", "10.0.0.1", db::Health::down);
  report("m1.example.com", "::1", db::Health::down);
  report("m2.example.com", "10.0.0.2", db::Health::down);
  EXPECT_EQ(
      said_after(""),
      "warning MX of the pool p: fails open, all members are answered (0 of 2 members are live, 1 wanted)\n");
  report("m1.example.com", "::1", db::Health::up);
  EXPECT_EQ(said_after(""),
            "info MX of the pool p: live members are answered again (1 of 2 members are live, 1 wanted)\n");
}

TEST_F(Watching, TellsNothingOfAFamilyWithoutAddresses) {
  EXPECT_EQ(
      said_after("DELETE FROM pool_names WHERE kind = 'MX'; DELETE FROM mail_addresses WHERE address = '::1'"),
      "");
  EXPECT_EQ(said_after("UPDATE mail_servers SET health = 'down'"),
            "warning A of the pool p: fails open, all members are answered (0 of 2 members are live, 1 wanted)\n");
}

TEST_F(Watching, TellsOfManyPoolsInOneLine) {
  file_.exec(
      "DELETE FROM pool_names WHERE kind = 'A'; WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n "
      "WHERE"
      " i < 399) INSERT INTO pools (name) SELECT 'n' || i FROM n;"
      "INSERT INTO pool_members (pool, server) SELECT name, 'm2.example.com' FROM pools WHERE name GLOB 'n*';"
      "INSERT INTO pool_names (name, kind, pool) SELECT name || '.example.com', 'MX', name FROM pools WHERE name"
      " GLOB 'n*'; INSERT INTO postponements VALUES (NULL); DELETE FROM postponements; DELETE FROM events");
  EXPECT_EQ(
      said_after("UPDATE mail_servers SET health = 'down' WHERE name = 'm2.example.com'"),
      "warning MX of 300 pools: fails open, all members are answered; the first of them are n100, n101 and n102 "
      "(backend-cmd remote pools shows all)\n");
  EXPECT_EQ(said_after("UPDATE mail_servers SET health = 'up' WHERE name = 'm2.example.com'"),
            "info MX of 300 pools: live members are answered again; the first of them are n100, n101 and n102 "
            "(backend-cmd remote pools shows all)\n");
  database_.read([&](db::Connection& connection) {
    EXPECT_EQ(db::texts(connection,
                        "SELECT count(*) || ' ' || max(subject) || ' ' || after FROM events WHERE field ="
                        " 'answered as MX' GROUP BY after ORDER BY after"),
              (std::vector<std::string>{"21 other pools (280) all members", "21 other pools (280) live members"}));
  });
}

TEST_F(Watching, AnEpisodeIsOverWhenThePoolIsNotPublished) {
  EXPECT_NE(said_after("UPDATE mail_servers SET health = 'down'"), "");
  EXPECT_EQ(said_after("DELETE FROM pool_names"), "");
  EXPECT_NE(said_after("INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'p')"), "");
}

}  // namespace
}  // namespace mxbalance::health
