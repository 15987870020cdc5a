// NULL, and values of each storage class, in each column of each mail table: what is refused is refused in a
// sentence.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/db/schema/cases/hand_edited_store.h"

namespace mxbalance::db {
namespace {

using testing::HandEditedStore;

const std::vector<std::string> every_value = {"NULL",        "-1",          "0",     "1",
                                              "2.5",         "9e99",        "'1'",   "''",
                                              "'a b'",       "x'00'",       "x'ff'", "9223372036854775807",
                                              "'a.example'", "json_array()"};

/// A sentence of ours names the table and the column first, or what the row is.
bool is_sentence(std::string_view said) {
  for (const std::string_view begin :
       {"mail_servers.", "mail_addresses.", "pools.", "pool_members.", "pool_names.", "events.", "this "}) {
    if (said.starts_with(begin) && said.find(' ') != std::string_view::npos) return true;
  }
  return false;
}

TEST(StorageClasses, AreRefusedInSentences) {
  HandEditedStore edited;
  edited.exec(
      "INSERT INTO domains (name, type) VALUES ('example.com', 'NATIVE'); INSERT INTO mail_servers (name) VALUES"
      " ('m1.example.com'); INSERT INTO mail_addresses (server, address) VALUES ('m1.example.com', '10.0.0.1');"
      "INSERT INTO pools (name) VALUES ('p'); INSERT INTO pool_members (pool, server) VALUES ('p', "
      "'m1.example.com');"
      "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'p'), ('mail.example.com', 'A', "
      "'p')");
  int refused = 0;
  const auto check = [&](const std::string& edit) {
    auto said = edited.would_say(edit);
    const std::string_view by_check = "CHECK constraint failed: ";
    if (said.starts_with(by_check)) said.erase(0, by_check.size());
    if (said == "ok" || said.starts_with("UNIQUE constraint failed: ")) return;
    ++refused;
    EXPECT_TRUE(is_sentence(said)) << edit << ": " << said;
  };
  for (const std::string table : {"mail_servers", "mail_addresses", "pools", "pool_members", "pool_names"}) {
    for (const auto& column : edited.rows("SELECT name FROM pragma_table_info('" + table + "')")) {
      for (const auto& value : every_value) {
        check("UPDATE " + table + " SET " + column + " = " + value);
        check("INSERT INTO " + table + " (" + column + ") VALUES (" + value + ")");
        check("REPLACE INTO " + table + " (" + column + ") VALUES (" + value + ")");
        if (table.starts_with("mail_") && column != "health")
          check("UPDATE " + table + " SET health = 'down', " + column + " = " + value);
        if (table == "mail_servers" && column != "state")
          check("UPDATE mail_servers SET state = 'drain', " + column + " = " + value);
      }
    }
  }
  for (const std::string column : {"at", "subject", "field", "reason"})
    check("INSERT INTO events (" + column + ") VALUES (NULL)");
  EXPECT_GT(refused, 400);
}

TEST(StorageClasses, HealthWithoutATimeChangesNow) {
  HandEditedStore edited;
  edited.exec(
      "INSERT INTO mail_servers (name) VALUES ('m1.example.com'); INSERT INTO mail_addresses (server, address, "
      "health,"
      " changed_at) VALUES ('m1.example.com', '10.0.0.1', 'down', 5);"
      "UPDATE mail_addresses SET health = 'up', changed_at = NULL");
  EXPECT_EQ(edited.value("SELECT abs(changed_at - strftime('%s','now')) < 60 FROM mail_addresses"), "1");
}

}  // namespace
}  // namespace mxbalance::db
