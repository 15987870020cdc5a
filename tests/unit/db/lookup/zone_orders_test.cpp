#include "db/lookup/zone_orders.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include "db/store/bound_statement.h"
#include "tests/unit/db/lookup/lookup_fixture.h"

namespace mxbalance::db {
namespace {

class KeptOrders : public Lookup {
 protected:
  void SetUp() override {
    Lookup::SetUp();
    add({"example.com SOA ns h 1 2 3 4 5", "a.example.com A 10.0.0.1", "e.f.example.com A 10.0.0.2",
         "cut.example.com NS ns.example.net", "ns.cut.example.com A 10.0.0.3", "t.cut.example.com TXT \"x\""});
    count();
  }

  void count() { database_.exec("UPDATE zone_changes SET counting = 1"); }

  std::unique_ptr<Connection> connection() {
    auto connection = std::make_unique<Connection>(database_.path(), Connection::Mode::reading);
    connection->number_snapshots_by(last_snapshot_);
    return connection;
  }

  OrderTerms terms() { return {.kept = &orders_, .since = std::nullopt}; }
  OrderTerms kept_alone(std::optional<std::uint64_t> since = std::nullopt) {
    return {.kept = &orders_, .may_derive = false, .since = since};
  }

  NameContents name(Connection& in_transaction, std::string_view name, const OrderTerms& terms) {
    return read_name(
        in_transaction, {1, "example.com"}, name, read_shared_pool,
        [&](Connection& connection, NameContents& contents) { look_below(connection, contents, terms); });
  }

  /// With `orders_`, if it may.
  std::shared_ptr<const ZoneOrder> order(bool shares = true) {
    std::shared_ptr<const ZoneOrder> order;
    read(*connection(), [&](Connection& in_transaction) {
      order = read_zone_order(in_transaction, {1, "example.com"}, shares ? terms() : OrderTerms{}).names;
    });
    return order;
  }

  static Texts chain(const ZoneOrder& order) {
    Texts names;
    for (const auto index : order.chain())
      names.push_back(relative_name(order.key(index)));
    return names;
  }

  std::string neighbours(const std::string& name, const Zone& zone = {1, "example.com"}) {
    std::optional<Neighbours> found;
    read(*connection(),
         [&](Connection& in_transaction) { found = read_neighbours(in_transaction, zone, name, terms()); });
    return found ? found->before + " < " + found->after + " " + found->name : "none";
  }

  OrderSource source_now() {
    Connection connection(database_.path(), Connection::Mode::reading);
    const auto contents = number(connection, "SELECT contents FROM zone_changes WHERE domain_id = 1");
    return {contents.value_or(0), "example.com", false, 0,
            number(connection, "PRAGMA schema_version").value_or(0)};
  }

  std::string rows_of(const std::string& sql) {
    Connection connection(database_.path(), Connection::Mode::reading);
    return texts(connection, sql).at(0);
  }

  /// What a lookup at `name` finds there, on `terms`.
  std::string on_terms(const OrderTerms& terms, const std::string& name) {
    std::string found;
    try {
      read(*connection(), [&](Connection& in_transaction) {
        const auto contents = this->name(in_transaction, name, terms);
        found = contents.has_names_below ? "names below" : stands_empty(contents) ? "nothing" : "records";
      });
    } catch (const OrderNotKept& needed) {
      EXPECT_EQ(needed.zone_id, 1);
      return "no order";
    }
    return found;
  }

  ZoneOrders orders_;
  std::shared_ptr<std::atomic<std::uint64_t>> last_snapshot_ = std::make_shared<std::atomic<std::uint64_t>>(0);
};

TEST_F(KeptOrders, HaveWhatStandsInTheZone) {
  database_.exec("INSERT INTO mail_servers (name) VALUES ('bare.example.com')");  // without an address
  EXPECT_EQ(chain(*order()), (Texts{"", "a", "cut", "t.cut", "e.f", "mail1"}));
}

TEST_F(KeptOrders, HaveAPoolBelowADelegation) {
  database_.exec("INSERT INTO pool_names (name, kind, pool) VALUES ('m.cut.example.com', 'MX', 'relays')");
  EXPECT_EQ(chain(*order()), (Texts{"", "a", "cut", "m.cut", "t.cut", "e.f", "mail1"})) << "it is no glue";
}

TEST_F(KeptOrders, AddEmptyNonTerminalsToAWalk) {
  add({"a.b.c.example.com A 10.0.0.1", "z.b.c.example.com A 10.0.0.1", "x.ins.example.com NS ns.example.org",
       "ns.q.cut.example.com A 10.0.0.6", R"(x\.y.dot.example.com A 10.0.0.1)", "x.bad.example.com A 10.0.0.1",
       "bad.example.com A 10.0.0.256", "x.over.example.com A 10.0.0.1"});
  database_.exec(
      "INSERT INTO pool_names (name, kind, pool) VALUES ('mx.region.example.com', 'MX', 'gateways');"
      "INSERT INTO mail_servers (name) VALUES ('m.hosts.example.com'), ('over.example.com');"
      "INSERT INTO mail_addresses (server, address) VALUES ('m.hosts.example.com', '10.0.0.3');"
      "INSERT INTO records (domain_id, name, type, content, disabled) VALUES (1, 'x.off.example.com', 'A', "
      "'10.0.0.1', 1),"
      " (1, 'stored.example.com', NULL, NULL, 0)");
  for (const bool is_kept : {false, true, true}) {
    Texts names;
    Texts nonterminals;
    read(*connection(), [&](Connection& in_transaction) {
      for_each_name_and_nonterminal(in_transaction, &orders_, {1, "example.com"}, [&](NameContents&& contents) {
        if (!contents.has_names_below) {
          EXPECT_TRUE(nonterminals.empty()) << contents.name << " comes too late";
          names.push_back(contents.name);
          return;
        }
        const auto found = name(in_transaction, contents.name, terms());
        EXPECT_TRUE(found.has_names_below && stands_empty(found)) << contents.name;
        EXPECT_EQ(found.is_not_authoritative, contents.is_not_authoritative) << contents.name;
        nonterminals.push_back(contents.name + (contents.is_not_authoritative ? " outside" : ""));
      });
    });
    EXPECT_EQ(names, walked_names()) << is_kept;
    EXPECT_EQ(nonterminals,
              (Texts{"bad.example.com", "c.example.com", "b.c.example.com", "q.cut.example.com outside",
                     "dot.example.com", "f.example.com", "hosts.example.com", "ins.example.com",
                     "over.example.com", "region.example.com"}))
        << is_kept;
  }
}

TEST_F(KeptOrders, LeaveWhatIsInsecureOutOfAWalkWithOptOut) {
  add({"x.ins.example.com NS ns.example.org", "x.sec.example.com NS ns.example.org",
       "x.both.example.com NS ns.example.org",
       "x.sec.example.com DS 12345 13 2 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
       "y.both.example.com A 10.0.0.1"});
  for (const bool opt_out : {false, true}) {
    database_.exec(
        std::string("INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'NSEC3PARAM', '1 ") +
        (opt_out ? "1" : "0") + " 0 -')");
    Texts outside;
    read(*connection(), [&](Connection& in_transaction) {
      for_each_name_and_nonterminal(in_transaction, &orders_, {1, "example.com"}, [&](NameContents&& contents) {
        if (contents.is_not_authoritative) outside.push_back(contents.name);
      });
    });
    EXPECT_EQ(outside, opt_out ? Texts{"ins.example.com"} : Texts{});
    database_.exec("DELETE FROM domainmetadata");
  }
}

TEST_F(KeptOrders, AreKeptWhileTheZoneIsTheSame) {
  const auto first = order();
  EXPECT_EQ(order(), first);
  database_.exec(
      "UPDATE mail_servers SET weight = 7 WHERE name = 'mail2.example.net'; UPDATE pools SET ttl = 7;"
      "INSERT INTO records (domain_id, name, type, content) VALUES (2, 'x.example.net', 'A', '10.0.0.1')");
  EXPECT_EQ(order(), first) << "what is not in the zone";
}

TEST_F(KeptOrders, FollowEveryKindOfEdit) {
  for (const std::string edit :
       {"INSERT INTO records (domain_id, name, type, content) VALUES (1, 'b.example.com', 'A', '10.0.0.1')",
        "UPDATE records SET disabled = 1 WHERE name = 'b.example.com'",
        "UPDATE records SET disabled = 0 WHERE name = 'b.example.com'",
        "UPDATE records SET name = 'c.example.com' WHERE name = 'b.example.com'",
        "UPDATE records SET type = 'NS' WHERE name = 'c.example.com'",
        "UPDATE records SET content = 'no address', type = 'A' WHERE name = 'c.example.com'",
        "DELETE FROM records WHERE name = 'c.example.com'",
        "INSERT INTO pool_names (name, kind, pool) VALUES ('p.example.com', 'MX', 'gateways')",
        "UPDATE pool_names SET name = 'q.example.com'", "DELETE FROM pool_names",
        "DELETE FROM mail_addresses WHERE server = 'mail1.example.com'",
        "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '10.0.0.9')",
        "UPDATE mail_servers SET name = 'mail3.example.com' WHERE name = 'mail1.example.com'",
        "UPDATE records SET content = 'ns h 1 2 3 4 5' WHERE type = 'SOA'; DELETE FROM records WHERE name = "
        "'a.example.com'",
        "DELETE FROM domains WHERE id = 1; INSERT INTO domains (id, name, type) VALUES (1, 'example.com', "
        "'NATIVE')"}) {
    const auto before = order();
    database_.exec(edit);
    EXPECT_EQ(chain(*order()), chain(*order(false))) << edit;
    EXPECT_NE(order(), before) << edit;
  }
}

TEST_F(KeptOrders, OfZonesThatAreBeingLoadedAreNotKept) {
  database_.exec("UPDATE zone_changes SET counting = 0");
  order();
  add({"new.example.com A 10.0.0.1"});
  EXPECT_EQ(chain(*order()), chain(*order(false)));
  count();
  const auto kept = order();
  EXPECT_EQ(order(), kept);
}

TEST_F(KeptOrders, GoWhenTheyTakeTooMuchMemory) {
  ZoneOrders few(1);
  const auto kept = [&](std::int64_t contents) {
    return ZoneOrders::Kept{{contents, "example.com", false},
                            std::make_shared<const ZoneOrder>(std::vector<OrderedName>()),
                            {},
                            nullptr,
                            {}};
  };
  few.keep(1, kept(1));
  EXPECT_TRUE(few.find(1, {1, "example.com", false}).names) << "the last one stays";
  EXPECT_FALSE(few.find(1, {2, "example.com", false}).names);
  EXPECT_FALSE(few.find(1, {1, "example.com", true}).names);
  few.keep(2, kept(1));
  EXPECT_FALSE(few.find(1, {1, "example.com", false}).names);
  EXPECT_TRUE(few.find(2, {1, "example.com", false}).names);

  ZoneOrders two(5 * (sizeof(ZoneOrders::Kept) + kept(1).names->bytes()) / 2);
  two.keep(1, kept(1));
  for (std::int64_t contents = 1; contents < 10; ++contents)
    two.keep(2, kept(contents));
  EXPECT_TRUE(two.find(1, {1, "example.com", false}).names) << "what was replaced takes none";
  two.keep(3, kept(1));
  EXPECT_TRUE(two.find(1, {1, "example.com", false}).names) << "it was asked for last";
  EXPECT_FALSE(two.find(2, {9, "example.com", false}).names);
}

TEST_F(KeptOrders, AnswerForNamesAndHashes) {
  EXPECT_EQ(neighbours("b"), "a < cut a.example.com");
  EXPECT_EQ(neighbours("."), " < a example.com");
  const std::string hash(32, 'v');
  EXPECT_EQ(neighbours(hash), "mail1 <  mail1.example.com") << "a name like any other";
  database_.exec("INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'NSEC3PARAM', '1 0 0 -')");
  const auto hashed = neighbours(hash);
  EXPECT_EQ(hashed.find(" < "), 32U) << hashed;
  EXPECT_EQ(neighbours("b"), "a < cut a.example.com") << "whoever has not seen the metadata yet";
  database_.exec("UPDATE domainmetadata SET content = '1 0 0 ab'");
  EXPECT_NE(neighbours(hash), hashed) << "another salt";
}

TEST_F(KeptOrders, OfTheRootZoneHaveItsNames) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (3, '.', 'NATIVE');"
      "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (3, '.', 'SOA', 'ns h 1 2 3 4 5', 60),"
      " (3, 'a.org', 'A', '10.0.0.1', 60), (3, 'net', 'NS', 'ns.net', 60)");
  EXPECT_EQ(neighbours("b", {3, "."}), " < net .");
  EXPECT_EQ(neighbours("z", {3, "."}), "a.org <  a.org");
}

TEST_F(KeptOrders, OfPresignedZonesAreAsTheyWereFed) {
  database_.exec("INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'PRESIGNED', '1')");
  EXPECT_EQ(chain(*order()), (Texts{"", "a", "cut", "t.cut", "e.f", "mail1"})) << "fed without an order";
  database_.exec(
      "UPDATE records SET ordername = 'x', content = content || '' WHERE name IN ('example.com', 'a.example.com');"
      "UPDATE records SET ttl = 7 WHERE name = 'a.example.com';"
      "INSERT INTO records (domain_id, name, type, content, ttl, ordername, disabled)"
      " VALUES (1, 'e.f.example.com', 'TXT', '\"x\"', 60, 'f e', 1)");
  EXPECT_EQ(chain(*order()), (Texts{"", "a"}));
  NameContents contents;
  read(*connection(),
       [&](Connection& in_transaction) { contents = name(in_transaction, "f.example.com", terms()); });
  EXPECT_TRUE(contents.has_names_below);
  EXPECT_TRUE(contents.is_not_authoritative);
}

TEST_F(KeptOrders, AreSharedByAllWhoReadAtOnce) {
  std::vector<std::shared_ptr<const ZoneOrder>> found(8);
  std::vector<std::jthread> threads;
  for (auto& one : found)
    threads.emplace_back([&] { one = order(); });
  threads.clear();
  ASSERT_NE(found.front(), nullptr);
  EXPECT_NE(std::find(found.begin(), found.end(), order()), found.end()) << "one of them is kept";
  for (const auto& one : found)
    EXPECT_EQ(chain(*one), chain(*order(false)));
}

TEST_F(KeptOrders, OfAnEarlierSnapshotTakeNoLaterOnesPlace) {
  read(*connection(), [&](Connection& in_transaction) {
    EXPECT_TRUE(exists(in_transaction, "SELECT 1 FROM domains"));
    add({"b.example.com A 10.0.0.1"});
    const auto later = order();
    EXPECT_EQ(chain(*read_zone_order(in_transaction, {1, "example.com"}, terms()).names),
              (Texts{"", "a", "cut", "t.cut", "e.f", "mail1"}));
    EXPECT_EQ(order(), later);
  });
}

TEST_F(KeptOrders, WithHashesStayWhenAListDerivesThemWithout) {
  database_.exec("INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'NSEC3PARAM', '1 0 0 -')");
  neighbours(std::string(32, 'v'));
  const auto source = source_now();
  const auto hashed = orders_.find(1, source);
  ASSERT_TRUE(hashed.hashes);
  orders_.keep(1, {source, hashed.names, {}, nullptr, {}, hashed.snapshot + 1});
  EXPECT_EQ(orders_.find(1, source).hashes, hashed.hashes);
}

TEST_F(KeptOrders, AreOfOneFile) {
  order();
  database_.exec("UPDATE records SET name = 'b.example.com' WHERE name = 'a.example.com'");
  database_.exec("UPDATE zone_changes SET contents = (SELECT contents FROM zone_changes WHERE domain_id = 1)");
  const auto kept = source_now();
  Connection replaced(database_.path(), Connection::Mode::reading, 1);
  read(replaced, [&](Connection& in_transaction) {
    EXPECT_EQ(chain(*read_zone_order(in_transaction, {1, "example.com"}, terms()).names),
              (Texts{"", "b", "cut", "t.cut", "e.f", "mail1"}));
  });
  EXPECT_EQ(orders_.find(1, kept).names, nullptr) << "the other file's has taken its place";
}

TEST_F(KeptOrders, EndWithTheTriggersThatCountChanges) {
  order();
  const auto trigger = rows_of("SELECT sql FROM sqlite_schema WHERE name = 'records_counted'");
  database_.exec("DROP TRIGGER records_counted");
  add({"b.example.com A 10.0.0.1"});
  database_.exec(trigger);
  EXPECT_EQ(chain(*order()), (Texts{"", "a", "b", "cut", "t.cut", "e.f", "mail1"})) << "the number is the same";
}

TEST_F(KeptOrders, AreDerivedOnlyByThoseWhoMay) {
  EXPECT_EQ(on_terms(kept_alone(), "f.example.com"), "no order");
  order();
  EXPECT_EQ(on_terms(kept_alone(), "f.example.com"), "names below");
  add({"b.example.com A 10.0.0.1"});
  EXPECT_EQ(on_terms(kept_alone(), "f.example.com"), "no order");
  EXPECT_EQ(on_terms(terms(), "f.example.com"), "names below");
}

TEST_F(KeptOrders, OfALaterSnapshotThanTheQuestionWillDo) {
  const auto asked = ++*last_snapshot_;
  order();
  add({"b.example.com A 10.0.0.1"});
  EXPECT_EQ(on_terms(kept_alone(asked), "f.example.com"), "names below");
  EXPECT_EQ(on_terms(kept_alone(++*last_snapshot_), "f.example.com"), "no order");
}

TEST_F(KeptOrders, OfAnotherSnapshotDenyNothingThatStandsBelow) {
  add({"x.example.com A 10.0.0.1"});
  const auto asked = ++*last_snapshot_;
  order();
  database_.exec("UPDATE records SET name = 'y.x.example.com' WHERE name = 'x.example.com'");
  EXPECT_EQ(on_terms(kept_alone(asked), "x.example.com"), "names below");
}

}  // namespace
}  // namespace mxbalance::db
