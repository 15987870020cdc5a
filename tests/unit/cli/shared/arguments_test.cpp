#include "backend/cli/shared/arguments.h"

#include "db/dns/names.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

using Arguments = CommandLine;

TEST_F(Arguments, AreNamedWhenTheyAreWrong) {
  struct Case {
    const char* line;
    const char* err;
  };
  const Case cases[] = {
      {"zone add a..b --ns ns1.example.com",
       "ZONE: the name \"a..b\" has an empty label; see: mxbalance zone add --help"},
      {"zone add 'a b.example' --ns b",
       "ZONE: the name \"a b.example\" holds a blank or a control character; see: mxbalance zone add --help"},
      {"zone add ☃.example --ns b",
       "ZONE: the label \"☃\" is in no internationalized domain name (IDNA2008): string contains a disallowed "
       "character; see: mxbalance zone add --help"},
      {"zone add a --ns b --hostmaster jürgen@b",
       "--hostmaster must be an e-mail address such as hostmaster@example.com, not \"jürgen@b\"; see: mxbalance "
       "zone "
       "add --help"},
      {"zone add a --ns ''", "--ns: the name \"\" has an empty label; see: mxbalance zone add --help"},
      {"zone add a --ns b --kind hidden",
       "--kind must be NATIVE, MASTER or SLAVE, not \"hidden\"; see: mxbalance zone add --help"},
      {"zone add a --ns b --hostmaster @b",
       "--hostmaster must be an e-mail address such as hostmaster@example.com, not \"@b\"; see: mxbalance zone "
       "add --help"},
      {"zone add a --ns b --ttl 1h",
       "--ttl must be a whole number from 0 to 2147483647, not \"1h\"; see: mxbalance zone add --help"},
      {"server add mail_1.example.com",
       "NAME must be a host name such as mail1.example.com (letters, digits, hyphens inside labels), not"
       " \"mail_1.example.com\"; see: mxbalance server add --help"},
      {"server add 10.0.0.1",
       "NAME: the name \"10.0.0.1\" is an address: give a name, such as example.com; see: mxbalance server add "
       "--help"},
      {"server add mail_1.example.com",
       "NAME must be a host name such as mail1.example.com (letters, digits, hyphens inside labels), not "
       "\"mail_1.example.com\"; see:"
       " mxbalance server add --help"},
      {"server add mail1 --address 10.0.0.256",
       "--address must be an IPv4 address such as 192.0.2.1 or an IPv6 address such as 2001:db8::1, not "
       "\"10.0.0.256\"; see:"
       " mxbalance server add --help"},
      {"server set mail1 --weight -1",
       "--weight must be a whole number from 0 to 65535, not \"-1\"; see: mxbalance server set --help"},
      {"server set mail1 --weight 65536",
       "--weight must be a whole number from 0 to 65535, not \"65536\"; see: mxbalance server set --help"},
      {"server set mail1 --weight ''",
       "--weight must be a whole number from 0 to 65535, not \"\"; see: mxbalance server set --help"},
      {"server set mail1", "there is nothing to set; see: mxbalance server set --help"},
      {"pool add 'in bound'",
       "POOL must be 1 to 63 characters from a to z, 0 to 9, - _ and ., not \"in bound\"; see: mxbalance pool add "
       "--help"},
      {"pool add inbound --max-addresses 65",
       "--max-addresses must be a whole number from 1 to 64, not \"65\"; see: mxbalance pool add --help"},
      {"pool publish inbound example.com --as AAAA",
       "--as must be MX or A, not \"AAAA\"; see: mxbalance pool publish --help"},
      {"pool set inbound", "there is nothing to set; see: mxbalance pool set --help"},
      {"zone set example.com", "there is nothing to set; see: mxbalance zone set --help"},
      {"zone add a --secondary-of ns1.example.com",
       "--secondary-of must be an address such as 192.0.2.1, 192.0.2.1:5300 or [2001:db8::1]:5300, not "
       "\"ns1.example.com\"; see: mxbalance zone add --help"},
      {"zone set a --primary 192.0.2.1:0",
       "--primary must be an address such as 192.0.2.1, 192.0.2.1:5300 or [2001:db8::1]:5300, not "
       "\"192.0.2.1:0\"; see: mxbalance zone set --help"},
  };
  for (const auto& [line, err] : cases)
    expect({{line, exit_usage, "", err}});
}

TEST_F(Arguments, ArriveInOneSpelling) {
  expect({
      {"server add MAIL1.Example.COM. --address 2001:DB8:0::1", 0, "added the mail server mail1.example.com\n",
       ""},
      {"pool add InBound --mx-policy EQUAL", 0, "added the pool inbound\n", ""},
      {"pool join INBOUND Mail1.example.com.", 0, "mail1.example.com is a member of the pool inbound\n", ""},
      {"server list", 0,
       "SERVER             WEIGHT  STATE    HEALTH   ADDRESSES    POOLS    REASON\n"
       "mail1.example.com  100     enabled  unknown  2001:db8::1  inbound\n",
       ""},
  });
}

TEST_F(Arguments, MayBeNamesOfCommands) {
  expect({
      {"pool add list", 0, "added the pool list\n", ""},
      {"pool add pool", 0, "added the pool pool\n", ""},
      {"pool remove list", 0, "removed the pool list\n", ""},
      {"server add server --weight 1", 0, "added the mail server server\n", ""},
      {"pool join pool server", 0, "server is a member of the pool pool\n", ""},
      {"zone add records --ns list", 0, "added the zone records\n", ""},
      {"zone records records add records TXT add", 0, "added records TXT \"add\"\n", ""},
  });
}

TEST_F(Arguments, AreNamesWhereNamesAreMeant) {
  expect({
      {"zone add https://example.com --ns ns1.example.net", exit_usage, "",
       "ZONE: the name \"https://example.com\" is a URL: give the name of its host alone; see: mxbalance zone add "
       "--help"},
      {"server add mail1.example.com:25", exit_usage, "",
       "NAME: the name \"mail1.example.com:25\" has a port: give the name before the : alone; in a name, a : is "
       "written \\:; see: mxbalance server add --help"},
      {"zone add user\\@example.com --ns ns1.example.net", 0, "added the zone user@example.com\n", ""},
  });
}

TEST_F(Arguments, HaveNamesInAnyLanguage) {
  expect({
      {"zone add münchen.example --ns ns1.münchen.example --hostmaster admin@straße.example", 0,
       "added the zone xn--mnchen-3ya.example\n",
       "note: the name server ns1.xn--mnchen-3ya.example has no address yet; add it with: mxbalance zone records "
       "xn--mnchen-3ya.example add ns1.xn--mnchen-3ya.example A ADDRESS"},
      {"zone records MÜNCHEN.example add ns1.münchen.example A 10.0.0.53", 0,
       "added ns1.xn--mnchen-3ya.example A 10.0.0.53\n", ""},
      {"zone records münchen.example add münchen.example MX '10 mail.münchen.example.'", 0,
       "added xn--mnchen-3ya.example MX 10 mail.xn--mnchen-3ya.example\n", ""},
      {"zone records münchen.example remove münchen.example MX '10 mail.münchen.example'", 0,
       "removed 1 record xn--mnchen-3ya.example MX\n", ""},
      {"server add mail1.münchen.example --address 10.0.0.1", 0,
       "added the mail server mail1.xn--mnchen-3ya.example\n", ""},
  });
  EXPECT_NE(run("zone show münchen.example").out.find("admin.xn--strae-oqa.example"), std::string::npos);
}

}  // namespace
}  // namespace mxbalance::cli
