// The view pool_status tells people in SQL who is answered; eligibility decides it. Both must say the same of any
// pool.
#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include "backend/answer/eligibility.h"
#include "db/edits/pool_evaluation.h"
#include "db/edits/pools.h"
#include "db/lookup/pools.h"
#include "db/store/bound_statement.h"
#include "db/store/connection.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::answer {
namespace {

using db::AddressFamily;

constexpr unsigned pools = 3000;
constexpr unsigned seed = 20240229;

/// Rows of one table for an INSERT.
class Rows {
 public:
  explicit Rows(std::string_view table_and_columns) { sql_ << "INSERT INTO " << table_and_columns << " VALUES"; }

  void add(const std::string& values) {
    sql_ << (empty_ ? " (" : ", (") << values << ')';
    empty_ = false;
  }
  std::string sql() const { return sql_.str() + ";\n"; }

 private:
  std::ostringstream sql_;
  bool empty_ = true;
};

std::string quoted(const std::string& text) {
  return "'" + text + "'";
}

/// Pools of every kind, as SQL.
class RandomPools {
 public:
  RandomPools() {
    for (unsigned pool = 0; pool < pools; ++pool)
      add_pool("p" + std::to_string(pool));
  }

  std::string sql() const {
    return "BEGIN;\n" + pools_.sql() + servers_.sql() + addresses_.sql() + members_.sql() + "COMMIT;\n";
  }

 private:
  unsigned below(unsigned total) { return static_cast<unsigned>(random_() % total); }

  template <std::size_t Size>
  std::string any_of(const std::array<const char*, Size>& words) {
    return words.at(below(Size));
  }

  void add_pool(const std::string& pool) {
    pools_.add(quoted(pool) + ", " + any_of<5>({"1", "1", "2", "3", "9"}));
    const unsigned members = below(6);
    for (unsigned member = 0; member < members; ++member) {
      const std::string server = pool + "-" + std::to_string(member) + ".example";
      add_server(server);
      members_.add(quoted(pool) + ", " + quoted(server) + ", " + any_of<4>({"10", "10", "20", "30"}) + ", " +
                   any_of<4>({"NULL", "NULL", "0", "50"}));
    }
  }

  void add_server(const std::string& server) {
    const auto weight = any_of<4>({"0", "1", "100", "65535"});
    const auto state = any_of<6>({"enabled", "enabled", "enabled", "drain", "drain", "disabled"});
    const auto health = any_of<6>({"unknown", "unknown", "up", "up", "down", "down"});
    servers_.add(quoted(server) + ", " + weight + ", " + quoted(state) + ", " + quoted(health));
    for (const std::string prefix : {"192.0.2.", "2001:db8::"}) {
      const unsigned addresses = below(3);
      for (unsigned i = 1; i <= addresses; ++i) {
        addresses_.add(quoted(server) + ", " + quoted(prefix + std::to_string(i)) + ", " +
                       quoted(any_of<4>({"unknown", "up", "down", "down"})) + ", " +
                       any_of<4>({"NULL", "NULL", "NULL", "1700000000"}));
      }
    }
  }

  std::mt19937 random_{seed};
  Rows pools_{"pools (name, min_live)"};
  Rows servers_{"mail_servers (name, weight, state, health)"};
  Rows addresses_{"mail_addresses (server, address, health, unprobed_since)"};
  Rows members_{"pool_members (pool, server, preference, weight)"};
};

/// What the view says: a line for each member, by pool.
std::map<std::string, std::string> lines_of_view(db::Connection& connection) {
  auto& rows = connection.statement(
      "SELECT pool, server || ' ' || preference || ' ' || weight || ': ' || mx || ' ' || a || ' ' || aaaa"
      " FROM pool_status ORDER BY pool, preference, server");
  std::map<std::string, std::string> lines;
  while (rows.executeStep())
    lines[rows.getColumn(0).getString()] += rows.getColumn(1).getString() + '\n';
  return lines;
}

/// "yes" or "no", or "-" for a member without an address of the family, as the view has it.
std::string address_word(const db::PoolMember& member, AddressFamily family,
                         const std::vector<EligibleAddress>& eligible) {
  std::string word = "-";
  for (const auto& address : member.server.addresses) {
    if (address.family == family && word == "-") word = "no";
    for (const auto& one : eligible) {
      if (one.address == &address) word = "yes";
    }
  }
  return word;
}

/// What eligibility says, in the same form.
std::string lines_of(const db::Pool& pool) {
  std::set<const db::PoolMember*> mx;
  for (const auto& tier : eligible_tiers(pool)) {
    for (const auto& eligible : tier.members)
      mx.insert(eligible.member);
  }
  const auto ipv4 = eligible_addresses(pool, AddressFamily::ipv4);
  const auto ipv6 = eligible_addresses(pool, AddressFamily::ipv6);
  std::ostringstream lines;
  for (const auto& member : pool.members) {
    lines << member.server.name << ' ' << member.preference << ' ' << member.weight << ": "
          << (mx.contains(&member) ? "yes " : "no ") << address_word(member, AddressFamily::ipv4, ipv4) << ' '
          << address_word(member, AddressFamily::ipv6, ipv6) << '\n';
  }
  return lines.str();
}

TEST(PoolStatus, SaysWhoIsAnswered) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  db::testing::TemporaryDatabase database;
  database.exec(RandomPools().sql());
  db::Connection connection(database.path(), db::Connection::Mode::reading);
  std::size_t with_tiers = 0;
  std::size_t with_nobody = 0;
  std::map<AnsweredBy, int> decisions;
  db::read(connection, [&](db::Connection& store) {
    const auto view = lines_of_view(store);
    std::vector<db::RowDefect> defects;
    for (unsigned i = 0; i < pools; ++i) {
      const std::string name = "p" + std::to_string(i);
      const auto found = view.find(name);
      const auto pool = db::read_pool(store, name, defects);
      ASSERT_TRUE(pool);
      ASSERT_EQ(lines_of(*pool), found == view.end() ? "" : found->second)
          << name << ", min_live " << pool->min_live;
      if (eligible_tiers(*pool).size() > 1) ++with_tiers;
      if (eligible_tiers(*pool).empty()) ++with_nobody;
      ++decisions[answering_mx(*pool).by];
      ++decisions[answering_addresses(*pool, AddressFamily::ipv4).by];
    }
    EXPECT_TRUE(defects.empty());
  });
  EXPECT_GT(with_tiers, 100U);
  EXPECT_GT(with_nobody, 100U);
  for (const auto by :
       {AnsweredBy::live_members, AnsweredBy::draining_members_too, AnsweredBy::all_members, AnsweredBy::nobody})
    EXPECT_GT(decisions[by], 50);
}

/// Edits of every kind, of few servers and pools.
class RandomEdits {
 public:
  std::string next() {
    std::string text = forms_[random_() % forms_.size()];
    replace(text, "STATE", {"'enabled'", "'enabled'", "'drain'", "'drain'", "'disabled'"});
    replace(text, "HEALTH", {"'unknown'", "'up'", "'down'"});
    replace(text, "SERVER", {"'s1'", "'s2'", "'s3'", "'s4'", "'s5'"});
    replace(text, "ADDRESS", {"'10.0.0.1'", "'10.0.0.2'", "'::1'"});
    replace(text, "POOL", {"'p'", "'q'"});
    replace(text, "NAME", {"'a.example'", "'b.example'"});
    replace(text, "KIND", {"'MX'", "'A'"});
    replace(text, "NUMBER", {"1", "2", "3"});
    replace(text, "WEIGHT", {"NULL", "0", "5"});
    return text;
  }

 private:
  void replace(std::string& text, const std::string& word, const std::vector<std::string>& choices) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at))
      text.replace(at, word.size(), choices[random_() % choices.size()]);
  }

  std::mt19937 random_{seed};
  std::vector<std::string> forms_ = {
      "UPDATE mail_servers SET state = STATE WHERE name = SERVER",
      "UPDATE mail_servers SET state = STATE WHERE name = SERVER",
      "UPDATE mail_servers SET health = HEALTH WHERE name = SERVER",
      "UPDATE mail_servers SET weight = coalesce(WEIGHT, 100) WHERE name = SERVER",
      "UPDATE mail_servers SET name = 's6' WHERE name = SERVER",
      "UPDATE mail_servers SET name = SERVER WHERE name = 's6'",
      "REPLACE INTO mail_servers (name, state) VALUES (SERVER, STATE)",
      "DELETE FROM mail_servers WHERE name = SERVER",
      "INSERT OR IGNORE INTO mail_servers (name, state) VALUES (SERVER, STATE)",
      "UPDATE mail_addresses SET health = HEALTH WHERE server = SERVER",
      "UPDATE mail_addresses SET health = HEALTH WHERE server = SERVER AND address = ADDRESS",
      "UPDATE mail_addresses SET health = HEALTH",
      "UPDATE mail_addresses SET unprobed_since = nullif(NUMBER, 1) WHERE server = SERVER AND address = ADDRESS",
      "REPLACE INTO mail_addresses (server, address, health) VALUES (SERVER, ADDRESS, HEALTH)",
      "DELETE FROM mail_addresses WHERE server = SERVER AND address = ADDRESS",
      "UPDATE OR IGNORE mail_addresses SET server = SERVER WHERE server = SERVER",
      "REPLACE INTO pool_members (pool, server, preference, weight) VALUES (POOL, SERVER, NUMBER, WEIGHT)",
      "UPDATE pool_members SET weight = WEIGHT, preference = NUMBER WHERE server = SERVER",
      "UPDATE OR IGNORE pool_members SET pool = POOL WHERE server = SERVER",
      "DELETE FROM pool_members WHERE pool = POOL AND server = SERVER",
      "UPDATE pools SET min_live = NUMBER, ttl = 60 + NUMBER WHERE name = POOL",
      "UPDATE pools SET name = 'r' WHERE name = POOL",
      "UPDATE pools SET name = POOL WHERE name = 'r'",
      "INSERT OR IGNORE INTO pool_names (name, kind, pool) VALUES (NAME, KIND, POOL)",
      "UPDATE OR IGNORE pool_names SET pool = POOL WHERE name = NAME",
      "DELETE FROM pool_names WHERE name = NAME AND kind = KIND",
  };
};

/// Draining servers that an answer of a published pool holds.
std::set<std::string> answered_draining(db::Connection& store, const db::Pool& pool) {
  std::set<const db::PoolMember*> answered;
  std::set<const db::MailAddress*> addresses;
  for (const auto& kind : db::kinds_published(store, pool.name)) {
    if (kind == "MX") {
      for (const auto& tier : eligible_tiers(pool)) {
        for (const auto& eligible : tier.members)
          answered.insert(eligible.member);
      }
      continue;
    }
    for (const auto family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
      for (const auto& one : eligible_addresses(pool, family))
        addresses.insert(one.address);
    }
  }
  std::set<std::string> servers;
  for (const auto& member : pool.members) {
    const bool by_address =
        std::any_of(member.server.addresses.begin(), member.server.addresses.end(),
                    [&](const db::MailAddress& address) { return addresses.contains(&address); });
    if (member.server.state == db::ServerState::drain && (by_address || answered.contains(&member)))
      servers.insert(member.server.name);
  }
  return servers;
}

TEST(PoolStatus, FollowsEveryEdit) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  db::testing::TemporaryDatabase database;
  db::Connection connection(database.path(), db::Connection::Mode::writing);
  connection.database().exec("BEGIN");
  connection.database().exec(
      "INSERT INTO domains (name, type) VALUES ('example', 'NATIVE'); INSERT INTO pools (name) VALUES ('p'), "
      "('q');"
      "INSERT INTO mail_servers (name) VALUES ('s1'), ('s2'), ('s3'), ('s4'), ('s5')");
  RandomEdits edits;
  std::map<bool, int> withdrawn;
  for (int i = 0; i < 4000; ++i) {
    const std::string edit = edits.next();
    try {
      connection.database().exec(edit);
      db::evaluate_pools_once(connection, [] {});
    } catch (const std::exception&) {
      continue;  // a rule refuses it
    }
    const auto view = lines_of_view(connection);
    std::vector<db::RowDefect> defects;
    std::set<std::string> answered;
    for (const std::string name : {"p", "q", "r"}) {
      const auto pool = db::read_pool(connection, name, defects);
      if (!pool) continue;
      const auto found = view.find(name);
      ASSERT_EQ(lines_of(*pool), found == view.end() ? "" : found->second) << edit;
      answered.merge(answered_draining(connection, *pool));
    }
    const auto unsafe =
        db::texts(connection, "SELECT name FROM mail_servers WHERE state <> 'enabled' AND safe_at IS NULL");
    ASSERT_EQ(std::set<std::string>(unsafe.begin(), unsafe.end()), answered) << edit;
    ++withdrawn[!unsafe.empty()];
  }
  EXPECT_GT(withdrawn[true], 200);
}

}  // namespace
}  // namespace mxbalance::answer
