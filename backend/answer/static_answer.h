// Answers with the static records of zones, where no pool or mail server is answered instead. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "backend/answer/row.h"
#include "db/lookup/model.h"

namespace mxbalance::answer {

/// Whether a pool or a mail server answers questions for `type` (upper case) at this name. Then static records of
/// the type are not answered. No other record may exist beside a CNAME (RFC 1034 §3.6.2), so a CNAME is not
/// answered where mail is.
bool is_spoken_for(const db::NameContents& contents, std::string_view type);

/// Appends the static records of the types that `question` asks for.
void append_static(const db::NameContents& contents, std::string_view question, std::vector<Row>& rows);

/// Throws NothingToAnswer where none of the records that say where mail goes can be served. Records that PowerDNS
/// cannot parse are left out, so that one of them does not break the answer. But without any, mail would go
/// elsewhere or bounce. `rows` are the other rows of the answer.
void require_route(const db::NameContents& contents, std::string_view question, const std::vector<Row>& rows);

}  // namespace mxbalance::answer
