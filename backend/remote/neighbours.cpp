// The neighbours of a name in the order of its zone, for PowerDNS's signed denials (NSEC, NSEC3).
#include <fmt/format.h>

#include "backend/protocol/reply_text.h"
#include "backend/remote/methods.h"
#include "db/lookup/zone_orders.h"
#include "db/lookup/zones.h"

namespace mxbalance::remote {

std::string neighbours(Service& service, const Call& call) {
  const std::int64_t id = call.parameters.number("id", -1);
  const std::string name = call.parameters.owner_name("qname");
  std::optional<db::Zone> zone;
  std::optional<db::Neighbours> found;
  const auto find = [&](db::Connection& connection, const db::OrderTerms& terms) {
    zone = db::find_zone(connection, id);
    if (zone) found = db::read_neighbours(connection, *zone, name, terms);
  };
  if (call.transaction && call.transaction->zone().id == id) {
    read_staged(service, *call.transaction, [&](db::Connection& connection) { find(connection, {}); });
  } else {
    read_in_order(service, [&](const db::OrderTerms& terms) {
      service.database.read([&](db::Connection& connection) { find(connection, terms); });
    });
  }
  // The reply `false` would become a signed proof that the whole zone does not exist.
  if (!zone) fail(service, fmt::format("there is no zone with the id {}", id));
  if (!found) fail(service, fmt::format("the zone {} has no names that DNSSEC could order", zone->name));
  std::string reply = "{\"result\":{\"before\":";
  append_string(reply, found->before);
  reply += ",\"after\":";
  append_string(reply, found->after);
  reply += ",\"unhashed\":";
  append_string(reply, absolute(found->name));
  return reply += "}}";
}

}  // namespace mxbalance::remote
