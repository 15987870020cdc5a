// Every request that was recorded from PowerDNS, replayed: none may be misunderstood, and the forms must agree.
#include <algorithm>
#include <regex>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/protocol/served_store.h"
#include "tests/protocol/written_requests.h"

namespace mxbalance::remote {
namespace {

namespace fs = std::filesystem;

/// A method and the reply to it.
using Asked = std::pair<std::string, std::string>;

const fs::path folder = fs::path(MXBALANCE_SOURCE_DIR) / "tests/protocol/captured";

std::vector<std::string> captured_stems() {
  std::vector<std::string> stems;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".txt") stems.push_back(entry.path().stem().string());
  }
  std::sort(stems.begin(), stems.end());
  return stems;
}

/// The store as it was when the requests were recorded, as far as they look: nothing speaks for mail.example.com
/// but records.
class RecordedStore : public ServedStore {
 public:
  RecordedStore() {
    exec(
        "DELETE FROM pool_names WHERE name = 'mail.example.com';"
        "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (1, 'mail.example.com', 'A', "
        "'10.0.0.1', 60)");
  }
};

class Captured : public ::testing::TestWithParam<std::string> {
 protected:
  /// Each recording has private keys of its own.
  static std::string without_keys(const std::string& reply) {
    static const std::regex key("PrivateKey: [^\\\\]*");
    return std::regex_replace(reply, key, "PrivateKey: ");
  }

  /// What one form writes is not there for the next.
  static std::vector<Asked> replay(const std::string& stem) {
    RecordedStore store;
    std::vector<Asked> asked;
    for (const auto& request : read_requests(folder / (stem + ".txt"))) {
      if (method_of(request) == "initialize") store.close(0);
      std::string reply = store.ask(request).body;
      if (const auto path = reply.find(store.path()); path != std::string::npos)
        reply.replace(path, store.path().size(), "mxbalance.db");
      asked.emplace_back(method_of(request), without_keys(reply));
    }
    return asked;
  }
};

TEST_P(Captured, EveryRequestIsAnswered) {
  RecordedStore store;
  const auto requests = read_requests(folder / (GetParam() + ".txt"));
  EXPECT_GT(requests.size(), 60U);
  for (const auto& request : requests) {
    SCOPED_TRACE(GetParam() + ".txt line " + std::to_string(request.line_number));
    const auto reply = store.ask(request);
    EXPECT_EQ(reply.status, 200) << reply.body;
    const auto json = nlohmann::json::parse(reply.body, nullptr, false);
    EXPECT_TRUE(json.is_object() && json.contains("result")) << reply.body;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Captured, ::testing::ValuesIn(captured_stems()), [](const auto& stem) {
  std::string name = stem.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
});

/// The replies to one tool's requests in the JSON form, which the other forms must match.
class CapturedForms : public Captured {};

TEST_P(CapturedForms, OfPdnsutilAgree) {
  const std::string tool = "pdnsutil-" + GetParam();
  const auto json = replay(tool + "-json");
  EXPECT_EQ(replay(tool + "-post"), json);

  auto unix_socket = replay(tool + "-unix");
  std::erase_if(unix_socket, [](const Asked& asked) { return asked.first == "initialize"; });
  EXPECT_EQ(unix_socket, json);

  // The recording of 4.7.3 begins later in the REST form.
  const auto rest = replay(tool + "-rest");
  ASSERT_LE(rest.size(), json.size());
  const auto same_part = json.end() - static_cast<std::ptrdiff_t>(rest.size());
  EXPECT_EQ(rest, std::vector<Asked>(same_part, json.end()));
}

/// Background requests come between the others at any time, so the order is left open.
TEST_P(CapturedForms, OfTheServerAgree) {
  auto json = replay("server-" + GetParam() + "-json");
  auto rest = replay("server-" + GetParam() + "-rest");
  std::sort(json.begin(), json.end());
  std::sort(rest.begin(), rest.end());
  EXPECT_EQ(rest, json);
  EXPECT_TRUE(std::any_of(rest.begin(), rest.end(), [](const Asked& asked) {
    return asked.first == "lookup" && asked.second.find("\"qname\":\"mail.example.com.\"") != std::string::npos;
  }));
}

INSTANTIATE_TEST_SUITE_P(Versions, CapturedForms, ::testing::Values("4.7.3", "5.1.4"),
                         [](const auto& version) { return version.param.substr(0, 1); });

}  // namespace
}  // namespace mxbalance::remote
