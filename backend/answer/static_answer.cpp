#include "backend/answer/static_answer.h"

#include <algorithm>

#include <fmt/format.h>

#include "backend/answer/address_answer.h"

namespace mxbalance::answer {

namespace {

using db::NameContents;

bool has_family(const db::MailServer& host, std::string_view type) {
  return std::any_of(host.addresses.begin(), host.addresses.end(),
                     [&](const db::MailAddress& address) { return type_of(address.family) == type; });
}

}  // namespace

bool is_spoken_for(const NameContents& contents, std::string_view type) {
  const bool is_host = contents.host && !contents.host->addresses.empty();
  if (type == "CNAME") return contents.mx_pool || contents.address_pool || is_host;
  if (type == "MX") return contents.mx_pool != nullptr;
  if (type == "A" || type == "AAAA") return contents.address_pool || (is_host && has_family(*contents.host, type));
  return false;
}

void append_static(const NameContents& contents, std::string_view question, std::vector<Row>& rows) {
  for (const auto& record : contents.records) {
    if (!asks_for(question, record.type) || is_spoken_for(contents, record.type)) continue;
    rows.push_back({record.type, record.content, record.ttl, true, false});
  }
}

void require_route(const NameContents& contents, std::string_view question, const std::vector<Row>& rows) {
  if (contents.unservable_types.empty()) return;
  const auto stands = [&](std::string_view type) {
    return is_spoken_for(contents, type) ||
           std::any_of(contents.records.begin(), contents.records.end(),
                       [&](const db::Record& record) { return record.type == type; });
  };
  const bool has_mx = stands("MX");
  const bool has_route = has_mx || stands("A") || stands("AAAA") || stands("CNAME");
  for (const auto& type : contents.unservable_types) {
    if (!asks_for(question, type)) continue;
    const bool is_route = type == "A" || type == "AAAA" || type == "CNAME";
    if ((type == "MX" && !has_mx) || (is_route && !has_route) || rows.empty()) {
      throw NothingToAnswer(
          fmt::format("no {} record at {} can be served (see what is left out)", type, contents.name));
    }
  }
}

}  // namespace mxbalance::answer
