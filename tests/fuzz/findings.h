// What all fuzz targets share: what a finding is, and how an input is taken apart. Stateless.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

namespace mxbalance::fuzz {

/// Ends the program as a finding, unless `holds`; `details` say of what.
inline void require(bool holds, std::string_view problem, std::initializer_list<std::string_view> details = {}) {
  if (holds) return;
  std::string sentence = "finding: " + std::string(problem);
  for (const auto& detail : details)
    sentence.append(": ").append(detail);
  std::fprintf(stderr, "%s\n", sentence.c_str());
  std::abort();
}

inline std::string text_of_input(const std::uint8_t* bytes, std::size_t size) {
  return {bytes, bytes + size};
}

/// Takes the first line off `text`, without its newline.
inline std::string take_line(std::string& text) {
  const std::string line = text.substr(0, text.find('\n'));
  text.erase(0, line.size() + 1);
  return line;
}

}  // namespace mxbalance::fuzz
