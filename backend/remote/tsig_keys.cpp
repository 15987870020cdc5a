// TSIG keys, which belong to no zone and to no transaction.
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "backend/protocol/reply_text.h"
#include "backend/remote/methods.h"
#include "db/base/errors.h"
#include "db/lookup/metadata.h"

namespace mxbalance::remote {

namespace {

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

}  // namespace

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
