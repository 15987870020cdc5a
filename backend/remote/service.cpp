#include "backend/remote/service.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "backend/answer/answer.h"
#include "backend/remote/methods.h"
#include "backend/remote/reply_text.h"
#include "db/errors.h"
#include "db/lookup.h"
#include "db/names.h"
#include "db/zones.h"

namespace mxbalance::remote {

namespace {

constexpr std::size_t most_noted = 10000;

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

/// What a peer sent, for the log: a line stays one, and is not flooded.
std::string shown(std::string_view text) {
  constexpr std::size_t most_shown = 200;
  std::string start(text.substr(0, most_shown));
  std::replace_if(
      start.begin(), start.end(), [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; }, '?');
  return start;
}

/// PowerDNS names the zone by id, except in its search for a SOA. An id that does not hold the name is stale (it
/// caches ids): the name decides then, since "no such data" would be an NXDOMAIN.
std::optional<db::Zone> zone_for(db::Connection& connection, std::int64_t zone_id, std::string_view name) {
  if (zone_id >= 0) {
    auto zone = db::find_zone(connection, zone_id);
    if (zone && db::is_within(name, zone->name)) return zone;
  }
  return db::enclosing_zone(connection, name);
}

std::string absolute(const std::string& name) {
  return name == "." ? name : name + '.';
}

std::string result(std::string_view json) {
  return "{\"result\":" + std::string(json) + "}";
}

/// Polls of PowerDNS's communicator: an error there ends pdns_server, so they need no store.
std::optional<std::string> background_reply(std::string_view method) {
  if (method == "getUpdatedMasters" || method == "getUnfreshSlaveInfos") return result("[]");
  for (const std::string_view name : {"initialize", "setNotified", "setFresh", "setStale", "abortTransaction"}) {
    if (method == name) return result("true");
  }
  return std::nullopt;
}

}  // namespace

Service::Service(db::Database& database, std::uint64_t seed, std::shared_ptr<spdlog::logger> log, Options options)
    : database_(database), draws_(seed), log_(std::move(log)), options_(std::move(options)) {}

std::string Service::call(const Request& request) {
  try {
    std::string reply = dispatch(request);
    log_->debug("{} -> {} bytes", request.method, reply.size());
    return reply;
  } catch (const db::StoreFailure& failure) {
    if (!store_failed_.exchange(true)) {
      log_->error("the store cannot be read, and PowerDNS answers SERVFAIL until it is back: {}", failure.what());
    }
    throw MethodFailure(failure.what());
  } catch (const answer::NothingToAnswer& nothing) {
    if (is_first(nothing.what())) log_->error("{}; PowerDNS answers SERVFAIL there", nothing.what());
    throw MethodFailure(nothing.what());
  }
}

std::string Service::dispatch(const Request& request) {
  const std::string& method = request.method;
  if (auto reply = background_reply(method)) return *reply;
  if (method == "lookup" || method == "APILookup") return lookup(request.parameters);
  if (method == "list") return list(request.parameters);
  if (method == "getAllDomains") return all_domains();
  if (method == "getDomainInfo") return domain_info(request.parameters);
  if (method == "getAllDomainMetadata") return all_metadata(request.parameters);
  if (method == "getDomainMetadata") return metadata(request.parameters);
  if (find_method(method) == nullptr) throw UnknownMethod("the protocol has no method " + method);
  return not_there_yet(method);
}

std::string Service::lookup(const Parameters& parameters) {
  const std::string owner_name = parameters.text("qname");
  const std::string name = parameters.owner_name("qname");
  const std::string type = upper(parameters.text("qtype"));
  const std::int64_t zone_id = parameters.number("zone-id", -1);
  const bool include_disabled = parameters.flag("include-disabled", false);

  std::optional<db::NameContents> contents;
  read([&](db::Connection& connection) {
    if (const auto zone = zone_for(connection, zone_id, name)) {
      contents = db::read_name(connection, *zone, name, include_disabled);
    }
  });
  std::string reply = "{\"result\":[";
  if (contents) {
    note_defects(contents->defects);
    for (const auto& row : answer::make_answer(*contents, type, draws_.next(name))) {
      append_row(reply, row, owner_name, contents->zone.id);
    }
  }
  log_->debug("lookup {} {} zone {}: {}", owner_name, type, zone_id, std::string_view(reply).substr(10));
  return reply += "]}";
}

std::string Service::list(const Parameters& parameters) {
  const std::string zone_name = parameters.owner_name("zonename");
  const bool include_disabled = parameters.flag("include_disabled", false);
  std::string reply;
  read([&](db::Connection& connection) {
    const auto zone = db::find_zone(connection, zone_name);
    if (!zone) return;
    reply = "{\"result\":[";
    db::for_each_name(connection, *zone, include_disabled, [&](db::NameContents&& contents) {
      note_defects(contents.defects);
      for (const auto& row : answer::make_transfer(contents)) {
        append_row(reply, row, absolute(contents.name), zone->id);
      }
    });
    reply += "]}";
  });
  return reply.empty() ? result("false") : reply;
}

std::string Service::all_domains() {
  std::string reply = "{\"result\":[";
  read([&](db::Connection& connection) {
    db::for_each_zone(connection, [&](const db::ZoneInfo& info) { append_zone_info(reply, info); });
  });
  return reply += "]}";
}

std::string Service::domain_info(const Parameters& parameters) {
  const std::string name = parameters.owner_name("name");
  std::optional<db::ZoneInfo> info;
  read([&](db::Connection& connection) { info = db::read_zone_info(connection, name); });
  if (!info) return result("false");
  std::string reply = "{\"result\":";
  append_zone_info(reply, *info);
  return reply += '}';
}

std::string Service::all_metadata(const Parameters& parameters) {
  const std::string name = parameters.owner_name("name");
  std::map<std::string, std::vector<std::string>> kinds;
  read([&](db::Connection& connection) {
    for (auto& [kind, value] : db::read_metadata(connection, name, std::nullopt))
      kinds[upper(kind)].push_back(value);
  });
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

std::string Service::metadata(const Parameters& parameters) {
  const std::string name = parameters.owner_name("name");
  const std::string kind = parameters.text("kind");
  std::string reply = "{\"result\":[";
  read([&](db::Connection& connection) {
    for (const auto& [found, value] : db::read_metadata(connection, name, kind)) {
      append_separator(reply);
      append_string(reply, value);
    }
  });
  return reply += "]}";
}

std::string Service::not_there_yet(std::string_view method) {
  const std::string message = "the method " + std::string(method) + " is not supported";
  // `false` would become a signed proof that the whole zone does not exist.
  if (method == "getBeforeAndAfterNamesAbsolute") throw MethodFailure(message);
  if (is_first(message)) log_->warn("{}: it is answered with false", message);
  return result("false");
}

void Service::read(const std::function<void(db::Connection&)>& work) {
  const bool had_failed = store_failed_;  // a read that began before the failure says nothing of its end
  database_.read(work);
  if (had_failed && store_failed_.exchange(false)) log_->info("the store can be read again");
}

void Service::note_defects(const std::vector<db::RowDefect>& defects) {
  for (const auto& defect : defects) {
    if (is_first(defect.row + defect.problem)) {
      log_->warn("left out of answers: {}: {}", defect.row, defect.problem);
    }
  }
}

void Service::note_refusal(std::string_view problem, std::string_view request) {
  const std::string sentence = shown(problem);
  if (is_first(sentence)) log_->warn("refused: {}: {}", sentence, shown(request));
}

bool Service::is_first(std::string message) {
  const std::lock_guard lock(noted_mutex_);
  if (noted_.size() >= most_noted) noted_.clear();
  return noted_.insert(std::move(message)).second;
}

}  // namespace mxbalance::remote
