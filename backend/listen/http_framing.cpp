#include "backend/listen/http_framing.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <strings.h>

namespace mxbalance::listen {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t longest_field = 8'190;
constexpr std::size_t longest_chunk_line = 1'024;
constexpr std::size_t most_fields = 100;  // each takes about 150 bytes while the request is answered

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";  // RFC 9110 §5.6.2
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() && ::strncasecmp(left.data(), right.data(), left.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <typename Number>
std::optional<Number> parse_number(std::string_view digits, int base) {
  Number number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::optional<Refusal> read_request_line(std::string_view line, RequestHead& head) {
  const auto verb_end = line.find(' ');
  const auto target_end = line.rfind(' ');
  const bool has_three_parts = verb_end != std::string_view::npos && verb_end + 1 < target_end;
  if (!has_three_parts || !is_token(line.substr(0, verb_end))) {
    return Refusal{400, "The request line must be a verb, a target and HTTP/1.1."};
  }
  head.verb = line.substr(0, verb_end);
  head.target = line.substr(verb_end + 1, target_end - verb_end - 1);
  const auto is_control = [](char c) { return (c >= '\0' && c <= ' ') || c == '\x7f'; };
  if (std::any_of(head.target.begin(), head.target.end(), is_control)) {
    return Refusal{400, "The request's target holds a blank or a control character; write it percent-encoded."};
  }
  const auto version = line.substr(target_end + 1);
  head.is_http_1_0 = version == "HTTP/1.0";
  if (!head.is_http_1_0 && version != "HTTP/1.1")
    return Refusal{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
  return std::nullopt;
}

/// The values of the fields that are used. A view is empty where the request has none.
struct Fields {
  std::optional<std::string_view> content_length;
  std::optional<std::string_view> transfer_encoding;
  std::string_view content_type;
  std::string_view zone_id;
  std::string_view expect;
  bool asks_to_close = false;  ///< Connection: close
  bool asks_to_stay = false;   ///< Connection: keep-alive
};

/// Whether the value of a Connection field lists `option` (RFC 9110 §7.6.1).
bool lists(std::string_view value, std::string_view option) {
  constexpr std::string_view separators = " \t,";
  while (!value.empty()) {
    const auto word = value.substr(0, value.find_first_of(separators));
    if (equals_ignoring_case(word, option)) return true;
    value.remove_prefix(std::min(word.size() + 1, value.size()));
  }
  return false;
}

/// Keeps the value of a field that is used. The names are in any case of letters (RFC 9110 §5.1). Where a request
/// has one of them twice, the first value counts.
std::optional<Refusal> keep_field(std::string_view name, std::string_view value, Fields& fields) {
  for (auto [known, kept] : {std::pair{"Content-Length", &fields.content_length},
                             std::pair{"Transfer-Encoding", &fields.transfer_encoding}}) {
    if (!equals_ignoring_case(name, known)) continue;
    if (*kept) return Refusal{400, fmt::format("The header {} is there more than once.", known)};
    *kept = value;
  }
  for (auto [known, kept] :
       {std::pair{"Content-Type", &fields.content_type}, std::pair{"X-RemoteBackend-Zone-Id", &fields.zone_id},
        std::pair{"Expect", &fields.expect}}) {
    if (kept->empty() && equals_ignoring_case(name, known)) *kept = value;
  }
  if (equals_ignoring_case(name, "Connection")) {
    fields.asks_to_close |= lists(value, "close");
    fields.asks_to_stay |= lists(value, "keep-alive");
  }
  return std::nullopt;
}

/// Reads a field line (RFC 9110 §5, RFC 9112 §5).
std::optional<Refusal> read_field(std::string_view line, Fields& fields) {
  if (line.size() > longest_field) {
    return Refusal{431, fmt::format("A header line is longer than the limit of {} bytes.", longest_field)};
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return Refusal{400, "A header line must be a name, a colon right after it, and a value."};
  }
  constexpr std::string_view line_breakers("\r\n\0", 3);
  if (line.find_first_of(line_breakers) != std::string_view::npos) {
    return Refusal{400, "A header line holds a CR, LF or NUL of its own; lines end with CR LF."};
  }
  return keep_field(line.substr(0, colon), trimmed(line.substr(colon + 1)), fields);
}

std::optional<Refusal> find_body(const Fields& fields, RequestHead& head) {
  if (fields.transfer_encoding) {
    if (fields.content_length) return Refusal{400, "Content-Length and Transfer-Encoding exclude each other."};
    if (head.is_http_1_0) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding."};
    head.is_chunked = equals_ignoring_case(*fields.transfer_encoding, "chunked");
    if (!head.is_chunked) return Refusal{501, "The only Transfer-Encoding read here is chunked."};
  }
  if (fields.content_length) {
    const auto length = parse_number<std::uint64_t>(*fields.content_length, 10);
    if (!length) return Refusal{400, "Content-Length must be a number of bytes in decimal digits."};
    head.body_length = *length;
  }
  return std::nullopt;
}

/// Reads a chunked body (RFC 9112 §7.1), trailers included.
class ChunkReader {
 public:
  ChunkReader(SocketStream& stream, std::size_t max_body) : stream_(stream), max_body_(max_body) {}

  std::variant<std::string, Refusal> read() {
    for (;;) {
      const auto size = read_size();
      if (refusal_) return *refusal_;
      if (size == 0) break;
      read_data(size);
      if (refusal_) return *refusal_;
    }
    skip_trailers();
    if (refusal_) return *refusal_;
    if (size_ > max_body_) return body_too_large(max_body_, false);
    return std::move(body_);
  }

 private:
  std::string_view read_line(std::size_t limit) {
    const auto [outcome, line] = stream_.read_until(line_end, limit);
    if (outcome != ReadOutcome::complete) refusal_ = unfinished_request(outcome, 400, limit);
    return line;
  }

  std::size_t read_size() {
    const auto line = read_line(longest_chunk_line);
    if (refusal_) return 0;
    const auto size = parse_number<std::uint64_t>(trimmed(line.substr(0, line.find(';'))), 16);
    if (!size) {
      refusal_ = Refusal{400, "A chunk must begin with its size in hexadecimal digits."};
      return 0;
    }
    if (*size > max_body_ * drained_bodies - std::min(size_, max_body_ * drained_bodies)) {
      refusal_ = body_too_large(max_body_, true);
      return 0;
    }
    return *size;
  }

  void read_data(std::size_t size) {
    size_ += size;
    auto outcome = ReadOutcome::complete;
    if (size_ > max_body_) {
      outcome = stream_.discard(size);
    } else {
      const auto piece = stream_.read_exactly(size);
      // The memory of the body may grow to twice its size.
      outcome = stream_.hold(2 * size_) ? piece.outcome : ReadOutcome::no_memory;
      if (outcome == ReadOutcome::complete) body_.append(piece.bytes);
    }
    if (outcome != ReadOutcome::complete) {
      refusal_ = unfinished_request(outcome, 400, size);
      return;
    }
    const auto end = stream_.read_until(line_end, 0);
    if (end.outcome == ReadOutcome::too_long) {
      refusal_ = Refusal{400, "A chunk is longer than the size it begins with."};
    } else if (end.outcome != ReadOutcome::complete) {
      refusal_ = unfinished_request(end.outcome, 400, 0);
    }
  }

  void skip_trailers() {
    std::size_t left = max_request_head;
    while (!refusal_) {
      const auto size = read_line(left).size();
      if (size == 0) return;
      left -= size;
    }
  }

  SocketStream& stream_;
  std::size_t max_body_;
  std::size_t size_ = 0;
  std::string body_;
  std::optional<Refusal> refusal_;
};

}  // namespace

std::variant<RequestHead, Refusal> parse_head(std::string_view text) {
  while (text.starts_with(line_end))
    text.remove_prefix(line_end.size());  // RFC 9112 §2.2
  RequestHead head;
  const auto line = text.substr(0, text.find(line_end));
  if (auto refusal = read_request_line(line, head)) return *refusal;
  Fields fields;
  std::size_t count = 0;
  for (auto rest = text.substr(line.size()); !rest.empty();) {
    rest.remove_prefix(line_end.size());
    const auto field = rest.substr(0, rest.find(line_end));
    if (++count > most_fields) {
      return Refusal{431, fmt::format("The request has more than {} header lines.", most_fields)};
    }
    if (auto refusal = read_field(field, fields)) return *refusal;
    rest.remove_prefix(field.size());
  }
  if (auto refusal = find_body(fields, head)) return *refusal;
  head.content_type = fields.content_type;
  head.zone_id = fields.zone_id;
  head.closes = fields.asks_to_close || (head.is_http_1_0 && !fields.asks_to_stay);
  head.waits_for_body = !head.is_http_1_0 && equals_ignoring_case(fields.expect, "100-continue");
  return head;
}

std::variant<std::string, Refusal> read_body(SocketStream& stream, const RequestHead& head, std::size_t max_body) {
  if (head.is_chunked) return ChunkReader(stream, max_body).read();
  if (head.body_length > max_body * drained_bodies) return body_too_large(max_body, true);
  const auto length = static_cast<std::size_t>(head.body_length);
  if (length > max_body) {
    const auto outcome = stream.discard(length);
    if (outcome != ReadOutcome::complete) return unfinished_request(outcome, 400, length);
    return body_too_large(max_body, false);
  }
  const auto [outcome, bytes] = stream.read_exactly(length);
  if (outcome == ReadOutcome::complete && !stream.hold(length)) return out_of_memory();
  if (outcome != ReadOutcome::complete) return unfinished_request(outcome, 400, length);
  return std::string(bytes);
}

Refusal out_of_memory() {
  return {503, "Other requests hold all the memory that they may; try again later."};
}

Refusal unfinished_request(ReadOutcome outcome, int too_long_status, std::size_t limit) {
  switch (outcome) {
    case ReadOutcome::late:
      return {408, "The request did not end in time."};
    case ReadOutcome::too_long:
      return {too_long_status, fmt::format("A part of the request is longer than the limit of {} bytes.", limit)};
    case ReadOutcome::no_memory:
      return out_of_memory();
    default:
      return {400, "The connection ended before the request did."};
  }
}

Refusal body_too_large(std::size_t max_body, bool closes) {
  return {413, fmt::format("The body is longer than the limit of {} bytes.", max_body), closes};
}

}  // namespace mxbalance::listen
