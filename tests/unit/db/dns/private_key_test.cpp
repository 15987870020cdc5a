#include "db/dns/private_key.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

const std::string rsa_lines =
    "Modulus: uNQykBrOuOZM\nPublicExponent: AQAB\nPrivateExponent: ExQVTY50\nPrime1: 9h90Dq9V\nPrime2: wD8KK/++\n"
    "Exponent1: xvQ8C9be\nExponent2: tEuq537O\nCoefficient: aosiPHUz\n";
const std::string p256_line = "PrivateKey: WW0JjTcD49CngloOF5nsKJ6VdFETa+0Zn/RoVcBwmQM=\n";
const std::string ed25519_line = "PrivateKey: d+EO5dJaCa7CeHchGsf6T1GD8N0A48yknm4uA0AaD8g=\n";
const std::string ed448_line =
    "PrivateKey: LvY+yrOJCK4oOyK9NYjqwPrbZ5w3m4KaoHYlxNaLVSr9ILmGcB0sipBy25Y+jOakRwdZgAgHujMD\n";

std::string private_key(const std::string& algorithm, const std::string& fields) {
  return "Private-key-format: v1.2\nAlgorithm: " + algorithm + "\n" + fields;
}

// What PowerDNS 4.7.3 signs with, or at least answers beside.
TEST(PrivateKey, OfEachAlgorithmIsTaken) {
  for (const auto& content :
       {private_key("5 (RSASHA1)", rsa_lines), private_key("7", rsa_lines),
        private_key("8 (RSASHA256)", rsa_lines), private_key("10", rsa_lines), private_key("13", p256_line),
        private_key("13 (ECDSAP256SHA256)", p256_line + "Created: 20200101000000\nno colon\n\n"),
        private_key("15 (ED25519)", ed25519_line), private_key("16", ed448_line),
        private_key("13x", "PrivateKey:   AQID\r\n"), "algorithm: 13\nprivatekey:" + p256_line.substr(11),
        std::string("Algorithm: 8\nEngine: /usr/lib/softhsm.so\nSlot: 0\nPIN: 1234\nLabel: zone\n")})
    EXPECT_EQ(private_key_problem(content), std::nullopt) << content;
}

// What fails every signed answer of the zone there, or signs with no key at all.
TEST(PrivateKey, ThatCannotBeUsedHasAProblem) {
  for (const auto& content : {std::string(),
                              std::string("nonsense"),
                              private_key("", p256_line),
                              private_key("ECDSAP256SHA256", p256_line),
                              private_key("0", p256_line),
                              private_key("1", rsa_lines),
                              private_key("3", rsa_lines),
                              private_key("6", rsa_lines),
                              private_key("12", p256_line),
                              private_key("17", p256_line),
                              private_key("-1", p256_line),
                              private_key("256", rsa_lines),
                              private_key("13", ""),
                              private_key("13", "PrivateKey: !!!!\n"),
                              private_key("13", ed448_line),
                              private_key("15", ""),
                              private_key("15", "PrivateKey: AQID\n"),
                              private_key("15", ed448_line),
                              private_key("16", ed25519_line),
                              private_key("8", p256_line),
                              std::string("-----BEGIN PRIVATE KEY-----\nAQID\n-----END PRIVATE KEY-----\n")})
    EXPECT_NE(private_key_problem(content), std::nullopt) << content;
  for (std::size_t line = 0; line < rsa_lines.size(); line = rsa_lines.find('\n', line) + 1) {
    std::string fields = rsa_lines;
    fields.erase(line, rsa_lines.find('\n', line) + 1 - line);
    EXPECT_NE(private_key_problem(private_key("8", fields)), std::nullopt) << fields;
  }
}

TEST(PrivateKey, TheProblemNamesWhatIsWrong) {
  EXPECT_EQ(private_key_problem(private_key("12", p256_line)),
            "its algorithm is \"12\": 5, 7, 8, 10, 13, 14, 15 and 16 are allowed");
  EXPECT_EQ(private_key_problem(private_key("15", "PrivateKey: AQID\n")),
            "its line \"PrivateKey\" has 3 octets: 32 are wanted");
}

}  // namespace
}  // namespace mxbalance::db
