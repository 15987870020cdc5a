// Files that say one thing twice.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/exchange/exchanged_store.h"

namespace mxbalance::exchange {
namespace {

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
