#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <nlohmann/json.hpp>

#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

class Zone : public CommandLine {
 protected:
  nlohmann::json shown(const std::string& name) {
    return nlohmann::json::parse(run("zone show " + name + " --json").out);
  }

  /// The field of the only zone's row.
  std::string shown_row(const std::string& field) {
    SQLite::Database store(database_.path());
    return store.execAndGet("SELECT " + field + " FROM domains").getString();
  }
};

TEST_F(Zone, IsAddedAndShown) {
  EXPECT_EQ(
      run("zone add Example.com. --ns NS1.example.net. --hostmaster John.Doe@example.com --kind master").status,
      0);
  const auto zone = shown("example.com");
  EXPECT_EQ(zone["kind"], "MASTER");
  EXPECT_EQ(zone["records"], 2);
  EXPECT_EQ(zone["name_servers"], nlohmann::json({"ns1.example.net"}));
  const std::string serial = std::to_string(zone["serial"].get<std::uint32_t>());
  EXPECT_TRUE(serial.size() == 10 && serial.ends_with("01")) << serial;
  EXPECT_EQ(zone["soa"], "ns1.example.net john\\.doe.example.com " + serial + " 10800 3600 604800 300");
  expect(
      {{"zone list", 0,
        "ZONE         KIND    SERIAL      RECORDS  PUBLISHED\nexample.com  MASTER  " + serial + "  2        0\n",
        ""},
       {"zone show example.com", 0,
        "zone          example.com\n"
        "kind          MASTER\n"
        "serial        " +
            serial +
            "\n"
            "SOA           ns1.example.net john\\.doe.example.com " +
            serial +
            " 10800 3600 604800 300\n"
            "name servers  ns1.example.net\n"
            "records       2\n",
        ""}});
}

TEST_F(Zone, ShowsWhatIsPublishedInIt) {
  fill();
  const std::string text = run("zone show example.com").out;
  EXPECT_TRUE(
      text.ends_with("\npools published in it:\n"
                     "NAME         AS  POOL\n"
                     "example.com  MX  inbound\n"
                     "\nmail servers in it:\n"
                     "mail1.example.com\n"
                     "mail2.example.com\n"))
      << text;
  EXPECT_EQ(shown("example.com")["published"][0]["pool"], "inbound");
}

TEST_F(Zone, IsChanged) {
  run("zone add example.com --ns ns1.example.net");
  const auto before = shown("example.com")["serial"].get<std::uint32_t>();
  expect({{"zone set example.com --hostmaster root@example.com --kind master", 0, "changed the zone example.com\n",
           ""}});
  EXPECT_EQ(shown("example.com")["kind"], "MASTER");
  EXPECT_EQ(shown("example.com")["serial"].get<std::uint32_t>(), before + 1);
}

TEST_F(Zone, MayBeASecondaryOne) {
  const auto primaries = [&] { return shown_row("master"); };
  expect({
      {"zone add Customer.example --secondary-of 192.0.2.53 --secondary-of [2001:DB8:0::1]:5300", 0,
       "added the zone customer.example\n", ""},
      {"zone add customer.example --secondary-of 192.0.2.53", exit_refused, "",
       "the zone customer.example is here already"},
      {"zone show customer.example", 0,
       "zone          customer.example\nkind          SLAVE\nserial        -\nSOA           -\nname servers  -\n"
       "records       0\n",
       ""},
  });
  EXPECT_EQ(primaries(), "192.0.2.53,[2001:db8::1]:5300");
  database_.exec("UPDATE domains SET last_check = 1800000000");
  expect({{"zone set customer.example --primary 192.0.2.54", 0, "changed the zone customer.example\n", ""}});
  EXPECT_EQ(primaries(), "192.0.2.54");
  EXPECT_EQ(shown_row("last_check"), "0") << "PowerDNS asks the new one at once";
  expect({
      {"zone set customer.example --hostmaster root@example.com", exit_refused, "",
       "the zone customer.example has no SOA record whose hostmaster could be changed; add one with: mxbalance "
       "zone "
       "records customer.example add customer.example SOA CONTENT"},
      {"zone set customer.example --kind MASTER --primary 192.0.2.55", exit_refused, "",
       "the zone customer.example is no secondary zone; make it one with: mxbalance zone set customer.example "
       "--kind "
       "SLAVE --primary ADDRESS"},
      {"zone set none.example --primary 192.0.2.55", exit_refused, "",
       "there is no zone none.example here; add it with: mxbalance zone add none.example --ns NAME"},
  });
  EXPECT_EQ(primaries(), "192.0.2.54");
}

TEST_F(Zone, BecomesASecondaryOneAndAPrimaryOneAgain) {
  run("zone add example.com --ns ns1.example.net");
  const auto serial = shown("example.com")["serial"];
  expect({
      {"zone set example.com --primary 192.0.2.53", exit_refused, "",
       "the zone example.com is no secondary zone; make it one with: mxbalance zone set example.com --kind SLAVE "
       "--primary ADDRESS"},
      {"zone set example.com --kind slave --primary 192.0.2.53:5300", 0, "changed the zone example.com\n", ""},
  });
  EXPECT_EQ(shown("example.com")["kind"], "SLAVE");
  EXPECT_EQ(shown_row("master"), "192.0.2.53:5300");
  EXPECT_EQ(shown("example.com")["serial"], serial);
  expect({{"zone set example.com --kind master", 0, "changed the zone example.com\n", ""}});
  EXPECT_EQ(shown("example.com")["serial"], serial);
}

TEST_F(Zone, ListsTheServedSerial) {
  run("zone add example.com --ns ns1.example.net");
  const auto before = shown("example.com")["serial"].get<std::uint32_t>();
  run("zone records example.com add www.example.com A 10.0.0.1");
  EXPECT_EQ(shown("example.com")["serial"], before + 1);
  EXPECT_NE(run("zone list").out.find(" " + std::to_string(before + 1) + " "), std::string::npos);
}

TEST_F(Zone, IsRemovedWhenNothingNeedsIt) {
  fill();
  expect({
      {"zone remove example.com", exit_refused, "",
       "the zone example.com is in use: it publishes the pool inbound at example.com (MX); take them out first "
       "with:"
       " mxbalance pool unpublish POOL NAME"},
      {"zone add example.org --ns ns1.example.net", 0, "added the zone example.org\n", ""},
      {"zone remove example.org", 0, "removed the zone example.org with 2 records\n", ""},
      {"zone remove example.org", exit_refused, "",
       "there is no zone example.org here; add it with: mxbalance zone add example.org --ns NAME"},
  });
}

}  // namespace
}  // namespace mxbalance::cli
