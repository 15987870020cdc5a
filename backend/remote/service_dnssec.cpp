// The methods for DNSSEC: keys, and the neighbours of a name in the order of a zone. In an open transaction,
// changes of keys are part of it.
#include <utility>

#include "backend/protocol/reply_text.h"
#include "backend/remote/service.h"
#include "db/base/errors.h"
#include "db/dns/names.h"
#include "db/lookup/keys.h"
#include "db/lookup/zone_orders.h"
#include "db/lookup/zones.h"

namespace mxbalance::remote {

namespace {

constexpr std::int64_t most_flags = 65535;  // of a DNSKEY record, RFC 4034 §2.1.1

void append_key(std::string& to, const db::DnssecKey& key) {
  append_separator(to);
  to += "{\"id\":" + std::to_string(key.id) + ",\"flags\":" + std::to_string(key.flags) +
        ",\"active\":" + (key.active ? "true" : "false") + ",\"published\":" + (key.published ? "true" : "false") +
        ",\"content\":";
  append_string(to, key.content);
  to += '}';
}

/// In the REST form, the fields of the key are parameters of the request.
db::DnssecKey key_of(const Parameters& parameters) {
  const Parameters fields = parameters.has("key") ? parameters.object("key") : parameters;
  db::DnssecKey key;
  const std::int64_t flags = fields.number("flags", key.flags);
  if (flags < 0 || flags > most_flags) {
    throw BadRequest("the parameter \"flags\" is " + std::to_string(flags) + ": 0 to 65535 are allowed");
  }
  key.flags = static_cast<std::uint32_t>(flags);
  key.active = fields.flag("active", true);
  key.published = fields.flag("published", true);
  key.content = fields.text("content");
  if (key.content.empty()) throw BadRequest("the parameter \"content\" is empty: it is the private key");
  return key;
}

std::int64_t key_id_of(const Parameters& parameters) {
  const std::int64_t id = parameters.number("id", -1);
  if (id < 0) throw BadRequest("the parameter \"id\" must be the number of a key");
  return id;
}

}  // namespace

Service::Reply Service::keys(const Parameters& parameters, Transaction& transaction) {
  const std::string name = parameters.owner_name("name");
  std::string reply = "{\"result\":[";
  const auto find = [&](db::Connection& connection) {
    for (const auto& key : db::read_keys(connection, name, defect_log()))
      append_key(reply, key);
  };
  transaction && transaction->zone().name == name && transaction->concerns_keys() ? read_staged(*transaction, find)
                                                                                  : read(find);
  return reply += "]}";
}

/// Returns the id before the commit of the transaction. The commit fails if another key takes this id meanwhile.
Service::Reply Service::add_key(const Parameters& parameters, Transaction& transaction) {
  const db::Zone zone = require_zone(parameters, "name", false);
  db::DnssecKey key = key_of(parameters);
  if (is_in(transaction, zone)) {
    read_staged(*transaction, [&](db::Connection& connection) { key.id = db::next_key_id(connection); });
    transaction->add(db::KeyAddition{key});
  } else {
    database_.write([&](db::Connection& connection) {
      key.id = db::next_key_id(connection);
      db::add_key(connection, zone, key);
    });
  }
  return result(std::to_string(key.id));
}

Service::Reply Service::remove_key(const Parameters& parameters, Transaction& transaction) {
  return write_key(parameters, transaction, db::KeyRemoval{key_id_of(parameters)});
}

Service::Reply Service::activate_key(const Parameters& parameters, Transaction& transaction) {
  return write_key(parameters, transaction, db::KeyChange{key_id_of(parameters), true, std::nullopt});
}

Service::Reply Service::deactivate_key(const Parameters& parameters, Transaction& transaction) {
  return write_key(parameters, transaction, db::KeyChange{key_id_of(parameters), false, std::nullopt});
}

Service::Reply Service::publish_key(const Parameters& parameters, Transaction& transaction) {
  return write_key(parameters, transaction, db::KeyChange{key_id_of(parameters), std::nullopt, true});
}

Service::Reply Service::unpublish_key(const Parameters& parameters, Transaction& transaction) {
  return write_key(parameters, transaction, db::KeyChange{key_id_of(parameters), std::nullopt, false});
}

Service::Reply Service::write_key(const Parameters& parameters, Transaction& transaction, db::ZoneWrite write) {
  write_beside_records(require_zone(parameters, "name", false), transaction, std::move(write));
  return result("true");
}

Service::Reply Service::neighbours(const Parameters& parameters, Transaction& transaction) {
  const std::int64_t id = parameters.number("id", -1);
  const std::string name = parameters.owner_name("qname");
  std::optional<db::Zone> zone;
  std::optional<db::Neighbours> found;
  const auto find = [&](db::Connection& connection, const db::OrderTerms& terms) {
    zone = db::find_zone(connection, id);
    if (zone) found = db::read_neighbours(connection, *zone, name, terms);
  };
  if (transaction && transaction->zone().id == id) {
    read_staged(*transaction, [&](db::Connection& connection) { find(connection, {}); });
  } else {
    read_in_order([&](const db::OrderTerms& terms) {
      database_.read([&](db::Connection& connection) { find(connection, terms); });
    });
  }
  // The reply `false` would become a signed proof that the whole zone does not exist.
  if (!zone) fail("there is no zone with the id " + std::to_string(id));
  if (!found) fail("the zone " + zone->name + " has no names that DNSSEC could order");
  std::string reply = "{\"result\":{\"before\":";
  append_string(reply, found->before);
  reply += ",\"after\":";
  append_string(reply, found->after);
  reply += ",\"unhashed\":";
  append_string(reply, absolute(found->name));
  return reply += "}}";
}

}  // namespace mxbalance::remote
