// Every command that a sentence of db/ advises is one that the command line takes, as a shell hands it over.
#include "db/base/advice.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <wordexp.h>

#include "backend/cli/cli.h"
#include "backend/cli/shared/context.h"
#include "db/dns/typed_names.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::cli {
namespace {

namespace advice = db::advice;

/// The words of a command line, as POSIX's shell splits it.
std::vector<std::string> words_in_shell(const std::string& line) {
  wordexp_t found{};
  EXPECT_EQ(wordexp(line.c_str(), &found, WRDE_NOCMD | WRDE_UNDEF), 0) << line;
  const std::vector<std::string> words(found.we_wordv, found.we_wordv + found.we_wordc);
  wordfree(&found);
  return words;
}

class Advice : public ::testing::Test {
 protected:
  /// Runs the command with samples in place of what the reader fills in. It may be refused, as what it names may
  /// not be in the store, but not as a command line.
  void expect_taken(const std::string& command) {
    auto words = words_in_shell(command);
    ASSERT_FALSE(words.empty());
    EXPECT_EQ(words.front(), "mxbalance") << command;
    words.front() = "--db=" + database_.path();
    if (words.at(1) == "--db") words.erase(words.begin());
    for (auto& word : words) {
      if (word == "NAME" || word == "ZONE" || word == "SERVER") word = "mail.example.net";
      if (word == "POOL") word = "inbound";
      if (word == "ADDRESS") word = "192.0.2.7";
      if (word == "FILE" || word == "NEW") word = database_.path() + "." + word;
    }
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_NE(run(words, out, err), exit_usage) << command << ": " << err.str();
  }

  db::testing::TemporaryDatabase database_;
};

TEST_F(Advice, OnZonesIsTakenWithAnyName) {
  for (const auto* name :
       {"example.com", ".", "*.example.com", "a\\.b.example.com", "a\\032b.example.com", "user@example.com",
        "0/25.2.0.192.in-addr.arpa", "it's.example", "$(id).example", "-x.example", "\"q\".example", "10.0.0.1",
        "x:25.example", "a;b.example", "a&b.example"}) {
    for (const auto& command :
         {advice::add_zone(name), advice::add_secondary_zone(name), advice::make_secondary(name),
          advice::set_zone_kind(name, "MASTER"), advice::set_primary(name), advice::remove_zone(name),
          advice::list_records(name), advice::add_record(name, name, "SOA"),
          advice::add_record(name, name, "TXT", "it's \"v=spf1 -all\" $(id)"),
          advice::remove_records(name, name, "TYPE65280"),
          advice::remove_record(name, name, "MX", "10 it's.example"), advice::remove_one_record(name, name, "SOA"),
          advice::remove_address_record(name, name, "2001:db8::1"), advice::publish_pool("inbound", name, "MX"),
          advice::unpublish_pool("inbound", name), advice::unpublish_pool("inbound", name, "A")})
      expect_taken(command);
    EXPECT_EQ(db::typed_name(words_in_shell(advice::remove_zone(name)).at(3)), name);
    EXPECT_EQ(words_in_shell(advice::transfer_zone(name)).at(2), name);
    EXPECT_EQ(words_in_shell(advice::set_metadata(name, "AXFR-SOURCE")).at(2), name);
    EXPECT_EQ(words_in_shell(advice::set_hash_parameters(name)),
              (std::vector<std::string>{"pdnsutil", "set-nsec3", name, "1 0 0 -"}));
    EXPECT_EQ(words_in_shell(advice::list_keys(name)).at(2), name);
  }
}

TEST_F(Advice, OnServersAndPoolsIsTaken) {
  for (const auto* server : {"mail1.example.com", "SERVER"}) {
    for (const auto& command :
         {advice::add_server(server), advice::add_address(server), advice::replace_address(server, "2001:db8::1"),
          advice::show_server(server), advice::enable_server(server), advice::remove_server(server),
          advice::join_pool("inbound", server), advice::leave_pool("POOL", server)})
      expect_taken(command);
  }
  for (const auto& command :
       {advice::zone_settings(), advice::server_settings(), advice::pool_settings(), advice::add_pool("inbound"),
        advice::set_mx_policy_auto("inbound"), advice::set_address_policy_auto("inbound"),
        advice::show_pool("inbound"), advice::remove_pool("inbound"), advice::publish_pool("inbound", "NAME", "A"),
        advice::unpublish_pool("POOL", "NAME")})
    expect_taken(command);
}

TEST_F(Advice, IsTakenWhereANameOrAContentBeginsWithAHyphen) {
  const std::string pool = "-x";
  for (const auto& command :
       {advice::add_pool(pool), advice::set_mx_policy_auto(pool), advice::set_address_policy_auto(pool),
        advice::show_pool(pool), advice::join_pool(pool, "mail1.example.com"),
        advice::leave_pool(pool, "mail1.example.com"), advice::publish_pool(pool, "-x.example", "MX"),
        advice::unpublish_pool(pool, "-x.example"), advice::unpublish_pool(pool, "-x.example", "A"),
        advice::remove_pool(pool), advice::add_record("a.example", "-b.a.example", "CNAME", "-c.example"),
        advice::remove_record("a.example", "-b.a.example", "CNAME", "-c.example")})
    expect_taken(command);
  EXPECT_EQ(advice::unpublish_pool(pool, "a.example", "A"), "mxbalance pool unpublish --as A -- -x a.example");
}

TEST_F(Advice, OnDatabasesIsTakenWithAnyPath) {
  const std::string path = database_.path() + " it's $(id)";
  expect_taken(advice::migrate(path));
  expect_taken(advice::repair(path));
  expect_taken(advice::export_with_keys(path));
  const std::string anew = advice::import_into_new();
  expect_taken(anew.substr(0, anew.find(", ")));
  expect_taken(anew.substr(anew.find(", ") + 2));
  EXPECT_EQ(words_in_shell(advice::find_other_names(path)).back(), path);
  expect_taken(std::string(advice::check));
  for (const auto named : {advice::backup, advice::export_file, advice::import_file})
    expect_taken(std::string(named) + " FILE");
}

TEST_F(Advice, IsQuotedOnlyWhereAShellNeedsIt) {
  EXPECT_EQ(advice::add_zone("example.com"), "mxbalance zone add example.com --ns NAME");
  EXPECT_EQ(advice::remove_zone("a\\.b.example"), "mxbalance zone remove 'a\\.b.example'");
  EXPECT_EQ(advice::remove_zone("user@example.com"), "mxbalance zone remove 'user\\@example.com'");
  EXPECT_EQ(advice::remove_zone("it's.example"), "mxbalance zone remove 'it'\\''s.example'");
  EXPECT_EQ(advice::migrate("/srv/mail db/x.db"), "mxbalance --db '/srv/mail db/x.db' migrate");
  EXPECT_EQ(advice::add_record("a.example", "a.example", "TXT", "v=spf1 -all"),
            "mxbalance zone records a.example add a.example TXT 'v=spf1 -all'");
  EXPECT_EQ(advice::remove_record("a.example", "a.example", "NS", "ns1.example"),
            "mxbalance zone records a.example remove a.example NS 'ns1.example'");
}

}  // namespace
}  // namespace mxbalance::cli
