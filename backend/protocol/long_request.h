// JSON requests with a list that may be long: feedEnts, feedEnts3 and replaceRRSet. They are read in pieces, and
// the list is never in memory as a whole. Stateless; safe from any thread.
#pragma once

#include <functional>
#include <string_view>

#include "backend/listen/byte_source.h"
#include "backend/protocol/request.h"

namespace mxbalance::remote {

/// The longest text in such a request, in bytes.
inline constexpr std::size_t longest_text = std::size_t{128} << 10U;

/// Whether a request that begins with `beginning` has such a method, and can be read in pieces: the method must
/// come first, as PowerDNS sends it.
bool is_read_in_pieces(std::string_view beginning);

/// Takes one record of the list "rrset" of replaceRRSet, with the parameters that came before it.
using TakeRecord = std::function<void(const Parameters& parameters, const Parameters& record)>;

/// Reads all of `source`, and gives each record to `take`. The list "nonterm" is read and dropped, and so is
/// "rrset" of another method. What it returns has neither list. Throws BadRequest, and what `take` throws.
Request read_in_pieces(listen::ByteSource& source, const TakeRecord& take);

}  // namespace mxbalance::remote
