// The serials that are served, over random edits of every kind: they never fall, and move with what is published.
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include "tests/unit/db/lookup/served_serials.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {
namespace {

/// Writes edits of every kind about few names, so that they meet.
class SerialEditor {
 public:
  explicit SerialEditor(unsigned seed) : random_(seed) {}

  std::string next() {
    static const std::vector<std::string> forms = {
        "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (ZONE_ID, NAME, TYPE, CONTENT, TTL)",
        "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (ZONE_ID, NAME, TYPE, CONTENT, TTL)",
        "REPLACE INTO records (id, domain_id, name, type, content, ttl) VALUES (ROW, ZONE_ID, NAME, TYPE, CONTENT,"
        " TTL)",
        "UPDATE records SET content = CONTENT WHERE id = ROW AND type <> 'SOA'",
        "UPDATE records SET ttl = TTL WHERE id = ROW",
        "UPDATE records SET disabled = 1 - coalesce(disabled, 0) WHERE id = ROW",
        "UPDATE records SET type = TYPE WHERE id = ROW AND coalesce(type, '') <> 'SOA'",
        "UPDATE records SET name = NAME WHERE id = ROW AND coalesce(type, '') <> 'SOA'",
        "UPDATE records SET domain_id = ZONE_ID WHERE id = ROW AND coalesce(type, '') <> 'SOA'",
        "UPDATE records SET auth = 0, ordername = NAME",
        "DELETE FROM records WHERE id = ROW AND coalesce(type, '') <> 'SOA'",
        "DELETE FROM records WHERE name = NAME AND coalesce(type, '') <> 'SOA'",
        "UPDATE records SET content = SOA WHERE type = 'SOA' AND domain_id = ZONE_ID",
        "UPDATE records SET content = SOA WHERE type = 'SOA' AND domain_id = ZONE_ID",
        "UPDATE records SET disabled = 1 - coalesce(disabled, 0) WHERE type = 'SOA' AND domain_id = ZONE_ID",
        "DELETE FROM records WHERE type = 'SOA' AND domain_id = ZONE_ID",
        "DELETE FROM records WHERE type = 'SOA' AND domain_id = ZONE_ID; INSERT INTO records (domain_id, name, "
        "type,"
        " content) SELECT id, name, 'SOA', SOA FROM domains WHERE id = ZONE_ID",
        "INSERT INTO records (domain_id, name, type, content) SELECT id, name, 'SOA', SOA FROM domains d WHERE NOT"
        " EXISTS (SELECT 1 FROM records r WHERE r.domain_id = d.id AND r.type = 'SOA')",
        "REPLACE INTO records (id, domain_id, name, type, content) SELECT r.id, r.domain_id, r.name, 'SOA', SOA "
        "FROM"
        " records r WHERE r.type = 'SOA' AND r.domain_id = ZONE_ID LIMIT 1",
        "INSERT@ INTO mail_servers (name, state) VALUES (HOST, STATE)",
        "INSERT INTO mail_servers (name) VALUES (HOST) ON CONFLICT (name) DO UPDATE SET state = STATE",
        "UPDATE@ mail_servers SET state = STATE WHERE name = HOST",
        "UPDATE@ mail_servers SET weight = TTL WHERE name = HOST",
        "UPDATE@ mail_servers SET ttl = TTL WHERE name = HOST",
        "UPDATE@ mail_servers SET health = HEALTH WHERE name = HOST",
        "UPDATE@ mail_servers SET name = HOST WHERE name = HOST",
        "DELETE FROM mail_servers WHERE name = HOST",
        "INSERT@ INTO mail_addresses (server, address) VALUES (HOST, ADDRESS)",
        "INSERT@ INTO mail_addresses (server, address) VALUES (HOST, ADDRESS)",
        "UPDATE@ mail_addresses SET address = ADDRESS WHERE server = HOST",
        "UPDATE@ mail_addresses SET server = HOST WHERE server = HOST",
        "UPDATE@ mail_addresses SET health = HEALTH WHERE server = HOST",
        "DELETE FROM mail_addresses WHERE server = HOST",
        "INSERT@ INTO pools (name) VALUES (POOL)",
        "UPDATE@ pools SET ttl = TTL WHERE name = POOL",
        "UPDATE@ pools SET name = POOL WHERE name = POOL",
        "DELETE FROM pools WHERE name = POOL",
        "INSERT@ INTO pool_members (pool, server) VALUES (POOL, HOST)",
        "INSERT@ INTO pool_members (pool, server) VALUES (POOL, HOST)",
        "UPDATE@ pool_members SET weight = TTL WHERE pool = POOL",
        "UPDATE@ pool_members SET pool = POOL WHERE server = HOST",
        "UPDATE@ pool_members SET server = HOST WHERE pool = POOL",
        "DELETE FROM pool_members WHERE pool = POOL AND server = HOST",
        "INSERT@ INTO pool_names (name, kind, pool) VALUES (NAME, KIND, POOL)",
        "INSERT@ INTO pool_names (name, kind, pool) VALUES (NAME, KIND, POOL)",
        "INSERT INTO pool_names (name, kind, pool) VALUES (NAME, KIND, POOL) ON CONFLICT (name, kind) DO UPDATE "
        "SET"
        " pool = POOL",
        "UPDATE@ pool_names SET name = NAME WHERE name = NAME",
        "UPDATE@ pool_names SET pool = POOL WHERE name = NAME",
        "UPDATE@ pool_names SET kind = KIND WHERE name = NAME",
        "DELETE FROM pool_names WHERE name = NAME",
        "INSERT INTO domains (name, type) VALUES ('sub.a.com', 'NATIVE'); UPDATE zone_changes SET counting = 1;"
        "INSERT INTO records (domain_id, name, type, content) SELECT id, name, 'SOA', SOA FROM domains WHERE name "
        "="
        " 'sub.a.com'",
        "DELETE FROM domains WHERE name = 'sub.a.com'",
        "UPDATE domains SET type = KIND_OF_ZONE WHERE id = ZONE_ID",
        "UPDATE domains SET id = 9 WHERE id = ZONE_ID; UPDATE records SET domain_id = 9 WHERE domain_id = ZONE_ID",
        "UPDATE records SET domain_id = ZONE_ID WHERE domain_id = 9; UPDATE domains SET id = ZONE_ID WHERE id = 9",
        "UPDATE domains SET id = ZONE_ID WHERE id = 9; UPDATE records SET domain_id = ZONE_ID WHERE domain_id = 9",
    };
    std::string text = one_of(forms);
    // The same zone everywhere in an edit, the rest drawn at each place.
    static const std::vector<std::string> zones = {"1", "2", "3", "9"};
    replace_each(text, "ZONE_ID", {one_of(zones)});
    replace_each(text, "KIND_OF_ZONE", {"'NATIVE'", "'MASTER'"});
    replace_each(text, "SOA,", {soa() + ","});
    replace_each(text, "SOA)", {soa() + ")"});
    replace_each(text, "SOA ", {soa() + " "});
    replace_each(text, "NAME", {"'a.com'", "'b.com'", "'x.a.com'", "'x.b.com'", "'x.sub.a.com'", "'sub.a.com'"});
    replace_each(text, "TYPE", {"'TXT'", "'A'", "'NS'", "''", "NULL"});
    replace_each(text, "CONTENT", {"'10.0.0.1'", "'10.0.0.2'", "'ns.example'", "'\"x\"'"});
    replace_each(text, "TTL", {"1", "2", "3"});
    replace_each(text, "ROW", {"1", "2", "3", "4", "5", "6", "7", "8"});
    replace_each(text, "HOST", {"'m1.a.com'", "'m2.a.com'", "'m3.b.com'", "'m4.com'", "'m5.sub.a.com'"});
    replace_each(text, "STATE", {"'enabled'", "'enabled'", "'drain'", "'disabled'"});
    replace_each(text, "HEALTH", {"'unknown'", "'up'", "'down'"});
    replace_each(text, "ADDRESS", {"'10.0.0.1'", "'10.0.0.2'", "'::1'"});
    replace_each(text, "POOL", {"'p'", "'q'", "'r'"});
    replace_each(text, "KIND", {"'MX'", "'A'"});
    replace_each(text, "@", {"", "", " OR REPLACE", " OR IGNORE"});
    return text;
  }

 private:
  std::string soa() {
    // None half way round from another, where what is ahead is undecided (RFC 1982 §3.2).
    static const std::vector<std::string> serials = {"1",         "7",          "100",        "101",
                                                     "200000000", "1500000000", "3000000000", "4294967295"};
    return "'ns h " + one_of(serials) + " 2 3 4 5'";
  }

  const std::string& one_of(const std::vector<std::string>& choices) {
    return choices[std::uniform_int_distribution<std::size_t>(0, choices.size() - 1)(random_)];
  }

  /// Not inside a word in quotes or another word.
  void replace_each(std::string& text, const std::string& word, const std::vector<std::string>& choices) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
      if (at > 0 && text[at - 1] == '\'') {
        at += word.size();
        continue;
      }
      const std::string& choice = one_of(choices);
      text.replace(at, word.size(), choice);
      at += choice.size();
    }
  }

  std::mt19937 random_;
};

/// What secondaries would have of the zone, but its serial.
std::string published_content(Connection& connection, const std::string& zone) {
  constexpr const char* rows = R"(
    SELECT coalesce(group_concat(line, x'0a'), '') FROM (
      SELECT r.name || ' ' || upper(r.type) || ' ' || coalesce(r.ttl, 3600) ||
             CASE upper(r.type) WHEN 'SOA' THEN '' ELSE ' ' || coalesce(r.content, '') END AS line
        FROM records r JOIN domains d ON d.id = r.domain_id
       WHERE d.name = ?1 AND r.type <> '' AND NOT coalesce(r.disabled, 0)
       UNION ALL
      SELECT n.name || ' ' || n.kind || ' ' || p.ttl || ' ' || m.server || ' ' || m.preference || ' ' ||
             coalesce(m.weight, s.weight) || ' ' || s.state || ' ' || (s.health = 'down') || ' ' ||
             coalesce((SELECT group_concat(a.address || (a.health = 'down')) FROM mail_addresses a
                        WHERE a.server = s.name), '')
        FROM pool_names n JOIN domains d ON d.id = n.domain_id JOIN pools p ON p.name = n.pool
        JOIN pool_members m ON m.pool = p.name JOIN mail_servers s ON s.name = m.server
       WHERE d.name = ?1
       UNION ALL
      SELECT s.name || ' ' || s.ttl || ' ' || a.address || ' ' || (s.health = 'down') || (a.health = 'down')
        FROM mail_servers s JOIN domains d ON d.id = s.domain_id JOIN mail_addresses a ON a.server = s.name
       WHERE d.name = ?1
       ORDER BY 1))";
  return texts(connection, rows, zone).at(0);
}

class RandomSerials : public ::testing::TestWithParam<unsigned> {
 protected:
  struct Seen {
    std::uint32_t serial = 0;
    std::string content;
  };

  /// Compares each zone with what was last seen of it.
  void look(Connection& connection, const std::string& edit) {
    for (const std::string zone : {"a.com", "b.com", "sub.a.com"}) {
      if (!find_zone(connection, zone)) {
        seen_.erase(zone);  // it may come back as another one
        continue;
      }
      const auto serial = served_by_all(connection, zone);
      if (!serial) continue;
      const std::string content = published_content(connection, zone);
      const auto last = seen_.find(zone);
      if (last != seen_.end()) {
        const auto moved = serial_distance(last->second.serial, *serial);
        ASSERT_GE(moved, 0) << zone << " fell from " << last->second.serial << " to " << *serial << ": " << edit;
        if (content != last->second.content) {
          ++changes_;
          ASSERT_GT(moved, 0) << zone << ": " << edit << "\nbefore:\n"
                              << last->second.content << "\nafter:\n"
                              << content;
        }
      }
      seen_[zone] = {*serial, content};
    }
  }

  std::map<std::string, Seen> seen_;
  int changes_ = 0;
  int done_ = 0;
  testing::TemporaryDatabase database_;
};

TEST_P(RandomSerials, NeverFallAndMoveWithTheContent) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (1, 'a.com', 'NATIVE'), (2, 'b.com', 'NATIVE');"
      "INSERT INTO records (domain_id, name, type, content) SELECT id, name, 'SOA', 'ns h 100 2 3 4 5' FROM "
      "domains;"
      "UPDATE zone_changes SET counting = 1");
  SerialEditor editor(GetParam());
  Connection connection(database_.path(), Connection::Mode::writing);
  rehearse(connection, [&](Connection& edited) {
    for (int i = 0; i < 1000 && !HasFatalFailure(); ++i) {
      const std::string edit = editor.next();
      edited.database().exec("SAVEPOINT edit");
      try {
        edited.database().exec(edit);
        ++done_;
      } catch (const SQLite::Exception&) {
        edited.database().exec("ROLLBACK TO edit");
      }
      edited.database().exec("RELEASE edit");
      look(edited, edit);
    }
  });
  EXPECT_GT(done_, 500);
  EXPECT_GT(changes_, 50);
}

INSTANTIATE_TEST_SUITE_P(Walks, RandomSerials, ::testing::Values(1U, 3U, 4U, 6U),
                         [](const auto& walk) { return "Seed" + std::to_string(walk.param); });

}  // namespace
}  // namespace mxbalance::db
