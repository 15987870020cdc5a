// Requests and replies as text files that people read and add to; golden/README.md describes the form. Stateless.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mxbalance::remote {

/// A request in one of the four transport forms.
struct WrittenRequest {
  int line_number = 0;  ///< where it stands in its file
  bool is_json_line = false;
  std::string verb;  ///< empty for a JSON line of the Unix socket, like the fields below; `body` is the line
  std::string target;
  std::string content_type;
  std::string zone_id;
  std::string body;
};

/// A line of the Unix socket.
WrittenRequest json_line(std::string text);

struct WrittenReply {
  int status = 0;
  std::string body;  ///< a `…` in it stands for any text
};

/// Requests that all get the same reply.
struct Exchange {
  std::vector<WrittenRequest> requests;
  WrittenReply reply;
};

/// One case: exchanges with one store, in order.
struct GoldenCase {
  int line_number = 0;
  std::string why;
  std::string url_suffix;
  bool is_store_gone = false;
  bool is_conversation = false;  ///< on one connection; else each request is the first of its service
  std::vector<Exchange> exchanges;
};

/// The requests of a file without replies. Throws std::runtime_error, naming the line, for what it cannot read.
std::vector<WrittenRequest> read_requests(const std::filesystem::path& file);

/// The cases of a golden file. Throws as read_requests does.
std::vector<GoldenCase> read_golden_cases(const std::filesystem::path& file);

/// The method that is asked for; empty if the request names none.
std::string method_of(const WrittenRequest& request);

/// "REST", "post", "post_json" or "Unix socket".
std::string form_of(const WrittenRequest& request);

/// Whether `text` is `pattern`, in which a `…` stands for any text.
bool matches(std::string_view text, std::string_view pattern);

}  // namespace mxbalance::remote
