#include "db/zones/search.h"

#include "tests/unit/db/edited_store.h"

namespace mxbalance::db {
namespace {

using Texts = std::vector<std::string>;

class Search : public EditedStore {
 protected:
  void SetUp() override {
    database_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'Example.com', 'NATIVE'), (2, 'example.net', 'NATIVE');"
        "INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled) VALUES"
        " (1, 'example.com', 'mx', 'mail.example.com', 60, 10, 0), (1, 'www.example.com', 'A', '10.0.0.1', NULL, "
        "0, 0),"
        " (1, 'off.example.com', 'A', '10.0.0.2', 60, 0, 1), (1, 'below.example.com', '', NULL, NULL, NULL, 0),"
        " (1, 'broken.example.com', 'A', 'broken', 60, 0, 0), (2, 'a_b.example.net', 'TXT', '\"100%\"', 60, 0, 0),"
        " (2, 'axb.example.net', 'TXT', '\"100 x\"', 60, 0, 0), (2, 'c\\.d.example.net', 'TXT', '\"x\"', 60, 0, "
        "0),"
        " (9, 'gone.example.com', 'A', '10.0.0.1', 60, 0, 0);"
        "INSERT INTO mail_servers (name) VALUES ('mail1.example.com'), ('mail2.example.net'), ('mail3.example');"
        "INSERT INTO pools (name) VALUES ('inbound');"
        "INSERT INTO pool_members (pool, server) VALUES ('inbound', 'mail3.example');"
        "INSERT INTO pool_names (name, kind, pool) VALUES ('mail1.example.com', 'MX', 'inbound'),"
        " ('*.example.net', 'MX', 'inbound'), ('a_b.example.net', 'MX', 'inbound'), ('x.example', 'MX', "
        "'inbound')");
  }

  Texts names(const std::string& pattern, std::size_t limit = 100) {
    Texts found;
    edit([&](Connection& connection) {
      search_names(connection, pattern, [&](const Zone& zone, const std::string& name) {
        EXPECT_EQ(zone.name, zone.id == 1 ? "example.com" : "example.net");
        found.push_back(name);
        return found.size() < limit;
      });
    });
    return found;
  }
};

TEST_F(Search, FindsNamesByTheirRecordsAndWhatIsPublishedThere) {
  struct Case {
    const char* pattern;
    Texts found;
  };
  const std::vector<Case> cases = {
      {"www.example.com", {"www.example.com"}},
      {"WWW.Example.COM.", {"www.example.com"}},
      {"mail.example.com", {"example.com"}},
      {"10.0.0.?", {"www.example.com"}},
      {"10.0.0.1", {"www.example.com"}},
      {"10.0.0.", {}},
      {"ww?.example.com", {"www.example.com"}},
      {"w?.example.com", {}},
      {"a_b.example.net", {"a_b.example.net"}},
      {"a?b.example.net", {"a_b.example.net", "axb.example.net"}},
      {"%", {}},
      {"*%*", {"a_b.example.net"}},
      {"_______________", {}},
      {"*\\*", {"c\\.d.example.net"}},
      {"c\\.d.example.net", {"c\\.d.example.net"}},
      {"below.example.com", {}},
      {"gone.example.com", {}},
      {"mail?.*", {"mail1.example.com", "mail2.example.net"}},
      {"mail3.example", {}},
      {"inbound", {}},
      {"", {}},
      {"' OR 1 = 1 --", {}},
  };
  for (const auto& [pattern, found] : cases)
    EXPECT_EQ(names(pattern), found) << pattern;
}

TEST_F(Search, EndsWhenItIsTold) {
  EXPECT_EQ(names("*.example.net", 3), (Texts{"*.example.net", "a_b.example.net", "axb.example.net"}));
  EXPECT_EQ(names("*", 1), Texts{"*.example.net"});
}

TEST(SearchMatches, NamesAndContents) {
  struct Case {
    const char* pattern;
    const char* type;
    const char* name;
    const char* content;
    bool is_match;
  };
  constexpr Case cases[] = {
      {"www.*", "A", "www.example.com", "10.0.0.1", true},
      {"WWW.example.com.", "A", "www.example.com", "10.0.0.1", true},
      {"10.0.0.?", "A", "www.example.com", "10.0.0.1", true},
      {"mail.example.com", "MX", "example.com", "10 mail.example.com", true},
      {"10 mail*", "MX", "example.com", "10 mail.example.com", true},
      {"mail.example.com", "TXT", "example.com", "10 mail.example.com", false},
      {"[w]ww.example.com", "A", "www.example.com", "10.0.0.1", false},
      {"a\\.b.example.com", "A", "a\\.b.example.com", "10.0.0.1", true},
      {"example", "A", "www.example.com", "10.0.0.1", false},
      {"", "A", "www.example.com", "10.0.0.1", false},
  };
  for (const auto& [pattern, type, name, content, is_match] : cases)
    EXPECT_EQ(matches(pattern, type, name, content), is_match) << pattern << " " << name << " " << content;
}

}  // namespace
}  // namespace mxbalance::db
