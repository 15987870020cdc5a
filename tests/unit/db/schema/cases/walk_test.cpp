// Random edits, allowed or refused: after each one, every published name has something to say, every reference
// leads somewhere, and every domain_id is right.
#include <map>
#include <random>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <gtest/gtest.h>

#include "tests/unit/db/schema/cases/hand_edited_store.h"

namespace mxbalance::db {
namespace {

using testing::HandEditedStore;

/// Writes statements of every kind about few names, so that they meet.
class Editor {
 public:
  explicit Editor(unsigned seed) : random_(seed) {}

  std::string next() {
    static const std::vector<std::string> forms = {
        "INSERT@ INTO mail_servers (name, state) VALUES (HOST, STATE)",
        "INSERT@ INTO mail_servers (name) VALUES (HOST) ON CONFLICT (name) DO UPDATE SET state = STATE",
        "UPDATE@ mail_servers SET state = STATE WHERE name = HOST",
        "UPDATE@ mail_servers SET state = STATE WHERE name > HOST",
        "UPDATE@ mail_servers SET name = HOST WHERE name = HOST",
        "UPDATE@ mail_servers SET name = HOST, state = STATE WHERE name = HOST",
        "DELETE FROM mail_servers WHERE name = HOST",
        "INSERT@ INTO mail_addresses (server, address) VALUES (HOST, ADDRESS)",
        "INSERT@ INTO mail_addresses (server, address) VALUES (HOST, ADDRESS)",
        "UPDATE@ mail_addresses SET address = ADDRESS WHERE server = HOST",
        "UPDATE@ mail_addresses SET server = HOST WHERE server = HOST",
        "UPDATE@ mail_addresses SET server = HOST, address = ADDRESS WHERE address = ADDRESS",
        "DELETE FROM mail_addresses WHERE server = HOST",
        "DELETE FROM mail_addresses WHERE address = ADDRESS",
        "INSERT@ INTO pools (name) VALUES (POOL)",
        "UPDATE@ pools SET name = POOL WHERE name = POOL",
        "DELETE FROM pools WHERE name = POOL",
        "INSERT@ INTO pool_members (pool, server) VALUES (POOL, HOST)",
        "INSERT@ INTO pool_members (pool, server) VALUES (POOL, HOST)",
        "UPDATE@ pool_members SET pool = POOL WHERE server = HOST",
        "UPDATE@ pool_members SET server = HOST WHERE pool = POOL",
        "UPDATE@ pool_members SET pool = POOL, server = HOST WHERE pool = POOL AND server = HOST",
        "DELETE FROM pool_members WHERE pool = POOL",
        "DELETE FROM pool_members WHERE server = HOST",
        "INSERT@ INTO pool_names (name, kind, pool) VALUES (HOST, KIND, POOL)",
        "INSERT@ INTO pool_names (name, kind, pool) VALUES (ZONE, KIND, POOL)",
        "UPDATE@ pool_names SET name = HOST WHERE pool = POOL",
        "UPDATE@ pool_names SET pool = POOL WHERE name = HOST",
        "UPDATE@ pool_names SET kind = KIND WHERE name = HOST",
        "DELETE FROM pool_names WHERE name = HOST",
        "INSERT OR IGNORE INTO domains (name, type) VALUES (ZONE, 'NATIVE')",
        "INSERT INTO domains (name, type) VALUES (ZONE, 'NATIVE')",
        "UPDATE OR IGNORE domains SET name = ZONE WHERE name = ZONE",
        "UPDATE OR IGNORE domains SET id = ID WHERE name = ZONE",
        "DELETE FROM domains WHERE name = ZONE",
    };
    std::string text = one_of(forms);
    replace_each(text, "HOST", {"'m1.a.com'", "'m2.a.com'", "'m3.b.a.com'", "'m4.com'", "'x.a.com'", "'b.a.com'"});
    replace_each(text, "STATE", {"'enabled'", "'enabled'", "'drain'", "'disabled'"});
    replace_each(text, "ADDRESS", {"'10.0.0.1'", "'10.0.0.2'", "'::1'"});
    replace_each(text, "POOL", {"'p'", "'q'", "'r'"});
    replace_each(text, "KIND", {"'MX'", "'A'"});
    replace_each(text, "ZONE", {"'com'", "'a.com'", "'B.a.com'", "'x.a.com'"});
    replace_each(text, "ID", {"1", "2", "3", "4", "5"});
    replace_each(text, "@", {"", "", " OR REPLACE", " OR IGNORE", " OR ROLLBACK", " OR FAIL"});
    return text;
  }

 private:
  const std::string& one_of(const std::vector<std::string>& choices) {
    return choices[std::uniform_int_distribution<std::size_t>(0, choices.size() - 1)(random_)];
  }

  void replace_each(std::string& text, const std::string& word, const std::vector<std::string>& choices) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
      const std::string& choice = one_of(choices);
      text.replace(at, word.size(), choice);
      at += choice.size();
    }
  }

  std::mt19937 random_;
};

constexpr const char* without_an_answer = R"(
  SELECT n.name, n.kind, n.pool FROM pool_names n WHERE NOT EXISTS
    (SELECT 1 FROM pool_members m JOIN mail_servers s ON s.name = m.server
      WHERE m.pool = n.pool AND s.state = 'enabled'
        AND (n.kind = 'MX' OR EXISTS (SELECT 1 FROM mail_addresses a WHERE a.server = s.name))))";

constexpr const char* leading_nowhere = R"(
  SELECT 'address', server FROM mail_addresses WHERE server NOT IN (SELECT name FROM mail_servers) UNION ALL
  SELECT 'member', server FROM pool_members WHERE server NOT IN (SELECT name FROM mail_servers) UNION ALL
  SELECT 'member', pool FROM pool_members WHERE pool NOT IN (SELECT name FROM pools) UNION ALL
  SELECT 'name', pool FROM pool_names WHERE pool NOT IN (SELECT name FROM pools) UNION ALL
  SELECT 'host and published', name FROM pool_names WHERE kind = 'A' AND name IN (SELECT name FROM mail_servers))";

// The longest zone that ends the name, by brute force.
constexpr const char* in_a_wrong_zone = R"(
  SELECT name, domain_id FROM (SELECT name, domain_id FROM mail_servers UNION ALL SELECT name, domain_id FROM pool_names) n
   WHERE domain_id IS NOT (SELECT id FROM domains d WHERE '.' || n.name LIKE '%.' || d.name ORDER BY length(d.name) DESC LIMIT 1))";

/// Without a savepoint round it: what OR FAIL leaves behind counts.
std::string outcome_of(const std::string& edit, SQLite::Database& database) {
  try {
    database.exec(edit);
    return "ok";
  } catch (const SQLite::Exception& error) {
    return error.what();
  }
}

struct Walk {
  unsigned seed;
  bool recursive_triggers;
};

class RandomEdits : public ::testing::TestWithParam<Walk> {};

TEST_P(RandomEdits, NeverLeaveAnEmptyAnswer) {
  HandEditedStore edited;
  edited.database().exec(GetParam().recursive_triggers ? "PRAGMA recursive_triggers = ON"
                                                       : "PRAGMA recursive_triggers = OFF");
  Editor editor(GetParam().seed);
  std::map<std::string, int> outcomes;
  for (int i = 0; i < 6000; ++i) {
    const std::string edit = editor.next();
    ++outcomes[outcome_of(edit, edited.database())];
    ASSERT_EQ(edited.rows(without_an_answer), std::vector<std::string>{}) << edit;
    ASSERT_EQ(edited.rows(leading_nowhere), std::vector<std::string>{}) << edit;
    ASSERT_EQ(edited.rows(in_a_wrong_zone), std::vector<std::string>{}) << edit;
  }
  EXPECT_GT(outcomes["ok"], 1000);
  EXPECT_GT(outcomes.size(), 12U) << "too few of the rules were met";
}

INSTANTIATE_TEST_SUITE_P(Walks, RandomEdits,
                         ::testing::Values(Walk{1, false}, Walk{2, false}, Walk{3, false}, Walk{4, true}),
                         [](const auto& walk) { return "Seed" + std::to_string(walk.param.seed); });

}  // namespace
}  // namespace mxbalance::db
