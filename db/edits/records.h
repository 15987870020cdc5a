// Edits a zone's static records. Each function runs inside the caller's write transaction and raises the zone's
// serial. A record that PowerDNS could not serve is refused with a sentence. Names are canonical, types are in
// upper case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/lookup/model.h"
#include "db/store/connection.h"

namespace mxbalance::db {

struct NewRecord {
  std::string zone;
  std::string name;
  std::string type;
  std::string content;  ///< as in a zone file: MX and SRV begin with the preference
  /// Seconds, for the whole RRset (RFC 2181 §5.2). Absent: the TTL of the RRset, or 3600 for a new one.
  std::optional<std::uint32_t> ttl;
};

/// Throws Refusal where a record of `type` at `name` would conflict with another one. RFC 1034 §3.6.2: a name with
/// a CNAME record has no other records.
void require_no_cname_conflict(Connection& connection, const Zone& zone, std::string_view name,
                               std::string_view type);

/// Throws Refusal where a pool or a mail server's host name at `name` would hide a static record of `type` in
/// answers.
void require_not_balanced(Connection& connection, const Zone& zone, std::string_view name, std::string_view type);

/// Adds the record. Returns its content as it was stored, in the form of a zone file.
std::string add_record(Connection& connection, const NewRecord& record);

/// Removes the records of `type` at `name`, or only those with `content`. Returns how many. Throws Refusal where
/// there is none, and for the zone's last SOA or NS record.
std::int64_t remove_records(Connection& connection, std::string_view zone, std::string_view name,
                            std::string_view type, const std::optional<std::string>& content);

/// Prepares `name` in `zone` for publishing a pool as `kind` (MX, or A for A and AAAA). Static records of the kind
/// and, for A, a CNAME are in the way. With `replace` they are removed and returned, as "A 192.0.2.1"; otherwise
/// they are a Refusal that shows them. In a secondary zone they stay, and answers do not contain them. A CNAME
/// where MX should be published is always a Refusal.
std::vector<std::string> make_room(Connection& connection, const Zone& zone, std::string_view name,
                                   std::string_view kind, bool replace);

}  // namespace mxbalance::db
