// Writing at names that pools and mail servers speak for: what is generated is left as it is, anything else is
// refused.
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "tests/protocol/writing_peer.h"

namespace mxbalance::remote {
namespace {

using nlohmann::json;

// --- names that pools and mail servers speak for ---

json without_soa(const json& rows) {
  json kept = json::array();
  for (const auto& row : rows) {
    if (row["qtype"] != "SOA") kept.push_back(row);
  }
  return kept;
}

/// What each name answers, always from the same draw.
std::vector<json> answers(ServedStore& store, const std::set<std::string>& names) {
  store.restart();
  Peer peer(store, 0);
  std::vector<json> answers;
  for (const auto& name : names)
    answers.push_back(without_soa(peer.rows("lookup", {{"qname", name}, {"qtype", "ANY"}, {"zone-id", 1}})));
  return answers;
}

/// pdnsutil edit-zone and load-zone do this.
TEST_F(Writing, WhatWasListedCanBeLoadedAgain) {
  store_.exec("DELETE FROM records WHERE name LIKE 'bad%'");  // what cannot be served is not listed
  const json listed = two_.list();
  const auto serial = two_.serial();
  std::set<std::string> names;
  for (const auto& row : listed)
    names.insert(row["qname"].get<std::string>());
  const auto before = answers(store_, names);

  EXPECT_EQ(one_.start("example.com.", 1), done);
  for (const auto& row : listed)
    EXPECT_EQ(one_.feed(row), done) << row;
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(without_soa(two_.list()), without_soa(listed));
  EXPECT_EQ(answers(store_, names), before);
  EXPECT_EQ(one_.serial(), serial + 1);

  std::map<std::pair<std::string, std::string>, std::vector<json>> rrsets;
  for (const auto& row : listed)
    rrsets[{row["qname"], row["qtype"]}].push_back(row);
  EXPECT_EQ(one_.start(), done);
  for (const auto& [rrset, rows] : rrsets)
    EXPECT_EQ(one_.replace(rrset.first, rrset.second, rows), done) << json(rows);
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(without_soa(two_.list()), without_soa(listed));
  EXPECT_EQ(answers(store_, names), before);
  EXPECT_EQ(one_.serial(), serial + 2);

  SQLite::Database database(store_.path(), SQLite::OPEN_READONLY);
  EXPECT_EQ(database.execAndGet("SELECT count(*) FROM records WHERE content LIKE '%mail_.example.com%'").getInt(),
            0)
      << "nothing that is generated was written";
}

struct Refused {
  std::string name;
  std::string type;
  std::string content;
  int ttl;
  std::string sentence;
};

const std::string inbound =
    "the pool inbound publishes MX at example.com, so no other MX record can be written there; change its members "
    "with: mxbalance pool join inbound SERVER, or take it out with: mxbalance pool unpublish inbound example.com "
    "--as "
    "MX";

std::string one_pool(const std::string& type) {
  return "the pool one publishes A and AAAA at mail.example.com, so no other " + type +
         " record can be written there; change its members with: mxbalance pool join one SERVER, or take it out "
         "with: mxbalance pool unpublish one mail.example.com --as A";
}

std::string host_name(const std::string& name, const std::string& type) {
  return name + " is the host name of a mail server, which has its addresses from: mxbalance server set " + name +
         " --address ADDRESS; no " + type + " record can be written there";
}

TEST_F(Writing, WhatCannotBeReadBackIsLoggedEachTime) {
  for (int times = 0; times < 3; ++times) {
    EXPECT_EQ(one_.start(), done);
    EXPECT_EQ(one_.replace("example.com.", "MX", {record("example.com.", "MX", "10 other.example.com")}), done);
    EXPECT_EQ(one_.ask("lookup", {{"qname", "example.com."}, {"qtype", "SOA"}, {"zone-id", 1}}), refused(inbound));
    EXPECT_EQ(one_.abort(), done);
  }
  const auto log = store_.log();
  EXPECT_EQ(
      std::count(log.begin(), log.end(), "warning the transaction in the zone example.com is refused: " + inbound),
      3);
}

TEST_F(Writing, OtherRecordsThanTheGeneratedOnesAreRefused) {
  const std::vector<Refused> cases = {
      {"example.com.", "MX", "10 other.example.com", 60, inbound},
      {"Example.COM.", "MX", "11 mail1.example.com", 60, inbound},
      {"example.com.", "MX", "10 mail1.example.com", 61, inbound},
      {"example.com.", "MX", "10 mail3.example.com", 60, inbound},
      {"mail.example.com.", "A", "192.0.2.2", 60, one_pool("A")},
      {"mail.example.com.", "AAAA", "2001:db8::2", 60, one_pool("AAAA")},
      {"mail.example.com.", "CNAME", "mail1.example.com", 60, one_pool("CNAME")},
      {"both.example.com.", "MX", "5 old.example.com", 300,
       "the pool away publishes MX at both.example.com, so no other MX record can be written there; change its "
       "members with: mxbalance pool join away SERVER, or take it out with: mxbalance pool unpublish away "
       "both.example.com --as MX"},
      {"both.example.com.", "A", "203.0.113.2", 300,
       "the pool all publishes A and AAAA at both.example.com, so no other A record can be written there; change "
       "its "
       "members with: mxbalance pool join all SERVER, or take it out with: mxbalance pool unpublish all "
       "both.example.com --as A"},
      {"tiers.example.com.", "CNAME", "example.com", 30,
       "the pool tiers publishes MX at tiers.example.com, so no other CNAME record can be written there; change "
       "its "
       "members with: mxbalance pool join tiers SERVER, or take it out with: mxbalance pool unpublish tiers "
       "tiers.example.com --as MX"},
      {"mail1.example.com.", "A", "203.0.113.1", 300, host_name("mail1.example.com", "A")},
      {"mail1.example.com.", "AAAA", "2001:db8::2", 60, host_name("mail1.example.com", "AAAA")},
      {"mail2.example.com.", "A", "192.0.2.2", 61, host_name("mail2.example.com", "A")},
      {"mail2.example.com.", "CNAME", "mail1.example.com", 60, host_name("mail2.example.com", "CNAME")},
  };
  for (const auto& refusal : cases) {
    SCOPED_TRACE(refusal.name + " " + refusal.type + " " + refusal.content);
    store_.restart();
    const json fed = record(refusal.name, refusal.type, refusal.content, refusal.ttl);
    EXPECT_EQ(one_.start(), done);
    EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
    EXPECT_EQ(one_.feed(fed), done);
    EXPECT_EQ(one_.commit(), refused(refusal.sentence));
    EXPECT_TRUE(is_logged("warning commitTransaction is refused: " + refusal.sentence));
    EXPECT_EQ(one_.replace(refusal.name, refusal.type, {fed}), refused(refusal.sentence));
    EXPECT_NE(one_.replace(refusal.name, "ANY", {fed}), done);
    EXPECT_EQ(one_.contents("new.example.com."), "");
  }
  EXPECT_EQ(one_.serial(), 2024010101);
}

/// A read in the transaction says at once what its commit will.
TEST_F(Writing, ReadingBackWhatIsRefusedIsRefused) {
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed(record("example.com.", "MX", "10 other.example.com", 60)), done);
  EXPECT_EQ(one_.ask("lookup", {{"qname", "example.com."}, {"qtype", "MX"}}), refused(inbound));
  EXPECT_EQ(one_.commit(), refused(inbound));
}

TEST_F(Writing, OtherTypesAtSuchNamesAreWritten) {
  const std::vector<json> cases = {
      record("example.com.", "A", "192.0.2.71"),
      record("mail.example.com.", "TXT", "\"beside a pool\""),
      record("mail.example.com.", "MX", "10 mail1.example.com"),
      record("tiers.example.com.", "AAAA", "2001:db8::71"),
      record("mail2.example.com.", "AAAA", "2001:db8::72"),  // the server has none of its own
      record("lone.example.com.", "A", "192.0.2.72"),        // nor this one any
      record("mail1.example.com.", "SSHFP", "1 1 aa"),
      record("x.wildmx.example.com.", "MX", "10 mail1.example.com"),
  };
  EXPECT_EQ(one_.start(), done);
  for (const auto& fed : cases)
    EXPECT_EQ(one_.feed(fed), done) << fed;
  EXPECT_EQ(one_.commit(), done);
  for (const auto& fed : cases) {
    const std::string contents = two_.contents(fed["qname"], fed["qtype"]);
    EXPECT_NE(contents.find(fed["content"].get<std::string>()), std::string::npos) << fed << " in " << contents;
  }
}

/// PowerDNS's tools write back whole RRsets of which they change one.
TEST_F(Writing, AnRrsetMustBeTheGeneratedOneAsAWhole) {
  const json mail1 = record("example.com.", "MX", "10 mail1.example.com", 60);
  const json mail2 = record("example.com.", "MX", "10 mail2.example.com", 60);
  const json other = record("example.com.", "MX", "20 other.example.com", 60);
  const json spelled = record("EXAMPLE.com.", "mx", "10 MAIL2.Example.com.", 60);
  const json text = record("example.com.", "TXT", "\"x\"");
  const json soa =
      record("example.com.", "SOA", "ns1.example.com hostmaster.example.com 2024010101 7200 3600 1209600 300");
  struct Case {
    std::string type;
    std::vector<json> records;
    bool is_written;
  };
  const std::vector<Case> cases = {
      {"MX", {mail1, mail2}, true},
      {"MX", {mail2, mail1}, true},
      {"MX", {spelled, mail1}, true},
      {"MX", {mail1, mail2, mail1}, true},
      {"ANY", {soa, mail1, text, mail2}, true},
      {"MX", {mail1}, false},
      {"MX", {mail1, mail1}, false},
      {"MX", {mail1, mail2, other}, false},
      {"MX", {}, false},
      {"ANY", {}, false},
      {"ANY", {text}, false},
      {"ANY", {mail1, mail2, other, text}, false},
  };
  for (const auto& [type, records, is_written] : cases) {
    SCOPED_TRACE(type + " " + json(records).dump());
    const std::string expected = is_written ? done : refused(inbound);
    EXPECT_EQ(one_.replace("example.com.", type, records), expected);
    EXPECT_EQ(one_.replace_in_pieces("example.com.", type, records), expected);
    for (const auto replace : {&Peer::replace, &Peer::replace_in_pieces}) {
      EXPECT_EQ(one_.start(), done);
      EXPECT_EQ((one_.*replace)("example.com.", type, records), done);
      for (int i = 0; i < 2; ++i)
        EXPECT_EQ(one_.contents("example.com.", "MX").empty(), !is_written) << "read back";
      EXPECT_EQ(one_.commit(), expected);
    }
  }
  EXPECT_EQ(two_.contents("example.com.", "TXT"), "\"x\"");
  EXPECT_EQ(two_.contents("example.com.", "NS"), "") << "ANY has replaced it";
  SQLite::Database database(store_.path(), SQLite::OPEN_READONLY);
  EXPECT_EQ(
      database.execAndGet("SELECT count(*) FROM records WHERE name = 'example.com' AND type = 'MX'").getInt(), 0);
}

/// One in pieces is staged record by record: what follows it is none of it.
TEST_F(Writing, AnRrsetInPiecesIsJudgedByItsOwnRecordsAlone) {
  const json mail1 = record("example.com.", "MX", "10 mail1.example.com", 60);
  const json mail2 = record("example.com.", "MX", "10 mail2.example.com", 60);
  for (const bool is_whole : {false, true}) {
    std::vector<json> records{mail1};
    if (is_whole) records.push_back(mail2);
    const std::string expected = is_whole ? done : refused(inbound);
    SCOPED_TRACE(expected);

    EXPECT_EQ(one_.start(), done);
    EXPECT_EQ(one_.replace_in_pieces("example.com.", "MX", records), done);
    EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
    EXPECT_EQ(one_.feed(mail2), done) << "equal to what is generated there";
    EXPECT_EQ(one_.commit(), expected);
    EXPECT_EQ(two_.contents("new.example.com."), is_whole ? "192.0.2.71" : "");

    EXPECT_EQ(one_.start(), done);
    EXPECT_EQ(one_.replace_in_pieces("example.com.", "MX", records), done);
    EXPECT_EQ(one_.replace_in_pieces("example.com.", "MX", {mail1, mail2}), done);
    EXPECT_EQ(one_.commit(), expected);
  }
}

/// What is generated at the commit counts, not what was when it was read back.
TEST_F(Writing, APoolThatChangesBeforeTheCommitDecides) {
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed(record("tiers.example.com.", "MX", "10 mail1.example.com", 30)), done);
  EXPECT_NE(one_.contents("tiers.example.com.", "MX"), "");
  store_.exec("DELETE FROM pool_names WHERE name = 'tiers.example.com'");
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(two_.contents("tiers.example.com.", "MX"), "10 mail1.example.com");
}

/// A secondary zone holds what its primary sends, or it would go stale; what is published hides it in answers.
/// Within a transaction PowerDNS makes new RRsets from the old ones (IXFR): they are the primary's.
TEST_F(Writing, ASecondaryZoneIsStoredAsItsPrimaryHasIt) {
  store_.exec("UPDATE domains SET type = 'SLAVE' WHERE id = 1");
  const std::string generated = two_.contents("tiers.example.com.", "MX");
  EXPECT_EQ(one_.start("example.com.", 1), done);
  for (const auto& fed :
       {record("example.com.", "SOA", "ns1.example.com h.example.com 2024010199 7200 3600 1209600 300"),
        record("tiers.example.com.", "MX", "5 of-the-primary.example.net"),
        record("mail.example.com.", "CNAME", "of-the-primary.example.net"),
        record("mail1.example.com.", "A", "203.0.113.9")})
    EXPECT_EQ(one_.feed(fed), done);
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(one_.serial(), 2024010199);
  EXPECT_EQ(two_.contents("tiers.example.com.", "MX"), generated);
  EXPECT_EQ(two_.contents("mail.example.com.", "CNAME"), "");
  EXPECT_NE(two_.contents("mail1.example.com."), "203.0.113.9");

  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.contents("tiers.example.com.", "MX"), "5 of-the-primary.example.net");
  EXPECT_EQ(one_.replace("tiers.example.com.", "MX",
                         {record("tiers.example.com.", "MX", "6 of-the-primary.example.net")}),
            done);
  EXPECT_EQ(one_.contents("tiers.example.com.", "MX"), "6 of-the-primary.example.net");
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(two_.contents("tiers.example.com.", "MX"), generated);
  store_.exec("DELETE FROM pool_names WHERE name = 'tiers.example.com'");
  EXPECT_EQ(two_.contents("tiers.example.com.", "MX"), "6 of-the-primary.example.net");
}

}  // namespace
}  // namespace mxbalance::remote
