// Transactions: connections beside each other, what is staged and what is not, all or nothing, limits, and the
// serials that follow.
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

TEST_F(Writing, AnOrderNameIsStoredAsPowerDnsStoresIt) {
  json fed = record("a.b\\.c.example.com.", "A", "192.0.2.71");
  fed["ordername"] = "a.b\\.c.";
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed(fed), done);
  EXPECT_EQ(one_.commit(), done);
  SQLite::Database store(store_.path(), SQLite::OPEN_READONLY);
  EXPECT_EQ(store.execAndGet("SELECT ordername FROM records WHERE name = 'a.b\\.c.example.com'").getString(),
            "b\\.c a");
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
    // The step of the serial comes with the commit: PowerDNS adds one to what it reads before, and the two are
    // one.
    auto& expected = staged[i];
    if (reads[i].first == "list") expected.replace(expected.find(" 2024010102 "), 12, " 2024010103 ");
    EXPECT_EQ(two_.ask(reads[i].first, reads[i].second), expected) << reads[i].first << reads[i].second;
  }
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
  constexpr int patience = 5000;  // milliseconds: the store's log is cleared within a second of a write
  SQLite::Database writer(store_.path(), SQLite::OPEN_READWRITE, patience);
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
  EXPECT_FALSE(session.idle_until());
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.71"), done);
  ASSERT_TRUE(session.idle_until());
  EXPECT_GT(*session.idle_until(), std::chrono::steady_clock::now() + OpenTransaction::longest_pause / 2);
  EXPECT_LE(*session.idle_until(), std::chrono::steady_clock::now() + OpenTransaction::longest_pause);
  session.idle_too_long();
  EXPECT_FALSE(session.idle_until());
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
    const std::string expected = poisoned(json::parse(reply.body).value("error", ""));
    EXPECT_EQ(one_.feed("newer.example.com.", "192.0.2.72"), expected);
    EXPECT_EQ(one_.commit(), expected);
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

// --- other zones beside a transaction ---

TEST_F(Writing, MetadataOfAnotherZoneIsNotOfTheTransaction) {
  const auto note_of_child = [](Peer& peer) {
    return peer.ask("getDomainMetadata", {{"name", "child.example.com."}, {"kind", "X-NOTE"}});
  };
  const std::string before = two_.note();
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.set_note("of the transaction"), done);
  EXPECT_EQ(
      one_.ask("setDomainMetadata", {{"name", "child.example.com."}, {"kind", "X-NOTE"}, {"value", {"at once"}}}),
      done);
  EXPECT_EQ(note_of_child(two_), R"({"result":["at once"]})");
  EXPECT_EQ(two_.note(), before);
  EXPECT_EQ(one_.abort(), done);
  EXPECT_EQ(note_of_child(two_), R"({"result":["at once"]})") << "the transaction did not take it along";
  EXPECT_EQ(two_.note(), before);
}

TEST_F(Writing, AnRrsetOfAnotherZoneIsRefusedInATransaction) {
  const std::string problem =
      "there is no zone with the id 2 in this transaction, which is in the zone example.com";
  const json other = {{"domain_id", 2},
                      {"qname", "new.child.example.com."},
                      {"qtype", "A"},
                      {"rrset", {record("new.child.example.com.", "A", "192.0.2.71")}}};
  EXPECT_EQ(one_.start(), done);
  EXPECT_EQ(one_.feed("new.example.com.", "192.0.2.72"), done);
  EXPECT_EQ(one_.ask("replaceRRSet", other), refused(problem));
  EXPECT_EQ(one_.commit(), poisoned(problem));
  EXPECT_EQ(two_.contents("new.example.com."), "");
  EXPECT_EQ(one_.ask("replaceRRSet", other), done) << "after it";
  EXPECT_EQ(two_.contents("new.child.example.com."), "") << "which the zone with the id 1 does not hold";
  EXPECT_EQ(two_.rows("lookup", {{"qname", "new.child.example.com."}, {"qtype", "A"}, {"zone-id", 2}}).size(), 1U);
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
