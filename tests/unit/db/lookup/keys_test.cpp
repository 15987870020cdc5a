#include "db/lookup/keys.h"

#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

using Texts = std::vector<std::string>;

class Keys : public EditedStore {
 protected:
  void SetUp() override {
    database_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE'), (2, 'example.net', 'NATIVE')");
  }

  Texts stored() {
    return rows(
        "SELECT id || ' ' || domain_id || ' ' || flags || ' ' || active || ' ' || published || ' ' || content "
        "FROM cryptokeys");
  }

  const Zone zone_{1, "example.com"};
};

TEST_F(Keys, AreStoredAsPowerDnsStoresThem) {
  EXPECT_EQ(refusal([&](Connection& connection) {
              EXPECT_EQ(next_key_id(connection), 1);
              add_key(connection, zone_, {1, 257, true, false, "a key"});
              EXPECT_EQ(next_key_id(connection), 2);
            }),
            "");
  EXPECT_EQ(stored(), Texts{"1 1 257 1 0 a key"});
  EXPECT_EQ(refusal([&](Connection& connection) {
              add_key(connection, zone_, {1, 256, true, true, "another"});
            }),
            "another DNSSEC key got the id 1 while the zone example.com was being written; try again");
  EXPECT_EQ(refusal([&](Connection& connection) { change_key(connection, zone_, 1, std::nullopt, true); }), "");
  EXPECT_EQ(refusal([&](Connection& connection) { change_key(connection, zone_, 1, false, std::nullopt); }), "");
  EXPECT_EQ(stored(), Texts{"1 1 257 0 1 a key"});
}

TEST_F(Keys, OfAnotherZoneAreNotTouched) {
  database_.exec("INSERT INTO cryptokeys (id, domain_id, flags, active, content) VALUES (5, 2, 256, 1, 'x')");
  const std::string problem =
      "the zone example.com has no DNSSEC key with the id 5; pdnsutil show-zone example.com lists them";
  EXPECT_EQ(refusal([&](Connection& connection) { remove_key(connection, zone_, 5); }), problem);
  EXPECT_EQ(refusal([&](Connection& connection) { change_key(connection, zone_, 5, false, false); }), problem);
  EXPECT_EQ(stored(), Texts{"5 2 256 1 1 x"});
  EXPECT_EQ(refusal([&](Connection& connection) { remove_key(connection, {2, "example.net"}, 5); }), "");
  EXPECT_TRUE(stored().empty());
}

TEST_F(Keys, ThatPowerDnsCannotUseAreLeftOut) {
  database_.exec(
      "INSERT INTO cryptokeys (id, domain_id, flags, active, content) VALUES (5, 1, 257, 0, 'x'),"
      " (6, 1, 257, 1, 'Algorithm: 15' || char(10) || 'PrivateKey: "
      "d+EO5dJaCa7CeHchGsf6T1GD8N0A48yknm4uA0AaD8g=')");
  Texts reported;
  EXPECT_EQ(refusal([&](Connection& connection) {
              const auto keys = read_keys(connection, "example.com",
                                          [&](const RowDefect& defect) { reported.push_back(defect.row); });
              ASSERT_EQ(keys.size(), 1U);
              EXPECT_EQ(keys.front().id, 6);
            }),
            "");
  EXPECT_EQ(reported, Texts{"cryptokeys.id 5 of example.com"});
}

}  // namespace
}  // namespace mxbalance::db
