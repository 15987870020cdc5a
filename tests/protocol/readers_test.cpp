// Connections that read are few: whatever else is asked, lookups find one.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <list>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <sqlite3.h>

#include "backend/remote/methods.h"
#include "tests/protocol/served_store.h"
#include "tests/unit/db/store/database_fixture.h"

namespace mxbalance::remote {
namespace {

/// What a walk through a zone begins with.
constexpr std::string_view walk = "SELECT name FROM pool_names WHERE domain_id = ?1 UNION";

/// What the connections of a database run. Can hold up walks through zones, for lists and for the order of a zone.
class Statements {
 public:
  Statements(db::Database& database, unsigned readers) {
    std::vector<std::jthread> threads;
    std::atomic<unsigned> inside = 0;
    for (unsigned i = 0; i < readers; ++i) {
      threads.emplace_back([&] {
        database.read([&](db::Connection& connection) {
          sqlite3_trace_v2(connection.database().getHandle(), SQLITE_TRACE_STMT, &Statements::note, this);
          ++inside;
          EXPECT_TRUE(db::eventually([&] { return inside == readers; }));
        });
      });
    }
  }
  Statements(const Statements&) = delete;
  Statements& operator=(const Statements&) = delete;
  ~Statements() { let_walks_go_on(); }

  void hold_walks() {
    const std::lock_guard lock(mutex_);
    holds_walks_ = true;
  }
  void let_walks_go_on() {
    const std::lock_guard lock(mutex_);
    holds_walks_ = false;
    changed_.notify_all();
  }
  void let_one_walk_go_on() {
    const std::lock_guard lock(mutex_);
    ++let_go_;
    changed_.notify_one();
  }
  std::size_t walks_held() {
    const std::lock_guard lock(mutex_);
    return held_;
  }
  /// How many began of those with `part` in them.
  std::ptrdiff_t count(std::string_view part) {
    const std::lock_guard lock(mutex_);
    return std::count_if(begun_.begin(), begun_.end(),
                         [&](const std::string& sql) { return sql.find(part) != std::string::npos; });
  }

 private:
  static int note(unsigned /*event*/, void* statements, void* statement, void* /*text*/) {
    static_cast<Statements*>(statements)->begin(sqlite3_sql(static_cast<sqlite3_stmt*>(statement)));
    return 0;
  }

  void begin(std::string sql) {
    std::unique_lock lock(mutex_);
    const bool is_walk = sql.starts_with(walk);
    begun_.push_back(std::move(sql));
    if (!is_walk || !holds_walks_) return;
    ++held_;
    changed_.wait(lock, [&] { return !holds_walks_ || let_go_ > 0; });
    if (let_go_ > 0) --let_go_;
    --held_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool holds_walks_ = false;
  std::size_t held_ = 0;
  std::size_t let_go_ = 0;
  std::vector<std::string> begun_;
};

constexpr unsigned readers = 3;

const std::string list = R"({"method":"list","parameters":{"zonename":"example.com.","domain_id":1}})";
const std::string denial = R"({"method":"getBeforeAndAfterNamesAbsolute","parameters":{"id":1,"qname":"nope."}})";
const std::string pools = R"({"method":"directBackendCmd","parameters":{"query":"pools"}})";

std::string lookup(const std::string& name) {
  return R"({"method":"lookup","parameters":{"qname":")" + name + R"(","qtype":"A","zone-id":-1}})";
}

class Readers : public ::testing::Test {
 protected:
  Readers() {
    file_.exec(text_of("golden/store.sql"));
    file_.exec("UPDATE zone_changes SET counting = 1");
    database_.emplace(db::Database::Options{.path = file_.path(), .readers = readers});
    service_.emplace(*database_, reports_, 1, std::make_shared<spdlog::logger>("test"), Service::Options{});
    statements_.emplace(*database_, readers);
  }
  ~Readers() override { statements_->let_walks_go_on(); }

  /// On a connection of its own: the reply; absent where it is refused.
  std::future<std::optional<std::string>> ask(const std::string& line) {
    return std::async(std::launch::async, [this, line] {
      auto reply = Session(*service_).line(line);
      if (!reply) ++refused_;
      return reply;
    });
  }

  void ask_without_waiting(const std::string& line, int times) {
    for (int i = 0; i < times; ++i)
      under_way_.push_back(ask(line));
  }

  void expect_an_answer_to_a_lookup() {
    auto answer = ask(lookup("www.child.example.com."));
    const bool has_come = answer.wait_for(db::patience) == std::future_status::ready;
    EXPECT_TRUE(has_come);
    statements_->let_walks_go_on();
    EXPECT_NE(answer.get().value_or("").find("192.0.2.82"), std::string::npos);
  }

  db::testing::TemporaryDatabase file_;
  std::optional<db::Database> database_;
  db::HealthReports reports_;
  std::optional<Service> service_;
  std::optional<Statements> statements_;
  std::atomic<int> refused_ = 0;
  std::list<std::future<std::optional<std::string>>> under_way_;  ///< ends first: a future waits for its thread
};

TEST_F(Readers, AreLeftToLookupsByThoseThatWaitForTheOrderOfAZone) {
  for (const auto& question : {denial, lookup("nope.example.com.")}) {
    const auto before = statements_->count("BEGIN");
    statements_->hold_walks();
    ask_without_waiting(question, readers + 2);
    EXPECT_TRUE(db::eventually(
        [&] { return statements_->walks_held() > 0 && statements_->count("BEGIN") - before >= readers; }));
    expect_an_answer_to_a_lookup();
    under_way_.clear();
    file_.exec("UPDATE records SET ttl = 7 WHERE name = 'www.example.com'");  // what is kept is of another content
  }
}

TEST_F(Readers, AreLeftToLookupsByLists) {
  statements_->hold_walks();
  ask_without_waiting(list, readers + 2);
  EXPECT_TRUE(db::eventually(
      [&] { return statements_->walks_held() > 0 && statements_->count("BEGIN") + refused_ >= readers; }));
  expect_an_answer_to_a_lookup();
}

TEST_F(Readers, AreLeftToLookupsByListsAndDenialsTogether) {
  statements_->hold_walks();
  ask_without_waiting(list, readers);
  EXPECT_TRUE(db::eventually([&] { return statements_->walks_held() > 0; }));
  ask_without_waiting(denial, readers);
  EXPECT_TRUE(db::eventually([&] { return statements_->walks_held() == 2; })) << "a list keeps no denial waiting";
  expect_an_answer_to_a_lookup();
}

TEST_F(Readers, WalkOnceForAllThatAskForTheOrderOfAZoneAfterAnEditAndBeforeTheNext) {
  const auto add = [&](const std::string& name) {
    file_.exec("INSERT INTO records (domain_id, name, type, content) VALUES (1, '" + name + "', 'A', '10.0.0.1')");
  };
  statements_->hold_walks();
  ask_without_waiting(denial, 1);
  ASSERT_TRUE(db::eventually([&] { return statements_->walks_held() == 1; }));
  add("nop.example.com");
  const auto begun = statements_->count("BEGIN");
  ask_without_waiting(denial, 4);
  ASSERT_TRUE(db::eventually([&] { return statements_->count("BEGIN") == begun + 4; }));
  statements_->let_one_walk_go_on();
  ASSERT_TRUE(db::eventually([&] { return statements_->count(walk) == 2; }));
  add("nopd.example.com");
  statements_->let_walks_go_on();
  under_way_.pop_front();
  for (auto& reply : under_way_)
    EXPECT_NE(reply.get().value_or(R"("before":"nop")").find(R"("before":"nop)"), std::string::npos);
  EXPECT_EQ(statements_->count(walk), 2);
}

TEST_F(Readers, TellOfAllPoolsInOneQuery) {
  const std::string reply = ask(pools).get().value_or("");
  EXPECT_NE(reply.find("mail1.example.com preference"), std::string::npos) << reply;
  EXPECT_EQ(statements_->count("FROM pool_status"), 1);
}

TEST_F(Readers, TellOfPoolsWhenALongRequestMayBegin) {
  statements_->hold_walks();
  ask_without_waiting(list, 1);
  EXPECT_TRUE(db::eventually([&] { return statements_->walks_held() == 1; }));
  EXPECT_EQ(ask(pools).get(), std::nullopt);
  statements_->let_walks_go_on();
  under_way_.clear();
  EXPECT_NE(ask(pools).get(), std::nullopt);
}

TEST_F(Readers, EndAReplyOfPoolsThatIsTooLong) {
  db::MemoryShare memory(service_->options.memory, 0);
  ReplyRoom room(memory, 200);
  Transaction none;
  const Request request{"directBackendCmd", Parameters(nlohmann::json{{"query", "pools"}})};
  EXPECT_THROW(answer_request(*service_, request, none, room), MethodFailure);
}

}  // namespace
}  // namespace mxbalance::remote
