// Edits of a zone's static records. Each function runs inside the caller's write transaction, raises the zone's
// serial, and refuses with a sentence what PowerDNS could not serve. Names canonical, types in upper case.
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
  std::string content;  ///< as in a zone file: the preference of an MX or SRV record in front
  std::optional<std::uint32_t>
      ttl;  ///< seconds, of the whole RRset (RFC 2181 §5.2); absent: the RRset's, else 3600
};

/// RFC 1034 §3.6.2: a CNAME stands alone. Throws Refusal where a record of `type` at `name` would contradict
/// another.
void require_no_cname_conflict(Connection& connection, const Zone& zone, std::string_view name,
                               std::string_view type);

/// A Refusal where a static record of `type` at `name` in `zone` would be hidden by what is balanced there.
void require_not_balanced(Connection& connection, const Zone& zone, std::string_view name, std::string_view type);

/// Returns the content as it was written, as in a zone file.
std::string add_record(Connection& connection, const NewRecord& record);

/// Removes the records of `type` at `name`, or only those with `content`. Returns how many; none is a Refusal, and
/// so is the zone's last SOA or NS record.
std::int64_t remove_records(Connection& connection, std::string_view zone, std::string_view name,
                            std::string_view type, const std::optional<std::string>& content);

/// Makes room for what is published at `name` in `zone` as `kind` (MX, or A for A and AAAA): static records of the
/// kind and, for A, a CNAME. With `replace` they are removed, and returned as "A 192.0.2.1"; else they are a
/// Refusal that shows them. In a secondary zone they stay, and are hidden. A CNAME where MX is to be published is
/// always a Refusal.
std::vector<std::string> make_room(Connection& connection, const Zone& zone, std::string_view name,
                                   std::string_view kind, bool replace);

}  // namespace mxbalance::db
