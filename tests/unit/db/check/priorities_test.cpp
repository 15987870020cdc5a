#include "db/lookup/lookup.h"
#include "db/lookup/zones.h"
#include "tests/unit/db/check/checked_store.h"

namespace mxbalance::db {
namespace {

class CheckedPriorities : public CheckedStore {
 protected:
  std::vector<std::string> answers() {
    Connection connection(database_.path(), Connection::Mode::reading);
    std::vector<std::string> found;
    read(connection, [&](Connection& in) {
      for (const auto& record : read_name(in, *find_zone(in, "example.com"), "x.example.com").records)
        found.push_back(record.type + " " + record.content);
    });
    return found;
  }
};

TEST_F(CheckedPriorities, AreFoundBesideOthersInTheContent) {
  database_.exec(
      "INSERT INTO records (id, domain_id, name, type, content, ttl, prio) VALUES"
      " (20, 1, 'x.example.com', 'MX', '10 a.example.net', 60, 20),"
      " (21, 1, 'x.example.com', 'MX', '10 b.example.net', 60, 0),"
      " (22, 1, 'x.example.com', 'MX', '10 c.example.net', 60, NULL),"
      " (23, 1, 'x.example.com', 'MX', '10 d.example.net', 60, 'junk'),"
      " (24, 1, 'x.example.com', 'SRV', '10 5 25 e.example.net', 60, 0),"
      " (25, 1, 'x.example.com', 'MX', 'f.example.net', 60, 0),"
      " (26, 1, 'x.example.com', 'A', '192.0.2.1', 60, 7)");
  const auto finding = [](const std::string& row, const std::string& priority, const std::string& content) {
    return "records.id " + row + ": its prio is " + priority + ", and its content \"" + content +
           "\" has a number of its own, which is the one that counts; PowerDNS's own SQLite backend fails on "
           "every "
           "record at the name";
  };
  EXPECT_EQ(findings(), lines({finding("20 (x.example.com MX)", "20", "10 a.example.net"),
                               finding("21 (x.example.com MX)", "0", "10 b.example.net"),
                               finding("23 (x.example.com MX)", "\"junk\"", "10 d.example.net"),
                               finding("24 (x.example.com SRV)", "0", "10 5 25 e.example.net")}));
  ASSERT_EQ(remedies().size(), 4U);
  EXPECT_EQ(
      remedies().front(),
      "records.id 20 (x.example.com MX): UPDATE records SET prio = 10, content = 'a.example.net' WHERE id = 20");
  const auto before = answers();
  EXPECT_EQ(before.size(), 7U);
  for (const auto& line : remedies())
    database_.exec(line.substr(line.find("UPDATE ")));
  EXPECT_EQ(findings(), std::vector<std::string>{});
  EXPECT_EQ(answers(), before);
}

}  // namespace
}  // namespace mxbalance::db
