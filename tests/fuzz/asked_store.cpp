#include "tests/fuzz/asked_store.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <nlohmann/json.hpp>

#include "tests/fuzz/findings.h"

namespace mxbalance::fuzz {

namespace {

constexpr std::array<std::string_view, 4> allowed_failures = {
    "is published", "can be served", "there is no zone with the id", "has no names that DNSSEC could order"};

/// PowerDNS takes any byte within a JSON string, UTF-8 or not; nlohmann's parser does not.
bool is_json(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return nlohmann::json::accept(text);
}

/// The store is there and no background process edits it: what is left is a pool of golden/store.sql that has no
/// members, names of it with nothing but bad records, and a question for neighbours in a zone that has none or
/// does not exist, where any result would be signed.
bool must_fail(const std::string& reply) {
  return std::any_of(allowed_failures.begin(), allowed_failures.end(),
                     [&](std::string_view sentence) { return reply.find(sentence) != std::string::npos; });
}

/// Whoever reads the log must be able to trust that a line is one, and is not flooded.
bool is_log_line(const std::string& line) {
  const auto is_control = [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; };
  return line.size() <= 1000 && std::none_of(line.begin(), line.end(), is_control);
}

}  // namespace

remote::WrittenReply ask_store(const remote::WrittenRequest& request) {
  static remote::ServedStore store;
  auto reply = store.ask(request);
  const std::set<int> allowed = {200, 400, 404, 500};
  const bool is_closed = request.is_json_line && reply.status == 0;
  require(is_closed || allowed.contains(reply.status), "no status of the protocol", {reply.body});
  require(is_closed || is_json(reply.body), "the reply is not JSON", {reply.body});
  require(reply.status != 500 || must_fail(reply.body), "an internal error", {reply.body});
  for (const auto& line : store.log(1))
    require(is_log_line(line), "what is logged is no line", {line});
  return reply;
}

}  // namespace mxbalance::fuzz
