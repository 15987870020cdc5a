// What rows of several tables may say together: references, renames, and answers that never run empty.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/db/schema/cases/hand_edited_store.h"

namespace mxbalance::db {
namespace {

using testing::HandEditedStore;

const std::string ok = "ok";
const std::string no_server = "mail_addresses.server names no mail server: insert it into mail_servers first";
const std::string no_member_server = "pool_members.server names no mail server: insert it into mail_servers first";
const std::string no_member_pool = "pool_members.pool names no pool: insert it into pools first";
const std::string no_pool = "pool_names.pool names no pool: insert it into pools first";
const std::string no_member = "pool_names.pool has no enabled member: insert one into pool_members first";
const std::string no_address =
    "pool_names.pool has no enabled member with an address to publish as A: insert one into mail_addresses first";
const std::string host_name =
    "pool_names.name is the host name of a mail server, which has addresses of its own: publish the pool at "
    "another name";
const std::string published_name =
    "mail_servers.name is a name where a pool is published as A: give the server a host name of its own";
const std::string server_in_use = "this mail server is a member of a pool: delete its rows in pool_members first";
const std::string pool_in_use = "this pool is published: delete its rows in pool_names first";
const std::string name_in_use = "mail_servers.name is the name of another mail server: delete that one first";
const std::string last_server =
    "this is the last enabled server of a published pool, and mail would have nowhere to go: enable another "
    "member, or delete the pool's rows in pool_names first";
const std::string last_member =
    "this is the last enabled member of a published pool, and mail would have nowhere to go: add another member, "
    "or delete the pool's rows in pool_names first";
const std::string last_address =
    "this is the last address that a pool published as A has: insert another address first";

/// The pool single is published as MX and has one enabled member, m1. The pool web is published as A, and of its
/// enabled members only m2 has an address. The pool pair has two enabled members and is published as both. The
/// pool idle is not published.
constexpr const char* referring_rows = R"(
  INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');
  INSERT INTO mail_servers (name, state) VALUES ('m1.example.com', 'enabled'), ('m2.example.com', 'enabled'),
    ('m3.example.com', 'enabled'), ('m4.example.com', 'enabled'), ('bare.example.com', 'enabled'),
    ('drain.example.com', 'drain'), ('off.example.com', 'disabled'), ('free.example.com', 'enabled');
  INSERT INTO mail_addresses (server, address) VALUES ('m1.example.com', '192.0.2.1'), ('m2.example.com', '192.0.2.2'),
    ('m3.example.com', '192.0.2.3'), ('m3.example.com', '2001:db8::3'), ('m4.example.com', '192.0.2.4'),
    ('drain.example.com', '192.0.2.5'), ('off.example.com', '192.0.2.6'), ('free.example.com', '192.0.2.7');
  INSERT INTO pools (name) VALUES ('single'), ('web'), ('pair'), ('idle'), ('asleep');
  INSERT INTO pool_members (pool, server) VALUES ('single', 'm1.example.com'), ('single', 'drain.example.com'),
    ('web', 'm2.example.com'), ('web', 'bare.example.com'), ('web', 'off.example.com'),
    ('pair', 'm3.example.com'), ('pair', 'm4.example.com'),
    ('idle', 'm1.example.com'), ('asleep', 'drain.example.com'), ('asleep', 'off.example.com');
  INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'single'), ('mail.example.com', 'A', 'web'),
    ('pair.example.com', 'MX', 'pair'), ('pair.example.com', 'A', 'pair');
)";

struct Edit {
  std::string statements;
  std::string sentence;
};

class TogetherRows : public ::testing::Test {
 protected:
  TogetherRows() { store_.exec(referring_rows); }

  /// With recursive triggers, which the shell has off, REPLACE also fires the triggers of deletes: other sentences
  /// come up then, and more is refused, but never less.
  void try_each(const std::vector<Edit>& edits) {
    for (const auto& edit : edits) {
      store_.database().exec("PRAGMA recursive_triggers = OFF");
      EXPECT_EQ(store_.would_say(edit.statements), edit.sentence) << edit.statements;
      store_.database().exec("PRAGMA recursive_triggers = ON");
      if (edit.sentence == ok) continue;
      EXPECT_NE(store_.would_say(edit.statements), ok) << "recursively: " << edit.statements;
    }
    store_.database().exec("PRAGMA recursive_triggers = OFF");
  }

  HandEditedStore store_;
};

TEST_F(TogetherRows, ReferToWhatIsThere) {
  try_each({
      {"INSERT INTO mail_addresses (server, address) VALUES ('nobody.example.com', '::1')", no_server},
      {"INSERT INTO mail_addresses (server, address) VALUES (NULL, '::1')", no_server},
      {"INSERT INTO mail_addresses (server, address) VALUES ('M1.example.com', '::1')", no_server},
      {"INSERT INTO mail_addresses (server, address) VALUES (x'6d312e6578616d706c652e636f6d', '::1')", no_server},
      {"INSERT OR IGNORE INTO mail_addresses (server, address) VALUES ('nobody.example.com', '::1')", no_server},
      {"UPDATE mail_addresses SET server = 'nobody.example.com' WHERE server = 'm3.example.com'", no_server},
      {"INSERT INTO pool_members (pool, server) VALUES ('idle', 'nobody.example.com')", no_member_server},
      {"INSERT INTO pool_members (pool, server) VALUES ('nothing', 'm1.example.com')", no_member_pool},
      {"UPDATE pool_members SET server = 'nobody.example.com' WHERE pool = 'idle'", no_member_server},
      {"UPDATE pool_members SET pool = 'nothing' WHERE pool = 'idle'", no_member_pool},
      {"UPDATE pool_members SET pool = NULL WHERE pool = 'idle'", no_member_pool},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('x.example.com', 'MX', 'nothing')", no_pool},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('x.example.com', 'MX', NULL)", no_pool},
      {"UPDATE pool_names SET pool = 'nothing'", no_pool},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('x.example.com', 'MX', 'asleep')", no_member},
      {"INSERT INTO pools (name) VALUES ('new'); INSERT INTO pool_names (name, kind, pool) VALUES ('x', 'A', "
       "'new')",
       no_member},
      {"UPDATE pool_names SET pool = 'asleep' WHERE pool = 'single'", no_member},
      {"DELETE FROM mail_servers WHERE name = 'm1.example.com'", server_in_use},
      {"DELETE FROM mail_servers WHERE name = 'off.example.com'", server_in_use},
      {"DELETE FROM mail_servers", server_in_use},
      {"DELETE FROM pools WHERE name = 'pair'", pool_in_use},
      {"DELETE FROM pools", pool_in_use},
  });
}

TEST_F(TogetherRows, PublishAddressesOnlyWhereThereAreSome) {
  store_.exec("INSERT INTO pool_members (pool, server) VALUES ('asleep', 'bare.example.com')");
  try_each({
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('x.example.com', 'MX', 'asleep')", ok},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('x.example.com', 'A', 'asleep')", no_address},
      {"UPDATE pool_names SET pool = 'asleep' WHERE pool = 'single'", ok},
      {"UPDATE pool_names SET pool = 'asleep' WHERE pool = 'web'", no_address},
      {"UPDATE pool_names SET pool = 'asleep'; UPDATE pool_names SET kind = 'A'", no_address},
      {"UPDATE pool_names SET kind = 'A' WHERE pool = 'single'", ok},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('m1.example.com', 'A', 'single')", host_name},
      {"INSERT INTO pool_names (name, kind, pool) VALUES ('m1.example.com', 'MX', 'single')", ok},
      {"UPDATE pool_names SET name = 'm1.example.com' WHERE pool = 'single'", ok},
      {"UPDATE pool_names SET name = 'm1.example.com' WHERE pool = 'web'", host_name},
      {"UPDATE pool_names SET name = 'm1.example.com', kind = 'A' WHERE pool = 'single'", host_name},
      {"INSERT INTO mail_servers (name) VALUES ('mail.example.com')", published_name},
      {"REPLACE INTO mail_servers (name) VALUES ('mail.example.com')", published_name},
      {"UPDATE mail_servers SET name = 'mail.example.com' WHERE name = 'free.example.com'", published_name},
      {"INSERT INTO mail_servers (name) VALUES ('example.com')", ok},
  });
}

TEST_F(TogetherRows, KeepTheLastServerEnabled) {
  try_each({
      {"UPDATE mail_servers SET state = 'drain' WHERE name = 'm1.example.com'", last_server},
      {"UPDATE mail_servers SET state = 'disabled' WHERE name = 'm1.example.com'", last_server},
      {"UPDATE mail_servers SET state = 'drain', weight = 0, reason = 'x' WHERE name = 'm1.example.com'",
       last_server},
      {"UPDATE mail_servers SET state = 'drain', name = 'new.example.com' WHERE name = 'm1.example.com'",
       last_server},
      {"UPDATE mail_servers SET state = 'drain' WHERE name = 'm2.example.com'", last_server},
      {"UPDATE mail_servers SET state = 'drain' WHERE name = 'm3.example.com'", ok},
      {"UPDATE mail_servers SET state = 'drain' WHERE name IN ('m3.example.com', 'm4.example.com')", last_server},
      {"UPDATE mail_servers SET state = 'disabled'", last_server},
      {"UPDATE OR IGNORE mail_servers SET state = 'disabled'", last_server},
      {"REPLACE INTO mail_servers (name, state) VALUES ('m1.example.com', 'drain')", last_server},
      {"INSERT INTO mail_servers (name, state) VALUES ('m1.example.com', 'drain') ON CONFLICT (name) DO UPDATE "
       "SET state = excluded.state",
       last_server},
      {"INSERT INTO mail_servers (name) VALUES ('m1.example.com') ON CONFLICT (name) DO UPDATE SET state = "
       "'drain'",
       last_server},
      {"REPLACE INTO mail_servers (name, weight) VALUES ('m1.example.com', 5)", ok},
      {"UPDATE OR REPLACE mail_servers SET name = 'm1.example.com' WHERE name = 'drain.example.com'", name_in_use},
      {"UPDATE mail_servers SET name = 'm1.example.com' WHERE name = 'free.example.com'", name_in_use},
      {"UPDATE mail_servers SET state = 'drain' WHERE name = 'free.example.com'", ok},
      {"UPDATE mail_servers SET state = 'disabled' WHERE name = 'drain.example.com'", ok},
      {"UPDATE mail_servers SET state = 'drain' WHERE name = 'bare.example.com'", ok},
      {"UPDATE mail_servers SET state = 'enabled' WHERE name = 'drain.example.com'; UPDATE mail_servers SET state "
       "= 'drain' WHERE name = 'm1.example.com'",
       ok},
      {"DELETE FROM pool_names WHERE pool = 'single'; UPDATE mail_servers SET state = 'drain' WHERE name = "
       "'m1.example.com'",
       ok},
      {"UPDATE mail_servers SET health = 'down'", ok},
  });
}

TEST_F(TogetherRows, KeepTheLastMember) {
  try_each({
      {"DELETE FROM pool_members WHERE pool = 'single' AND server = 'm1.example.com'", last_member},
      {"DELETE FROM pool_members WHERE pool = 'single'", last_member},
      {"DELETE FROM pool_members", last_member},
      {"DELETE FROM pool_members WHERE server = 'm2.example.com'", last_member},
      {"DELETE FROM pool_members WHERE server = 'm3.example.com'", ok},
      {"DELETE FROM pool_members WHERE pool = 'pair'", last_member},
      {"DELETE FROM pool_members WHERE server IN ('bare.example.com', 'off.example.com', 'drain.example.com')",
       ok},
      {"DELETE FROM pool_members WHERE pool = 'idle'", ok},
      {"UPDATE pool_members SET pool = 'asleep' WHERE pool = 'single' AND server = 'm1.example.com'", last_member},
      {"UPDATE OR REPLACE pool_members SET pool = 'idle' WHERE pool = 'single' AND server = 'm1.example.com'",
       last_member},
      {"UPDATE pool_members SET server = 'off.example.com' WHERE pool = 'single' AND server = 'm1.example.com'",
       last_member},
      {"UPDATE OR REPLACE pool_members SET server = 'drain.example.com' WHERE pool = 'single'", last_member},
      {"UPDATE pool_members SET server = 'free.example.com' WHERE pool = 'single' AND server = 'm1.example.com'",
       ok},
      {"UPDATE pool_members SET server = 'bare.example.com' WHERE pool = 'single' AND server = 'm1.example.com'",
       ok},
      {"UPDATE pool_members SET server = 'free.example.com' WHERE server = 'm2.example.com'", ok},
      {"UPDATE OR REPLACE pool_members SET server = 'bare.example.com' WHERE server = 'm2.example.com'",
       last_member},
      {"UPDATE pool_members SET preference = 20, weight = 0", ok},
      {"UPDATE pool_members SET pool = pool, server = server", ok},
      {"REPLACE INTO pool_members (pool, server, preference) VALUES ('single', 'm1.example.com', 20)", ok},
      {"INSERT INTO pool_members (pool, server) VALUES ('single', 'free.example.com'); DELETE FROM pool_members "
       "WHERE server = 'm1.example.com'",
       ok},
      {"DELETE FROM pool_names WHERE pool = 'single'; DELETE FROM pool_members WHERE pool = 'single'", ok},
  });
}

TEST_F(TogetherRows, KeepTheLastAddress) {
  try_each({
      {"DELETE FROM mail_addresses WHERE server = 'm2.example.com'", last_address},
      {"DELETE FROM mail_addresses", last_address},
      {"UPDATE mail_addresses SET server = 'free.example.com' WHERE server = 'm2.example.com'", last_address},
      {"UPDATE OR REPLACE mail_addresses SET server = 'free.example.com', address = '192.0.2.7' WHERE server = "
       "'m2.example.com'",
       last_address},
      {"UPDATE mail_addresses SET address = '192.0.2.99' WHERE server = 'm2.example.com'", ok},
      {"UPDATE mail_addresses SET server = server WHERE server = 'm2.example.com'", ok},
      {"DELETE FROM mail_addresses WHERE address = '192.0.2.3'", ok},
      {"DELETE FROM mail_addresses WHERE server = 'm3.example.com'", ok},
      {"DELETE FROM mail_addresses WHERE server IN ('m3.example.com', 'm4.example.com')", last_address},
      {"DELETE FROM mail_addresses WHERE server = 'm1.example.com'", ok},
      {"DELETE FROM mail_addresses WHERE server = 'off.example.com'", ok},
      {"INSERT INTO mail_addresses (server, address) VALUES ('m2.example.com', '::2'); DELETE FROM mail_addresses "
       "WHERE address = '192.0.2.2'",
       ok},
      {"INSERT INTO mail_addresses (server, address) VALUES ('bare.example.com', '::9'); DELETE FROM "
       "mail_addresses WHERE address = '192.0.2.2'",
       ok},
      {"DELETE FROM pool_names WHERE kind = 'A'; DELETE FROM mail_addresses", ok},
  });
}

TEST_F(TogetherRows, FollowARename) {
  store_.exec("UPDATE mail_servers SET name = 'new1.example.net' WHERE name = 'm1.example.com'");
  store_.exec("UPDATE mail_servers SET name = 'new2.example.com' WHERE name = 'm2.example.com'");
  store_.exec("UPDATE pools SET name = 'renamed' WHERE name = 'web'");
  store_.exec("UPDATE pools SET name = 'both' WHERE name = 'pair'");
  EXPECT_EQ(store_.value("SELECT address FROM mail_addresses WHERE server = 'new1.example.net'"), "192.0.2.1");
  EXPECT_EQ(store_.rows("SELECT pool FROM pool_members WHERE server = 'new1.example.net'"),
            (std::vector<std::string>{"idle", "single"}));
  EXPECT_EQ(store_.rows("SELECT server FROM pool_members WHERE pool = 'renamed'"),
            (std::vector<std::string>{"bare.example.com", "new2.example.com", "off.example.com"}));
  EXPECT_EQ(store_.value("SELECT name, kind FROM pool_names WHERE pool = 'renamed'"), "mail.example.com|A");
  EXPECT_EQ(store_.value("SELECT count(*) FROM pool_names WHERE pool = 'both'"), "2");
  EXPECT_EQ(
      store_.value("SELECT (SELECT count(*) FROM pool_members) || ' ' || (SELECT count(*) FROM mail_addresses)"),
      "10 8");
  EXPECT_EQ(store_.says("UPDATE pools SET name = 'both' WHERE name = 'idle'"),
            "pools.name is the name of another pool: delete that one first");
}

TEST_F(TogetherRows, GoWithWhatTheyBelongTo) {
  store_.exec("DELETE FROM mail_servers WHERE name = 'free.example.com'");
  EXPECT_EQ(store_.value("SELECT count(*) FROM mail_addresses WHERE server = 'free.example.com'"), "0");
  store_.exec("DELETE FROM pools WHERE name = 'idle'");
  EXPECT_EQ(store_.value("SELECT count(*) FROM pool_members WHERE pool = 'idle'"), "0");
}

}  // namespace
}  // namespace mxbalance::db
