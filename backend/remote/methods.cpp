#include "backend/remote/methods.h"

#include <algorithm>

namespace mxbalance::remote {

namespace {

constexpr auto methods = std::to_array<Method>({
    {"initialize", ""},
    {"lookup", "GET", {"qname", "qtype"}},
    {"APILookup", "GET", {"qname", "qtype"}},
    {"list", "GET", {"domain_id", "zonename"}},
    {"getAllDomains", "GET"},
    {"getDomainInfo", "GET", {"name"}},
    {"getUpdatedMasters", "GET"},
    {"getUnfreshSlaveInfos", "GET"},
    {"setNotified", "PATCH", {"id"}},
    {"setFresh", "PATCH", {"id"}},
    {"setStale", "PATCH", {"id"}},
    {"getBeforeAndAfterNamesAbsolute", "GET", {"id", "qname"}},
    {"getAllDomainMetadata", "GET", {"name"}},
    {"getDomainMetadata", "GET", {"name", "kind"}},
    {"setDomainMetadata", "PATCH", {"name", "kind"}},
    {"getDomainKeys", "GET", {"name"}},
    {"addDomainKey", "PUT", {"name"}},
    {"removeDomainKey", "DELETE", {"id", "name"}},
    {"activateDomainKey", "POST", {"id", "name"}},
    {"deactivateDomainKey", "POST", {"id", "name"}},
    {"publishDomainKey", "POST", {"id", "name"}},
    {"unpublishDomainKey", "POST", {"id", "name"}},
    {"getTSIGKey", "GET", {"name"}},
    {"setTSIGKey", "PATCH", {"name"}},
    {"deleteTSIGKey", "DELETE", {"name"}},
    {"getTSIGKeys", "GET"},
    {"superMasterBackend", "POST", {"ip", "domain"}},
    {"createSlaveDomain", "PUT", {"ip", "domain"}},
    {"startTransaction", "POST", {"domain_id", "domain", "trxid"}},
    {"feedRecord", "PATCH", {"trxid"}},
    {"feedEnts", "PATCH", {"domain_id", "trxid"}},
    {"feedEnts3", "PATCH", {"domain_id", "domain", "trxid"}},
    {"commitTransaction", "POST", {"trxid"}},
    {"abortTransaction", "POST", {"trxid"}},
    {"replaceRRSet", "PATCH", {"domain_id", "qname", "qtype"}},
    {"searchRecords", "GET"},
    {"directBackendCmd", "POST"},
});

}  // namespace

const Method* find_method(std::string_view name) {
  const auto* const found =
      std::find_if(methods.begin(), methods.end(), [&](const Method& method) { return method.name == name; });
  return found == methods.end() ? nullptr : &*found;
}

}  // namespace mxbalance::remote
