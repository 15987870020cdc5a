// The text of a file for `mxbalance import`.
#include <nlohmann/json.hpp>

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

using Json = nlohmann::ordered_json;

std::size_t fields_in(const Json& value) {
  std::size_t fields = value.is_object() ? value.size() : 0;
  if (value.is_structured()) {
    for (const auto& element : value)
      fields += fields_in(element);
  }
  return fields;
}

/// Of two fields with one name the parser keeps one.
void require_single_fields(const std::string& text) {
  std::size_t read = 0;
  const auto count = [&](int, Json::parse_event_t event, const Json&) {
    read += event == Json::parse_event_t::key ? 1 : 0;
    return true;
  };
  const Json kept = Json::parse(text, count);
  fuzz::require(fields_in(kept) == read, "a field that is there twice is taken", {text});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text = fuzz::text_of_input(bytes, size);
  std::string written;
  try {
    written = exchange::to_json(exchange::from_json(text));
  } catch (const db::Refusal& refusal) {
    const std::string_view sentence = refusal.what();
    fuzz::require(sentence.find(": ") != std::string_view::npos, "a refusal has no path", {sentence});
    return 0;
  }
  require_single_fields(text);
  require_readable(written);
  return 0;
}
