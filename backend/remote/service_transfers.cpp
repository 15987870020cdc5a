// The methods for PowerDNS's communicator, which sends NOTIFY for primary zones and refreshes secondary ones, and
// for autosecondary. An error in most of these methods would end pdns_server.
#include <ctime>

#include "backend/protocol/reply_text.h"
#include "backend/remote/service.h"
#include "db/dns/addresses.h"
#include "db/lookup/zones.h"
#include "db/zones/transfers.h"

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

Service::Reply Service::zones_to_notify(const Parameters& /*parameters*/, Transaction& /*transaction*/) {
  std::vector<db::ZoneInfo> zones;
  const std::lock_guard lock(walks_mutex_);
  read([&](db::Connection& connection) {
    zones = db::zones_to_notify(connection, notify_walk_, now(), notify_pause, most_zones, defect_log());
  });
  return infos(zones);
}

Service::Reply Service::set_notified(const Parameters& parameters, Transaction& /*transaction*/) {
  const std::int64_t id = parameters.number("id", -1);
  const std::int64_t serial = parameters.number("serial", -1);
  std::optional<std::uint32_t> notified;  // PowerDNS from 5.0 sends a serial above 2³¹−1 as a negative number
  if (serial >= 0 && serial <= UINT32_MAX) notified = static_cast<std::uint32_t>(serial);
  database_.write([&](db::Connection& connection) { db::set_notified(connection, id, notified, now()); });
  return result("true");
}

Service::Reply Service::zones_to_refresh(const Parameters& /*parameters*/, Transaction& /*transaction*/) {
  std::vector<db::ZoneInfo> zones;
  const std::lock_guard lock(walks_mutex_);
  read([&](db::Connection& connection) {
    zones = db::zones_to_refresh(connection, refresh_walk_, now(), most_zones, defect_log());
  });
  return infos(zones);
}

Service::Reply Service::set_fresh(const Parameters& parameters, Transaction& /*transaction*/) {
  const std::int64_t id = parameters.number("id", -1);
  database_.write([&](db::Connection& connection) { db::set_last_check(connection, id, now()); });
  return result("true");
}

Service::Reply Service::set_stale(const Parameters& parameters, Transaction& /*transaction*/) {
  const std::int64_t id = parameters.number("id", -1);
  database_.write([&](db::Connection& connection) { db::set_last_check(connection, id, 0); });
  return result("true");
}

Service::Reply Service::find_autoprimary(const Parameters& parameters, Transaction& /*transaction*/) {
  const std::string address = parameters.text("ip");
  std::vector<std::string> name_servers;
  for (const auto& record : parameters.objects("nsset"))
    name_servers.push_back(record.owner_name("content"));
  std::optional<db::Autoprimary> found;
  read([&](db::Connection& connection) { found = db::find_autoprimary(connection, address, name_servers); });
  if (!found) {
    note_refusal("the NOTIFY of " + address + " for the new zone " + parameters.text("domain") +
                     ": the table supermasters names no autoprimary there",
                 "superMasterBackend");
    return result("false");
  }
  std::string reply = "{\"result\":{\"nameserver\":";
  append_string(reply, found->nameserver);
  reply += ",\"account\":";
  append_string(reply, found->account);
  return reply += "}}";
}

Service::Reply Service::add_secondary(const Parameters& parameters, Transaction& /*transaction*/) {
  const auto primary = db::canonical_primary(parameters.text("ip"));
  if (!primary) throw BadRequest("the parameter \"ip\" must be an address");
  const db::NewSecondaryZone zone{parameters.owner_name("domain"), *primary,
                                  parameters.has("account") ? parameters.text("account") : ""};
  database_.write([&](db::Connection& connection) { db::add_secondary_zone(connection, zone); });
  log_->info("added the secondary zone {} of the primary {}", zone.name, zone.masters);
  return result("true");
}

}  // namespace mxbalance::remote
