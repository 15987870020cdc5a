// The methods for PowerDNS's communicator, which sends NOTIFY for primary zones and refreshes secondary ones, and
// for autosecondary. An error in most of these methods would end pdns_server.
#include "db/zones/transfers.h"

#include <ctime>

#include <fmt/format.h>

#include "backend/protocol/reply_text.h"
#include "backend/remote/methods.h"
#include "db/dns/addresses.h"
#include "db/lookup/zones.h"

namespace mxbalance::remote {

namespace {

// Most zones in the reply to one poll, which is far below PowerDNS's limits. The other zones are in the next
// replies.
constexpr std::size_t most_zones = 1000;

// Seconds between two notifications of a zone.
constexpr std::int64_t notify_pause = 5;

std::string infos(const std::vector<db::ZoneInfo>& zones) {
  std::string reply = "{\"result\":[";
  for (const auto& zone : zones)
    append_zone_info(reply, zone);
  return reply += "]}";
}

std::int64_t now() {
  return std::time(nullptr);
}

}  // namespace

std::string zones_to_notify(Service& service, const Call& /*call*/) {
  std::vector<db::ZoneInfo> zones;
  const std::lock_guard lock(service.walks_mutex);
  read(service, [&](db::Connection& connection) {
    zones =
        db::zones_to_notify(connection, service.notify_walk, now(), notify_pause, most_zones, defect_log(service));
  });
  return infos(zones);
}

std::string set_notified(Service& service, const Call& call) {
  const std::int64_t id = call.parameters.number("id", -1);
  const std::int64_t serial = call.parameters.number("serial", -1);
  std::optional<std::uint32_t> notified;  // PowerDNS from 5.0 sends a serial above 2³¹−1 as a negative number
  if (serial >= 0 && serial <= UINT32_MAX) notified = static_cast<std::uint32_t>(serial);
  service.database.write([&](db::Connection& connection) { db::set_notified(connection, id, notified, now()); });
  return result("true");
}

std::string zones_to_refresh(Service& service, const Call& /*call*/) {
  std::vector<db::ZoneInfo> zones;
  const std::lock_guard lock(service.walks_mutex);
  read(service, [&](db::Connection& connection) {
    zones = db::zones_to_refresh(connection, service.refresh_walk, now(), most_zones, defect_log(service));
  });
  return infos(zones);
}

std::string set_fresh(Service& service, const Call& call) {
  const std::int64_t id = call.parameters.number("id", -1);
  service.database.write([&](db::Connection& connection) { db::set_last_check(connection, id, now()); });
  return result("true");
}

std::string set_stale(Service& service, const Call& call) {
  const std::int64_t id = call.parameters.number("id", -1);
  service.database.write([&](db::Connection& connection) { db::set_last_check(connection, id, 0); });
  return result("true");
}

std::string find_autoprimary(Service& service, const Call& call) {
  const std::string address = call.parameters.text("ip");
  std::vector<std::string> name_servers;
  for (const auto& record : call.parameters.objects("nsset"))
    name_servers.push_back(record.owner_name("content"));
  std::optional<db::Autoprimary> found;
  read(service,
       [&](db::Connection& connection) { found = db::find_autoprimary(connection, address, name_servers); });
  if (!found) {
    note_refusal(
        service,
        fmt::format("the NOTIFY of {} for the new zone {}: the table supermasters names no autoprimary there",
                    address, call.parameters.text("domain")),
        "superMasterBackend");
    return result("false");
  }
  std::string reply = "{\"result\":{\"nameserver\":";
  append_string(reply, found->nameserver);
  reply += ",\"account\":";
  append_string(reply, found->account);
  return reply += "}}";
}

std::string add_secondary(Service& service, const Call& call) {
  const auto primary = db::canonical_primary(call.parameters.text("ip"));
  if (!primary) throw BadRequest("the parameter \"ip\" must be an address");
  const db::NewSecondaryZone zone{call.parameters.owner_name("domain"), *primary,
                                  call.parameters.has("account") ? call.parameters.text("account") : ""};
  service.database.write([&](db::Connection& connection) { db::add_secondary_zone(connection, zone); });
  service.log->info("added the secondary zone {} of the primary {}", zone.name, zone.masters);
  return result("true");
}

}  // namespace mxbalance::remote
