// The DNSSEC keys of zones, which may be a part of an open transaction, and TSIG keys, which never are.
#include "db/lookup/keys.h"

#include <utility>

#include <fmt/format.h>

#include "backend/protocol/reply_text.h"
#include "backend/remote/methods.h"
#include "db/base/errors.h"
#include "db/lookup/metadata.h"

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

void append_tsig_key(std::string& to, const db::TsigKey& key) {
  append_separator(to);
  to += "{\"name\":";
  append_string(to, absolute(key.name));
  to += ",\"algorithm\":";
  append_string(to, absolute(key.algorithm));
  to += ",\"content\":";
  append_string(to, key.secret);
  to += '}';
}

/// In the REST form, the fields of the key are parameters of the request.
db::DnssecKey key_of(const Parameters& parameters) {
  const Parameters fields = parameters.has("key") ? parameters.object("key") : parameters;
  db::DnssecKey key;
  const std::int64_t flags = fields.number("flags", key.flags);
  if (flags < 0 || flags > most_flags) {
    throw BadRequest(fmt::format("the parameter \"flags\" is {}: 0 to {} are allowed", flags, most_flags));
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

/// Writes a change of a key of the zone in the parameters.
std::string write_key(Service& service, const Call& call, db::ZoneWrite write) {
  write_beside_records(service, require_zone(service, call.parameters, "name"), call.transaction,
                       std::move(write));
  return result("true");
}

}  // namespace

std::string keys(Service& service, const Call& call) {
  const std::string name = call.parameters.owner_name("name");
  std::string reply = "{\"result\":[";
  const auto find = [&](db::Connection& connection) {
    for (const auto& key : db::read_keys(connection, name, defect_log(service)))
      append_key(reply, key);
  };
  auto& transaction = call.transaction;
  const bool is_staged = transaction && transaction->zone().name == name && transaction->concerns_keys();
  is_staged ? read_staged(service, *transaction, find) : read(service, find);
  return reply += "]}";
}

/// Returns the id before the commit of the transaction. The commit fails if another key takes this id meanwhile.
std::string add_key(Service& service, const Call& call) {
  const db::Zone zone = require_zone(service, call.parameters, "name");
  db::DnssecKey key = key_of(call.parameters);
  if (is_in(call.transaction, zone)) {
    read_staged(service, *call.transaction,
                [&](db::Connection& connection) { key.id = db::next_key_id(connection); });
    call.transaction->add(db::KeyAddition{key});
  } else {
    service.database.write([&](db::Connection& connection) {
      key.id = db::next_key_id(connection);
      db::add_key(connection, zone, key);
    });
  }
  return result(std::to_string(key.id));
}

std::string remove_key(Service& service, const Call& call) {
  return write_key(service, call, db::KeyRemoval{key_id_of(call.parameters)});
}

std::string activate_key(Service& service, const Call& call) {
  return write_key(service, call, db::KeyChange{key_id_of(call.parameters), true, std::nullopt});
}

std::string deactivate_key(Service& service, const Call& call) {
  return write_key(service, call, db::KeyChange{key_id_of(call.parameters), false, std::nullopt});
}

std::string publish_key(Service& service, const Call& call) {
  return write_key(service, call, db::KeyChange{key_id_of(call.parameters), std::nullopt, true});
}

std::string unpublish_key(Service& service, const Call& call) {
  return write_key(service, call, db::KeyChange{key_id_of(call.parameters), std::nullopt, false});
}

std::string tsig_key(Service& service, const Call& call) {
  const std::string name = call.parameters.owner_name("name");
  std::optional<db::TsigKey> key;
  read(service,
       [&](db::Connection& connection) { key = db::read_tsig_key(connection, name, defect_log(service)); });
  if (!key) return result("false");
  std::string reply = "{\"result\":";
  append_tsig_key(reply, *key);
  return reply += '}';
}

std::string tsig_keys(Service& service, const Call& /*call*/) {
  std::vector<db::TsigKey> keys;
  read(service, [&](db::Connection& connection) { keys = db::read_tsig_keys(connection, defect_log(service)); });
  std::string reply = "{\"result\":[";
  for (const auto& key : keys)
    append_tsig_key(reply, key);
  return reply += "]}";
}

std::string set_tsig_key(Service& service, const Call& call) {
  const db::TsigKey key{call.parameters.owner_name("name"), call.parameters.owner_name("algorithm"),
                        call.parameters.text("content")};
  if (const auto problem = db::tsig_key_problem(key))
    throw db::Refusal(fmt::format("the TSIG key {} is not set: {}", key.name, *problem));
  service.database.write([&](db::Connection& connection) { db::set_tsig_key(connection, key); });
  return result("true");
}

std::string remove_tsig_key(Service& service, const Call& call) {
  const std::string name = call.parameters.owner_name("name");
  service.database.write([&](db::Connection& connection) { db::remove_tsig_key(connection, name); });
  return result("true");
}

}  // namespace mxbalance::remote
