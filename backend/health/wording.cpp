#include "backend/health/wording.h"

#include <system_error>

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
  if (time.count() % 1000 == 0) return std::to_string(time.count() / 1000) + " s";
  return std::to_string(time.count()) + " ms";
}

std::string problem_of(int error) {
  const std::string text = std::generic_category().message(error);
  return db::lower(text.substr(0, 1)) + text.substr(text.empty() ? 0 : 1);
}

}  // namespace mxbalance::health
