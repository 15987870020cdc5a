// The methods that list: a whole zone, all zones, the description of one, and a search. In an open transaction, a
// list also sees the staged writes.
#include <algorithm>

#include "backend/answer/answer.h"
#include "backend/protocol/reply_text.h"
#include "backend/remote/methods.h"
#include "db/lookup/lookup.h"
#include "db/lookup/zone_orders.h"
#include "db/lookup/zones.h"
#include "db/zones/search.h"

namespace mxbalance::remote {

namespace {

/// The rows at a name, for a search. A pool that has nothing to answer with does not hide the other rows.
std::vector<answer::Row> rows_at(db::NameContents contents) {
  try {
    return answer::make_transfer(contents);
  } catch (const answer::NothingToAnswer&) {
    contents.mx_pool.reset();
    contents.address_pool.reset();
    return answer::make_transfer(contents);
  }
}

}  // namespace

std::string list(Service& service, const Call& call) {
  const std::string zone_name = call.parameters.owner_name("zonename");
  std::string reply;
  const auto walk = [&](db::Connection& connection, db::ZoneOrders* orders) {
    const auto zone = db::find_zone(connection, zone_name);
    if (!zone) return;
    reply = "{\"result\":[";
    const auto append = [&](db::NameContents&& contents) {
      note_defects(service, contents.defects);
      for (const auto& row : answer::make_transfer(contents)) {
        append_row(reply, row, absolute(contents.name), zone->id);
        call.room.check(reply);
      }
    };
    db::for_each_name_and_nonterminal(connection, orders, *zone, append, defect_log(service));
    reply += "]}";
  };
  if (call.transaction && call.transaction->concerns(zone_name)) {
    read_staged(service, *call.transaction, [&](db::Connection& connection) { walk(connection, nullptr); });
  } else {
    read(service, [&](db::Connection& connection) { walk(connection, &service.orders); });
  }
  return reply.empty() ? result("false") : reply;
}

std::string all_domains(Service& service, const Call& call) {
  std::string reply = "{\"result\":[";
  read(service, [&](db::Connection& connection) {
    const auto append = [&](const db::ZoneInfo& info) {
      append_zone_info(reply, info);
      call.room.check(reply);
    };
    db::for_each_zone(connection, append, defect_log(service));
  });
  return reply += "]}";
}

std::string domain_info(Service& service, const Call& call) {
  const std::string name = call.parameters.owner_name("name");
  std::optional<db::ZoneInfo> info;
  read(service, [&](db::Connection& connection) { info = db::read_zone_info(connection, name); });
  if (!info) return result("false");
  note_defects(service, info->defects);
  std::string reply = "{\"result\":";
  append_zone_info(reply, *info);
  return reply += '}';
}

std::string search_records(Service& service, const Call& call) {
  constexpr std::int64_t most = 100000;
  const std::string pattern = call.parameters.text("pattern");
  const std::int64_t limit = std::clamp<std::int64_t>(call.parameters.number("maxResults", most), 0, most);
  std::string reply = "{\"result\":[";
  std::int64_t found = 0;
  read(service, [&](db::Connection& connection) {
    const auto append = [&](const db::Zone& zone, const std::string& name) {
      for (const auto& row : rows_at(db::read_name(connection, zone, name))) {
        if (found == limit || row.type.empty() || !db::matches(pattern, row.type, name, row.content)) continue;
        append_row(reply, row, absolute(name), zone.id);
        call.room.check(reply);
        ++found;
      }
      return found < limit;
    };
    db::search_names(connection, pattern, append, defect_log(service));
  });
  return reply += "]}";
}

}  // namespace mxbalance::remote
