#include "db/lookup/zone_order.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

using Texts = std::vector<std::string>;

std::string key(std::string_view name) {
  return order_key(name, "example").value();
}

OrderedName ordered(std::string_view name, bool in_chain = true, bool is_insecure = false) {
  return {key(name), in_chain, false, is_insecure};
}

std::string around(const std::optional<Neighbours>& found) {
  return found ? found->before + " < " + found->after : "none";
}

TEST(OrderKeys, ComeInTheOrderOfRfc4034) {
  const Texts names = {"example",           "a.example",      "yljkjljk.a.example",
                       "z.a.example",       "zabc.a.example", "z.example",
                       R"(\001.z.example)", "*.z.example",    R"(\200.z.example)"};
  Texts shuffled(names.rbegin(), names.rend());
  std::sort(shuffled.begin(), shuffled.end(), [](const auto& a, const auto& b) { return key(a) < key(b); });
  EXPECT_EQ(shuffled, names);
}

TEST(OrderKeys, SayTheNameAgain) {
  for (const std::string name :
       {"a", "a.b.c", R"(\000)", R"(\001\000.\001)", R"(a\.b.\\)", R"(\032.\255.~)", "*._tcp"}) {
    EXPECT_EQ(relative_name(key(name + ".example")), name);
    EXPECT_EQ(relative_name(order_key(name, ".").value()), name) << "in the root zone";
  }
  EXPECT_EQ(key("example"), "");
  EXPECT_EQ(relative_name(""), "");
  EXPECT_TRUE(key("b.a.example").starts_with(key("a.example")));
  EXPECT_FALSE(key("ba.example").starts_with(key("a.example")));
}

TEST(OrderKeys, AreOfCanonicalNamesInTheZone) {
  for (const std::string name : {"example.net", "notexample", R"(a\.example)", "A.example", R"(\065.example)",
                                 R"(\300.example)", "a..example", ".example", "a b.example", R"(a\.example)"}) {
    EXPECT_FALSE(order_key(name, "example")) << name;
  }
  EXPECT_FALSE(order_key(std::string(64, 'a') + ".example", "example"));
  EXPECT_TRUE(order_key(std::string(63, 'a') + ".example", "example"));
}

TEST(ZoneOrders, NeighboursWrapRound) {
  const ZoneOrder order(
      {ordered("www.example"), ordered("example"), ordered("a.b.example"), ordered("glue.example", false)});
  EXPECT_EQ(around(order.neighbours(key("example"))), " < a.b");
  EXPECT_EQ(around(order.neighbours(key("a.example"))), " < a.b");
  EXPECT_EQ(around(order.neighbours(key("b.example"))), " < a.b") << "an empty non-terminal has no record";
  EXPECT_EQ(around(order.neighbours(key("a.b.example"))), "a.b < www");
  EXPECT_EQ(around(order.neighbours(key("glue.example"))), "a.b < www") << "not in the chain";
  EXPECT_EQ(around(order.neighbours(key("zz.example"))), "www < ");
  EXPECT_EQ(around(ZoneOrder({ordered("a.example")}).neighbours(key("example"))), "a < a");
  EXPECT_EQ(around(ZoneOrder({ordered("a.example", false)}).neighbours("")), "none");
}

TEST(ZoneOrders, KnowWhatLiesBelow) {
  std::vector<OrderedName> names = {ordered("a.b.example"), ordered("x.y.example", false), ordered("bb.example")};
  names.push_back({key("t.cut.example"), true, true, false});
  const ZoneOrder order(std::move(names));
  EXPECT_EQ(order.below(key("b.example")), ZoneOrder::Below::chain);
  EXPECT_EQ(order.below(key("a.b.example")), ZoneOrder::Below::nothing);
  EXPECT_EQ(order.below(key("y.example")), ZoneOrder::Below::names);
  EXPECT_EQ(order.below(key("cut.example")), ZoneOrder::Below::names) << "cut off by a delegation";
  EXPECT_EQ(order.below(key("c.example")), ZoneOrder::Below::nothing);
  EXPECT_EQ(order.below(key("example")), ZoneOrder::Below::chain);
}

/// The names in the chain of hashes.
Texts hashed(const ZoneOrder& order, const Nsec3Parameters& parameters) {
  const HashOrder hashes(order, "example", parameters);
  Texts names;
  for (auto found = hashes.neighbours({}); found;
       found = hashes.neighbours(parse_nsec3_label(found->after).value())) {
    if (std::find(names.begin(), names.end(), found->name) != names.end()) break;
    names.push_back(found->name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(HashOrders, HaveEmptyNonTerminalsAndLeaveOutWhatOptOutDoes) {
  std::vector<OrderedName> names = {ordered("example"), ordered("a.b.c.example"),
                                    ordered("d.b.c.example", true, true)};
  names.push_back({key("t.cut.example"), true, true, false});
  names.push_back(ordered("left.out.example", false));
  names.push_back(ordered("e.left.out.example"));
  const ZoneOrder order(std::move(names));
  const Texts chain = {"", "a.b.c", "b.c", "c", "d.b.c", "e.left.out", "out"};
  EXPECT_EQ(hashed(order, {}), chain);
  EXPECT_EQ(hashed(order, {0, "", true}), (Texts{"", "a.b.c", "b.c", "c", "e.left.out", "out"}));
  const HashOrder hashes(ZoneOrder({ordered("example")}), "example", {12, "\xaa\xbb\xcc\xdd", false});
  EXPECT_EQ(around(hashes.neighbours({})), "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom < 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom");
}

}  // namespace
}  // namespace mxbalance::db
