// The methods that write. A transaction is staged on its connection and written at its commit, all or nothing. A
// write outside of a transaction is done at once. PowerDNS ignores `false` in most replies, so a refused write is
// an error and prevents the commit of its transaction.
#include <utility>

#include "backend/protocol/long_request.h"
#include "backend/protocol/reply_text.h"
#include "backend/remote/generated_records.h"
#include "backend/remote/service.h"
#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/contents/record_types.h"
#include "db/dns/names.h"
#include "db/lookup/metadata.h"
#include "db/lookup/zones.h"
#include "db/zones/zone_transaction.h"

namespace mxbalance::remote {

namespace {

// PowerDNS sends TTLs from 2147483648 on as negative numbers. They are served as 0 (RFC 2181 §8).
constexpr std::int64_t least_sent_ttl = -2147483648;
constexpr std::int64_t most_ttl = 4294967295;

/// Whether an empty non-terminal is meant. These are derived and never stored. PowerDNS up to 4.9 removes one
/// before it writes at its name: it sends replaceRRSet of this type with the new records, and then sends these
/// again with their own type.
bool is_nonterminal(std::string_view type) {
  return type.empty() || db::upper(type) == "TYPE0";
}

/// The PowerDNS releases that must be able to parse the written records. Absent: none.
std::optional<db::PowerDnsVersions> required_versions(const db::Database& database, bool is_from_primary) {
  if (is_from_primary) return std::nullopt;  // a refusal would make the zone stale; answers leave such records out
  return database.powerdns();
}

db::Record record_of(const Parameters& parameters, const db::Zone& zone,
                     std::optional<db::PowerDnsVersions> versions) {
  db::Record record;
  record.name = parameters.owner_name("qname");
  record.type = db::canonical_type(parameters.text("qtype"));
  record.content = parameters.text("content");
  std::int64_t ttl = parameters.number("ttl", db::default_ttl);
  if (ttl < 0 && ttl >= least_sent_ttl) ttl += most_ttl + 1;
  if (ttl < 0 || ttl > most_ttl) {
    throw BadRequest("the parameter \"ttl\" is " + std::to_string(ttl) + ": 0 to 4294967295 seconds are allowed");
  }
  record.ttl = static_cast<std::uint32_t>(ttl);
  db::require_within(zone, record.name);
  if (versions) db::require_servable(record, *versions);
  return record;
}

/// The replacement that removes the RRset, without its new records.
db::RrsetReplacement removal_of(const Parameters& parameters, const db::Zone& zone) {
  db::RrsetReplacement removal{parameters.owner_name("qname"), db::canonical_type(parameters.text("qtype")), {}};
  db::require_within(zone, removal.name);
  return removal;
}

db::Record record_within(const db::RrsetReplacement& replacement, const Parameters& fed, const db::Zone& zone,
                         std::optional<db::PowerDnsVersions> versions) {
  db::Record record = record_of(fed, zone, versions);
  const bool has_type = replacement.type == db::any_type || record.type == replacement.type;
  if (record.name != replacement.name || !has_type) {
    throw BadRequest("the RRset " + replacement.name + " " + replacement.type + " cannot hold a record " +
                     record.name + " " + record.type);
  }
  return record;
}

db::RrsetReplacement replacement_of(const Parameters& parameters, const db::Zone& zone,
                                    std::optional<db::PowerDnsVersions> versions) {
  db::RrsetReplacement replacement = removal_of(parameters, zone);
  for (const auto& fed : parameters.objects("rrset"))
    replacement.records.push_back(record_within(replacement, fed, zone, versions));
  return replacement;
}

/// The name in the format of PowerDNS's SQLite backend: labels from the right, separated by blanks. PowerDNS sends
/// it for presigned zones. The REST form does not have the parameter when it is null.
std::optional<std::string> order_name_of(const Parameters& fed) {
  const std::string sent = fed.text_or_null("ordername");
  if (sent.empty()) return std::nullopt;
  std::string reversed;
  for (std::string_view rest = sent; !rest.empty() && rest != ".";) {
    const std::string_view above = db::parent_name(rest);
    const std::string_view label = rest.substr(0, rest.size() - above.size() - 1);
    reversed.insert(0, std::string(label) + (reversed.empty() ? "" : " "));
    rest = above;
  }
  return reversed;
}

OpenTransaction& require_open(Transaction& transaction) {
  if (transaction) return *transaction;
  throw db::Refusal(
      "no transaction is open on this connection: it was never begun, or ended with another connection");
}

}  // namespace

/// The zone with the id in domain_id, if `by_id` is set and the parameter is there; otherwise the zone with the
/// name.
db::Zone Service::require_zone(const Parameters& parameters, std::string_view name_parameter, bool by_id) {
  const std::int64_t id = by_id ? parameters.number("domain_id", -1) : -1;
  const bool has_name = parameters.has(name_parameter);
  const std::string name = has_name || id < 0 ? parameters.owner_name(name_parameter) : "";
  std::optional<db::Zone> zone;
  read([&](db::Connection& connection) {
    if (id >= 0) zone = db::find_zone(connection, id);
    if (!zone && !name.empty()) zone = db::find_zone(connection, name);
  });
  if (zone && (name.empty() || zone->name == name)) return *zone;
  if (zone)
    throw db::Refusal("the zone with the id " + std::to_string(id) + " is " + zone->name + ", not " + name);
  throw db::Refusal("there is no zone " + (name.empty() ? "with the id " + std::to_string(id) : name) +
                    " here; zones are added with: mxbalance zone add " + name);
}

bool Service::is_in(const Transaction& transaction, const db::Zone& zone) {
  return transaction && transaction->zone().id == zone.id;
}

/// Writes metadata or keys of a zone. In a transaction in this zone they are part of it.
void Service::write_beside_records(const db::Zone& zone, Transaction& transaction, db::ZoneWrite write) {
  if (is_in(transaction, zone)) {
    transaction->add(std::move(write));
    return;
  }
  const db::ZoneTransaction writes{zone, false, {std::move(write)}};
  database_.write([&](db::Connection& connection) { db::write_zone(connection, writes); });
}

void Service::write_zone(db::Connection& connection, const db::ZoneTransaction& writes) {
  db::write_zone(connection, writes, without_generated(connection, writes));
}

void Service::read_staged(OpenTransaction& transaction, const std::function<void(db::Connection&)>& work) {
  try {
    database_.rehearse([&](db::Connection& connection) {
      const auto& writes = transaction.writes();
      db::rehearse_zone(connection, writes, without_generated(connection, writes));
      work(connection);
    });
  } catch (const db::Refusal& refusal) {  // it concerns the staged writes, not the question
    requests_log_.tell(ServiceLog::Kind::refused, "the transaction in the zone " + transaction.zone().name +
                                                      " is refused: " + refusal.what());
    throw WriteRefused(refusal.what());
  }
}

Service::Reply Service::start_transaction(const Parameters& parameters, Transaction& transaction) {
  if (transaction) {
    requests_log_.tell(ServiceLog::Kind::refused, "the transaction in the zone " + transaction->zone().name +
                                                      " was not ended before another one, and is dropped");
    transaction.reset();
  }
  const bool replaces = parameters.number("domain_id", -1) >= 0;
  const db::Zone zone = require_zone(parameters, "domain", true);
  bool is_from_primary = false;
  read([&](db::Connection& connection) { is_from_primary = db::is_secondary(connection, zone); });
  transaction.emplace(options_.memory, db::ZoneTransaction{zone, replaces, {}, is_from_primary});
  return result("true");
}

Service::Reply Service::feed_record(const Parameters& parameters, Transaction& transaction) {
  OpenTransaction& open = require_open(transaction);
  const Parameters fed = parameters.object("rr");
  if (!is_nonterminal(fed.text("qtype"))) {
    const auto versions = required_versions(database_, open.writes().is_from_primary);
    open.add(
        db::RecordAddition{record_of(fed, open.zone(), versions), order_name_of(fed), fed.flag("auth", true)});
  }
  return result("true");
}

/// Does nothing: empty non-terminals are derived from the names in the zone.
Service::Reply Service::feed_nonterminals(const Parameters& /*parameters*/, Transaction& transaction) {
  require_open(transaction);
  return result("true");
}

/// A transaction without writes in the zone with the id in the parameters of replaceRRSet. If `transaction` is
/// open, it must be in the same zone.
db::ZoneTransaction Service::begun_in(const Parameters& parameters, const Transaction& transaction) {
  const std::int64_t id = parameters.number("domain_id", -1);
  if (transaction && (id < 0 || id == transaction->zone().id))
    return {transaction->zone(), false, {}, transaction->writes().is_from_primary};
  std::optional<db::Zone> zone;
  bool is_from_primary = false;
  if (!transaction) {
    read([&](db::Connection& connection) {
      zone = db::find_zone(connection, id);
      is_from_primary = zone && db::is_secondary(connection, *zone);
    });
  }
  if (zone) return {*zone, false, {}, is_from_primary};
  throw db::Refusal(
      "there is no zone with the id " + std::to_string(id) +
      (transaction ? " in this transaction, which is in the zone " + transaction->zone().name : " here"));
}

Service::Reply Service::replace_rrset(const Parameters& parameters, Transaction& transaction) {
  if (is_nonterminal(parameters.text("qtype"))) return result("true");
  db::ZoneTransaction writes = begun_in(parameters, transaction);
  db::RrsetReplacement replacement =
      replacement_of(parameters, writes.zone, required_versions(database_, writes.is_from_primary));
  if (transaction) {
    transaction->add(std::move(replacement));
  } else {
    writes.writes.push_back(std::move(replacement));
    database_.write([&](db::Connection& connection) { write_zone(connection, writes); });
  }
  return result("true");
}

/// Stages a replaceRRSet that is read in pieces: the RRset is removed, and each record is added. For other
/// methods, the request has been read completely and is answered as usual.
Service::Reply Service::replace_long_rrset(listen::ByteSource& source, Transaction& transaction, ReplyRoom& room) {
  Transaction own;  // outside of a transaction, this request is a transaction of its own
  std::optional<db::RrsetReplacement> removal;
  const auto take = [&](const Parameters& parameters, const Parameters& fed) {
    if (is_nonterminal(parameters.text("qtype"))) return;
    if (!removal) {
      db::ZoneTransaction begun = begun_in(parameters, transaction);
      removal = removal_of(parameters, begun.zone);
      if (!transaction) own.emplace(options_.memory, std::move(begun));
      (own ? own : transaction)->add(*removal);
    }
    auto& open = own ? *own : *transaction;
    const auto versions = required_versions(database_, open.writes().is_from_primary);
    open.add(db::RecordAddition{record_within(*removal, fed, open.zone(), versions)});
  };
  const Request request = read_in_pieces(source, take);
  if (!removal) return call(request, transaction, room);
  if (own) database_.write([&](db::Connection& connection) { write_zone(connection, own->writes()); });
  return result("true");
}

Service::Reply Service::commit(const Parameters& /*parameters*/, Transaction& transaction) {
  OpenTransaction& open = require_open(transaction);
  try {
    open.require_sound();
    database_.write([&](db::Connection& connection) { write_zone(connection, open.writes()); });
  } catch (...) {
    transaction.reset();
    throw;
  }
  log_->debug("the zone {} was written in a transaction", open.zone().name);
  transaction.reset();
  return result("true");
}

/// Drops the transaction, if one is open. After an error PowerDNS aborts on a new connection, which has none.
Service::Reply Service::abort(const Parameters& /*parameters*/, Transaction& transaction) {
  transaction.reset();
  return result("true");
}

Service::Reply Service::set_metadata(const Parameters& parameters, Transaction& transaction) {
  const db::Zone zone = require_zone(parameters, "name", false);
  db::MetadataReplacement replacement{db::upper(parameters.text("kind")), parameters.texts("value")};
  for (const auto& value : replacement.values) {
    if (const auto problem = db::metadata_problem(replacement.kind, value))
      throw db::Refusal("the metadata " + replacement.kind + " of the zone " + zone.name +
                        " is not set: " + *problem);
  }
  write_beside_records(zone, transaction, std::move(replacement));
  return result("true");
}

Service::Reply Service::set_tsig_key(const Parameters& parameters, Transaction& /*transaction*/) {
  const db::TsigKey key{parameters.owner_name("name"), parameters.owner_name("algorithm"),
                        parameters.text("content")};
  if (const auto problem = db::tsig_key_problem(key))
    throw db::Refusal("the TSIG key " + key.name + " is not set: " + *problem);
  database_.write([&](db::Connection& connection) { db::set_tsig_key(connection, key); });
  return result("true");
}

Service::Reply Service::remove_tsig_key(const Parameters& parameters, Transaction& /*transaction*/) {
  const std::string name = parameters.owner_name("name");
  database_.write([&](db::Connection& connection) { db::remove_tsig_key(connection, name); });
  return result("true");
}

}  // namespace mxbalance::remote
