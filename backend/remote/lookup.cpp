// From a question to its answer. In an open transaction, a lookup also sees the staged writes.
#include "db/lookup/lookup.h"

#include <utility>

#include <fmt/format.h>

#include "backend/answer/answer.h"
#include "backend/protocol/reply_text.h"
#include "backend/remote/methods.h"
#include "db/base/time.h"
#include "db/lookup/zone_orders.h"
#include "db/lookup/zones.h"

namespace mxbalance::remote {

namespace {

/// Bytes. Most replies to a lookup are shorter.
constexpr std::size_t usual_reply = 1024;

/// In a transaction in a secondary zone, returns only the records of its primary, because IXFR applies changes to
/// these.
std::shared_ptr<const db::NameContents> for_transfer(Service& service,
                                                     std::shared_ptr<const db::NameContents> contents) {
  bool is_of_primary = false;
  read(service, [&](db::Connection& connection) { is_of_primary = db::is_secondary(connection, contents->zone); });
  if (!is_of_primary) return contents;
  db::NameContents of_primary = *contents;
  of_primary.mx_pool.reset();
  of_primary.address_pool.reset();
  of_primary.host.reset();
  return std::make_shared<const db::NameContents>(std::move(of_primary));
}

/// The contents of `name`; null when no zone of the store holds it.
std::shared_ptr<const db::NameContents> contents_at(Service& service, std::int64_t zone_id,
                                                    const std::string& name, Transaction& transaction) {
  std::shared_ptr<const db::NameContents> contents;
  if (transaction && transaction->concerns(name)) {
    read_staged(service, *transaction, [&](db::Connection& connection) {
      if (const auto zone = db::zone_holding(connection, zone_id, name))
        contents = std::make_shared<db::NameContents>(db::read_name(connection, *zone, name));
    });
  } else {
    read_in_order(service,
                  [&](const db::OrderTerms& terms) { contents = service.contents.find(zone_id, name, terms); });
  }
  if (contents && is_in(transaction, contents->zone)) return for_transfer(service, std::move(contents));
  return contents;
}

/// Throws MethodFailure where a zone has no SOA record. PowerDNS finds the zone of a name by asking for SOA
/// records from the name upwards. Without an SOA record, it would use the parent zone and answer that the name
/// does not exist. The API and a transaction in the zone still see it without the record, so that they can add
/// one.
void require_soa(Service& service, const Question& question, const db::NameContents& contents,
                 const Transaction& transaction) {
  const bool looks_for_zone = question.zone_id < 0 || question.type == "SOA";
  if (!looks_for_zone || contents.name != contents.zone.name || db::has_soa(contents)) return;
  if (question.is_for_editing || is_in(transaction, contents.zone)) return;
  fail(service,
       fmt::format("the zone {} has no SOA record that can be served: add or correct it (mxbalance check says "
                   "how), or have the zone transferred from its primary",
                   contents.name));
}

std::string answer_question(Service& service, const Question& question, Transaction& transaction) {
  const std::string name = canonical_owner_name("qname", question.owner_name);
  const auto reports = service.reports.current();
  auto contents = contents_at(service, question.zone_id, name, transaction);
  std::string reply;
  reply.reserve(usual_reply);
  reply += "{\"result\":[";
  if (contents) {
    note_defects(service, contents->defects);
    require_soa(service, question, *contents, transaction);
    contents = answer::as_of({db::seconds_now(), reports.get()}, std::move(contents));
    for (const auto& row : answer::make_answer(*contents, question.type, service.draws.next(name))) {
      append_row(reply, row, question.owner_name, contents->zone.id);
    }
  }
  service.log->debug("lookup {} {} zone {}: {}", question.owner_name, question.type, question.zone_id,
                     std::string_view(reply).substr(10));
  return reply += "]}";
}

}  // namespace

std::string lookup(Service& service, const Call& call) {
  if (call.question) return answer_question(service, *call.question, call.transaction);
  return answer_question(service, question_of(call.parameters), call.transaction);
}

std::string api_lookup(Service& service, const Call& call) {
  Question question = question_of(call.parameters);
  question.is_for_editing = true;
  return answer_question(service, question, call.transaction);
}

}  // namespace mxbalance::remote
