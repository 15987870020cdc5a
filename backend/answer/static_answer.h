// The records of zones as they stand in the store, beside what pools and mail servers answer. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "backend/answer/row.h"
#include "db/lookup/model.h"

namespace mxbalance::answer {

/// Whether a pool or a mail server speaks for `type` (upper case) at this name: static records of the type stay
/// unanswered. Nothing can stand beside a CNAME (RFC 1034 §3.6.2), so it gives way to mail.
bool is_spoken_for(const db::NameContents& contents, std::string_view type);

/// Appends those of the type that `question` asks for.
void append_static(const db::NameContents& contents, std::string_view question, std::vector<Row>& rows);

/// Records that PowerDNS cannot parse are left out, so that one breaks no answer. Throws NothingToAnswer where
/// they were all that says where mail goes: their absence would send it elsewhere or bounce it. `rows` is what
/// else is answered.
void require_route(const db::NameContents& contents, std::string_view question, const std::vector<Row>& rows);

}  // namespace mxbalance::answer
