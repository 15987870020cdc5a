// Reads JSON requests with a list that may be long: feedEnts, feedEnts3 and replaceRRSet. They are read in pieces,
// so that the list is never in memory as a whole. Stateless; safe from any thread.
#pragma once

#include <functional>
#include <string_view>

#include "backend/listen/byte_source.h"
#include "backend/protocol/request.h"

namespace mxbalance::remote {

/// The longest text in such a request, in bytes.
inline constexpr std::size_t longest_text = std::size_t{128} << 10U;

/// Whether a request that begins with `beginning` has one of these methods and can be read in pieces. The method
/// must come first, as PowerDNS sends it.
bool is_read_in_pieces(std::string_view beginning);

/// Takes one record of the list "rrset" of replaceRRSet, and the parameters that came before the list.
using TakeRecord = std::function<void(const Parameters& parameters, const Parameters& record)>;

/// Reads all of `source` and passes each record to `take`. The list "nonterm", and "rrset" of other methods, are
/// read and dropped. The returned request has neither list. Throws BadRequest, and the exceptions of `take`.
Request read_in_pieces(listen::ByteSource& source, const TakeRecord& take);

}  // namespace mxbalance::remote
