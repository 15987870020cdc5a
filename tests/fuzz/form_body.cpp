// A line for the target; the rest is the form.
#include "tests/fuzz/asked_store.h"
#include "tests/fuzz/findings.h"

using namespace mxbalance;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string text = fuzz::text_of_input(bytes, size);
  remote::WrittenRequest request{.verb = "POST",
                                 .content_type = "application/x-www-form-urlencoded; charset=utf-8"};
  request.target = fuzz::take_line(text);
  request.body = text;
  fuzz::ask_store(request);
  return 0;
}
