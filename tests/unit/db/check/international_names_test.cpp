#include "tests/unit/db/check/checked_store.h"

namespace mxbalance::db {
namespace {

using CheckInternationalNames = CheckedStore;

TEST_F(CheckInternationalNames, FindsZonesThatAreSpelledAsBytes) {
  const std::string sql =
      "INSERT INTO domains (id, name, type) VALUES (2, 'münchen.example', 'NATIVE'), (3, "
      "'m\\195\\188ller.example', "
      "'NATIVE'), (4, 'm\\252ller.example', 'NATIVE'), (5, 'xn--bcher-kva.example', 'NATIVE');"
      "INSERT INTO records (domain_id, name, type, content, ttl, prio) SELECT d.id, d.name, r.type, r.content, "
      "60, 0"
      " FROM domains d, records r WHERE r.domain_id = 1 AND d.id > 1";
  EXPECT_EQ(findings_after(sql),
            lines({"zone münchen.example: its name holds letters outside ASCII, and is asked for as "
                   "xn--mnchen-3ya.example",
                   "zone m\\195\\188ller.example: its name holds letters outside ASCII, and is asked for as "
                   "xn--mller-kva.example"}));
}

TEST_F(CheckInternationalNames, FindsRecordsThatAreNotAskedFor) {
  EXPECT_EQ(
      findings_after("INSERT INTO records (id, domain_id, name, type, content, ttl, prio) VALUES"
                     " (10, 1, 'bücher.example.com', 'TXT', '\"x\"', 60, 0),"
                     " (11, 1, 'b\\195\\188cher.example.com', 'MX', 'mail.example.com', 60, 10),"
                     " (12, 1, 'b\\195\\188ro._ipp._tcp.example.com', 'SRV', '0 631 mail.example.com', 60, 0)"),
      lines({"records.id 10 (bücher.example.com TXT): its name holds letters outside ASCII, and is asked for as "
             "xn--bcher-kva.example.com",
             "records.id 11 (b\\195\\188cher.example.com MX): its name holds letters outside ASCII, and is asked "
             "for as "
             "xn--bcher-kva.example.com"}));
}

TEST_F(CheckInternationalNames, FindsOctetsWithoutAnEscape) {
  EXPECT_EQ(
      findings_after(
          "INSERT INTO records (id, domain_id, name, type, content, ttl) VALUES"
          " (10, 1, 'a b.example.com', 'A', '10.0.0.1', 60), (11, 1, '☃.example.com', 'A', '10.0.0.1', 60),"
          " (12, 1, 'a\\032b.example.com', 'A', '10.0.0.1', 60)"),
      lines({"records.id 10 (a b.example.com): its name holds octets that need an escape, so it is not found",
             "records.id 11 (☃.example.com): its name holds octets that need an escape, so it is not found"}));
}

TEST_F(CheckInternationalNames, AreMendedByWhatItSays) {
  database_.exec(
      "INSERT INTO domains (id, name, type) VALUES (2, 'münchen.example', 'NATIVE');"
      "INSERT INTO records (domain_id, name, type, content, ttl, prio) SELECT 2, 'münchen.example', type, "
      "content, 60, 0"
      " FROM records WHERE domain_id = 1;"
      "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (2, 'www.münchen.example', 'A', "
      "'10.0.0.1', 60),"
      " (1, 'bücher.example.com', 'A', '10.0.0.1', 60)");
  Connection connection(database_.path(), Connection::Mode::reading);
  std::string remedies;
  read(connection, [&](Connection& in_transaction) {
    check(in_transaction, [&](const Finding& finding) { remedies += finding.remedy + ";"; });
  });
  EXPECT_EQ(findings_after(remedies), lines({}));
  EXPECT_EQ(rows("SELECT DISTINCT name FROM records WHERE name LIKE '%xn--%' ORDER BY name"),
            (std::vector<std::string>{"www.xn--mnchen-3ya.example", "xn--bcher-kva.example.com",
                                      "xn--mnchen-3ya.example"}));
}

}  // namespace
}  // namespace mxbalance::db
