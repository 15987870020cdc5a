// JSON as a line of the Unix socket and as the body of a post_json request: both mean the same.
#include "tests/fuzz/asked_store.h"
#include "tests/fuzz/findings.h"

using namespace mxbalance;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string json = fuzz::text_of_input(bytes, size);
  const auto line = fuzz::ask_store({.is_json_line = true, .body = json});
  const auto post = fuzz::ask_store(
      {.verb = "POST", .target = "/dns", .content_type = "text/javascript; charset=utf-8", .body = json});
  fuzz::require(
      line.status == 0 ? post.status == 400 || post.status == 500 : post.status == 200 || post.status == 404,
      "the Unix socket and HTTP differ", {line.body, post.body});
  fuzz::require(post.status != 404 || line.body == R"({"result":false})", "the reply to an unknown method",
                {line.body});
  return 0;
}
