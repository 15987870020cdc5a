// A line for a type and priority; the rest is the content.
#include "db/contents/record_content.h"

#include <arpa/inet.h>

#include "tests/fuzz/findings.h"

using namespace mxbalance;

namespace {

bool is_address(int family, const std::string& text) {
  in6_addr address{};
  return text.find('\0') == std::string::npos && ::inet_pton(family, text.c_str(), &address) == 1;
}

/// What PowerDNS can parse with blanks around it, it can parse without.
std::string without_blanks(const std::string& text) {
  constexpr const char* blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string content = fuzz::text_of_input(bytes, size);
  const std::string type = fuzz::take_line(content);
  const auto problem = db::content_problem(type, content);
  fuzz::require(!problem || !problem->empty(), "a refusal without a sentence");
  const auto verdict = db::content_verdict(type, content);
  fuzz::require(problem.has_value() == (verdict.parsed_by != db::PowerDnsVersions::all()), "two verdicts differ");
  const std::string canonical = db::with_canonical_names(type, content);
  fuzz::require(db::content_verdict(type, canonical).parsed_by == verdict.parsed_by, "names spoil the content",
                {canonical});
  fuzz::require(db::with_canonical_names(type, canonical) == canonical, "two spellings", {canonical});
  if (type == "A") fuzz::require(!problem || !is_address(AF_INET, content), "an IPv4 address is refused");
  if (type == "AAAA") {
    fuzz::require(!problem == is_address(AF_INET6, without_blanks(content)), "not what an IPv6 address is");
  }
  for (const std::string_view priority : {"0", "10", "65535"}) {
    const std::string whole = db::content_with_priority(type, priority, content);
    fuzz::require(problem || !db::content_problem(type, whole), "a priority spoils the content", {whole});
  }
  return 0;
}
