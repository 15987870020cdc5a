// The view pool_status tells people in SQL who is answered; eligibility decides it. Both must say the same of any
// pool.
#include <array>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "backend/answer/eligibility.h"
#include "db/bound_statement.h"
#include "db/connection.h"
#include "db/pools.h"
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
    const auto state = any_of<5>({"enabled", "enabled", "enabled", "drain", "disabled"});
    const auto health = any_of<5>({"unknown", "unknown", "up", "down", "down"});
    servers_.add(quoted(server) + ", " + weight + ", " + quoted(state) + ", " + quoted(health));
    for (const std::string prefix : {"192.0.2.", "2001:db8::"}) {
      const unsigned addresses = below(3);
      for (unsigned i = 1; i <= addresses; ++i) {
        addresses_.add(quoted(server) + ", " + quoted(prefix + std::to_string(i)) + ", " +
                       quoted(any_of<4>({"unknown", "up", "down", "down"})));
      }
    }
  }

  std::mt19937 random_{seed};
  Rows pools_{"pools (name, min_live)"};
  Rows servers_{"mail_servers (name, weight, state, health)"};
  Rows addresses_{"mail_addresses (server, address, health)"};
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
    }
    EXPECT_TRUE(defects.empty());
  });
  EXPECT_GT(with_tiers, 100U);
  EXPECT_GT(with_nobody, 100U);
}

}  // namespace
}  // namespace mxbalance::answer
