#include "tests/unit/db/check/checked_store.h"

namespace mxbalance::db {
namespace {

using CheckPools = CheckedStore;

TEST_F(CheckPools, FindsPoolsWhoseEnabledMembersHaveNoAddress) {
  EXPECT_EQ(
      findings_after("INSERT INTO mail_servers (name) VALUES ('mail.example.net');"
                     "INSERT INTO pools (name) VALUES ('bare');"
                     "INSERT INTO pool_members (pool, server, weight) VALUES ('bare', 'mail.example.net', 0);"
                     "DROP TRIGGER pool_names_refer;"
                     "INSERT INTO pool_names (name, kind, pool) VALUES ('bare.example.com', 'A', 'bare')"),
      lines({"pool bare: it is published as A and none of its enabled members has an address"}));
}

TEST_F(CheckPools, LooksAtNoDisabledRecordBesideAPool) {
  EXPECT_EQ(findings_after("INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled) VALUES"
                           " (1, 'example.com', 'MX', 'mail.example.org', 60, 10, 1)"),
            lines({}));
}

TEST_F(CheckPools, LooksAtNoMxTargetOfAPoolThatIsPublishedAsAddresses) {
  EXPECT_EQ(findings_after("INSERT INTO mail_servers (name, weight) VALUES ('mail9.example.com', 0);"
                           "INSERT INTO pools (name) VALUES ('web');"
                           "INSERT INTO pool_members (pool, server) VALUES ('web', 'mail1.example.com'),"
                           " ('web', 'mail9.example.com');"
                           "INSERT INTO pool_names (name, kind, pool) VALUES ('web.example.com', 'A', 'web')"),
            lines({}));
}

TEST_F(CheckPools, LooksAtNoMemberThatWaitsForTheOthers) {
  EXPECT_EQ(findings_after("UPDATE pools SET mx_policy = 'equal'; UPDATE mail_servers SET weight = 50;"
                           "INSERT INTO mail_servers (name, weight) VALUES ('mail.example.net', 0);"
                           "INSERT INTO mail_addresses (server, address) VALUES ('mail.example.net', '10.0.0.3');"
                           "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail.example.net')"),
            lines({}));
}

TEST_F(CheckPools, LooksAtNoWeightOfADisabledMember) {
  EXPECT_EQ(
      findings_after("UPDATE pools SET mx_policy = 'equal'; UPDATE mail_servers SET weight = 50;"
                     "INSERT INTO mail_servers (name, weight, state) VALUES ('mail.example.net', 7, 'disabled');"
                     "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail.example.net')"),
      lines({}));
}

}  // namespace
}  // namespace mxbalance::db
