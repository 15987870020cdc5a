// How an answer is made: what stands at an owner name and a draw in, rows out. Pure; read answer.cpp from top to
// bottom.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "backend/answer/draw.h"
#include "db/model.h"

namespace mxbalance::answer {

struct Row {
  std::string type;
  std::string content;
  std::uint32_t ttl = 0;  ///< seconds
  bool auth = true;       ///< the zone's own data, neither a delegation nor glue (RFC 4035 §2.2)
  bool turns = false;     ///< the next lookup may answer differently: PowerDNS must cache it nowhere
};

/// A published pool, or records that say where mail goes, of which nothing can be served. The only safe answer is
/// an error, which senders retry: "no such data" would send mail to the domain's own address, or bounce it.
class NothingToAnswer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The rows for a question of `type` (upper case, or ANY) at the name: those that turn first, static ones last. An
/// empty non-terminal answers ANY with one row without a type. Throws NothingToAnswer.
std::vector<Row> make_answer(const db::NameContents& contents, std::string_view type, Draw draw);

/// Whether a pool or a mail server speaks for `type` (upper case) at this name: static records of the type stay
/// unanswered. Nothing can stand beside a CNAME (RFC 1034 §3.6.2), so it gives way to mail.
bool is_spoken_for(const db::NameContents& contents, std::string_view type);

/// The rows at the name for a zone transfer, the same for the same contents: every member that may be answered, at
/// its tier's preference; of an empty non-terminal one row without a type. Throws NothingToAnswer.
std::vector<Row> make_transfer(const db::NameContents& contents);

}  // namespace mxbalance::answer
