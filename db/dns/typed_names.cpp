#include "db/dns/typed_names.h"

#include <fmt/format.h>

#include "db/base/text.h"
#include "db/base/typed_spelling.h"
#include "db/dns/international_names.h"

namespace mxbalance::db {

std::string typed_name(std::string_view text) {
  if (const auto mistake = mistaken_for_name(text))
    throw InvalidName(fmt::format("the name {} {}", quoted(text), *mistake));
  return canonical_given_name(text);
}

}  // namespace mxbalance::db
