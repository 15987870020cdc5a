// Writes replies as JSON text, piece by piece, so that a reply with a million zones is never a tree in memory.
// Fields with PowerDNS's default value are left out, because its connectors limit the size of a reply. Stateless;
// safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/answer/answer.h"
#include "db/lookup/zones.h"

namespace mxbalance::remote {

/// A reply with the result `json`.
std::string result(std::string_view json);

/// A canonical name with a dot at its end, as PowerDNS writes names.
std::string absolute(const std::string& name);

/// Appends `text` as a JSON string. Bytes from 0x80 up are unchanged: PowerDNS accepts them, UTF-8 or not.
void append_string(std::string& to, std::string_view text);

/// Appends `text` as a part of a JSON string. The caller writes the quotes.
void append_in_string(std::string& to, std::string_view text);

/// Appends one row of a lookup or list. `owner_name` is the name as it was asked for.
void append_row(std::string& to, const answer::Row& row, std::string_view owner_name, std::int64_t zone_id);

/// Appends the description of a zone, for getDomainInfo and getAllDomains.
void append_zone_info(std::string& to, const db::ZoneInfo& info);

/// Appends a comma, unless `to` ends where a list, an object or a field's value begins.
void append_separator(std::string& to);

}  // namespace mxbalance::remote
