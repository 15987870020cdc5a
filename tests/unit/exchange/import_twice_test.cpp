// Files that say one thing twice.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "db/store/bound_statement.h"
#include "tests/unit/exchange/exchanged_store.h"

namespace mxbalance::exchange {
namespace {

std::string record(const std::string& fields) {
  return file(R"("zones": [{"name": "ex.test", "records": [{"name": "m.ex.test", )" + fields + "}]}]");
}

/// "prio|content" of each record.
std::vector<std::string> stored(const TemporaryDatabase& store) {
  db::Connection connection(store.path(), db::Connection::Mode::reading);
  return db::texts(connection, "SELECT coalesce(prio, 'NULL') || '|' || content FROM records ORDER BY id");
}

TEST(ImportedPriorities, StandInOnePlace) {
  const TemporaryDatabase store;
  const auto refused = [&](const std::string& fields, const std::string& what) {
    EXPECT_EQ(refusal(store, record(fields)),
              "zones[0].records[0].priority: " + what + " has its own; leave one of the two out");
  };
  refused(R"("type": "MX", "priority": 20, "content": "10 x.o.test")",
          R"(20 is not allowed: the content "10 x.o.test")");
  refused(R"("type": "MX", "priority": 0, "content": "10 x.o.test")",
          R"(0 is not allowed: the content "10 x.o.test")");
  refused(R"("type": "TYPE15", "priority": 10, "content": "10 x.o.test")",
          R"(10 is not allowed: the content "10 x.o.test")");
  refused(R"("type": "SRV", "priority": 0, "content": "10 5 25 x.o.test")",
          R"(0 is not allowed: the content "10 5 25 x.o.test")");
  EXPECT_EQ(stored(store), std::vector<std::string>{});
}

TEST(ImportedPriorities, AreTakenFromTheContentWhereNoneIsSaid) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"("type": "MX", "content": "10 x.o.test")", "10|x.o.test"},
      {R"("type": "SRV", "content": "10 5 25 x.o.test")", "10|5 25 x.o.test"},
      {R"("type": "MX", "priority": null, "content": "10 x.o.test")", "NULL|10 x.o.test"},
      {R"("type": "MX", "priority": 20, "content": "x.o.test")", "20|x.o.test"},
      {R"("type": "MX", "content": "x.o.test")", "0|x.o.test"},
  };
  for (const auto& [fields, expected] : cases) {
    const TemporaryDatabase store;
    EXPECT_EQ(refusal(store, record(fields)), "") << fields;
    EXPECT_EQ(stored(store), std::vector<std::string>{expected}) << fields;
  }
}

TEST(ImportedFields, AreThereOnce) {
  const TemporaryDatabase store;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {file(R"("zones": [{"name": "ex.test", "records": [{"name": "ex.test"}], "records": []}])"),
       "zones[0].records"},
      {file(R"("servers": [{"name": "a.example"}], "servers": [])"), "servers"},
      {file(R"("servers": [{"name": "b.example"}, {"name": "a.example", "weight": 5, "weight": 500}])"),
       "servers[1].weight"},
      {R"({"format": "mxbalance 1", "format": "mxbalance 1"})", "format"},
      {file(R"("pools": [{"name": "a", "n\u0061me": "a"}])"), "pools[0].name"},
  };
  for (const auto& [text, path] : cases)
    EXPECT_EQ(refusal(store, text), path + ": the field is there twice") << text;
  EXPECT_EQ(refusal(store, file(R"("servers": [{"name": "a.example"}, {"name": "b.example"}], "pools": [])")), "");
}

}  // namespace
}  // namespace mxbalance::exchange
