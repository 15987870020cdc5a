// A line for a name, and one for what may be its zone.
#include <vector>

#include "db/dns/names.h"
#include "tests/fuzz/findings.h"

using namespace mxbalance;

namespace {

/// Octets on the wire (RFC 1035 §3.1), counted from the canonical text.
std::size_t wire_size(const std::string& name) {
  std::size_t octets = name == "." ? 1 : 2;
  for (std::size_t i = 0; i < name.size() && name != "."; ++i, ++octets) {
    if (name[i] == '\\') i += name[i + 1] >= '0' && name[i + 1] <= '9' ? 3 : 1;
  }
  return octets;
}

std::string upper(std::string name) {
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

void check_spelling(const std::string& name) {
  fuzz::require(db::canonical_name(name) == name, "not idempotent", {name});
  fuzz::require(db::canonical_name(upper(name)) == name, "upper case differs", {name});
  fuzz::require(name == "." || db::canonical_name(name + '.') == name, "a trailing dot differs", {name});
  fuzz::require(wire_size(name) <= 255, "too long", {name});
}

/// `name` and the names above it, up to the root.
std::vector<std::string> with_parents(const std::string& name) {
  std::vector<std::string> names;
  for (std::string_view rest = name; !rest.empty(); rest = db::parent_name(rest)) {
    fuzz::require(names.size() < 128, "no end of parents", {name});
    names.emplace_back(rest);
    check_spelling(names.back());
  }
  fuzz::require(names.back() == ".", "the root is not above it", {name});
  return names;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string text = fuzz::text_of_input(bytes, size);
  try {
    const std::string name = db::canonical_name(fuzz::take_line(text));
    const auto names = with_parents(name);
    for (const auto& parent : names)
      fuzz::require(db::is_within(name, parent), "not within its parent", {name, parent});
    const std::string zone = db::canonical_name(text);
    const bool is_above = std::find(names.begin(), names.end(), zone) != names.end();
    fuzz::require(db::is_within(name, zone) == is_above, "within what is not above it, or not within what is",
                  {name, zone});
  } catch (const db::InvalidName&) {  // allowed
  }
  return 0;
}
