// The text of a file for `mxbalance import`.
#include "backend/exchange/configuration_json.h"
#include "db/base/errors.h"
#include "tests/fuzz/findings.h"

using namespace mxbalance;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    const auto text = exchange::to_json(exchange::from_json(fuzz::text_of_input(bytes, size)));
    fuzz::require(exchange::to_json(exchange::from_json(text)) == text, "what is written is read as another", {text});
  } catch (const db::Refusal& refusal) {
    const std::string_view sentence = refusal.what();
    fuzz::require(sentence.find(": ") != std::string_view::npos, "a refusal has no path", {sentence});
    fuzz::require(sentence.find("json.exception") == std::string_view::npos, "a refusal is the library's", {sentence});
  }
  return 0;
}
