// The methods that write records: into an open transaction, or at once. PowerDNS ignores `false` in most replies,
// so a refused write is an error and prevents the commit of its transaction.
#include <utility>

#include <fmt/format.h>

#include "backend/protocol/long_request.h"
#include "backend/protocol/reply_text.h"
#include "backend/remote/methods.h"
#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/contents/record_types.h"
#include "db/dns/names.h"
#include "db/lookup/zones.h"

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
    throw BadRequest(fmt::format("the parameter \"ttl\" is {}: 0 to {} seconds are allowed", ttl, most_ttl));
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
    throw BadRequest(fmt::format("the RRset {} {} cannot hold a record {} {}", replacement.name, replacement.type,
                                 record.name, record.type));
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

/// A transaction without writes in the zone with the id in the parameters of replaceRRSet. If `transaction` is
/// open, it must be in the same zone.
db::ZoneTransaction begun_in(Service& service, const Parameters& parameters, const Transaction& transaction) {
  const std::int64_t id = parameters.number("domain_id", -1);
  if (transaction && (id < 0 || id == transaction->zone().id))
    return {transaction->zone(), false, {}, transaction->writes().is_from_primary};
  std::optional<db::Zone> zone;
  bool is_from_primary = false;
  if (!transaction) {
    read(service, [&](db::Connection& connection) {
      zone = db::find_zone(connection, id);
      is_from_primary = zone && db::is_secondary(connection, *zone);
    });
  }
  if (zone) return {*zone, false, {}, is_from_primary};
  throw db::Refusal(fmt::format(
      "there is no zone with the id {}{}", id,
      transaction ? " in this transaction, which is in the zone " + transaction->zone().name : " here"));
}

}  // namespace

std::string feed_record(Service& service, const Call& call) {
  OpenTransaction& open = require_open(call.transaction);
  const Parameters fed = call.parameters.object("rr");
  if (!is_nonterminal(fed.text("qtype"))) {
    const auto versions = required_versions(service.database, open.writes().is_from_primary);
    open.add(
        db::RecordAddition{record_of(fed, open.zone(), versions), order_name_of(fed), fed.flag("auth", true)});
  }
  return result("true");
}

std::string replace_rrset(Service& service, const Call& call) {
  if (is_nonterminal(call.parameters.text("qtype"))) return result("true");
  db::ZoneTransaction writes = begun_in(service, call.parameters, call.transaction);
  db::RrsetReplacement replacement =
      replacement_of(call.parameters, writes.zone, required_versions(service.database, writes.is_from_primary));
  if (call.transaction) {
    call.transaction->add(std::move(replacement));
  } else {
    writes.writes.push_back(std::move(replacement));
    service.database.write([&](db::Connection& connection) { write_without_generated(connection, writes); });
  }
  return result("true");
}

/// The RRset is removed, and each record is added as it is read.
std::optional<Request> replace_long_rrset(Service& service, listen::ByteSource& source, Transaction& transaction) {
  Transaction own;  // outside of a transaction, this request is a transaction of its own
  std::optional<db::RrsetReplacement> removal;
  const auto take = [&](const Parameters& parameters, const Parameters& fed) {
    if (is_nonterminal(parameters.text("qtype"))) return;
    if (!removal) {
      db::ZoneTransaction begun = begun_in(service, parameters, transaction);
      removal = removal_of(parameters, begun.zone);
      if (!transaction) own.emplace(service.options.memory, std::move(begun));
      (own ? own : transaction)->add(*removal);
    }
    auto& open = own ? *own : *transaction;
    const auto versions = required_versions(service.database, open.writes().is_from_primary);
    open.add(db::RecordAddition{record_within(*removal, fed, open.zone(), versions)});
  };
  Request request = read_in_pieces(source, take);
  if (!removal) return request;
  if (own)
    service.database.write(
        [&](db::Connection& connection) { write_without_generated(connection, own->writes()); });
  return std::nullopt;
}

}  // namespace mxbalance::remote
