// A line each for the verb with the target, the content type and the zone-id; the rest is the body.
#include "tests/fuzz/asked_store.h"
#include "tests/fuzz/findings.h"

using namespace mxbalance;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string text = fuzz::text_of_input(bytes, size);
  remote::WrittenRequest request;
  request.target = fuzz::take_line(text);
  request.verb = request.target.substr(0, request.target.find(' '));
  request.target.erase(0, request.verb.size() + 1);
  request.content_type = fuzz::take_line(text);
  request.zone_id = fuzz::take_line(text);
  request.body = text;
  fuzz::ask_store(request);
  return 0;
}
