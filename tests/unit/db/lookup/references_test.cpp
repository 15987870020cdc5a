#include "db/lookup/references.h"

#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

using References = EditedStore;

TEST_F(References, ListTheFirstFew) {
  struct Case {
    FirstFew found;
    const char* words;
  };
  const Case cases[] = {
      {{{}, 0}, ""},
      {{{"a"}, 1}, "a"},
      {{{"a", "b"}, 2}, "a and b"},
      {{{"a", "b", "c", "d", "e", "f"}, 6}, "a, b, c, d, e and f"},
      {{{"a", "b", "c", "d", "e", "f"}, 7}, "a, b, c, d, e and 2 more"},
      {{{"a", "b", "c", "d", "e", "f"}, 1000000}, "a, b, c, d, e and 999995 more"},
  };
  for (const auto& [found, words] : cases)
    EXPECT_EQ(in_words(found), words);
}

TEST_F(References, CountWhatTheyDoNotKeep) {
  edit([](Connection& connection) {
    const FirstFew found = first_few(
        connection,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n");
    EXPECT_EQ(found.items.size(), FirstFew::most);
    EXPECT_EQ(found.total, 1000);
  });
}

TEST_F(References, AreMissedWithTheCommandThatAddsThem) {
  database_.exec("INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE')");
  EXPECT_EQ(refusal([](Connection& connection) { require_zone(connection, "example.com"); }), "");
  EXPECT_EQ(refusal([](Connection& connection) { require_zone(connection, "www.example.com"); }),
            "there is no zone www.example.com here; the zone that holds this name is example.com");
  EXPECT_EQ(refusal([](Connection& connection) { require_zone(connection, "example.org"); }),
            "there is no zone example.org here; add it with: mxbalance zone add example.org --ns NAME");
  EXPECT_EQ(refusal([](Connection& connection) { require_server(connection, "mail1.example.com"); }),
            "there is no mail server mail1.example.com; add it with: mxbalance server add mail1.example.com"
            " --address ADDRESS");
  EXPECT_EQ(refusal([](Connection& connection) { require_pool(connection, "inbound"); }),
            "there is no pool inbound; add it with: mxbalance pool add inbound");
  database_.exec("INSERT INTO pools (name) VALUES ('one'), ('two')");
  EXPECT_EQ(refusal([](Connection& connection) { require_pool(connection, "inbound"); }),
            "there is no pool inbound; the pools here are: one and two");
}

}  // namespace
}  // namespace mxbalance::db
