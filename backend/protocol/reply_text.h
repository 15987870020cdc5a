// Replies as JSON text, appended piece by piece: a reply of a million zones is never a tree in memory. Fields that
// have PowerDNS's default are left out, as its connectors have limits on a reply's size. Stateless; safe from any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/answer/answer.h"
#include "db/lookup/zones.h"

namespace mxbalance::remote {

/// The reply whose result is `json`.
std::string result(std::string_view json);

/// A canonical name with the dot at its end that PowerDNS has in names.
std::string absolute(const std::string& name);

/// Appends `text` as a JSON string. Bytes from 0x80 up go as they are: PowerDNS takes them so, UTF-8 or not.
void append_string(std::string& to, std::string_view text);

/// The same without the quotes, which the caller puts around all that it appends.
void append_in_string(std::string& to, std::string_view text);

/// Appends one row of a lookup or list; `owner_name` as it was asked for.
void append_row(std::string& to, const answer::Row& row, std::string_view owner_name, std::int64_t zone_id);

/// Appends a domain info, for getDomainInfo and getAllDomains.
void append_zone_info(std::string& to, const db::ZoneInfo& info);

/// Appends a separating comma, unless `to` ends where a list, an object or a field's value begins.
void append_separator(std::string& to);

}  // namespace mxbalance::remote
