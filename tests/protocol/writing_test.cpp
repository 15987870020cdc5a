// Writing, as far as one request and its reply cannot show it: connections beside each other, what is staged and
// what is not, names that pools and mail servers speak for, and the serials that follow.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/protocol/served_store.h"
#include "tests/protocol/written_requests.h"

namespace mxbalance::remote {
namespace {

using nlohmann::json;

const std::string done = R"({"result":true})";
const std::string no_transaction =
    "no transaction is open on this connection: it was never begun, or ended with another connection";

std::string refused(const std::string& problem) {
  return R"({"result":false,"error":)" + json(problem).dump() + '}';
}

/// What the commit says after `problem`.
std::string poisoned(const std::string& problem) {
  return refused(
      "nothing of the transaction in the zone example.com is written, because of what was refused in it: " +
      problem);
}

WrittenRequest post(std::string target, std::string content_type, std::string body) {
  WrittenRequest request;
  request.verb = "POST";
  request.target = std::move(target);
  request.content_type = std::move(content_type);
  request.body = std::move(body);
  return request;
}

json record(const std::string& name, const std::string& type, const std::string& content, int ttl = 300) {
  return {{"qname", name}, {"qtype", type}, {"content", content}, {"ttl", ttl}};
}

/// One connection of PowerDNS in the post_json form: there what is refused has a sentence, and leaves it open.
/// Every transaction has the same trxid, as those that begin in one second do.
class Peer {
 public:
  Peer(ServedStore& store, int connection) : store_(store), connection_(connection) {}

  std::string ask(const std::string& method, json parameters) {
    parameters["trxid"] = 1795501055;
    const json request = {{"method", method}, {"parameters", std::move(parameters)}};
    return store_.ask(post("/dns", "text/javascript; charset=utf-8", request.dump()), connection_).body;
  }

  std::string start(const std::string& zone = "example.com.", int id = -1) {
    return ask("startTransaction", {{"domain", zone}, {"domain_id", id}});
  }
  std::string feed(const json& fed) { return ask("feedRecord", {{"rr", fed}}); }
  std::string feed(const std::string& name, const std::string& content) {
    return feed(record(name, "A", content));
  }
  std::string replace(const std::string& name, const std::string& type, const std::vector<json>& records) {
    return ask("replaceRRSet", {{"domain_id", 1}, {"qname", name}, {"qtype", type}, {"rrset", records}});
  }
  std::string set_note(const std::string& value) {
    return ask("setDomainMetadata", {{"name", "example.com."}, {"kind", "X-NOTE"}, {"value", {value}}});
  }
  std::string commit() { return ask("commitTransaction", json::object()); }
  std::string abort() { return ask("abortTransaction", json::object()); }

  /// The rows of a reply, or none.
  json rows(const std::string& method, const json& parameters) {
    const json reply = json::parse(ask(method, parameters));
    return reply["result"].is_array() ? reply["result"] : json::array();
  }
  json list() { return rows("list", {{"zonename", "example.com."}, {"domain_id", 1}}); }

  /// The contents at a name, separated by commas.
  std::string contents(const std::string& name, const std::string& type = "A") {
    std::string contents;
    for (const auto& row : rows("lookup", {{"qname", name}, {"qtype", type}, {"zone-id", 1}}))
      contents += (contents.empty() ? "" : ", ") + row["content"].get<std::string>();
    return contents;
  }
  std::string note() {
    return json::parse(ask("getDomainMetadata", {{"name", "example.com."}, {"kind", "X-NOTE"}}))["result"][0];
  }
  std::int64_t serial(const std::string& zone = "example.com.") {
    return json::parse(ask("getDomainInfo", {{"name", zone}}))["result"].value("serial", std::int64_t{-1});
  }

 private:
  ServedStore& store_;
  int connection_;
};

class Writing : public ::testing::Test {
 protected:
  bool is_logged(const std::string& line) const {
    const auto log = store_.log();
    return std::find(log.begin(), log.end(), line) != log.end();
  }

  ServedStore store_;
  Peer one_{store_, 1};
  Peer two_{store_, 2};
};

// --- connections beside each other ---

TEST_F(Writing, TransactionsOfOneTrxidStayApart) {
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(two_.start(), done);
  EXPECT_EQ(one_.feed("one.example.com.", "192.0.2.71"), done);
  EXPECT_EQ(two_.feed("two.example.com.", "192.0.2.72"), done);
  EXPECT_EQ(one_.contents("one.example.com.") + one_.contents("two.example.com."), "192.0.2.71");
  EXPECT_EQ(two_.contents("one.example.com.") + two_.contents("two.example.com."), "192.0.2.72");

  EXPECT_EQ(two_.commit(), done);
  EXPECT_EQ(one_.contents("two.example.com."), "192.0.2.72");
  EXPECT_EQ(two_.contents("one.example.com."), "");
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(two_.contents("one.example.com."), "192.0.2.71");
  EXPECT_EQ(one_.serial(), 2024010103);
}

TEST_F(Writing, ReadsSeeWhatTheirOwnConnectionHasStaged) {
  const json child = {{"qname", "www.child.example.com."}, {"qtype", "ANY"}, {"zone-id", 2}};
  const std::vector<std::pair<std::string, json>> reads = {
      {"lookup", {{"qname", "new.example.com."}, {"qtype", "ANY"}, {"zone-id", 1}}},
      {"lookup", {{"qname", "NEW.example.com."}, {"qtype", "A"}}},
      {"lookup", {{"qname", "b.c.example.com."}, {"qtype", "ANY"}}},
      {"lookup", {{"qname", "glue.cut.example.com."}, {"qtype", "A"}}},
      {"APILookup", {{"qname", "www.example.com."}, {"qtype", "A"}}},
      {"list", {{"zonename", "example.com."}, {"domain_id", 1}}},
      {"getAllDomainMetadata", {{"name", "example.com."}}},
      {"getDomainMetadata", {{"name", "example.com."}, {"kind", "X-NOTE"}}},
  };
  EXPECT_EQ(two_.ask("replaceRRSet", {{"domain_id", 1},
                                      {"qname", "glue.cut.example.com."},
                                      {"qtype", "A"},
                                      {"rrset", {record("glue.cut.example.com.", "A", "192.0.2.70")}}}),
            done);
  std::vector<std::string> before;
  for (const auto& [method, parameters] : reads)
    before.push_back(two_.ask(method, parameters));
  const std::string elsewhere = two_.ask("lookup", child);

  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  EXPECT_EQ(one_.feed("a.b.c.example.com.", "192.0.2.72"), done);
  EXPECT_EQ(one_.feed(record("cut.example.com.", "NS", "glue.cut.example.com")), done);
  EXPECT_EQ(one_.replace("www.example.com.", "A", {}), done);
  EXPECT_EQ(one_.set_note("staged"), done);
  std::vector<std::string> staged;
  for (std::size_t i = 0; i < reads.size(); ++i) {
    const auto& [method, parameters] = reads[i];
    staged.push_back(one_.ask(method, parameters));
    EXPECT_NE(staged[i], before[i]) << method << parameters;
    EXPECT_EQ(two_.ask(method, parameters), before[i]) << method << parameters;
  }
  EXPECT_EQ(one_.ask("lookup", child), elsewhere);

  EXPECT_EQ(one_.commit(), done);
  for (std::size_t i = 0; i < reads.size(); ++i) {
    if (reads[i].first == "list") continue;  // has another serial now
    EXPECT_EQ(two_.ask(reads[i].first, reads[i].second), staged[i]) << reads[i].first << reads[i].second;
  }
  EXPECT_EQ(two_.list(), json::parse(staged[5])["result"]);
}

TEST_F(Writing, AReplacementIsReadBackWhole) {
  EXPECT_EQ(one_.start("example.com.", 1), done);
  EXPECT_EQ(one_.contents("www.example.com."), "") << "not fed yet";
  EXPECT_EQ(one_.feed("www.example.com.", "192.0.2.71"), done);
  EXPECT_EQ(one_.contents("www.example.com."), "192.0.2.71");
  EXPECT_EQ(one_.contents("ns1.example.com."), "");
  EXPECT_EQ(one_.contents("example.com.", "MX"), "10 mail1.example.com, 11 mail2.example.com") << "a pool stays";
  EXPECT_EQ(two_.contents("www.example.com."), "192.0.2.80");
  EXPECT_EQ(two_.contents("ns1.example.com."), "192.0.2.53");
}

/// What a transaction reads back costs a write lock: names that it does not touch must not.
TEST_F(Writing, OtherNamesAreReadWhileAnotherProgramWrites) {
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  SQLite::Database writer(store_.path(), SQLite::OPEN_READWRITE);
  writer.exec("BEGIN IMMEDIATE");
  EXPECT_EQ(one_.contents("www.example.com."), "192.0.2.80");
  EXPECT_EQ(one_.note(), "a \"quote\" and a \\");
  writer.exec("ROLLBACK");
  EXPECT_EQ(one_.commit(), done);
}

TEST_F(Writing, AbortOnAnotherConnectionEndsNothingHere) {
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  EXPECT_EQ(two_.abort(), done);
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(two_.contents("new.example.com."), "192.0.2.71");
}

TEST_F(Writing, ASecondStartDropsTheFirst) {
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  EXPECT_EQ(one_.start("child.example.com."), done);
  EXPECT_EQ(
      store_.log(),
      std::vector<std::string>{
          "warning the transaction in the zone example.com was not ended before another one, and is dropped"});
  EXPECT_EQ(one_.contents("new.example.com."), "");
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(two_.contents("new.example.com."), "");
}

TEST_F(Writing, AStartThatIsRefusedDropsTheFirstToo) {
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  EXPECT_NE(one_.start("nope.example."), done);
  EXPECT_EQ(one_.commit(), refused(no_transaction));
  EXPECT_EQ(two_.contents("new.example.com."), "");
}

TEST_F(Writing, AConnectionThatEndsTakesItsTransactionWithIt) {
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  store_.close(1);
  EXPECT_EQ(one_.commit(), refused(no_transaction));
  EXPECT_EQ(two_.contents("new.example.com."), "");
}

/// The only error that PowerDNS sees there.
TEST_F(Writing, ARefusalOnTheUnixSocketClosesTheConnectionAndItsTransaction) {
  const std::string start =
      R"({"method":"startTransaction","parameters":{"domain":"example.com.","domain_id":-1,"trxid":1}})";
  const std::string bad = R"({"method":"feedRecord","parameters":{"trxid":1}})";
  EXPECT_EQ(store_.ask(json_line(start), 1).body, done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  EXPECT_EQ(store_.ask(json_line(bad), 1).status, 0);
  EXPECT_EQ(one_.commit(), refused(no_transaction));
}

TEST_F(Writing, ATransactionThatIsLeftAloneIsDropped) {
  Session& session = store_.session(1);
  EXPECT_FALSE(session.expires_at());
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  ASSERT_TRUE(session.expires_at());
  EXPECT_GT(*session.expires_at(), std::chrono::steady_clock::now() + OpenTransaction::longest_pause / 2);
  session.expire();
  EXPECT_FALSE(session.expires_at());
  EXPECT_EQ(store_.log().back(), "warning a transaction in the zone example.com was left open, and is dropped");
  EXPECT_EQ(one_.commit(), refused(no_transaction));
  EXPECT_EQ(two_.contents("new.example.com."), "");
}

// --- all or nothing ---

TEST_F(Writing, WhatTheStoreRefusesAtTheCommitTakesAllBack) {
  store_.exec(
      "CREATE TRIGGER stop BEFORE INSERT ON records WHEN NEW.name = 'stop.example.com' BEGIN"
      " SELECT RAISE(ABORT, 'stop.example.com is not written'); END");
  const json before = two_.list();
  EXPECT_EQ(one_.start("example.com.", 1), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  EXPECT_EQ(one_.set_note("staged"), done);
  EXPECT_EQ(one_.feed("stop.example.com.", "192.0.2.72"), done);
  EXPECT_EQ(one_.feed("newer.example.com.", "192.0.2.73"), done);
  EXPECT_EQ(one_.commit(), refused("stop.example.com is not written"));
  EXPECT_TRUE(is_logged("warning commitTransaction is refused: stop.example.com is not written"));
  EXPECT_EQ(two_.list(), before);
  EXPECT_EQ(two_.note(), "a \"quote\" and a \\");
  EXPECT_EQ(one_.commit(), refused(no_transaction)) << "it ended";
}

/// PowerDNS looks at few replies, and commits all the same.
TEST_F(Writing, AnyRefusalPoisonsTheTransaction) {
  const std::string form = "application/x-www-form-urlencoded; charset=utf-8";
  const std::string type = "text/javascript; charset=utf-8";
  const auto json_request = [&](const std::string& method, const std::string& parameters) {
    return post("/dns", type, R"({"method":")" + method + R"(","parameters":)" + parameters + '}');
  };
  const std::vector<WrittenRequest> writes = {
      json_request("feedRecord", "{}"),
      json_request("feedRecord", R"({"rr":{"qname":"x.example.net.","qtype":"A","content":"192.0.2.1"}})"),
      json_request("replaceRRSet", R"({"domain_id":1,"qname":"x.example.net.","qtype":"A","rrset":[]})"),
      json_request("replaceRRSet", R"({"domain_id":1,"qname":"x.example.com.","rrset":[]})"),
      json_request("setDomainMetadata", R"({"name":"example.com.","kind":"X-NOTE","value":7})"),
      json_request("setDomainMetadata", R"({"name":"nope.example.","kind":"X-NOTE","value":[]})"),
      json_request("setTSIGKey", R"({"name":"x."})"),
      json_request("createSlaveDomain", R"({"ip":"192.0.2.1","domain":"example.com."})"),
      post("/dns", type, "{\"method\":\"feedRecord\",\"parameters\":{\"rr\":{\"qname\":\"\xff\"}}}"),
      post("/dns", type, R"({"method":"feedRecord","parameters":{)"),
      post("/dns/feedRecord", form, "parameters={"),
  };
  for (const auto& write : writes) {
    SCOPED_TRACE(write.body);
    EXPECT_EQ(one_.start(), done);
    EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
    const auto reply = store_.ask(write, 1);
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(one_.feed("newer.example.com.", "192.0.2.72"), done);
    EXPECT_EQ(one_.commit(), poisoned(json::parse(reply.body).value("error", "")));
    EXPECT_EQ(two_.contents("new.example.com.") + two_.contents("newer.example.com."), "");
  }
  EXPECT_EQ(two_.serial(), 2024010101);
}

TEST_F(Writing, AReadThatIsRefusedPoisonsNothing) {
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  EXPECT_EQ(one_.ask("lookup", {{"qtype", "A"}}), refused("the parameter \"qname\" is missing"));
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(two_.contents("new.example.com."), "192.0.2.71");
}

TEST_F(Writing, AStoreThatGoesAwayIsAnErrorAndWritesNothing) {
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  store_.take_away();
  const json lookup = {{"qname", "new.example.com."}, {"qtype", "A"}};
  EXPECT_TRUE(matches(one_.ask("lookup", lookup), R"({"result":false,"error":"the database … is gone: …"})"));
  EXPECT_TRUE(matches(one_.commit(), R"({"result":false,"error":"the database … is gone: …"})"));
  store_.bring_back();
  EXPECT_EQ(one_.commit(), refused(no_transaction));
  EXPECT_EQ(two_.contents("new.example.com."), "");
}

TEST_F(Writing, AZoneThatWasRemovedMeanwhileIsNotWritten) {
  EXPECT_EQ(one_.start("child.example.com."), done);
  EXPECT_EQ(one_.feed("new.child.example.com.", "192.0.2.71"), done);
  store_.exec(
      "DELETE FROM records WHERE domain_id = 2; DELETE FROM domains WHERE id = 2;"
      "INSERT INTO domains (id, name, type) VALUES (2, 'other.example', 'NATIVE')");
  EXPECT_EQ(one_.commit(),
            refused("the zone child.example.com is no longer here: it was removed while it was being written"));
  EXPECT_EQ(two_.contents("new.child.example.com."), "");
}

// --- the memory that transactions take ---

TEST_F(Writing, StagedBytesAreLimitedForAllTogether) {
  store_.restart(1, {.url_suffix = {}, .max_staged = 20'000});
  const std::string full =
      "the transactions under way hold more than the 20000 bytes that they may (--max-staged); write less at a "
      "time, "
      "or raise it";
  const auto fill = [](Peer& peer) {
    EXPECT_EQ(peer.start(), done);
    std::string reply = done;
    for (int i = 0; reply == done && i < 1000; ++i)
      reply = peer.feed("new.example.com.", "192.0.2.71");
    return reply;
  };
  EXPECT_EQ(fill(one_), refused(full));
  EXPECT_EQ(one_.commit(), poisoned(full));
  EXPECT_EQ(two_.contents("new.example.com."), "");

  EXPECT_EQ(fill(one_), refused(full)) << "the commit has freed them";
  EXPECT_EQ(two_.start(), done);
  EXPECT_EQ(two_.feed("new.example.com.", "192.0.2.72"), refused(full)) << "one has taken all";
  EXPECT_EQ(two_.set_note(std::string(1000, 'x')), refused(full));
  EXPECT_EQ(two_.abort(), done);

  for (const bool by_closing : {false, true}) {
    EXPECT_EQ(fill(one_), refused(full));
    if (by_closing) {
      store_.close(1);
    } else {
      EXPECT_EQ(one_.abort(), done);
    }
    EXPECT_EQ(two_.start(), done);
    EXPECT_EQ(two_.feed("new" + std::to_string(by_closing) + ".example.com.", "192.0.2.72"), done);
    EXPECT_EQ(two_.commit(), done);
  }
  EXPECT_EQ(two_.contents("new0.example.com.") + two_.contents("new1.example.com."), "192.0.2.72192.0.2.72");
}

TEST_F(Writing, WhatTheCommitFreesLastsForManyTransactions) {
  store_.restart(1, {.url_suffix = {}, .max_staged = 2'000});
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(one_.start(), done);
    EXPECT_EQ(one_.replace("new.example.com.", "A", {record("new.example.com.", "A", "192.0.2.71")}), done);
    EXPECT_EQ(i % 2 == 0 ? one_.commit() : one_.abort(), done);
  }
}

// --- a salt of raw bytes ---

TEST_F(Writing, TheSaltOfFeedEnts3MayBeAnyBytes) {
  const std::string parameters =
      "{\"domain_id\":2,\"domain\":\"child.example.com.\",\"times\":1,\"salt\":\"\xab\xff\x80"
      "\",\"narrow\":false,\"trxid\":1,\"nonterm\":[]}";
  const std::string line = R"({"method":"feedEnts3","parameters":)" + parameters + '}';
  const std::string form = "application/x-www-form-urlencoded; charset=utf-8";
  auto rest =
      post("/dns/feedEnts3/2/child%2eexample%2ecom%2e/1", form, "times=1&salt=%ab%ff%80&narrow=0&nonterm[]=");
  rest.verb = "PATCH";
  const std::vector<WrittenRequest> requests = {
      json_line(line),
      post("/dns", "text/javascript; charset=utf-8", line),
      post("/dns/feedEnts3", form, "parameters=" + parameters),
      post("/dns/feedEnts3", form,
           "parameters=%7b%22domain_id%22%3a2%2c%22domain%22%3a%22child%2eexample%2ecom%2e%22%2c%22times%22%3a1%2c"
           "%22salt%22%3a%22%ab%ff%80%22%2c%22narrow%22%3afalse%2c%22trxid%22%3a1%2c%22nonterm%22%3a%5b%5d%7d"),
      rest,
  };
  for (const auto& request : requests) {
    EXPECT_EQ(one_.start("child.example.com.", 2), done);
    EXPECT_EQ(one_.feed("new.child.example.com.", "192.0.2.71"), done);
    EXPECT_EQ(store_.ask(request, 1).body, done) << request.verb << ' ' << request.target;
    EXPECT_EQ(one_.commit(), done);
  }
  EXPECT_EQ(store_.log(), std::vector<std::string>{});
}

/// A name in it would be another one afterwards.
TEST_F(Writing, NoOtherMethodMayHoldSuchBytes) {
  for (const std::string_view method : {"feedEnts", "feedRecord", "feedEnts3x"}) {
    EXPECT_EQ(one_.start(), done);
    const std::string line = R"({"method":")" + std::string(method) +
                             "\",\"parameters\":{\"trxid\":1,\"nonterm\":[],\"note\":\"feedEnts3 \xff\"}}";
    EXPECT_EQ(store_.ask(post("/dns", "text/javascript", line), 1).status, 400) << method;
  }
}

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
      {"ANY", {mail1, text, mail2}, true},
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
    EXPECT_EQ(one_.start(), done);
    EXPECT_EQ(one_.replace("example.com.", type, records), done);
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(one_.contents("example.com.", "MX").empty(), !is_written) << "read back";
    EXPECT_EQ(one_.commit(), expected);
  }
  EXPECT_EQ(two_.contents("example.com.", "TXT"), "\"x\"");
  EXPECT_EQ(two_.contents("example.com.", "NS"), "") << "ANY has replaced it";
  SQLite::Database database(store_.path(), SQLite::OPEN_READONLY);
  EXPECT_EQ(
      database.execAndGet("SELECT count(*) FROM records WHERE name = 'example.com' AND type = 'MX'").getInt(), 0);
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

// --- read-only ---

TEST_F(Writing, AReadOnlyServiceRefusesAllWrites) {
  store_.restart(1, {.url_suffix = {}, .read_only = true});
  const json before = two_.list();
  const json zone = {{"name", "example.com."}, {"kind", "X-NOTE"}, {"value", {"x"}}};
  const std::vector<std::pair<std::string, json>> writes = {
      {"startTransaction", {{"domain", "example.com."}, {"domain_id", -1}}},
      {"feedRecord", {{"rr", record("new.example.com.", "A", "192.0.2.71")}}},
      {"feedEnts", {{"domain_id", 1}, {"nonterm", json::array()}}},
      {"feedEnts3", {{"domain_id", 1}, {"nonterm", json::array()}}},
      {"replaceRRSet",
       {{"domain_id", 1}, {"qname", "www.example.com."}, {"qtype", "A"}, {"rrset", json::array()}}},
      {"commitTransaction", json::object()},
      {"setDomainMetadata", zone},
      {"setTSIGKey", {{"name", "test."}, {"algorithm", "hmac-md5."}, {"content", "c2VjcmV0"}}},
      {"deleteTSIGKey", {{"name", "test."}}},
      {"createSlaveDomain", {{"ip", "192.0.2.53"}, {"domain", "new.example."}}},
  };
  for (const auto& [method, parameters] : writes) {
    EXPECT_EQ(one_.ask(method, parameters), refused("this mxbalance serves read-only (--read-only)")) << method;
    EXPECT_TRUE(is_logged("warning " + method + " is refused: this mxbalance serves read-only (--read-only)"));
  }
  const std::vector<std::pair<std::string, json>> polls = {
      {"abortTransaction", json::object()},
      {"setNotified", {{"id", 4}, {"serial", 2024010102}}},
      {"setFresh", {{"id", 3}}},
      {"setStale", {{"id", 3}}},
  };
  for (const auto& [method, parameters] : polls)
    EXPECT_EQ(one_.ask(method, parameters), done) << method;
  for (const std::string method : {"getUpdatedMasters", "getUnfreshSlaveInfos"})
    EXPECT_EQ(one_.ask(method, json::object()), R"({"result":[]})") << method;
  EXPECT_EQ(two_.list(), before);
  EXPECT_EQ(two_.note(), "a \"quote\" and a \\");
  EXPECT_EQ(two_.ask("getTSIGKeys", json::object()), R"({"result":[]})");
  EXPECT_EQ(two_.ask("getDomainInfo", {{"name", "new.example."}}), R"({"result":false})");
}

// --- serials ---

struct Written {
  std::int64_t serial;
  std::int64_t served;
};

/// RFC 1982: up to 2,147,483,647 ahead is ahead, also across 4,294,967,295.
TEST_F(Writing, ASerialThatIsAheadIsServedAsItIsAnyOtherOneMoreThanTheLast) {
  const auto soa = [](std::int64_t serial) {
    return record("example.com.", "SOA",
                  "ns1.example.com hostmaster.example.com " + std::to_string(serial) + " 7200 3600 1209600 300",
                  3600);
  };
  const std::vector<Written> cases = {
      {2024010102, 2024010102},                             // one ahead of 2024010101
      {2024010102, 2024010103},                             // the same again
      {2024010101, 2024010104},                             // behind
      {2024010104, 2024010105},                             // what was served, as an editor writes it back
      {0, 2024010106},                                      // far behind
      {std::int64_t{2024010106} + 2147483647, 4171493753},  // as far ahead as can be
      {4171493754, 4171493754},                             //
      {4294967295, 4294967295},                             // the last there is
      {4294967295, 0},                                      // and the one after it
      {7, 7},                                               //
      {7 + 2147483648, 8},                                  // neither ahead nor behind
  };
  for (const auto& [serial, served] : cases) {
    SCOPED_TRACE(serial);
    EXPECT_EQ(one_.start(), done);
    EXPECT_EQ(one_.replace("example.com.", "SOA", {soa(serial)}), done);
    EXPECT_EQ(one_.commit(), done);
    EXPECT_EQ(two_.serial(), served);
    EXPECT_EQ(two_.contents("example.com.", "SOA"), soa(served)["content"].get<std::string>());
  }
}

TEST_F(Writing, EveryCommitMovesTheSerialByOneHoweverMuchItWrites) {
  EXPECT_EQ(one_.start(), done);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(one_.feed("new.example.com.", "192.0.2." + std::to_string(i)), done);
  EXPECT_EQ(one_.replace("www.example.com.", "ANY", {}), done);
  EXPECT_EQ(one_.serial(), 2024010101) << "not before it";
  EXPECT_EQ(one_.commit(), done);
  EXPECT_EQ(one_.serial(), 2024010102);
  EXPECT_EQ(one_.replace("new.example.com.", "A", {}), done);
  EXPECT_EQ(one_.serial(), 2024010103);
  store_.exec("UPDATE mail_servers SET state = 'drain' WHERE name = 'mail2.example.com'");
  const auto moved = one_.serial();
  EXPECT_GT(moved, 2024010103) << "counting goes on";
  EXPECT_EQ(one_.set_note("x"), done);
  EXPECT_EQ(one_.serial(), moved) << "metadata is no content";
}

TEST_F(Writing, ASerialDoesNotFallWhenTheSoaRecordWasGone) {
  const json soa =
      record("child.example.com.", "SOA", "ns1.example.com hostmaster.example.com 3 7200 3600 1209600 300");
  EXPECT_EQ(one_.serial("child.example.com."), 7);
  for (const bool has_soa : {false, true}) {
    EXPECT_EQ(one_.start("child.example.com.", 2), done);
    if (has_soa) {
      EXPECT_EQ(one_.feed(soa), done);
    }
    EXPECT_EQ(one_.commit(), done);
    EXPECT_EQ(one_.serial("child.example.com."), has_soa ? 9 : -1);
  }
}

}  // namespace
}  // namespace mxbalance::remote
