#include "backend/remote/methods.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "backend/answer/row.h"
#include "backend/protocol/reply_text.h"
#include "db/base/errors.h"

namespace mxbalance::remote {

using enum ServiceLog::Kind;

namespace {

std::string initialize(Service& /*service*/, const Call& /*call*/) {
  return result("true");
}

/// Every method: its name, its verb and the parameters in its path in the REST form, its function, and its kind.
constexpr auto methods = std::to_array<Method>({
    {"initialize", "", {}, initialize},
    {"lookup", "GET", {"qname", "qtype"}, lookup},
    {"APILookup", "GET", {"qname", "qtype"}, api_lookup},
    {"list", "GET", {"domain_id", "zonename"}, list, Method::reads_much},
    {"getAllDomains", "GET", {}, all_domains, Method::reads_much},
    {"getDomainInfo", "GET", {"name"}, domain_info},
    {"getAllDomainMetadata", "GET", {"name"}, all_metadata},
    {"getDomainMetadata", "GET", {"name", "kind"}, metadata},
    {"getTSIGKey", "GET", {"name"}, tsig_key},
    {"getTSIGKeys", "GET", {}, tsig_keys},
    {"searchRecords", "GET", {}, search_records, Method::reads_much},
    {"directBackendCmd", "POST", {}, backend_command, Method::reads_much},
    {"startTransaction", "POST", {"domain_id", "domain", "trxid"}, start_transaction, Method::writes},
    {"feedRecord", "PATCH", {"trxid"}, feed_record, Method::writes},
    {"feedEnts", "PATCH", {"domain_id", "trxid"}, feed_nonterminals, Method::writes},
    {"feedEnts3", "PATCH", {"domain_id", "domain", "trxid"}, feed_nonterminals, Method::writes},
    {"replaceRRSet", "PATCH", {"domain_id", "qname", "qtype"}, replace_rrset, Method::writes},
    {"commitTransaction", "POST", {"trxid"}, commit_transaction, Method::writes},
    {"abortTransaction", "POST", {"trxid"}, abort_transaction},
    {"setDomainMetadata", "PATCH", {"name", "kind"}, set_metadata, Method::writes},
    {"getDomainKeys", "GET", {"name"}, keys},
    {"addDomainKey", "PUT", {"name"}, add_key, Method::writes},
    {"removeDomainKey", "DELETE", {"id", "name"}, remove_key, Method::writes},
    {"activateDomainKey", "POST", {"id", "name"}, activate_key, Method::writes},
    {"deactivateDomainKey", "POST", {"id", "name"}, deactivate_key, Method::writes},
    {"publishDomainKey", "POST", {"id", "name"}, publish_key, Method::writes},
    {"unpublishDomainKey", "POST", {"id", "name"}, unpublish_key, Method::writes},
    {"getBeforeAndAfterNamesAbsolute", "GET", {"id", "qname"}, neighbours},
    {"setTSIGKey", "PATCH", {"name"}, set_tsig_key, Method::writes},
    {"deleteTSIGKey", "DELETE", {"name"}, remove_tsig_key, Method::writes},
    {"getUpdatedMasters", "GET", {}, zones_to_notify, Method::polls, "[]"},
    {"setNotified", "PATCH", {"id"}, set_notified, Method::polls, "true"},
    {"getUnfreshSlaveInfos", "GET", {}, zones_to_refresh, Method::polls, "[]"},
    {"setFresh", "PATCH", {"id"}, set_fresh, Method::polls, "true"},
    {"setStale", "PATCH", {"id"}, set_stale, Method::polls, "true"},
    {"superMasterBackend", "POST", {"ip", "domain"}, find_autoprimary, Method::polls, "false"},
    {"createSlaveDomain", "PUT", {"ip", "domain"}, add_secondary, Method::writes},
});

/// Few methods that read much run at a time.
std::string run_long(Service& service, const Method& method, const Call& call) {
  call.room.prepare();
  const Turn turn(service.long_turns, patience_for_turn);
  if (!turn.has_come()) {
    refuse_for_now(service, std::string(method.name),
                   fmt::format("as many requests that read much of the store are answered already as --readers "
                               "allows ({}): list, getAllDomains, searchRecords, directBackendCmd",
                               service.most_long_reads));
  }
  try {
    return method.handler(service, call);
  } catch (const ReplyTooLong& problem) {
    fail(service, fmt::format("{}: {}", method.name, problem.what()));
  }
}

std::string run(Service& service, const Method& method, const Call& call) {
  if (method.kind == Method::reads_much) return run_long(service, method, call);
  std::string reply = method.handler(service, call);
  call.room.count(reply);
  return reply;
}

/// Where a method that reads fails, PowerDNS answers SERVFAIL, and the log says why once.
std::string run_reading(Service& service, const Method& method, const Call& call) {
  try {
    return run(service, method, call);
  } catch (const db::QueryEnded& ended) {
    fail(service, fmt::format("{} failed: {}", method.name, ended.what()));
  } catch (const db::StoreFailure& failure) {
    if (!service.store_failed.exchange(true)) {
      service.log->error("the store cannot be read, and PowerDNS answers SERVFAIL until it is back: {}",
                         failure.what());
    }
    throw MethodFailure(failure.what());
  } catch (const answer::NothingToAnswer& nothing) {
    fail(service, nothing.what());
  }
}

/// Does a write. Each one that is refused is logged, and prevents the commit of its transaction.
std::string run_writing(Service& service, std::string_view method, Transaction& transaction,
                        const std::function<std::string()>& work) {
  try {
    if (service.options.read_only) throw db::Refusal("this mxbalance serves read-only (--read-only)");
    return work();
  } catch (const WriteRefused&) {  // of a request in pieces that turned out to be short
    throw;
  } catch (const MethodFailure&) {  // logged already
    throw;
  } catch (const std::exception& failure) {
    if (transaction) transaction->poison(failure.what());
    if (dynamic_cast<const db::MemoryShortage*>(&failure) != nullptr) throw;  // the budget logs it
    service.requests_log.tell(refused, fmt::format("{} is refused: {}", method, failure.what()));
    if (dynamic_cast<const db::StoreFailure*>(&failure) != nullptr) throw MethodFailure(failure.what());
    throw WriteRefused(failure.what());
  }
}

std::string run_poll(Service& service, const Method& method, const Call& call) {
  if (service.options.read_only) return result(method.otherwise);
  try {
    return run(service, method, call);
  } catch (const std::exception& failure) {
    service.requests_log.tell_once(
        failed_poll, fmt::format("{} is answered with {}: {}", method.name, method.otherwise, failure.what()));
    return result(method.otherwise);
  }
}

}  // namespace

const Method* find_method(std::string_view name) {
  const auto* const found =
      std::find_if(methods.begin(), methods.end(), [&](const Method& method) { return method.name == name; });
  return found == methods.end() ? nullptr : &*found;
}

std::string answer_request(Service& service, const Request& request, Transaction& transaction, ReplyRoom& room) {
  const Method* const method = find_method(request.method);
  if (method == nullptr) throw UnknownMethod("the protocol has no method " + request.method);
  const Call call{request.parameters, request.question, transaction, room};
  std::string reply = method->kind == Method::writes  ? run_writing(service, method->name, transaction,
                                                                    [&] { return run(service, *method, call); })
                      : method->kind == Method::polls ? run_poll(service, *method, call)
                                                      : run_reading(service, *method, call);
  service.log->debug("{} -> {} bytes", method->name, reply.size());
  return reply;
}

std::string answer_request(Service& service, listen::ByteSource& source, Transaction& transaction,
                           ReplyRoom& room) {
  return run_writing(service, "a long request", transaction, [&] {
    const auto short_one = replace_long_rrset(service, source, transaction);
    return short_one ? answer_request(service, *short_one, transaction, room) : result("true");
  });
}

}  // namespace mxbalance::remote
