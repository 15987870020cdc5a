// A store in which all is well, for the tests of check().
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "db/check/check.h"
#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {

class CheckedStore : public EditedStore {
 protected:
  void SetUp() override {
    database_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE');"
        "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES"
        " (1, 'example.com', 'SOA', 'ns1.example.net hostmaster.example.com 1 10800 3600 604800 300', 3600, 0),"
        " (1, 'example.com', 'NS', 'ns1.example.net', 3600, 0);"
        "INSERT INTO mail_servers (name, weight) VALUES ('mail1.example.com', 70), ('mail2.example.com', 30);"
        "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '10.0.0.1'), "
        "('mail2.example.com', '10.0.0.2');"
        "INSERT INTO pools (name) VALUES ('inbound');"
        "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail1.example.com'), ('inbound', "
        "'mail2.example.com');"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('example.com', 'MX', 'inbound'), ('mail.example.com', "
        "'A', 'inbound')");
  }

  /// Carries out those remedies that are SQL, the last one first: a pool that is published keeps its last member.
  void carry_out_remedies() {
    std::string sql;
    {
      Connection connection(database_.path(), Connection::Mode::reading);
      read(connection, [&](Connection& in_transaction) {
        check(in_transaction, [&](const Finding& finding) {
          if (finding.remedy.starts_with("DELETE ") || finding.remedy.starts_with("UPDATE "))
            sql.insert(0, finding.remedy + ";");
        });
      });
    }
    database_.exec(sql);
  }

  /// "subject: problem" of each finding, sorted.
  std::vector<std::string> findings() { return of_findings(&Finding::problem); }

  /// "subject: remedy" of each finding, sorted.
  std::vector<std::string> remedies() { return of_findings(&Finding::remedy); }

  /// Of rows: `sql` may drop the triggers that would refuse them.
  std::vector<std::string> findings_after(const std::string& sql) {
    database_.exec(sql);
    auto found = findings();
    std::erase_if(found, [](const auto& finding) { return finding.starts_with("the schema: "); });
    return found;
  }

 private:
  std::vector<std::string> of_findings(std::string Finding::*part) {
    Connection connection(database_.path(), Connection::Mode::reading);
    std::vector<std::string> found;
    read(connection, [&](Connection& in_transaction) {
      check(in_transaction, [&](const Finding& finding) {
        EXPECT_FALSE(finding.remedy.empty());
        found.push_back(finding.subject + ": " + finding.*part);
      });
    });
    std::sort(found.begin(), found.end());
    return found;
  }
};

/// Sorted, as findings() are.
inline std::vector<std::string> lines(std::vector<std::string> expected) {
  std::sort(expected.begin(), expected.end());
  return expected;
}

}  // namespace mxbalance::db
