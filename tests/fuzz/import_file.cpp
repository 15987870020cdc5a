// The text of a file for `mxbalance import`.
#include "backend/exchange/configuration_json.h"
#include "db/base/errors.h"
#include "tests/fuzz/findings.h"

using namespace mxbalance;

namespace {

/// Rows with one key twice, which are refused when they are applied, come back with each other's children.
void require_readable(const std::string& text) {
  try {
    exchange::from_json(text);
  } catch (const db::Refusal& refusal) {
    fuzz::require(false, "what is written is not read", {refusal.what(), text});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string written;
  try {
    written = exchange::to_json(exchange::from_json(fuzz::text_of_input(bytes, size)));
  } catch (const db::Refusal& refusal) {
    const std::string_view sentence = refusal.what();
    fuzz::require(sentence.find(": ") != std::string_view::npos, "a refusal has no path", {sentence});
    return 0;
  }
  require_readable(written);
  return 0;
}
