#include "backend/health/wording.h"

#include <system_error>

#include <fmt/format.h>

#include "db/base/text.h"

namespace mxbalance::health {

namespace {

constexpr std::size_t longest_line = 200;

}  // namespace

std::string shown(std::string_view text) {
  std::string line;
  for (const char c : text.substr(0, longest_line))
    line += c >= ' ' && c <= '~' ? c : '?';
  while (!line.empty() && line.back() == ' ')
    line.pop_back();
  return line;
}

std::string in_words(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? fmt::format("{} s", time.count() / 1000) : fmt::format("{} ms", time.count());
}

std::string problem_of(int error) {
  std::string text = std::generic_category().message(error);
  if (!text.empty()) text.front() = db::lower(text.front());
  return text;
}

}  // namespace mxbalance::health
