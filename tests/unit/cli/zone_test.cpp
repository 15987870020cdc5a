#include <nlohmann/json.hpp>

#include "backend/cli/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

class Zone : public CommandLine {
 protected:
  nlohmann::json shown(const std::string& name) {
    return nlohmann::json::parse(run("zone show " + name + " --json").out);
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
  expect({{"zone set example.com --hostmaster root@example.com --kind slave", 0, "changed the zone example.com\n",
           ""}});
  EXPECT_EQ(shown("example.com")["kind"], "SLAVE");
  EXPECT_GT(shown("example.com")["serial"].get<std::uint32_t>(), before);
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
