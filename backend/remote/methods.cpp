#include "backend/remote/methods.h"

#include <algorithm>

namespace mxbalance::remote {

const Method* find_method(std::string_view name) {
  using enum Method::Kind;
  static constexpr auto methods = std::to_array<Method>({
      {"initialize", "", {}, &Service::initialize},
      {"lookup", "GET", {"qname", "qtype"}, &Service::lookup},
      {"APILookup", "GET", {"qname", "qtype"}, &Service::api_lookup},
      {"list", "GET", {"domain_id", "zonename"}, &Service::list},
      {"getAllDomains", "GET", {}, &Service::all_domains},
      {"getDomainInfo", "GET", {"name"}, &Service::domain_info},
      {"getAllDomainMetadata", "GET", {"name"}, &Service::all_metadata},
      {"getDomainMetadata", "GET", {"name", "kind"}, &Service::metadata},
      {"getTSIGKey", "GET", {"name"}, &Service::tsig_key},
      {"getTSIGKeys", "GET", {}, &Service::tsig_keys},
      {"searchRecords", "GET", {}, &Service::search_records},
      {"directBackendCmd", "POST", {}, &Service::backend_command},
      {"startTransaction", "POST", {"domain_id", "domain", "trxid"}, &Service::start_transaction, writes},
      {"feedRecord", "PATCH", {"trxid"}, &Service::feed_record, writes},
      {"feedEnts", "PATCH", {"domain_id", "trxid"}, &Service::feed_nonterminals, writes},
      {"feedEnts3", "PATCH", {"domain_id", "domain", "trxid"}, &Service::feed_nonterminals, writes},
      {"replaceRRSet", "PATCH", {"domain_id", "qname", "qtype"}, &Service::replace_rrset, writes},
      {"commitTransaction", "POST", {"trxid"}, &Service::commit, writes},
      {"abortTransaction", "POST", {"trxid"}, &Service::abort},
      {"setDomainMetadata", "PATCH", {"name", "kind"}, &Service::set_metadata, writes},
      {"getDomainKeys", "GET", {"name"}, &Service::keys},
      {"addDomainKey", "PUT", {"name"}, &Service::add_key, writes},
      {"removeDomainKey", "DELETE", {"id", "name"}, &Service::remove_key, writes},
      {"activateDomainKey", "POST", {"id", "name"}, &Service::activate_key, writes},
      {"deactivateDomainKey", "POST", {"id", "name"}, &Service::deactivate_key, writes},
      {"publishDomainKey", "POST", {"id", "name"}, &Service::publish_key, writes},
      {"unpublishDomainKey", "POST", {"id", "name"}, &Service::unpublish_key, writes},
      {"getBeforeAndAfterNamesAbsolute", "GET", {"id", "qname"}, &Service::neighbours},
      {"setTSIGKey", "PATCH", {"name"}, &Service::set_tsig_key, writes},
      {"deleteTSIGKey", "DELETE", {"name"}, &Service::remove_tsig_key, writes},
      {"getUpdatedMasters", "GET", {}, &Service::zones_to_notify, polls, "[]"},
      {"setNotified", "PATCH", {"id"}, &Service::set_notified, polls, "true"},
      {"getUnfreshSlaveInfos", "GET", {}, &Service::zones_to_refresh, polls, "[]"},
      {"setFresh", "PATCH", {"id"}, &Service::set_fresh, polls, "true"},
      {"setStale", "PATCH", {"id"}, &Service::set_stale, polls, "true"},
      {"superMasterBackend", "POST", {"ip", "domain"}, &Service::find_autoprimary, polls, "false"},
      {"createSlaveDomain", "PUT", {"ip", "domain"}, &Service::add_secondary, writes},
  });
  const auto* const found =
      std::find_if(methods.begin(), methods.end(), [&](const Method& method) { return method.name == name; });
  return found == methods.end() ? nullptr : &*found;
}

}  // namespace mxbalance::remote
