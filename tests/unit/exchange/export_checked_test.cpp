// What check() names so that the store's own export can be imported.
#include <charconv>
#include <string>
#include <vector>

#include "db/lookup/lookup.h"
#include "db/lookup/zones.h"
#include "tests/unit/db/check/checked_store.h"
#include "tests/unit/exchange/exchanged_store.h"

namespace mxbalance::exchange {
namespace {

/// With the octets that escapes of three digits stand for.
std::string unescaped(const std::string& content) {
  std::string text;
  for (std::size_t i = 0; i < content.size(); ++i) {
    int octet = 0;
    const char* const digits = content.data() + i + 1;
    const bool is_escape = content[i] == '\\' && i + 3 < content.size() &&
                           std::from_chars(digits, digits + 3, octet).ptr == digits + 3;
    text += is_escape ? static_cast<char>(octet) : content[i];
    if (is_escape) i += 3;
  }
  return text;
}

/// What the store answers of static records, in the zone's order, but for the serial, which edits move.
std::vector<std::string> answers(const TemporaryDatabase& store) {
  db::Connection connection(store.path(), db::Connection::Mode::reading);
  std::vector<std::string> found;
  db::read(connection, [&](db::Connection& in) {
    const auto take = [&](db::NameContents&& contents) {
      for (const auto& record : contents.records)
        if (record.type != "SOA")
          found.push_back(record.name + " " + record.type + " " + unescaped(record.content) + " " +
                          std::to_string(record.ttl));
    };
    db::for_each_name(in, *db::find_zone(in, "example.com"), take, db::ignore_defect);
  });
  return found;
}

struct Fault {
  std::string sql;
  std::string remedy;  ///< as of the only finding
};

class ExportedStore : public db::CheckedStore {
 protected:
  void expect_found_and_mended(const Fault& fault) {
    SCOPED_TRACE(fault.sql);
    database_.exec(fault.sql);
    const auto before = answers(database_);
    const auto found = remedies();
    ASSERT_EQ(found.size(), 1U) << found.size();
    EXPECT_EQ(found[0].substr(found[0].find(": ") + 2), fault.remedy) << found[0];
    EXPECT_FALSE(is_taken()) << "there is nothing to be found";
    const auto statement = std::min(found[0].find("UPDATE "), found[0].find("DELETE "));
    ASSERT_NE(statement, std::string::npos) << found[0];
    database_.exec(found[0].substr(statement));
    EXPECT_EQ(findings(), std::vector<std::string>{});
    const TemporaryDatabase copy;
    EXPECT_EQ(exchange::refusal(copy, exported(database_)), "");
    EXPECT_EQ(answers(copy), before);
  }

 private:
  /// Whether the store's export can be imported into a new one.
  bool is_taken() {
    try {
      const TemporaryDatabase copy;
      import(copy, exported(database_));
      return true;
    } catch (const db::Refusal&) {
      return false;
    }
  }
};

TEST_F(ExportedStore, OfRecordsIsImportedOnceWhatCheckNamesIsMended) {
  const auto row = [](const std::string& type, const std::string& content, const std::string& priority,
                      const std::string& more = "60, 0") {
    return "DELETE FROM records WHERE id = 50; INSERT INTO records (id, domain_id, name, type, content, prio, ttl,"
           " disabled) VALUES (50, 1, 'x.example.com', '" +
           type + "', " + content + ", " + priority + ", " + more + ")";
  };
  const std::string which = " WHERE id = 50";
  const std::string drop = "correct it, or delete it: DELETE FROM records" + which;
  const std::vector<Fault> faults = {
      {row("A", "'192.0.2.1'", "'junk'"), "UPDATE records SET prio = NULL" + which},
      {row("A", "'192.0.2.1'", "70000"), "UPDATE records SET prio = NULL" + which},
      {row("A", "'192.0.2.1'", "x'3130'"), "UPDATE records SET prio = 10" + which},
      {row("MX", "'mail.example.net'", "x'3130'"), "UPDATE records SET prio = 10" + which},
      {row("MX", "'10 mail.example.net'", "''"), "UPDATE records SET prio = NULL" + which},
      {row("TXT", "NULL", "0"), "UPDATE records SET content = ''" + which},
      {row("TXT", "CAST(x'22e422' AS TEXT)", "0"), "UPDATE records SET content = '\"\\228\"'" + which},
      {row("TXT", "CAST(x'e427' AS TEXT)", "0"), "UPDATE records SET content = '\"\\228''\"'" + which},
      {row("A", "'mail'", "0", "60, 1"), drop},
      {row("A", "'192.0.2.1'", "0", "'x', 1"), "UPDATE records SET ttl = 3600" + which},
  };
  for (const auto& fault : faults)
    expect_found_and_mended(fault);
}

TEST_F(ExportedStore, OfOtherTablesIsImportedOnceWhatCheckNamesIsMended) {
  const std::string comment =
      "INSERT INTO comments (id, domain_id, name, type, modified_at, comment) VALUES (7, 1, ";
  const std::string metadata = "INSERT INTO domainmetadata (id, domain_id, kind, content) VALUES (7, 1, ";
  const std::string key =
      "INSERT INTO cryptokeys (id, domain_id, flags, active, published, content) VALUES (7, 1, 257, 2, 1, "
      "'Private-key-format: v1.2\nAlgorithm: 13\nPrivateKey: WW0JjTcD49CngloOF5nsKJ6VdFETa+0Zn/RoVcBwmQM=')";
  const std::vector<Fault> faults = {
      {"UPDATE domains SET account = CAST(x'e4' AS TEXT)", "UPDATE domains SET account = 'ä' WHERE id = 1"},
      {metadata + "'X-OWN', NULL)", "UPDATE domainmetadata SET content = '' WHERE id = 7"},
      {"DELETE FROM domainmetadata;" + metadata + "NULL, 'x')",
       "delete it: DELETE FROM domainmetadata WHERE id = 7"},
      {comment + "'example.com', 'A', 'x', 'c')", "UPDATE comments SET modified_at = 0 WHERE id = 7"},
      {"DELETE FROM comments;" + comment + "'example.com', 'A', 1, CAST(x'e484' AS TEXT))",
       "UPDATE comments SET comment = 'ä?' WHERE id = 7"},
      {"DELETE FROM comments;" + comment + "'a..example.com', 'A', 1, 'c')",
       "correct it, or delete it: DELETE FROM comments WHERE id = 7"},
      {key, "UPDATE cryptokeys SET active = 1 WHERE id = 7"},
      {"UPDATE mail_servers SET reason = CAST(x'e4' AS TEXT) WHERE name = 'mail1.example.com'",
       "UPDATE mail_servers SET reason = 'ä' WHERE name = 'mail1.example.com'"},
      {"UPDATE mail_addresses SET reason = CAST(x'e4' AS TEXT) WHERE address = '10.0.0.2'",
       "UPDATE mail_addresses SET reason = 'ä' WHERE server = 'mail2.example.com' AND address = '10.0.0.2'"},
      {"INSERT INTO supermasters VALUES ('192.0.2.53', 'ns1.example.net', CAST(x'e4' AS TEXT))",
       "UPDATE supermasters SET account = 'ä' WHERE rowid = 1"},
  };
  for (const auto& fault : faults)
    expect_found_and_mended(fault);
}

}  // namespace
}  // namespace mxbalance::exchange
