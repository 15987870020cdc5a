// Makes the A and AAAA records of a name at which a pool is published, or of a mail server's host name. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "backend/answer/draw.h"
#include "backend/answer/row.h"
#include "db/lookup/model.h"

namespace mxbalance::answer {

/// "A" or "AAAA".
constexpr std::string_view type_of(db::AddressFamily family) {
  return family == db::AddressFamily::ipv4 ? "A" : "AAAA";
}

/// Appends the pool's addresses of the families that `question` asks for: the addresses chosen by `draw`, or,
/// without a draw, all eligible ones. Throws NothingToAnswer where the pool has no address of any family, because
/// its name is published for addresses.
void append_pool_addresses(const db::Pool& pool, std::string_view question, std::optional<Draw> draw,
                           std::vector<Row>& rows);

/// Appends the addresses of a mail server's host name in the same way. A single address of a family is an ordinary
/// record, which PowerDNS may cache: an MX query then needs one lookup, instead of one more for each target.
void append_host_addresses(const db::MailServer& host, std::string_view question, std::optional<Draw> draw,
                           std::vector<Row>& rows);

}  // namespace mxbalance::answer
