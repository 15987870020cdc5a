// What triggers derive from servers, pools and their names, held against the whole of it computed anew, after
// edits by every kind of statement that a person may write in the sqlite3 shell.
#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

constexpr unsigned edits_seed = 20260301;
#ifdef __SANITIZE_ADDRESS__
constexpr int edit_rounds = 400;
#else
constexpr int edit_rounds = 1500;
#endif

/// Rows that are derived, and what they must be. `clock` is the test's own.
const std::map<std::string, std::pair<std::string, std::string>>& derivations() {
  static const std::map<std::string, std::pair<std::string, std::string>> all = {
      {"server_standings",
       {"SELECT server, state, weight, mx, a, aaaa FROM server_standings",
        "SELECT server, state, weight, mx, a, aaaa FROM current_standings"}},
      {"pool_counts",
       {"SELECT pool, mx_enabled, mx_live, mx_draining, mx_draining_live, mx_draining_up, a_enabled, a_live,"
        " a_draining, a_draining_live, a_draining_up, a_tier, a_draining_tier, aaaa_enabled, aaaa_live,"
        " aaaa_draining, aaaa_draining_live, aaaa_draining_up, aaaa_tier, aaaa_draining_tier FROM pool_counts",
        "SELECT p.name, total(t.state = 'enabled'), total(t.state = 'enabled' AND mx > 0), total(t.state = "
        "'drain'),"
        " total(t.state = 'drain' AND mx > 0), total(t.state = 'drain' AND mx = 2),"
        " total(t.state = 'enabled' AND a IS NOT NULL), total(t.state = 'enabled' AND a > 0),"
        " total(t.state = 'drain' AND a IS NOT NULL), total(t.state = 'drain' AND a > 0),"
        " total(t.state = 'drain' AND a = 2), min(m.preference) FILTER (WHERE t.state = 'enabled' AND a > 0),"
        " min(m.preference) FILTER (WHERE t.state = 'drain' AND a > 0),"
        " total(t.state = 'enabled' AND aaaa IS NOT NULL), total(t.state = 'enabled' AND aaaa > 0),"
        " total(t.state = 'drain' AND aaaa IS NOT NULL), total(t.state = 'drain' AND aaaa > 0),"
        " total(t.state = 'drain' AND aaaa = 2), min(m.preference) FILTER (WHERE t.state = 'enabled' AND aaaa > "
        "0),"
        " min(m.preference) FILTER (WHERE t.state = 'drain' AND aaaa > 0)"
        " FROM pools p LEFT JOIN pool_members m ON m.pool = p.name LEFT JOIN current_standings t ON t.server ="
        " m.server GROUP BY p.name"}},
      {"pool_answers",
       {"SELECT pool, kind, answered FROM pool_answers",
        "SELECT DISTINCT d.pool, d.kind, d.answered FROM pool_decisions d JOIN pool_names n ON n.pool = d.pool AND"
        " n.kind = d.published_as"}},
      {"draining_answers",
       {"SELECT pool, server FROM draining_answers",
        "SELECT DISTINCT a.pool, a.server FROM member_answers a JOIN pool_names n ON n.pool = a.pool AND n.kind ="
        " a.published_as WHERE a.state = 'drain' AND a.is_answered"}},
      {"mail_servers.safe_at",
       {"SELECT name FROM mail_servers WHERE safe_at IS NOT NULL",
        "SELECT s.name FROM mail_servers s WHERE s.state <> 'enabled' AND NOT EXISTS"
        " (SELECT 1 FROM member_answers a JOIN pool_names n ON n.pool = a.pool AND n.kind = a.published_as"
        " WHERE a.server = s.name AND a.is_answered)"}},
      {"mail_servers.domain_id",
       {"SELECT name, domain_id FROM mail_servers", "SELECT name, domain_id FROM mail_server_zones"}},
      {"pool_names.domain_id",
       {"SELECT name, kind, domain_id FROM pool_names", "SELECT name, kind, domain_id FROM pool_name_zones"}},
      {"postponed_pools", {"SELECT pool FROM postponed_pools", "SELECT 1 WHERE 0"}},
  };
  return all;
}

/// Statements of every kind, of few names, so that they meet.
class ShellEdits {
 public:
  explicit ShellEdits(unsigned seed) : random_(seed) {}

  unsigned below(unsigned total) { return static_cast<unsigned>(random_() % total); }

  std::string next() {
    static const std::vector<std::string> forms = {
        "INSERTION mail_servers (name, state, health, weight) VALUES (SERVER, STATE, HEALTH, SHARE)",
        "INSERTION mail_servers (name, state) VALUES (SERVER, STATE), (SERVER, STATE)",
        "INSERTION mail_servers (name) VALUES (SERVER), (NULL), ('a b')",
        "INSERT INTO mail_servers (name, state) VALUES (SERVER, STATE) ON CONFLICT (name) DO UPDATE SET state ="
        " excluded.state",
        "INSERT INTO mail_servers (name) VALUES (SERVER) ON CONFLICT DO NOTHING",
        "UPDATING mail_servers SET state = STATE WHERE name = SERVER",
        "UPDATING mail_servers SET state = STATE, health = HEALTH",
        "UPDATING mail_servers SET health = HEALTH WHERE name = SERVER",
        "UPDATING mail_servers SET weight = SHARE WHERE name IN (SERVER, SERVER)",
        "UPDATING mail_servers SET name = SERVER, state = STATE WHERE name = SERVER",
        "UPDATING mail_servers SET name = SERVER WHERE name = SERVER",
        "DELETE FROM mail_servers WHERE name = SERVER",
        "INSERTION mail_addresses (server, address, health) VALUES (SERVER, ADDRESS, HEALTH)",
        "INSERTION mail_addresses (server, address, unprobed_since) VALUES (SERVER, ADDRESS, 7), (SERVER, ADDRESS,"
        " NULL)",
        "INSERT INTO mail_addresses (server, address) VALUES (SERVER, ADDRESS) ON CONFLICT (server, address) DO"
        " UPDATE SET health = HEALTH, unprobed_since = SINCE",
        "UPDATING mail_addresses SET health = HEALTH WHERE address = ADDRESS",
        "UPDATING mail_addresses SET health = HEALTH",
        "UPDATING mail_addresses SET unprobed_since = SINCE WHERE server = SERVER",
        "UPDATING mail_addresses SET server = SERVER, address = ADDRESS, health = HEALTH WHERE server = SERVER",
        "UPDATING mail_addresses SET address = ADDRESS WHERE server = SERVER AND address = ADDRESS",
        "DELETE FROM mail_addresses WHERE server = SERVER AND address = ADDRESS",
        "INSERTION pools (name, min_live, ttl) VALUES (POOL, NUMBER, TTL)",
        "INSERTION pools (name) VALUES (POOL), (POOL)",
        "INSERT INTO pools (name) VALUES (POOL) ON CONFLICT (name) DO UPDATE SET ttl = TTL, min_live = NUMBER",
        "UPDATING pools SET min_live = NUMBER, ttl = TTL WHERE name = POOL",
        "UPDATING pools SET ttl = TTL",
        "UPDATING pools SET name = POOL WHERE name = POOL",
        "DELETE FROM pools WHERE name = POOL",
        "INSERTION pool_members (pool, server, preference, weight) VALUES (POOL, SERVER, NUMBER, WEIGHT)",
        "INSERTION pool_members (pool, server) VALUES (POOL, SERVER), (POOL, SERVER), ('none', SERVER)",
        "INSERTION pool_members (pool, server) SELECT POOL, name FROM mail_servers",
        "INSERT INTO pool_members (pool, server) VALUES (POOL, SERVER) ON CONFLICT DO UPDATE SET preference = "
        "NUMBER",
        "UPDATING pool_members SET weight = WEIGHT, preference = NUMBER WHERE server = SERVER",
        "UPDATING pool_members SET pool = POOL WHERE server = SERVER",
        "UPDATING pool_members SET pool = POOL, server = SERVER WHERE pool = POOL",
        "DELETE FROM pool_members WHERE pool = POOL AND server = SERVER",
        "DELETE FROM pool_members WHERE server = SERVER",
        "INSERTION pool_names (name, kind, pool) VALUES (NAME, KIND, POOL)",
        "INSERTION pool_names (name, kind, pool) VALUES (NAME, KIND, POOL), (NAME, KIND, POOL)",
        "INSERT INTO pool_names (name, kind, pool) VALUES (NAME, KIND, POOL) ON CONFLICT (name, kind) DO UPDATE "
        "SET"
        " pool = excluded.pool",
        "UPDATING pool_names SET pool = POOL WHERE name = NAME",
        "UPDATING pool_names SET name = NAME, kind = KIND WHERE pool = POOL",
        "UPDATING pool_names SET name = NAME, kind = KIND, pool = POOL WHERE name = NAME AND kind = KIND",
        "DELETE FROM pool_names WHERE name = NAME AND kind = KIND",
        "DELETE FROM pool_names WHERE pool = POOL",
        "INSERT OR IGNORE INTO domains (name, type) VALUES (ZONE, 'NATIVE')",
        "UPDATE OR IGNORE domains SET name = ZONE WHERE name = ZONE",
        "DELETE FROM domains WHERE name = ZONE",
    };
    std::string text = forms[below(static_cast<unsigned>(forms.size()))];
    replace(text, "INSERTION",
            {"INSERT INTO", "INSERT OR IGNORE INTO", "INSERT OR FAIL INTO", "INSERT OR ROLLBACK INTO",
             "INSERT OR ABORT INTO", "REPLACE INTO", "REPLACE INTO"});
    replace(text, "UPDATING",
            {"UPDATE", "UPDATE OR IGNORE", "UPDATE OR FAIL", "UPDATE OR ROLLBACK", "UPDATE OR REPLACE"});
    replace(text, "STATE", {"'enabled'", "'enabled'", "'drain'", "'drain'", "'disabled'"});
    replace(text, "HEALTH", {"'unknown'", "'up'", "'down'"});
    replace(text, "SERVER", {"'s1.x.example'", "'s2.x.example'", "'s3.example'", "'s4.example'", "'s5.other'"});
    replace(text, "ADDRESS", {"'10.0.0.1'", "'10.0.0.2'", "'::1'"});
    replace(text, "POOL", {"'p'", "'q'", "'r'"});
    replace(text, "NAME", {"'a.example'", "'b.x.example'", "'c.other'"});
    replace(text, "ZONE", {"'example'", "'x.example'", "'other'"});
    replace(text, "KIND", {"'MX'", "'A'"});
    replace(text, "NUMBER", {"1", "2", "3"});
    replace(text, "TTL", {"5", "60", "600"});
    replace(text, "WEIGHT", {"NULL", "0", "5"});
    replace(text, "SHARE", {"0", "100", "100"});
    replace(text, "SINCE", {"NULL", "7"});
    return text;
  }

 private:
  void replace(std::string& text, const std::string& word, const std::vector<std::string>& choices) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at))
      text.replace(at, word.size(), choices[below(static_cast<unsigned>(choices.size()))]);
  }

  std::mt19937 random_;
};

class DerivedState : public ::testing::Test {
 protected:
  DerivedState() : database_(file_.path(), SQLite::OPEN_READWRITE) {
    database_.exec("PRAGMA synchronous = OFF");
    database_.exec(
        "CREATE TABLE test_clock (now INTEGER); INSERT INTO test_clock VALUES (1800000000);"
        "DROP VIEW clock; CREATE VIEW clock (now) AS SELECT now FROM test_clock;"
        "INSERT INTO domains (name, type) VALUES ('example', 'NATIVE');"
        "INSERT INTO pools (name) VALUES ('p'), ('q');"
        "INSERT INTO mail_servers (name) VALUES ('s1.x.example'), ('s2.x.example'), ('s3.example')");
  }

  std::string text(const std::string& sql) {
    SQLite::Statement rows(database_, sql);
    std::string all;
    while (rows.executeStep()) {
      for (int i = 0; i < rows.getColumnCount(); ++i)
        all += (i == 0 ? "" : " ") + rows.getColumn(i).getString();
      all += "\n";
    }
    return all;
  }

  /// What differs, in words; empty: nothing.
  std::string differences() {
    std::string found;
    for (const auto& [what, queries] : derivations()) {
      const auto& [kept, computed] = queries;
      const auto superfluous = text(kept + " EXCEPT " + computed);
      const auto missing = text(computed + " EXCEPT " + kept);
      if (!superfluous.empty()) found += what + " has wrongly:\n" + superfluous;
      if (!missing.empty()) found += what + " lacks:\n" + missing;
    }
    return found;
  }

  /// As the service does within a second.
  void judge() { database_.exec("INSERT INTO postponements VALUES (NULL); DELETE FROM postponements"); }

  std::int64_t now() { return database_.execAndGet("SELECT now FROM clock").getInt64(); }

  void note(std::map<std::string, std::int64_t>& times, const std::string& condition) {
    SQLite::Statement rows(database_,
                           "SELECT m.server, max(p.ttl) FROM pool_members m JOIN pools p ON p.name = m.pool JOIN"
                           " mail_servers s ON s.name = m.server WHERE " +
                               condition + " GROUP BY m.server");
    while (rows.executeStep()) {
      auto& time = times[rows.getColumn(0).getString()];
      time = std::max(time, now() + 1 + rows.getColumn(1).getInt64());
    }
  }

  /// Until when resolvers may have whom, by what was committed until now.
  void note_answers() {
    note(kept_at_least_,
         "EXISTS (SELECT 1 FROM pool_names n WHERE n.pool = p.name) AND (s.state = 'enabled' OR EXISTS (SELECT 1 "
         "FROM"
         " draining_answers d WHERE d.server = s.name))");
    note_members();
  }

  /// The same of all members: a pool may have been published before the transaction.
  void note_members() { note(kept_at_most_, "1"); }

  void note_rename(const std::string& from, const std::string& to) {
    kept_at_least_[to] = std::max(kept_at_least_[to], kept_at_least_[from]);
    kept_at_most_[to] = std::max(kept_at_most_[to], kept_at_most_[from]);
  }

  /// Whom the store takes to be forgotten too early, or long after.
  std::string wrong_times() {
    note_members();
    std::string wrong;
    for (const auto& [server, time] : kept_at_least_) {
      const std::string known =
          "SELECT coalesce((SELECT CASE WHEN state = 'enabled' OR safe_at IS NULL THEN (SELECT at FROM safe_times "
          "WHERE"
          " server = name) ELSE safe_at END FROM mail_servers WHERE name = '" +
          server + "'), (SELECT until FROM kept_servers WHERE server = '" + server + "'), 0)";
      const auto until = database_.execAndGet(known).getInt64();
      if (time > now() && until < time)
        wrong += server + " is forgotten " + std::to_string(time - until) + " s early\n";
      if (until > std::max(now(), kept_at_most_[server])) wrong += server + " is never forgotten\n";
    }
    return wrong;
  }

  testing::TemporaryDatabase file_;
  SQLite::Database database_;
  std::map<std::string, std::int64_t> kept_at_least_;
  std::map<std::string, std::int64_t> kept_at_most_;
};

/// The names of a statement that renames a server.
std::pair<std::string, std::string> names_of_rename(const std::string& edit) {
  const auto quoted_after = [&](const std::string& words) {
    const auto at = edit.find(words) + words.size();
    return edit.substr(at, edit.find('\'', at) - at);
  };
  if (edit.find(" mail_servers SET name = ") == std::string::npos) return {};
  return {quoted_after("WHERE name = '"), quoted_after("SET name = '")};
}

TEST_F(DerivedState, IsAsIfComputedAnewAfterEveryEdit) {
  SCOPED_TRACE("seed " + std::to_string(edits_seed));
  ShellEdits edits(edits_seed);
  int done = 0;
  for (int round = 0; round < edit_rounds; ++round) {
    database_.exec("PRAGMA foreign_keys = " + std::to_string(edits.below(2)));
    database_.exec("PRAGMA recursive_triggers = " + std::to_string(edits.below(2)));
    database_.exec("UPDATE test_clock SET now = now + " + std::to_string(edits.below(20)));
    note_answers();
    std::string said;
    std::vector<std::pair<std::string, std::string>> renames;
    const unsigned together = edits.below(3) == 0 ? 2 + edits.below(3) : 1;
    if (together > 1) database_.exec("BEGIN");
    for (unsigned i = 0; i < together; ++i) {
      const std::string edit = edits.next();
      said += edit + ";\n";
      try {
        if (database_.exec(edit) > 0 && !names_of_rename(edit).first.empty())
          renames.push_back(names_of_rename(edit));
        ++done;
        note_members();
      } catch (const SQLite::Exception&) {
        if (together > 1 && sqlite3_get_autocommit(database_.getHandle()) != 0) break;  // OR ROLLBACK
      }
    }
    if (sqlite3_get_autocommit(database_.getHandle()) == 0) {
      const bool is_kept = edits.below(5) != 0;
      database_.exec(is_kept ? "COMMIT" : "ROLLBACK");
      if (!is_kept) renames.clear();
    } else if (together > 1) {
      renames.clear();
    }
    for (const auto& [from, to] : renames)
      note_rename(from, to);
    judge();
    ASSERT_EQ(differences(), "") << "round " << round << " after\n" << said;
    ASSERT_EQ(wrong_times(), "") << "round " << round << " after\n" << said;
  }
  EXPECT_GT(done, edit_rounds / 2);
}

}  // namespace
}  // namespace mxbalance::db
