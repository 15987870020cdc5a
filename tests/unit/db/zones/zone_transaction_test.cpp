#include "db/zones/zone_transaction.h"

#include "db/lookup/zones.h"
#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

using Texts = std::vector<std::string>;

Record a_record(std::string name, std::string type, std::string content) {
  return {std::move(name), std::move(type), std::move(content), 60};
}

Record a_soa(std::uint32_t serial) {
  return a_record("example.com", "SOA", "ns h " + std::to_string(serial) + " 2 3 4 5");
}

class ZoneTransactions : public EditedStore {
 protected:
  void SetUp() override {
    database_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE'), (2, 'example.net', 'NATIVE');"
        "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
        " (1, 'example.com', 'SOA', 'ns h 100 2 3 4 5', 60, 0), (1, 'example.com', 'NS', 'ns.example', 60, 0),"
        " (1, 'example.com', 'mx', 'old.example', 60, 10), (1, 'www.example.com', 'A', '10.0.0.1', 60, 0),"
        " (1, 'www.example.com', 'A', '10.0.0.2', 60, 0), (1, 'www.example.com', 'TXT', '\"x\"', 60, 0),"
        " (2, 'www.example.com', 'A', '10.0.0.3', 60, 0);"
        "UPDATE zone_changes SET counting = 1; UPDATE zone_changes SET serial = serial + 5 WHERE domain_id = 1");
  }

  /// The sentence with which the writes were refused; empty: they were done.
  std::string run(const std::vector<ZoneWrite>& writes, bool replaces_zone = false) {
    return refusal([&](Connection& connection) {
      write_zone(connection, {{1, "example.com"}, replaces_zone, StagedWrites(writes)});
    });
  }

  /// Of example.com, but those of its apex.
  Texts records() {
    return rows(
        "SELECT name || ' ' || ttl || ' ' || type || ' ' || prio || ' ' || content FROM records"
        " WHERE domain_id = 1 AND type NOT IN ('SOA', 'NS') ORDER BY name, type, id");
  }
};

TEST_F(ZoneTransactions, ReplaceRrsets) {
  EXPECT_EQ(run({RrsetReplacement{
                     "www.example.com",
                     "A",
                     {a_record("www.example.com", "A", "10.0.0.9"), a_record("www.example.com", "A", "10.0.0.8")}},
                 RrsetReplacement{"example.com", "MX", {a_record("example.com", "MX", "20 new.example")}}}),
            "");
  EXPECT_EQ(records(), (Texts{"example.com 60 MX 20 new.example", "www.example.com 60 A 0 10.0.0.9",
                              "www.example.com 60 A 0 10.0.0.8", "www.example.com 60 TXT 0 \"x\""}));
  EXPECT_EQ(served_serial(), "106") << "once";
  EXPECT_EQ(run({RrsetReplacement{"www.example.com", "A", {}}}), "");
  EXPECT_EQ(run({RrsetReplacement{"www.example.com", "AAAA", {a_record("www.example.com", "AAAA", "::1")}}}), "");
  EXPECT_EQ(records(), (Texts{"example.com 60 MX 20 new.example", "www.example.com 60 AAAA 0 ::1",
                              "www.example.com 60 TXT 0 \"x\""}));
  EXPECT_EQ(run({RrsetReplacement{"www.example.com", "ANY", {}}}), "");
  EXPECT_EQ(records(), Texts{"example.com 60 MX 20 new.example"});
  EXPECT_EQ(rows("SELECT content FROM records WHERE domain_id = 2"), Texts{"10.0.0.3"}) << "another zone's";
  EXPECT_EQ(rows("SELECT auth FROM records WHERE type = 'MX'"), Texts{"1"});
}

TEST_F(ZoneTransactions, AddRecordsToWhatStandsThere) {
  EXPECT_EQ(run({RecordAddition{a_record("www.example.com", "A", "10.0.0.1")},
                 RecordAddition{a_record("www.example.com", "SRV", "1 2 3 sip.example")}}),
            "");
  EXPECT_EQ(records(), (Texts{"example.com 60 mx 10 old.example", "www.example.com 60 A 0 10.0.0.1",
                              "www.example.com 60 A 0 10.0.0.2", "www.example.com 60 A 0 10.0.0.1",
                              "www.example.com 60 SRV 1 2 3 sip.example", "www.example.com 60 TXT 0 \"x\""}));
}

TEST_F(ZoneTransactions, DelegateNothingThatIsPublished) {
  database_.exec(
      "INSERT INTO mail_servers (name) VALUES ('mail1.example.org'); INSERT INTO pools (name) VALUES ('inbound');"
      "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail1.example.org');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('a.sub.example.com', 'MX', 'inbound')");
  const RrsetReplacement delegation{
      "sub.example.com", "NS", {a_record("sub.example.com", "NS", "ns.example.net")}};
  EXPECT_NE(run({delegation}).find("the pool inbound at a.sub.example.com (MX)"), std::string::npos);
  EXPECT_EQ(rows("SELECT name FROM records WHERE name = 'sub.example.com'"), Texts{});
  EXPECT_EQ(run({RrsetReplacement{"sub.example.com", "NS", {}}}), "") << "a delegation that goes";
  const std::vector<ZoneWrite> loaded = {
      RecordAddition{a_soa(200), std::nullopt, true},
      RecordAddition{a_record("sub.example.com", "NS", "ns.example.net"), std::nullopt, true}};
  EXPECT_NE(run({loaded.back()}).find("the pool inbound at a.sub.example.com (MX)"), std::string::npos);
  EXPECT_NE(run(loaded, true).find("the pool inbound at a.sub.example.com (MX)"), std::string::npos);
  EXPECT_EQ(rows("SELECT name FROM records WHERE name = 'sub.example.com'"), Texts{});
  database_.exec("UPDATE domains SET type = 'SLAVE' WHERE id = 1");
  EXPECT_EQ(run(loaded, true), "") << "a zone from its primary is taken as it is";
  database_.exec("UPDATE domains SET type = 'NATIVE' WHERE id = 1");
  EXPECT_EQ(run(loaded, true), "") << "what is there already may be written again";
}

TEST_F(ZoneTransactions, AreDoneInTheirOrder) {
  EXPECT_EQ(run({RecordAddition{a_record("x.example.com", "A", "10.0.0.1")},
                 RrsetReplacement{"x.example.com", "ANY", {}}, RrsetReplacement{"www.example.com", "ANY", {}},
                 RecordAddition{a_record("www.example.com", "A", "10.0.0.7")}}),
            "");
  EXPECT_EQ(records(), (Texts{"example.com 60 mx 10 old.example", "www.example.com 60 A 0 10.0.0.7"}));
}

TEST_F(ZoneTransactions, KeepTheOrderAndAuthorityThatComeWithRecords) {
  EXPECT_EQ(run({RecordAddition{a_record("a.b.example.com", "A", "10.0.0.1"), "b a", true},
                 RecordAddition{a_record("ns.cut.example.com", "A", "10.0.0.2"), std::nullopt, false}}),
            "");
  EXPECT_EQ(rows("SELECT name || ' ' || coalesce(ordername, '-') || ' ' || auth FROM records"
                 " WHERE name IN ('a.b.example.com', 'ns.cut.example.com') ORDER BY id"),
            (Texts{"a.b.example.com b a 1", "ns.cut.example.com - 0"}));
}

TEST_F(ZoneTransactions, LeaveWhatIsSwitchedOff) {
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl, disabled) VALUES"
      " (1, 'www.example.com', 'A', '10.0.0.7', 60, 1), (1, 'off.example.com', 'TXT', '\"off\"', 60, 1)");
  const Texts off = {"off.example.com TXT \"off\"", "www.example.com A 10.0.0.7"};
  const auto switched_off = [&] {
    return rows("SELECT name || ' ' || type || ' ' || content FROM records WHERE disabled ORDER BY 1");
  };
  const Record written = a_record("www.example.com", "A", "10.0.0.9");
  EXPECT_EQ(run({RrsetReplacement{"www.example.com", "A", {written}}}), "");
  EXPECT_EQ(switched_off(), off);
  EXPECT_EQ(run({RrsetReplacement{"www.example.com", "ANY", {}}, RrsetReplacement{"off.example.com", "TXT", {}}}),
            "");
  EXPECT_EQ(switched_off(), off);
  EXPECT_EQ(run({RecordAddition{a_soa(200)}, RecordAddition{written}}, true), "");
  EXPECT_EQ(switched_off(), off);
  EXPECT_EQ(rows("SELECT type || ' ' || content FROM records WHERE domain_id = 1 AND NOT disabled ORDER BY id"),
            (Texts{"SOA ns h 200 2 3 4 5", "A 10.0.0.9"}));
}

TEST_F(ZoneTransactions, SwitchOnWhatIsWrittenAgain) {
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled) VALUES"
      " (1, 'off.example.com', 'mx', 'Mail.Example.', 60, 10, 1), (1, 'off.example.com', 'MX', 'mail.example', "
      "60, 20, 1),"
      " (1, 'off.example.com', 'A', '10.0.0.1', 60, NULL, 1), (1, 'off.example.com', 'A', '10.0.0.1', 60, NULL, "
      "1),"
      " (1, 'x.off.example.com', 'A', '10.0.0.1', 60, 0, 1), (2, 'off.example.com', 'A', '10.0.0.1', 60, 0, 1)");
  const auto at_name = [&] {
    return rows(
        "SELECT upper(type) || ' ' || coalesce(prio, 0) || ' ' || content || ' ' || ttl || CASE WHEN disabled "
        "THEN ' off' ELSE "
        "'' END"
        " FROM records WHERE name LIKE '%off.example.com' ORDER BY id");
  };
  Record mx = a_record("off.example.com", "MX", "10 mail.example");
  mx.ttl = 300;
  EXPECT_EQ(run({RrsetReplacement{"off.example.com", "MX", {mx}}}), "");
  EXPECT_EQ(at_name().front(), "MX 10 mail.example 300");
  EXPECT_EQ(at_name().size(), 6U);
  EXPECT_EQ(run({RrsetReplacement{"off.example.com", "MX", {mx}}}), "");
  EXPECT_EQ(at_name().back(), "MX 10 mail.example 300") << "now it is replaced as others are";
  const Record address = a_record("off.example.com", "A", "10.0.0.1");
  EXPECT_EQ(run({RecordAddition{address}, RecordAddition{address}, RecordAddition{address}}), "");
  EXPECT_EQ(rows("SELECT disabled FROM records WHERE domain_id = 1 AND name = 'off.example.com' AND type = 'A'"),
            (Texts{"0", "0", "0"}))
      << "each one once, then a new one";
  EXPECT_EQ(rows("SELECT count(*) FROM records WHERE disabled"), Texts{"3"})
      << "another preference, name and zone";
  EXPECT_EQ(served_serial(), "113") << "five rows by hand and three transactions";
}

TEST_F(ZoneTransactions, LeaveTheSoaRecordOfAZoneThatPublishesAPool) {
  database_.exec(
      "INSERT INTO mail_servers (name) VALUES ('mail.example.net'); INSERT INTO pools (name) VALUES ('inbound');"
      "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail.example.net');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('pool.example.com', 'MX', 'inbound')");
  const std::string sentence = "the zone example.com would have no SOA record that can be served";
  EXPECT_EQ(run({RrsetReplacement{"example.com", "SOA", {}}}).substr(0, sentence.size()), sentence);
  EXPECT_EQ(run({RrsetReplacement{"example.com", "ANY", {}}}).substr(0, sentence.size()), sentence);
  EXPECT_EQ(run({RecordAddition{a_record("www.example.com", "A", "10.0.0.1")}}, true).substr(0, sentence.size()),
            sentence);
  EXPECT_EQ(run({RrsetReplacement{"example.com", "SOA", {a_soa(300)}}}), "");
}

TEST_F(ZoneTransactions, SwitchOnAtEachNameWhatIsOfTheType) {
  database_.exec(
      "INSERT INTO records (domain_id, name, type, content, ttl, disabled) VALUES"
      " (1, 'a.example.com', 'A', '10.0.0.1', 60, 1), (1, 'b.example.com', 'A', '10.0.0.1', 60, 1),"
      " (1, 'b.example.com', 'PTR', 'ns.example', 60, 1)");
  EXPECT_EQ(run({RecordAddition{a_record("a.example.com", "A", "10.0.0.1")},
                 RecordAddition{a_record("b.example.com", "NS", "ns.example")},
                 RecordAddition{a_record("b.example.com", "A", "10.0.0.1")}}),
            "");
  EXPECT_EQ(rows("SELECT name || ' ' || type || CASE WHEN disabled THEN ' off' ELSE '' END FROM records"
                 " WHERE name IN ('a.example.com', 'b.example.com') ORDER BY id"),
            (Texts{"a.example.com A", "b.example.com A", "b.example.com PTR off", "b.example.com NS"}));
}

TEST_F(ZoneTransactions, MayReplaceTheWholeZone) {
  EXPECT_EQ(run({RecordAddition{a_soa(200)}, RecordAddition{a_record("a.example.com", "A", "10.0.0.1")}}, true),
            "");
  EXPECT_EQ(rows("SELECT type || ' ' || content FROM records WHERE domain_id = 1 ORDER BY id"),
            (Texts{"SOA ns h 200 2 3 4 5", "A 10.0.0.1"}));
  EXPECT_EQ(served_serial(), "200");
  EXPECT_EQ(run({}, true), "");
  EXPECT_TRUE(rows("SELECT id FROM records WHERE domain_id = 1").empty());
  EXPECT_EQ(run({RecordAddition{a_soa(7)}}), "");
  EXPECT_EQ(served_serial(), "202") << "not behind the last one";
}

TEST_F(ZoneTransactions, MoveTheSerialOnce) {
  struct Case {
    std::uint32_t written;
    const char* served;  ///< 105 before
  };
  constexpr Case cases[] = {{100, "106"},        {7, "106"},         {105, "106"}, {106, "106"},
                            {107, "107"},        {900, "900"},       {0, "106"},   {2147483752, "2147483752"},
                            {2147483753, "106"}, {4294967295, "106"}};
  for (const auto& [written, expected] : cases) {
    for (const bool replaces_zone : {false, true}) {
      Connection connection(database_.path(), Connection::Mode::writing);
      rehearse(connection, [&, number = written, served = expected](Connection& in_transaction) {
        write_zone(in_transaction, {{1, "example.com"},
                                    replaces_zone,
                                    {RrsetReplacement{"example.com", "SOA", {a_soa(number)}},
                                     RecordAddition{a_record("a.example.com", "A", "10.0.0.1")}}});
        EXPECT_EQ(texts(in_transaction, "SELECT served FROM zone_serials"), Texts{served})
            << number << replaces_zone;
        EXPECT_EQ(std::to_string(read_zone_info(in_transaction, 1)->serial.value()), served);
      });
    }
  }
}

TEST_F(ZoneTransactions, AreReadBackWithTheSerialThatPowerDnsSteps) {
  const auto served_in_rehearsal = [&](const std::vector<ZoneWrite>& writes) {
    Texts served;
    Connection connection(database_.path(), Connection::Mode::writing);
    rehearse(connection, [&](Connection& in_transaction) {
      rehearse_zone(in_transaction, {{1, "example.com"}, false, StagedWrites(writes)});
      served = texts(in_transaction, "SELECT served FROM zone_serials");
    });
    return served;
  };
  const RrsetReplacement change{"www.example.com", "A", {a_record("www.example.com", "A", "10.0.0.9")}};
  EXPECT_EQ(served_in_rehearsal({change}), Texts{"105"}) << "the step is PowerDNS's";
  EXPECT_EQ(run({change, RrsetReplacement{"example.com", "SOA", {a_soa(106)}}}), "");
  EXPECT_EQ(served_serial(), "106") << "the same step";
  EXPECT_EQ(served_in_rehearsal({change, RrsetReplacement{"example.com", "SOA", {a_soa(7)}}}), Texts{"107"});
  EXPECT_EQ(served_in_rehearsal({RecordAddition{a_soa(300)}}), Texts{"300"});
  EXPECT_EQ(served_serial(), "106") << "nothing was written";
}

TEST_F(ZoneTransactions, OfNewZonesHaveTheSerialThatIsWritten) {
  database_.exec(
      "INSERT INTO mail_servers (name) VALUES ('mail.example');"
      "INSERT INTO pools (name) VALUES ('inbound');"
      "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail.example');"
      "UPDATE pool_changes SET changes = 30;"
      "DELETE FROM domains; INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'inbound')");
  EXPECT_EQ(run({RecordAddition{a_record("a.example.com", "A", "10.0.0.1")}, RecordAddition{a_soa(7)}}, true), "");
  EXPECT_EQ(served_serial(), "7");
  EXPECT_EQ(run({RecordAddition{a_record("b.example.com", "A", "10.0.0.1")}}), "");
  EXPECT_EQ(served_serial(), "8");
  database_.exec("UPDATE records SET ttl = 7 WHERE name = 'b.example.com'");
  EXPECT_EQ(served_serial(), "9") << "it counts from now on";
}

TEST_F(ZoneTransactions, OfSecondaryZonesServeWhatCame) {
  database_.exec("UPDATE domains SET type = 'SLAVE' WHERE id = 1");
  for (const std::uint32_t serial : {200U, 7U, 4294967295U}) {
    EXPECT_EQ(run({RecordAddition{a_soa(serial)}}, true), "");
    EXPECT_EQ(served_serial(), std::to_string(serial));
  }
}

TEST_F(ZoneTransactions, OfMetadataAloneLeaveTheSerial) {
  EXPECT_EQ(run({MetadataReplacement{"ALLOW-AXFR-FROM", {"192.0.2.1", "192.0.2.2"}}}), "");
  EXPECT_EQ(rows("SELECT domain_id || ' ' || kind || ' ' || content FROM domainmetadata ORDER BY id"),
            (Texts{"1 ALLOW-AXFR-FROM 192.0.2.1", "1 ALLOW-AXFR-FROM 192.0.2.2"}));
  EXPECT_EQ(run({}), "");
  EXPECT_EQ(served_serial(), "105");
  EXPECT_EQ(run({MetadataReplacement{"allow-axfr-from", {}}, RrsetReplacement{"www.example.com", "A", {}}}), "");
  EXPECT_TRUE(rows("SELECT id FROM domainmetadata").empty());
  EXPECT_EQ(served_serial(), "106");
}

TEST_F(ZoneTransactions, AreRefusedWhenTheZoneIsGone) {
  const std::string sentence = "the zone example.com is no longer here: it was removed while it was being written";
  database_.exec("DELETE FROM domains WHERE id = 1");
  EXPECT_EQ(run({RecordAddition{a_soa(200)}}), sentence);
  database_.exec("INSERT INTO domains (id, name, type) VALUES (1, 'other.example', 'NATIVE')");
  EXPECT_EQ(run({}, true), sentence) << "its id is another zone's";
  EXPECT_TRUE(rows("SELECT id FROM records WHERE domain_id = 1").empty());
  database_.exec("UPDATE domains SET name = 'Example.COM' WHERE id = 1");
  EXPECT_EQ(run({}, true), "");
}

TEST_F(ZoneTransactions, TakeOnlyWhatCanBeServed) {
  const Zone zone{1, "example.com"};
  struct Case {
    Record wanted;
    std::string refused;
  };
  const std::vector<Case> cases = {
      {a_soa(7), ""},
      {a_record("a.b.example.com", "MX", "10 mail.example"), ""},
      {a_record("a.example.net", "A", "10.0.0.1"), "the name a.example.net lies outside the zone example.com"},
      {a_record("xexample.com", "A", "10.0.0.1"), "the name xexample.com lies outside the zone example.com"},
      {a_record("www.example.com", "A", "10.0.0.256"),
       "PowerDNS cannot serve the record www.example.com A \"10.0.0.256\": the content must be an IPv4 address "
       "such as "
       "192.0.2.1"},
      {a_record("www.example.com", "NOTYPE", "x"),
       "PowerDNS cannot serve the record www.example.com NOTYPE \"x\": PowerDNS knows no type \"NOTYPE\""},
  };
  for (const auto& [wanted, refused] : cases) {
    std::string sentence;
    try {
      require_within(zone, wanted.name);
      require_servable(wanted, PowerDnsVersions::all());
    } catch (const Refusal& error) {
      sentence = error.what();
    }
    EXPECT_EQ(sentence, refused);
  }
}

}  // namespace
}  // namespace mxbalance::db
