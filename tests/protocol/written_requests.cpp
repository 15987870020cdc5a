#include "tests/protocol/written_requests.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

namespace mxbalance::remote {

namespace {

constexpr std::string_view indent = "  ";
constexpr std::string_view reply_mark = "=> ";
constexpr std::string_view case_mark = "## ";
constexpr std::string_view suffix_mark = "@url-suffix ";
constexpr std::string_view gone_mark = "@store gone";
constexpr std::string_view conversation_mark = "@one connection";

class GoldenLines {
 public:
  explicit GoldenLines(const std::filesystem::path& file) : file_(file), stream_(file) {
    if (!stream_) refuse("cannot be opened");
    step();
  }

  const std::optional<std::string>& current() const { return line_; }
  int number() const { return number_; }

  void step() {
    std::string line;
    ++number_;
    line_ = std::getline(stream_, line) ? std::optional(line) : std::nullopt;
  }

  /// The next line without its indent, if it has one.
  std::optional<std::string> take_indented() {
    if (!line_ || !line_->starts_with(indent)) return std::nullopt;
    std::string rest = line_->substr(indent.size());
    step();
    return rest;
  }

  [[noreturn]] void refuse(const std::string& problem) const {
    throw std::runtime_error(file_.string() + " line " + std::to_string(number_) + ": " + problem);
  }

 private:
  std::filesystem::path file_;
  std::ifstream stream_;
  std::optional<std::string> line_;
  int number_ = 0;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// "  Name: value" lines below a request line.
void take_fields(GoldenLines& lines, WrittenRequest& request) {
  while (const auto field = lines.take_indented()) {
    const auto colon = field->find(": ");
    if (colon == std::string::npos) lines.refuse("no \": \" in the field before");
    const std::string name = lower(field->substr(0, colon));
    std::string value = field->substr(colon + 2);
    if (name == "body") {
      request.body = std::move(value);
    } else if (name == "content-type") {
      request.content_type = std::move(value);
    } else if (name == "x-remotebackend-zone-id") {
      request.zone_id = std::move(value);
    } else if (!name.starts_with("x-remotebackend-")) {
      lines.refuse("no field of a request: " + name);
    }
  }
}

WrittenRequest take_request(GoldenLines& lines) {
  WrittenRequest request;
  request.line_number = lines.number();
  const std::string line = *lines.current();
  lines.step();
  const auto space = line.find(" /");
  request.is_json_line = space == std::string::npos || line.starts_with('{');
  if (request.is_json_line) {
    request.body = line;
  } else {
    request.verb = line.substr(0, space);
    request.target = line.substr(space + 1);
    take_fields(lines, request);
  }
  return request;
}

/// "=> 200 {…}", and the indented lines below it joined to one text.
WrittenReply take_reply(GoldenLines& lines) {
  WrittenReply reply;
  const std::string line = lines.current()->substr(reply_mark.size());
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), reply.status);
  if (error != std::errc() || *end != ' ') lines.refuse("a reply is \"=> \", a status, a blank and JSON");
  reply.body.assign(end + 1, line.data() + line.size());
  lines.step();
  while (const auto rest = lines.take_indented())
    reply.body += *rest;
  return reply;
}

void take_case_line(GoldenLines& lines, GoldenCase& golden) {
  const std::string& line = *lines.current();
  if (line.starts_with(reply_mark)) {
    if (golden.exchanges.empty()) lines.refuse("a reply without a request");
    golden.exchanges.back().reply = take_reply(lines);
    return;
  }
  if (line.starts_with(suffix_mark)) {
    golden.url_suffix = line.substr(suffix_mark.size());
    lines.step();
  } else if (line == gone_mark) {
    golden.is_store_gone = true;
    lines.step();
  } else if (line == conversation_mark) {
    golden.is_conversation = true;
    lines.step();
  } else {
    if (golden.exchanges.empty() || golden.exchanges.back().reply.status != 0) golden.exchanges.emplace_back();
    golden.exchanges.back().requests.push_back(take_request(lines));
  }
}

bool is_comment(std::string_view line) {
  return line.empty() || line.starts_with('#');
}

}  // namespace

WrittenRequest json_line(std::string text) {
  WrittenRequest request;
  request.is_json_line = true;
  request.body = std::move(text);
  return request;
}

std::vector<WrittenRequest> read_requests(const std::filesystem::path& file) {
  std::vector<WrittenRequest> requests;
  for (GoldenLines lines(file); lines.current();) {
    if (is_comment(*lines.current())) {
      lines.step();
    } else {
      requests.push_back(take_request(lines));
    }
  }
  return requests;
}

std::vector<GoldenCase> read_golden_cases(const std::filesystem::path& file) {
  std::vector<GoldenCase> cases;
  for (GoldenLines lines(file); lines.current();) {
    const std::string& line = *lines.current();
    if (line.starts_with(case_mark)) {
      GoldenCase golden;
      golden.line_number = lines.number();
      golden.why = line.substr(case_mark.size());
      cases.push_back(std::move(golden));
      lines.step();
    } else if (is_comment(line)) {
      lines.step();
    } else {
      if (cases.empty()) lines.refuse("a case begins with \"## \" and why it is there");
      take_case_line(lines, cases.back());
    }
  }
  for (const auto& golden : cases) {
    for (const auto& exchange : golden.exchanges) {
      if (exchange.reply.status == 0) {
        throw std::runtime_error(file.string() + ": no reply in the case of line " +
                                 std::to_string(golden.line_number));
      }
    }
  }
  return cases;
}

std::string method_of(const WrittenRequest& request) {
  if (request.is_json_line || request.body.starts_with('{')) {
    const auto json = nlohmann::json::parse(request.body, nullptr, false);
    const bool names_one = json.is_object() && json.contains("method") && json["method"].is_string();
    return names_one ? json["method"].get<std::string>() : std::string();
  }
  constexpr std::string_view prefix = "/dns/";
  if (!request.target.starts_with(prefix)) return {};
  const std::string rest = request.target.substr(prefix.size());
  return rest.substr(0, rest.find_first_of("/?"));
}

std::string form_of(const WrittenRequest& request) {
  if (request.is_json_line) return "Unix socket";
  if (request.body.starts_with('{')) return "post_json";
  return request.verb == "POST" && request.body.starts_with("parameters=") ? "post" : "REST";
}

bool matches(std::string_view text, std::string_view pattern) {
  constexpr std::string_view any = "…";
  const auto gap = pattern.find(any);
  if (gap == std::string_view::npos) return text == pattern;
  if (!text.starts_with(pattern.substr(0, gap))) return false;
  const auto rest = pattern.substr(gap + any.size());
  for (auto at = gap; at <= text.size(); ++at) {
    if (matches(text.substr(at), rest)) return true;
  }
  return false;
}

}  // namespace mxbalance::remote
