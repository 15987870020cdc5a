#include "db/lookup/metadata.h"

#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

using Texts = std::vector<std::string>;

class Metadata : public EditedStore {
 protected:
  void SetUp() override {
    database_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE'), (2, 'example.net', 'NATIVE');"
        "INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'ALLOW-AXFR-FROM', '192.0.2.1'),"
        " (1, 'PRESIGNED', '1'), (2, 'ALLOW-AXFR-FROM', '192.0.2.9')");
  }

  void replace(const std::string& kind, const Texts& values) {
    edit([&](Connection& connection) { replace_metadata(connection, {1, "example.com"}, kind, values); });
  }

  Texts stored() {
    return rows("SELECT domain_id || ' ' || kind || ' ' || content FROM domainmetadata ORDER BY domain_id, id");
  }
};

TEST_F(Metadata, OfAKindAreReplaced) {
  replace("ALLOW-AXFR-FROM", {"192.0.2.3", "192.0.2.2", "192.0.2.3"});
  EXPECT_EQ(stored(), (Texts{"1 PRESIGNED 1", "1 ALLOW-AXFR-FROM 192.0.2.3", "1 ALLOW-AXFR-FROM 192.0.2.2",
                             "1 ALLOW-AXFR-FROM 192.0.2.3", "2 ALLOW-AXFR-FROM 192.0.2.9"}));
  replace("allow-axfr-from", {"AUTO-NS"});
  EXPECT_EQ(stored(), (Texts{"1 PRESIGNED 1", "1 allow-axfr-from AUTO-NS", "2 ALLOW-AXFR-FROM 192.0.2.9"}));
  replace("presigned", {});
  replace("X-EMPTY", {""});
  EXPECT_EQ(stored(), (Texts{"1 allow-axfr-from AUTO-NS", "1 X-EMPTY ", "2 ALLOW-AXFR-FROM 192.0.2.9"}));
}

TEST_F(Metadata, ThatNamesNoReadableKeyLetsNoZoneBeTransferredWithoutOne) {
  database_.exec(
      "INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'AXFR-MASTER-TSIG', 'a..b'),"
      " (1, 'TSIG-ALLOW-AXFR', 'a..b')");
  const auto values_of = [&](const std::string& kind) {
    Texts values;
    edit([&](Connection& connection) {
      for (const auto& [found, value] : read_metadata(connection, "example.com", kind, [](const RowDefect&) {}))
        values.push_back(value);
    });
    return values;
  };
  EXPECT_EQ(values_of("AXFR-MASTER-TSIG"), Texts{std::string(unreadable_key)});
  EXPECT_EQ(values_of("TSIG-ALLOW-AXFR"), Texts{});
}

class TsigKeys : public EditedStore {
 protected:
  void set(const TsigKey& key) {
    edit([&](Connection& connection) { set_tsig_key(connection, key); });
  }

  static std::string text_of(const TsigKey& key) { return key.name + " " + key.algorithm + " " + key.secret; }

  Texts all() {
    Texts found;
    edit([&](Connection& connection) {
      for (const auto& key : read_tsig_keys(connection))
        found.push_back(text_of(key));
    });
    return found;
  }

  std::string one(const std::string& name) {
    std::string found;
    edit([&](Connection& connection) {
      const auto key = read_tsig_key(connection, name);
      found = key ? text_of(*key) : "none";
    });
    return found;
  }
};

TEST_F(TsigKeys, AreSetReadAndRemoved) {
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(one("transfer"), "none");
  set({"transfer", "hmac-sha256", "c2VjcmV0"});
  set({"another.example", "hmac-md5", "b3RoZXI="});
  EXPECT_EQ(all(), (Texts{"another.example hmac-md5 b3RoZXI=", "transfer hmac-sha256 c2VjcmV0"}));
  EXPECT_EQ(one("transfer"), "transfer hmac-sha256 c2VjcmV0");
  EXPECT_EQ(one("TRANSFER"), "transfer hmac-sha256 c2VjcmV0");
  EXPECT_EQ(one("transf"), "none");
  set({"transfer", "hmac-sha512", "bmV3"});
  EXPECT_EQ(one("transfer"), "transfer hmac-sha512 bmV3") << "a name has one key";
  EXPECT_EQ(all().size(), 2U);
  edit([](Connection& connection) {
    remove_tsig_key(connection, "transfer");
    remove_tsig_key(connection, "none");
  });
  EXPECT_EQ(all(), Texts{"another.example hmac-md5 b3RoZXI="});
}

TEST_F(TsigKeys, InCapitalsAndTwiceAreOneName) {
  database_.exec(
      "INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('Key', 'hmac-sha1', 'YQ=='), ('key', 'hmac-md5', "
      "'Yg==')");
  EXPECT_EQ(one("key"), one("KEY"));
  set({"key", "hmac-sha256", "Yw=="});
  EXPECT_EQ(all(), Texts{"key hmac-sha256 Yw=="});
}

TEST_F(TsigKeys, ThatPowerDnsCannotUseAreLeftOut) {
  database_.exec(
      "INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('a..b', 'hmac-sha1', ''), ('', 'hmac-sha1', ''), "
      "('k1', 'a..b', ''),"
      " ('k2', 'hmac-foo', ''), ('k3', NULL, ''), ('k4', 'gss-tsig', ''), ('k5', 'HMAC-SHA256.', 'Yw=='), ('k2', "
      "'hmac-sha1', 'YQ==')");
  EXPECT_EQ(all(), (Texts{"k2 hmac-sha1 YQ==", "k5 hmac-sha256 Yw=="}));
  EXPECT_EQ(one("k2"), "k2 hmac-sha1 YQ==");
  EXPECT_EQ(one("k1"), "none");
}

}  // namespace
}  // namespace mxbalance::db
