// What one request and its reply cannot show: how answers turn, what is logged, and a store that goes and comes.
#include <array>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/protocol/served_store.h"
#include "tests/protocol/written_requests.h"

namespace mxbalance::remote {
namespace {

using Lines = std::vector<std::string>;

WrittenRequest get(std::string target) {
  WrittenRequest request;
  request.verb = "GET";
  request.target = std::move(target);
  return request;
}

/// One lookup in each of the four forms.
std::array<WrittenRequest, 4> lookups(const std::string& name, const std::string& type) {
  const std::string parameters = R"({"qname":")" + name + R"(","qtype":")" + type + R"("})";
  const std::string json = R"({"method":"lookup","parameters":)" + parameters + '}';
  std::array<WrittenRequest, 4> forms = {get("/dns/lookup/" + name + "/" + type), get("/dns/lookup"), get("/dns"),
                                         json_line(json)};
  forms[1].verb = forms[2].verb = "POST";
  forms[1].content_type = "application/x-www-form-urlencoded";
  forms[1].body = "parameters=" + parameters;
  forms[2].content_type = "text/javascript";
  forms[2].body = json;
  return forms;
}

void expect_log(const ServedStore& store, const Lines& expected) {
  const auto log = store.log();
  ASSERT_EQ(log.size(), expected.size()) << ::testing::PrintToString(log);
  for (std::size_t i = 0; i < log.size(); ++i)
    EXPECT_TRUE(matches(log[i], expected[i])) << log[i];
}

const WrittenRequest mx_lookup = lookups("example.com.", "MX")[3];

TEST(Turning, IsOneForAllFormsAndSpellings) {
  ServedStore store;
  store.exec("UPDATE mail_servers SET weight = 100");
  const auto lower = lookups("example.com.", "MX");
  const auto upper = lookups("EXAMPLE.com.", "MX");
  std::string before;
  std::string last;
  std::size_t mail1 = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    const auto reply = store.ask((i / 4 % 2 == 0 ? lower : upper).at(i % 4)).body;
    const bool first = reply.find("mail1") < reply.find("mail2");
    std::string now = first ? "mail1" : "mail2";
    ASSERT_FALSE(now == last && now == before) << "three in a row, lookup " << i;
    before = std::exchange(last, now);
    mail1 += first ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(mail1), 500, 5);
}

TEST(Turning, StartsWhereTheSeedSays) {
  ServedStore store;
  store.exec("UPDATE mail_servers SET weight = 100");
  const auto first_replies = [&](std::uint64_t seed) {
    store.restart(seed);
    std::string replies;
    for (int i = 0; i < 20; ++i)
      replies += store.ask(mx_lookup).body;
    return replies;
  };
  EXPECT_EQ(first_replies(5), first_replies(5));
  EXPECT_NE(first_replies(5), first_replies(6));
}

TEST(Edits, AreInTheNextAnswer) {
  ServedStore store;
  EXPECT_NE(store.ask(mx_lookup).body.find("mail2"), std::string::npos);
  store.exec("UPDATE mail_servers SET state = 'drain' WHERE name = 'mail2.example.com'");
  EXPECT_EQ(store.ask(mx_lookup).body.find("mail2"), std::string::npos);
  store.exec("UPDATE mail_servers SET state = 'enabled' WHERE name = 'mail2.example.com'");
  EXPECT_NE(store.ask(mx_lookup).body.find("mail2"), std::string::npos);
}

std::string contents_of(ServedStore& store, const std::string& name, const std::string& type) {
  const auto reply = nlohmann::json::parse(store.ask(lookups(name, type)[3]).body);
  std::string contents;
  for (const auto& row : reply.at("result"))
    contents += row.at("content").get<std::string>() + ' ';
  return contents;
}

// As while the store is locked.
TEST(HealthThatIsNotWritten, CountsInEveryAnswer) {
  ServedStore store;
  store.exec(
      "INSERT INTO mail_servers (name) VALUES ('one.example.com'), ('other.example.com');"
      "INSERT INTO mail_addresses (server, address) VALUES ('one.example.com', '192.0.2.31'),"
      " ('one.example.com', '192.0.2.32'), ('other.example.com', '192.0.2.33');"
      "INSERT INTO pools (name, mx_policy) VALUES ('unwritten', 'equal');"
      "INSERT INTO pool_members (pool, server) VALUES ('unwritten', 'one.example.com'),"
      " ('unwritten', 'other.example.com');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('unwritten.example.com', 'MX', 'unwritten'),"
      " ('unwritten.example.com', 'A', 'unwritten')");
  const auto goes_down = [&](const std::string& address) {
    store.report({.server = "one.example.com", .address = address, .health = db::Health::down, .reason = "gone"});
  };
  goes_down("192.0.2.32");
  EXPECT_EQ(contents_of(store, "one.example.com.", "A"), "192.0.2.31 ");
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(contents_of(store, "unwritten.example.com.", "A").find("192.0.2.32"), std::string::npos);
  EXPECT_NE(contents_of(store, "unwritten.example.com.", "MX").find("one.example.com"), std::string::npos);
  goes_down("192.0.2.31");
  EXPECT_EQ(contents_of(store, "unwritten.example.com.", "A"), "192.0.2.33 ");
  EXPECT_EQ(contents_of(store, "unwritten.example.com.", "MX"), "10 other.example.com ");
  const std::string all_down = contents_of(store, "one.example.com.", "A");
  EXPECT_EQ(all_down.size(), std::string("192.0.2.31 192.0.2.32 ").size()) << all_down << ": a name goes on";
}

TEST(SlowStart, HoldsForPoolsThatArePublishedAsAddresses) {
  ServedStore store;
  store.exec(
      "INSERT INTO mail_servers (name) VALUES ('new.example.com'), ('old.example.com');"
      "INSERT INTO mail_addresses (server, address, came_up_at) VALUES"
      " ('new.example.com', '192.0.2.31', strftime('%s', 'now') + 0), ('old.example.com', '192.0.2.32', 0);"
      "INSERT INTO pools (name, slow_start) VALUES ('slow', 86400);"
      "INSERT INTO pool_members (pool, server) VALUES ('slow', 'new.example.com'), ('slow', 'old.example.com');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('slow.example.com', 'A', 'slow')");
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(contents_of(store, "slow.example.com.", "A"), "192.0.2.32 ")
        << "the new one has hardly a weight yet";
  store.exec("UPDATE pools SET slow_start = 0 WHERE name = 'slow'");
  EXPECT_NE(contents_of(store, "slow.example.com.", "A").find("192.0.2.31"), std::string::npos);
}

TEST(BareOctets, GoBackAsTheyCame) {
  ServedStore store;
  const auto reply = store.ask(get("/dns/lookup/%fc%2eexample%2ecom%2e/A"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body,
            "{\"result\":[{\"qtype\":\"A\",\"qname\":\"\xfc.example.com.\",\"content\":\"192.0.2.93\","
            "\"ttl\":300,\"domain_id\":1}]}");
}

TEST(Refusals, AreJsonWhateverTheyQuote) {
  ServedStore store;
  auto no_json = get("/dns");
  no_json.verb = "POST";
  no_json.content_type = "application/json";
  no_json.body = "{\"method\":\"\xff\"}";
  for (const auto& request : {no_json, get("/dns/frob\xff\x01nicate"), get("/dns/lookup/%zz\xff/A")}) {
    const auto reply = store.ask(request);
    EXPECT_TRUE(reply.status == 400 || reply.status == 404) << reply.status;
    EXPECT_TRUE(nlohmann::json::accept(reply.body)) << reply.body;
  }
}

TEST(JsonLines, ThatAreNoRequestCloseTheConnection) {
  ServedStore store;
  for (const char* text : {"", " ", "{", "nul", "\xff", "{\"method\":\"lookup\"}"})
    EXPECT_EQ(store.ask(json_line(text)).status, 0) << text;
}

TEST(StoreGone, IsLoggedOnceAnEpisode) {
  ServedStore store;
  const WrittenRequest poll = json_line(R"({"method":"getUpdatedMasters","parameters":{}})");
  EXPECT_EQ(store.ask(mx_lookup).status, 200);
  Lines expected;
  for (int episode = 1; episode <= 2; ++episode) {
    store.take_away();
    for (const auto& request : lookups("example.com.", "MX"))
      EXPECT_EQ(store.ask(request).status, request.is_json_line ? 0 : 500);
    EXPECT_EQ(store.ask(get("/dns/getAllDomains")).status, 500);
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(store.ask(poll).body, "{\"result\":[]}");
    expected.emplace_back(
        "error the store cannot be read, and PowerDNS answers SERVFAIL until it is back: the database "
        "… is gone: No such file or directory");
    if (episode == 1) {
      expected.emplace_back(
          "warning getUpdatedMasters is answered with []: the database … is gone: No such file or directory");
    }
    expect_log(store, expected);

    store.bring_back();
    for (const auto& request : lookups("example.com.", "MX"))
      EXPECT_EQ(store.ask(request).status, 200);
    expected.emplace_back("info the store can be read again");
    expect_log(store, expected);
  }
}

TEST(StoreGone, APollFindsThatItIsBack) {
  ServedStore store;
  store.take_away();
  EXPECT_EQ(store.ask(mx_lookup).status, 0);
  store.bring_back();
  EXPECT_EQ(store.ask(get("/dns/getUpdatedMasters")).status, 200);
  EXPECT_EQ(store.log().back(), "info the store can be read again");
}

TEST(StoreGone, RefusesWritesWithAnErrorEachTime) {
  ServedStore store;
  auto write = get("/dns/setDomainMetadata/example%2ecom%2e/X%2dNOTE");
  write.verb = "PATCH";
  store.take_away();
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(store.ask(write).status, 500);
  store.bring_back();
  const std::string line =
      "warning setDomainMetadata is refused: the database … is gone: No such file or directory";
  expect_log(store, {line, line});
}

TEST(Log, SaysOnceWhatIsLeftOut) {
  ServedStore store;
  for (int i = 0; i < 3; ++i) {
    store.ask(lookups("badalias.example.com.", "ANY")[0]);
    store.ask(lookups("badalias.example.com.", "CNAME")[3]);
  }
  expect_log(store,
             {"warning left out of answers: records.id … (badalias.example.com CNAME): …; the content "
              "must be one name",
              "error no CNAME record at badalias.example.com can be served (see what is left out); PowerDNS "
              "answers SERVFAIL there"});
}

TEST(Log, SaysOnceThatAPoolHasNobody) {
  ServedStore store;
  for (const auto& request : lookups("broken.example.", "MX"))
    store.ask(request);
  const auto log = store.log();
  ASSERT_EQ(log.size(), 2U);
  EXPECT_TRUE(
      matches(log[0], "warning left out of answers: pool_members broken/mail1.example.com: weight is \"-1\"…"))
      << log[0];
  EXPECT_EQ(
      log[1],
      "error the pool broken is published but has no member to answer with; PowerDNS answers SERVFAIL there");
}

TEST(Log, SaysOnceThatAZoneHasNoNeighboursToTell) {
  ServedStore store;
  for (int i = 0; i < 3; ++i)
    store.ask(get("/dns/getBeforeAndAfterNamesAbsolute/4711/nope%2e"));
  const auto log = store.log();
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0], "error there is no zone with the id 4711; PowerDNS answers SERVFAIL there");
}

TEST(Log, SaysEachTimeWhatItCannotUnderstand) {
  ServedStore store;
  Lines expected;
  for (int i = 0; i < 3; ++i) {
    store.ask(get("/dns/frobnicate"));
    store.ask(json_line(R"({"method":"lookup","parameters":{"qtype":"A"}})"));
    expected.emplace_back(
        "warning refused: no method of the protocol is named in /dns/frobnicate: /dns/frobnicate");
    expected.emplace_back(
        R"(warning refused: the parameter "qname" is missing: {"method":"lookup","parameters":{"qtype":"A"}})");
  }
  EXPECT_EQ(store.log(), expected);
}

TEST(Log, IsNotFloodedByWhatRecurs) {
  ServedStore store;
  for (std::size_t i = 0; i < 3 * ServiceLog::most_a_minute; ++i)
    store.ask(get("/dns/frobnicate" + std::to_string(i)));
  auto write = get("/dns/setDomainMetadata/nope%2e/X%2dNOTE");
  write.verb = "PATCH";
  store.ask(write);
  const auto log = store.log();
  ASSERT_EQ(log.size(), ServiceLog::most_a_minute + 2);
  EXPECT_EQ(log[ServiceLog::most_a_minute],
            "warning more lines about requests that were refused are left out within this minute");
  EXPECT_TRUE(matches(log.back(), "warning setDomainMetadata is refused: there is no zone nope here…"))
      << log.back();
}

TEST(Log, ALineStaysOneAndShortWhateverIsSent) {
  ServedStore store;
  store.ask(json_line(R"({"method":"a\nb"})"));
  store.ask(get("/dns/a\nb"));
  store.ask(json_line("{\"method\":\"" + std::string(100'000, 'x') + "\"}"));
  const auto log = store.log();
  ASSERT_EQ(log.size(), 3U);
  EXPECT_EQ(log[0], R"(warning refused: the protocol has no method a?b: {"method":"a\nb"})");
  EXPECT_EQ(log[1], "warning refused: no method of the protocol is named in /dns/a?b: /dns/a?b");
  EXPECT_LT(log[2].size(), 1000U);
}

}  // namespace
}  // namespace mxbalance::remote
