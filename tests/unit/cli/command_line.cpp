#include "tests/unit/cli/command_line.h"

#include <regex>
#include <sstream>

#include "backend/cli/cli.h"

namespace mxbalance::cli {

namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  bool is_quoted = false;
  bool is_open = false;
  for (const char c : line) {
    if (c == '\'') {
      is_quoted = !is_quoted;
      if (!is_open) words.emplace_back();
      is_open = true;
    } else if (c == ' ' && !is_quoted) {
      is_open = false;
    } else {
      if (!is_open) words.emplace_back();
      is_open = true;
      words.back() += c;
    }
  }
  return words;
}

/// "at 2025-11-24T14:32:10Z (in 61 s)" as "at TIME".
std::string without_countdowns(const std::string& text) {
  static const std::regex countdown(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \((in \d+ s|now)\))");
  return std::regex_replace(text, countdown, "TIME");
}

}  // namespace

Outcome run_line(const std::string& path, const std::string& line) {
  std::vector<std::string> arguments = {"--db", path};
  for (auto& word : words_of(line))
    arguments.push_back(std::move(word));
  std::ostringstream out;
  std::ostringstream err;
  const int status = run(arguments, out, err);
  return {status, out.str(), err.str()};
}

void CommandLine::expect(const std::vector<Step>& steps) {
  for (const auto& step : steps) {
    const Outcome outcome = run(step.line);
    EXPECT_EQ(outcome.status, step.status) << step.line;
    EXPECT_EQ(without_countdowns(outcome.out), step.out) << step.line;
    EXPECT_EQ(outcome.err, step.err.empty() ? "" : "mxbalance: " + step.err + "\n") << step.line;
  }
}

void CommandLine::fill() {
  for (const auto* line :
       {"zone add example.com --ns ns1.example.net", "server add mail1.example.com --address 10.0.0.1 --weight 70",
        "server add mail2.example.com --address 10.0.0.2 --address 2001:db8::2 --weight 30", "pool add inbound",
        "pool join inbound mail1.example.com mail2.example.com", "pool publish inbound example.com --as MX"}) {
    ASSERT_EQ(run(line).status, 0) << line;
  }
}

}  // namespace mxbalance::cli
