#include "db/dns/nsec3.h"

#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

std::string hash_of(std::string_view wire, const Nsec3Parameters& parameters) {
  return nsec3_label(Nsec3Hasher(parameters)(wire));
}

TEST(Nsec3Hashes, AreThoseOfRfc5155AppendixA) {
  const auto parameters = parse_nsec3_parameters("1 1 12 aabbccdd").value();
  EXPECT_TRUE(parameters.opt_out);
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(hash_of("\7example\0"sv, parameters), "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom");
  EXPECT_EQ(hash_of("\1a\7example\0"sv, parameters), "35mthgpgcu1qg68fab165klnsnk3dpvl");
  EXPECT_EQ(hash_of("\3ns1\7example\0"sv, parameters), "2t7b4g4vsa5smi47k61mv5bv1a22bojr");
  EXPECT_EQ(hash_of("\1*\1w\7example\0"sv, parameters), "r53bq7cc2uvmubfu5ocmm6pers9tk9en");
}

TEST(Nsec3Labels, AreBase32Hex) {
  const auto hash = parse_nsec3_label("0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TOM");
  ASSERT_TRUE(hash);
  EXPECT_EQ(nsec3_label(*hash), "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom");
  for (const std::string_view wrong : {"", "0p9mhaveqvm6t7vbl5lop2u3t2rp3to", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tomm",
                                       "0p9mhaveqvm6t7vbl5lop2u3t2rp3tow"}) {
    EXPECT_FALSE(parse_nsec3_label(wrong)) << wrong;
  }
}

TEST(Nsec3ParametersOfMetadata, AreReadOrNot) {
  EXPECT_EQ(parse_nsec3_parameters("1 0 0 -"), (Nsec3Parameters{0, "", false}));
  EXPECT_EQ(parse_nsec3_parameters("1 0 5 AB00"), (Nsec3Parameters{5, std::string("\xab\0", 2), false}));
  EXPECT_EQ(parse_nsec3_parameters("1 0 500 -"), (Nsec3Parameters{100, "", false})) << "as PowerDNS bounds them";
  for (const std::string_view odd : {"1 0 0 -\n", "1 0 0\t-", " 1 0 0 - x", "1 0 0 \"\"", "2 0 0 --", "0 0 0 -"})
    EXPECT_EQ(parse_nsec3_parameters(odd), (Nsec3Parameters{0, "", false})) << odd;
  EXPECT_EQ(parse_nsec3_parameters("1 0 0 abc"), (Nsec3Parameters{0, "\xab\xc0", false}));
  EXPECT_EQ(parse_nsec3_parameters("1 0 0 AB CD"), (Nsec3Parameters{0, "\xab", false}));
  for (const std::string_view wrong :
       {"", "1", "1 0 0", "1 0 0 zz", "1 0 x -", "1 0 -1 -", "1,0,0,-", "1 300 0 -", "1 0 70000 -"})
    EXPECT_FALSE(parse_nsec3_parameters(wrong)) << wrong;
  EXPECT_FALSE(parse_nsec3_parameters("1 0 0 " + std::string(512, 'a')));
}

}  // namespace
}  // namespace mxbalance::db
