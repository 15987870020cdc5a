// The table events: what changed, written by triggers, for a bounded time.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/db/schema/cases/hand_edited_store.h"

namespace mxbalance::db {
namespace {

using testing::HandEditedStore;

using Lines = std::vector<std::string>;

class Events : public ::testing::Test {
 protected:
  Events() {
    store_.exec(
        "INSERT INTO mail_servers (name) VALUES ('m1.example.com');"
        "INSERT INTO mail_addresses (server, address) VALUES ('m1.example.com', '192.0.2.1');"
        "INSERT INTO pools (name) VALUES ('p');"
        "INSERT INTO pool_members (pool, server) VALUES ('p', 'm1.example.com');"
        "DELETE FROM events");
  }

  /// The events that `statements` leave, as "subject|field|before|after|reason".
  Lines events_of(const std::string& statements) {
    store_.exec("DELETE FROM events;" + statements);
    EXPECT_EQ(store_.value("SELECT count(*) FROM events WHERE abs(at - strftime('%s','now')) > 60"), "0");
    return store_.rows("SELECT subject, field, before, after, reason FROM events ORDER BY id");
  }

  HandEditedStore store_;
};

TEST_F(Events, SayWhatChanged) {
  const struct {
    const char* statements;
    Lines events;
  } edits[] = {
      {"UPDATE mail_servers SET weight = 5", {"m1.example.com|weight|100|5|"}},
      {"UPDATE mail_servers SET weight = 5", {}},
      {"UPDATE mail_servers SET state = 'drain', reason = 'new disk'",
       {"m1.example.com|state|enabled|drain|new disk"}},
      {"UPDATE mail_servers SET health = 'down', reason = 'no answer', weight = 7, state = 'enabled'",
       {"m1.example.com|weight|5|7|", "m1.example.com|state|drain|enabled|no answer",
        "m1.example.com|health|unknown|down|no answer"}},
      {"UPDATE mail_servers SET reason = 'other', ttl = 5, changed_at = 0", {}},
      {"UPDATE mail_servers SET name = 'm2.example.com'", {}},
      {"UPDATE mail_addresses SET health = 'down', reason = 'refused'",
       {"m2.example.com 192.0.2.1|health|unknown|down|refused"}},
      {"UPDATE mail_addresses SET health = 'down', reason = 'again'", {}},
      {"UPDATE pool_members SET weight = 0", {"p/m2.example.com|weight||0|"}},
      {"UPDATE pool_members SET weight = NULL", {"p/m2.example.com|weight|0||"}},
      {"UPDATE pool_members SET preference = 20", {}},
      {"INSERT INTO mail_servers (name, weight, state) VALUES ('m3.example.com', 3, 'drain')",
       {"m3.example.com|added||weight 3, drain|"}},
      {"DELETE FROM mail_servers WHERE name = 'm3.example.com'", {"m3.example.com|removed|weight 3, drain||"}},
      {"INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE')", {}},
  };
  for (const auto& edit : edits)
    EXPECT_EQ(events_of(edit.statements), edit.events) << edit.statements;
}

TEST_F(Events, MoveChangedAtOfTheServer) {
  for (const char* change : {"weight = 9", "state = 'drain'", "health = 'up'"}) {
    store_.exec("UPDATE mail_servers SET changed_at = 0");
    store_.exec("UPDATE mail_servers SET weight = weight, reason = 'x'");
    EXPECT_EQ(store_.value("SELECT changed_at FROM mail_servers"), "0");
    store_.exec("UPDATE mail_servers SET " + std::string(change));
    EXPECT_EQ(store_.value("SELECT abs(changed_at - strftime('%s','now')) < 60 FROM mail_servers"), "1") << change;
  }
}

TEST_F(Events, AreKeptForABoundedTime) {
  store_.exec(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 203500)"
      " INSERT INTO events (subject, field) SELECT 'a', 'weight' FROM n");
  const long kept = std::stol(store_.value("SELECT count(*) FROM events"));
  EXPECT_GE(kept, 100'000);
  EXPECT_LT(kept, 101'000);
  EXPECT_EQ(store_.value("SELECT max(id) - min(id) + 1 = count(*) FROM events"), "1") << "the newest ones";
}

}  // namespace
}  // namespace mxbalance::db
