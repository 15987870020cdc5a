// directBackendCmd, the commands of pdnsutil backend-cmd: which servers the pools answer, and which service
// probes.
#include <fmt/format.h>

#include "backend/protocol/reply_text.h"
#include "backend/remote/methods.h"
#include "db/base/text.h"
#include "db/base/time.h"
#include "db/edits/listings.h"
#include "db/lookup/pools.h"

namespace mxbalance::remote {

namespace {

/// ` (reason)`; empty: there is none.
std::string in_brackets(const std::string& reason) {
  return reason.empty() ? "" : fmt::format(" ({})", reason);
}

/// Calls `append` with a line for each member of all pools, or of the pool `wanted`. Returns the number of lines.
std::size_t for_each_member_line(db::Connection& connection, const std::string& wanted,
                                 const std::function<void(std::string_view)>& append) {
  std::size_t found = 0;
  const auto visit = [&](std::string_view pool, const db::MemberStatus& member) {
    ++found;
    append(db::printable(fmt::format("{} {} preference {} weight {} MX {} A {} AAAA {}{}", pool, member.server,
                                     member.preference, member.weight, member.mx, member.a, member.aaaa,
                                     in_brackets(member.why))) +
           "\n");
  };
  if (wanted.empty()) {
    db::for_each_member_status(connection, visit);
  } else {
    db::for_each_member_status(connection, wanted, visit);
  }
  return found;
}

/// The health that lookups use and that is not in the store yet, because the store is locked or cannot be written.
/// Empty: none.
std::string unwritten_as_text(const db::HealthSnapshot* reports) {
  constexpr std::size_t most_shown = 20;
  if (reports == nullptr) return "";
  std::string text = db::unwritten_in_words(*reports) + ": answers obey them, the lines above do not yet\n";
  std::size_t shown = 0;
  for (const auto& [key, report] : reports->reports()) {
    if (++shown > most_shown) break;
    text +=
        db::printable(fmt::format("not written yet: {}{}{} is {} since {}{}", report->server,
                                  report->address.empty() ? "" : " ", report->address, db::word_of(report->health),
                                  db::utc_time(report->at), in_brackets(report->reason))) +
        "\n";
  }
  return text;
}

}  // namespace

std::string backend_command(Service& service, const Call& call) {
  const std::string query = call.parameters.text("query");
  std::string reply = "{\"result\":\"";
  const auto append = [&](std::string_view text) {
    append_in_string(reply, text);
    call.room.check(reply);
  };
  if (query == "pools" || query.starts_with("pools ")) {
    const std::string wanted = query.size() > 6 ? query.substr(6) : "";
    const auto reports = service.reports.current();
    std::size_t found = 0;
    read(service, [&](db::Connection& connection) { found = for_each_member_line(connection, wanted, append); });
    if (found == 0) append("there is no such pool with members\n");
    append(unwritten_as_text(reports.get()));
    if (const auto probing = service.options.probing(); !probing.empty()) append(db::printable(probing) + "\n");
  } else if (query == "probing") {
    append(db::printable(service.options.probing()));
  } else {
    append(fmt::format(
        "mxbalance understands: pools (who is answered now, and why not the others), pools NAME, probing "
        "(which service probes the mail servers); it runs no SQL: use sqlite3 {}\n",
        service.database.path()));
  }
  return reply += "\"}";
}

}  // namespace mxbalance::remote
