// The views pool_status and mail_server_status: who would be answered now, and why not the others.
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/answer/described_pools.h"
#include "tests/unit/db/schema/cases/hand_edited_store.h"

namespace mxbalance::db {
namespace {

using testing::HandEditedStore;

using Lines = std::vector<std::string>;

const char* word_of(ServerState state) {
  return state == ServerState::enabled ? "enabled" : state == ServerState::drain ? "drain" : "disabled";
}

const char* word_of(Health health) {
  return health == Health::unknown ? "unknown" : health == Health::up ? "up" : "down";
}

/// The statements that put this pool, with members of its own, into a store.
std::string statements_for(const Pool& pool) {
  std::string servers;
  std::string members;
  std::string addresses;
  const auto add = [](std::string& to, const std::string& table, const std::string& row) {
    to += (to.empty() ? "INSERT INTO " + table + " VALUES (" : ", (") + row + ")";
  };
  for (const auto& member : pool.members) {
    const auto& server = member.server;
    add(servers, "mail_servers (name, weight, state, health)",
        "'" + server.name + "', " + std::to_string(server.weight) + ", '" + word_of(server.state) + "', '" +
            word_of(server.health) + "'");
    add(members, "pool_members (pool, server, preference, weight)",
        "'" + pool.name + "', '" + server.name + "', " + std::to_string(member.preference) + ", " +
            (member.weight == server.weight ? "NULL" : std::to_string(member.weight)));
    for (const auto& address : server.addresses) {
      add(addresses, "mail_addresses (server, address, health)",
          "'" + server.name + "', '" + address.address + "', '" + word_of(address.health) + "'");
    }
  }
  return "INSERT INTO pools (name, min_live) VALUES ('" + pool.name + "', " + std::to_string(pool.min_live) +
         ");" + servers + ";" + members + ";" + addresses;
}

struct Situation {
  const char* name;
  std::initializer_list<std::string_view> members;
  std::uint32_t min_live;
  Lines status;  ///< "server mx a aaaa why"
};

void check(const std::vector<Situation>& situations) {
  for (const auto& situation : situations) {
    SCOPED_TRACE(situation.name);
    HandEditedStore store;
    auto pool = answer::pool_of(situation.members);
    pool.min_live = situation.min_live;
    store.exec(statements_for(pool));
    EXPECT_EQ(store.rows("SELECT server || ' ' || mx || ' ' || a || ' ' || aaaa || ' ' || why FROM pool_status "
                         "ORDER BY preference, server"),
              situation.status);
  }
}

TEST(PoolStatusView, States) {
  check({
      {"enabled members serve, the others do not",
       {"m1 10.0.0.1", "m2 drain 10.0.0.2", "m3 disabled 10.0.0.3"},
       1,
       {"m1 yes yes - ", "m2 no no - draining", "m3 no no - disabled"}},
      {"one that is down keeps draining ones out that are not up",
       {"m1 down 10.0.0.1", "m2 drain 10.0.0.2"},
       1,
       {"m1 yes yes - down, but too few members are live", "m2 no no - draining"}},
      {"one that is up helps out",
       {"m1 down 10.0.0.1", "m2 drain up 10.0.0.2"},
       1,
       {"m1 no no - down", "m2 yes yes - draining, but too few enabled members are live"}},
      {"none is enabled",
       {"m1 drain 10.0.0.1", "m2 drain 10.0.0.2!", "m3 disabled 10.0.0.3"},
       1,
       {"m1 yes yes - draining, but no member is enabled", "m2 no no - draining", "m3 no no - disabled"}},
      {"the enabled one has no address",
       {"m1", "m2 drain 10.0.0.2"},
       1,
       {"m1 yes - - ", "m2 no yes - draining, but no enabled member has such an address"}},
      {"no address at all", {"m1"}, 1, {"m1 yes - - "}},
      {"all disabled", {"m1 disabled 10.0.0.1"}, 1, {"m1 no no - disabled"}},
      {"no members", {}, 1, {}},
  });
}

TEST(PoolStatusView, Health) {
  check({
      {"its own health", {"m1 up 10.0.0.1", "m2 down 10.0.0.2"}, 1, {"m1 yes yes - ", "m2 no no - down"}},
      {"all its addresses",
       {"m1 10.0.0.1! ::1!", "m2 10.0.0.2"},
       1,
       {"m1 no no no all its addresses are down", "m2 yes yes - "}},
      {"one address is left", {"m1 10.0.0.1! 10.0.0.9", "m2 10.0.0.2"}, 1, {"m1 yes yes - ", "m2 yes yes - "}},
      {"one family is down",
       {"m1 10.0.0.1! ::1", "m2 10.0.0.2 ::2"},
       1,
       {"m1 yes no yes its IPv4 addresses are down", "m2 yes yes yes "}},
      {"the other family is down",
       {"m1 10.0.0.1 ::1!", "m2 10.0.0.2 ::2"},
       1,
       {"m1 yes yes no its IPv6 addresses are down", "m2 yes yes yes "}},
      {"fewer live than asked for",
       {"m1 10.0.0.1", "m2 10.0.0.2", "m3 down 10.0.0.3"},
       3,
       {"m1 yes yes - ", "m2 yes yes - ", "m3 yes yes - down, but too few members are live"}},
      {"as many live as asked for",
       {"m1 10.0.0.1", "m2 10.0.0.2", "m3 down 10.0.0.3"},
       2,
       {"m1 yes yes - ", "m2 yes yes - ", "m3 no no - down"}},
      {"more asked for than there are", {"m1 10.0.0.1", "m2 10.0.0.2"}, 5, {"m1 yes yes - ", "m2 yes yes - "}},
      {"a family leaves while the other lives",
       {"m1 10.0.0.1! ::1", "m2 10.0.0.2!"},
       1,
       {"m1 yes no yes its IPv4 addresses are down", "m2 no no - all its addresses are down"}},
      {"both families are down: both stay",
       {"m1 10.0.0.1! ::1!"},
       1,
       {"m1 yes yes yes all its addresses are down, but too few members are live"}},
  });
}

TEST(PoolStatusView, TiersAndWeights) {
  check({
      {"addresses come from the best tier",
       {"m1 10.0.0.1", "m2 preference=20 10.0.0.2 ::2"},
       1,
       {"m1 yes yes - ", "m2 yes no yes "}},
      {"a backup tier waits",
       {"m1 10.0.0.1", "m2 preference=20 10.0.0.2"},
       1,
       {"m1 yes yes - ", "m2 yes no - backup tier: its addresses wait until a better tier is down"}},
      {"and takes over",
       {"m1 down 10.0.0.1", "m2 preference=20 10.0.0.2"},
       1,
       {"m1 no no - down", "m2 yes yes - "}},
      {"failing open there are no tiers",
       {"m1 down 10.0.0.1", "m2 preference=20 down 10.0.0.2"},
       1,
       {"m1 yes yes - down, but too few members are live", "m2 yes yes - down, but too few members are live"}},
      {"weight 0 waits",
       {"m1 weight=0 10.0.0.1", "m2 10.0.0.2"},
       1,
       {"m1 no no - weight 0: waits until no other member of its tier is live", "m2 yes yes - "}},
      {"for a live one", {"m1 weight=0 10.0.0.1", "m2 down 10.0.0.2"}, 1, {"m1 yes yes - ", "m2 no no - down"}},
      {"of its tier",
       {"m1 weight=0 10.0.0.1", "m2 preference=20 10.0.0.2"},
       1,
       {"m1 yes yes - ", "m2 yes no - backup tier: its addresses wait until a better tier is down"}},
      {"all 0: nobody waits",
       {"m1 weight=0 10.0.0.1", "m2 weight=0 10.0.0.2"},
       1,
       {"m1 yes yes - ", "m2 yes yes - "}},
      {"weight 0 in one family",
       {"m1 weight=0 10.0.0.1 ::1", "m2 10.0.0.2"},
       1,
       {"m1 no no yes weight 0: waits until no other member of its tier is live", "m2 yes yes - "}},
  });
}

TEST(PoolStatusView, NamesReasonAndWeight) {
  HandEditedStore store;
  store.exec(statements_for(answer::pool_of({"m1 weight=7 down 10.0.0.1", "m2 weight=8 10.0.0.2"})));
  store.exec(
      "UPDATE mail_servers SET reason = 'disk is full' WHERE name = 'm1'; UPDATE pool_members SET weight = 3 "
      "WHERE server = 'm2'");
  EXPECT_EQ(store.rows("SELECT server, preference, weight, why FROM pool_status"),
            (Lines{"m1|10|7|down: disk is full", "m2|10|3|"}));
  EXPECT_EQ(store.rows("SELECT * FROM mail_server_status"),
            (Lines{"m1|7|enabled|down|disk is full", "m2|8|enabled|unknown|"}));
  store.exec(
      "UPDATE mail_servers SET health = 'up'; UPDATE mail_addresses SET health = 'down', reason = 'refused'");
  EXPECT_EQ(store.rows("SELECT health, reason FROM mail_server_status WHERE name = 'm2'"),
            Lines{"down|all its addresses are down: refused"});
  store.exec(
      "INSERT INTO mail_addresses (server, address, health, reason) VALUES ('m2', '::2', 'down', 'no route')");
  EXPECT_EQ(store.rows("SELECT reason FROM mail_server_status WHERE name = 'm2'"),
            Lines{"all its addresses are down: 10.0.0.2 refused; ::2 no route"});
}

}  // namespace
}  // namespace mxbalance::db
