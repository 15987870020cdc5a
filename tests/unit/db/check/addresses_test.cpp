#include "db/dns/addresses.h"

#include "tests/unit/db/check/checked_store.h"

namespace mxbalance::db {
namespace {

using CheckAddresses = CheckedStore;

TEST_F(CheckAddresses, FindsAddressesInAnotherSpelling) {
  EXPECT_EQ(
      findings_after("INSERT INTO mail_addresses (server, address) VALUES ('mail2.example.com', '2001:db8::2'),"
                     " ('mail2.example.com', '2001:db8:0::2'),"
                     " ('mail1.example.com', '2001:db8:0:0:0:0:0:2')"),
      (lines({"mail_addresses mail2.example.com 2001:db8:0::2: it is 2001:db8:0:0:0:0:0:2 of mail1.example.com in "
              "another"
              " spelling",
              "mail_addresses mail2.example.com 2001:db8::2: it is 2001:db8:0:0:0:0:0:2 of mail1.example.com in "
              "another"
              " spelling"})));
}

TEST_F(CheckAddresses, FindsAutoprimariesThatAreNeverFound) {
  database_.exec(
      "INSERT INTO supermasters (ip, nameserver, account) VALUES ('192.0.2.1', 'ns1.Example.net.', ''),"
      " ('2001:db8::1', 'ns1.example.net', '')");
  EXPECT_EQ(findings(), lines({}));
  database_.exec(
      "INSERT INTO supermasters (ip, nameserver, account) VALUES ('192.0.2.1 ', 'a', ''),"
      " ('2001:DB8::2', 'ns1.example.net', ''), ('192.0.2.3', 'a..b', '')");
  EXPECT_EQ(
      findings(),
      lines({"supermasters 192.0.2.1  a: its ip is no address: no zone is added for it",
             "supermasters 192.0.2.3 a..b: the name \"a..b\" has an empty label: no zone is added for it",
             "supermasters 2001:DB8::2 ns1.example.net: its ip is written otherwise than PowerDNS asks for it: "
             "no zone is added for it"}));
}

TEST(UnreachableKind, IsOfAddressesThatNoOtherHostReaches) {
  struct Case {
    std::string_view address;
    std::string_view kind;  ///< empty: reachable, or no address
  };
  constexpr Case cases[] = {
      {"0.0.0.0", "an address of no host (0.0.0.0/8)"},
      {"0.255.255.255", "an address of no host (0.0.0.0/8)"},
      {"1.0.0.0", ""},
      {"126.255.255.255", ""},
      {"127.0.0.1", "a loopback address"},
      {"127.255.255.255", "a loopback address"},
      {"128.0.0.0", ""},
      {"169.253.255.255", ""},
      {"169.254.0.1", "a link-local address"},
      {"169.255.0.0", ""},
      {"223.255.255.255", ""},
      {"224.0.0.1", "a multicast address"},
      {"239.255.255.255", "a multicast address"},
      {"240.0.0.0", "a reserved address (240.0.0.0/4)"},
      {"255.255.255.255", "a reserved address (240.0.0.0/4)"},
      {"10.0.0.1", ""},
      {"172.16.0.1", ""},
      {"192.168.0.1", ""},
      {"100.64.0.1", ""},
      {"192.0.2.1", ""},
      {"::", "the unspecified address"},
      {"::1", "the loopback address"},
      {"::2", "an IPv4 address in the form of IPv6"},
      {"::ffff:10.0.0.1", "an IPv4 address in the form of IPv6"},
      {"::ffff:a00:1", "an IPv4 address in the form of IPv6"},
      {"::fffe:a00:1", ""},
      {"fe7f::1", ""},
      {"fe80::1", "a link-local address"},
      {"febf:ffff::1", "a link-local address"},
      {"fec0::1", ""},
      {"fd00::1", ""},
      {"ff02::1", "a multicast address"},
      {"2001:db8::1", ""},
      {"mail.example.com", ""},
      {"10.0.0", ""},
      {"", ""},
  };
  for (const auto& [address, kind] : cases)
    EXPECT_EQ(unreachable_kind(address).value_or(""), kind) << address;
}

TEST_F(CheckAddresses, FindsThoseThatNoSenderReaches) {
  EXPECT_EQ(
      findings_after("INSERT INTO mail_servers (name) VALUES ('spare.example.net');"
                     "INSERT INTO mail_addresses (server, address) VALUES ('spare.example.net', '127.0.0.1'),"
                     " ('spare.example.net', '::ffff:a00:1'), ('spare.example.net', '192.168.0.1')"),
      lines({"mail_addresses spare.example.net 127.0.0.1: it is a loopback address, which no sender reaches",
             "mail_addresses spare.example.net ::ffff:a00:1: it is an IPv4 address in the form of IPv6, which no "
             "sender reaches"}));
}

TEST_F(CheckAddresses, FindsFamiliesThatMembersOfAPoolDoNotShare) {
  const std::string pool = "pool inbound: it is published as A, and its members of preference ";
  EXPECT_EQ(
      findings_after("INSERT INTO mail_addresses (server, address) VALUES ('mail2.example.com', '2001:db8::2')"),
      lines({pool +
             "10 differ in address families, so each family alone has its shares: mail1.example.com (IPv4), "
             "mail2.example.com (both)"}));
  EXPECT_EQ(
      findings_after("UPDATE pool_members SET preference = 20 WHERE server = 'mail2.example.com'"),
      lines({pool + "20 have an address family that those of preference 10 lack, so they get that family's mail "
                    "though they are a backup: mail2.example.com (both)"}));
  EXPECT_EQ(findings_after("UPDATE pool_members SET preference = 5 WHERE server = 'mail2.example.com'"), lines({}))
      << "a backup without IPv6";
  EXPECT_EQ(
      findings_after("UPDATE pool_members SET preference = 10;"
                     "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '2001:db8::1')"),
      lines({}));
  EXPECT_EQ(findings_after("DELETE FROM mail_addresses WHERE address = '2001:db8::1';"
                           "UPDATE mail_servers SET weight = 0 WHERE name = 'mail2.example.com'"),
            lines({}))
      << "what has no share has no say";
  EXPECT_EQ(findings_after("UPDATE mail_servers SET weight = 30; DELETE FROM pool_names WHERE kind = 'A'"),
            lines({}))
      << "senders choose among MX records before families";
}

}  // namespace
}  // namespace mxbalance::db
