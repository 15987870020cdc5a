// What PowerDNS's tools may not write, because PowerDNS could not read it back; and that what a primary sends is
// kept all the same.
#include <string>

#include "tests/protocol/writing_peer.h"

namespace mxbalance::remote {
namespace {

using nlohmann::json;

class RefusedWrites : public Writing {
 protected:
  std::string set_metadata(const std::string& kind, const std::vector<std::string>& values) {
    return one_.ask("setDomainMetadata", {{"name", "example.com."}, {"kind", kind}, {"value", values}});
  }
  std::string metadata(const std::string& kind) {
    return json::parse(one_.ask("getDomainMetadata", {{"name", "example.com."}, {"kind", kind}}))["result"].dump();
  }
  std::string set_tsig_key(const std::string& name, const std::string& algorithm, const std::string& secret) {
    return one_.ask("setTSIGKey", {{"name", name}, {"algorithm", algorithm}, {"content", secret}});
  }
  std::string tsig_key(const std::string& name) { return one_.ask("getTSIGKey", {{"name", name}}); }
  std::string ttl_after(std::int64_t sent) {
    json fed = record("ttl.example.com.", "A", "192.0.2.71");
    fed["ttl"] = sent;
    EXPECT_EQ(one_.replace("ttl.example.com.", "A", {fed}), done);
    return one_.rows("lookup", {{"qname", "ttl.example.com."}, {"qtype", "A"}, {"zone-id", 1}})[0]["ttl"].dump();
  }
};

TEST_F(RefusedWrites, MetadataThatCannotBeRead) {
  EXPECT_EQ(set_metadata("NSEC3PARAM", {"1 0 0 -"}), done);
  EXPECT_EQ(set_metadata("NSEC3PARAM", {"1 0 0"}),
            refused("the metadata NSEC3PARAM of the zone example.com is not set: its value \"1 0 0\" must be hash "
                    "parameters such as \"1 0 0 -\" (RFC 5155 §4)"));
  EXPECT_EQ(metadata("NSEC3PARAM"), R"(["1 0 0 -"])") << "what was there stays";
  EXPECT_EQ(set_metadata("nsec3param", {"1 0 0 AB", "nonsense"}),
            refused("the metadata NSEC3PARAM of the zone example.com is not set: its value \"nonsense\" must be "
                    "hash parameters such as \"1 0 0 -\" (RFC 5155 §4)"));
  EXPECT_EQ(set_metadata("ALSO-NOTIFY", {"192.0.2.1", "192.0.2.1:5300", "2001:db8::1", "[2001:db8::1]:53"}), done);
  EXPECT_EQ(
      set_metadata("ALSO-NOTIFY", {"192.0.2.1", "ns2.example.net"}),
      refused("the metadata ALSO-NOTIFY of the zone example.com is not set: its value \"ns2.example.net\" is "
              "no address, which ALSO-NOTIFY must be"));
  EXPECT_EQ(set_metadata("X-NOTE", {"1 0 0"}), done) << "of other kinds any text is allowed";
}

TEST_F(RefusedWrites, MetadataInATransactionSpoilsIt) {
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  EXPECT_NE(set_metadata("NSEC3PARAM", {"nonsense"}), done);
  EXPECT_NE(one_.commit(), done);
  EXPECT_EQ(two_.contents("new.example.com."), "");
}

TEST_F(RefusedWrites, TsigKeysThatPowerDnsCannotUse) {
  EXPECT_EQ(set_tsig_key("new.", "hmac-sha256.", "c2VjcmV0"), done);
  const std::string before = tsig_key("new.");
  EXPECT_NE(before.find("c2VjcmV0"), std::string::npos);
  for (const char* const algorithm : {"hmac-foo.", "gss-tsig.", "hmac-sha256.example."}) {
    const std::string reply = set_tsig_key("new.", algorithm, "b3RoZXI=");
    EXPECT_NE(reply.find("the TSIG key new is not set: "), std::string::npos) << reply;
  }
  EXPECT_EQ(tsig_key("new."), before);
}

TEST_F(RefusedWrites, RecordsThatPowerDnsCannotServeUnlessAPrimarySendsThem) {
  const json unservable = record("odd.example.com.", "HINFO", "only-one");
  const std::string sentence = "PowerDNS cannot serve the record odd.example.com HINFO \\\"only-one\\\"";
  EXPECT_NE(one_.replace("odd.example.com.", "HINFO", {unservable}).find(sentence), std::string::npos);
  EXPECT_EQ(one_.start(), done);
  EXPECT_NE(one_.feed(unservable).find(sentence), std::string::npos);
  EXPECT_EQ(one_.abort(), done);

  store_.exec("UPDATE domains SET type = 'SLAVE' WHERE id = 1");
  EXPECT_EQ(one_.start("example.com.", 1), done);
  EXPECT_EQ(
      one_.feed(record("example.com.", "SOA", "ns1.example.com h.example.com 2024010199 7200 3600 1209600 300")),
      done);
  EXPECT_EQ(one_.feed(unservable), done);
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(one_.serial(), 2024010199) << "refused, the zone would stay as old as it was";
  EXPECT_EQ(one_.contents("odd.example.com.", "HINFO"), "") << "it is left out of answers";

  // IXFR replaces RRsets, in a transaction and, as some of PowerDNS's tools do, without one.
  EXPECT_EQ(one_.replace("odd.example.com.", "HINFO", {unservable}), done);
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.replace("odd.example.com.", "HINFO", {unservable, record("odd.example.com.", "HINFO", "a b")}),
            done);
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(one_.contents("odd.example.com.", "HINFO"), "");
}

/// PowerDNS writes the 32 bits of a TTL as a number with a sign.
TEST_F(RefusedWrites, NoTtlThatFits32Bits) {
  EXPECT_EQ(ttl_after(2147483647), "2147483647");
  for (const std::int64_t sent : {std::int64_t{-2147483648}, std::int64_t{2147483648}, std::int64_t{-1}})
    EXPECT_EQ(ttl_after(sent), "0") << sent << ": as RFC 2181 section 8 has it";
  store_.exec("UPDATE domains SET type = 'SLAVE' WHERE id = 1");
  EXPECT_EQ(ttl_after(-2147483648), "0");
}

}  // namespace
}  // namespace mxbalance::remote
