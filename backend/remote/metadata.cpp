// The metadata of zones. In an open transaction, it is read as it would be after the commit, and written with it.
#include "db/lookup/metadata.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "backend/protocol/reply_text.h"
#include "backend/remote/methods.h"
#include "db/base/errors.h"
#include "db/base/text.h"

namespace mxbalance::remote {

namespace {

void find_metadata(Service& service, Transaction& transaction, const std::function<void(db::Connection&)>& find) {
  transaction && transaction->concerns_metadata() ? read_staged(service, *transaction, find) : read(service, find);
}

}  // namespace

std::string all_metadata(Service& service, const Call& call) {
  const std::string name = call.parameters.owner_name("name");
  std::map<std::string, std::vector<std::string>> kinds;
  const auto find = [&](db::Connection& connection) {
    for (auto& [kind, value] : db::read_metadata(connection, name, std::nullopt, defect_log(service)))
      kinds[db::upper(kind)].push_back(value);
  };
  find_metadata(service, call.transaction, find);
  std::string reply = "{\"result\":{";
  for (const auto& [kind, values] : kinds) {
    append_separator(reply);
    append_string(reply, kind);
    reply += ":[";
    for (const auto& value : values) {
      append_separator(reply);
      append_string(reply, value);
    }
    reply += ']';
  }
  return reply += "}}";
}

std::string metadata(Service& service, const Call& call) {
  const std::string name = call.parameters.owner_name("name");
  const std::string kind = call.parameters.text("kind");
  std::string reply = "{\"result\":[";
  const auto find = [&](db::Connection& connection) {
    for (const auto& [found, value] : db::read_metadata(connection, name, kind, defect_log(service))) {
      append_separator(reply);
      append_string(reply, value);
    }
  };
  find_metadata(service, call.transaction, find);
  return reply += "]}";
}

std::string set_metadata(Service& service, const Call& call) {
  const db::Zone zone = require_zone(service, call.parameters, "name");
  db::MetadataReplacement replacement{db::upper(call.parameters.text("kind")), call.parameters.texts("value")};
  for (const auto& value : replacement.values) {
    if (const auto problem = db::metadata_problem(replacement.kind, value))
      throw db::Refusal(
          fmt::format("the metadata {} of the zone {} is not set: {}", replacement.kind, zone.name, *problem));
  }
  write_beside_records(service, zone, call.transaction, std::move(replacement));
  return result("true");
}

}  // namespace mxbalance::remote
