#include "backend/protocol/question.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "db/base/text.h"

namespace mxbalance::remote {

namespace {

/// Reads simple JSON from the front of a text: strings without escapes, numbers and objects.
class PlainJson {
 public:
  explicit PlainJson(std::string_view text) : rest_(text) {}

  bool is_at_end() {
    skip_blanks();
    return rest_.empty();
  }

  /// Calls `read_value` with the name of each member. Returns false when the JSON is not simple.
  template <class ReadValue>
  bool object(const ReadValue& read_value) {
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      const auto name = text();
      if (!name || !take(':') || !read_value(*name)) return false;
    } while (take(','));
    return take('}');
  }

  /// A string of printable ASCII characters without escapes.
  std::optional<std::string_view> text() {
    if (!take('"')) return std::nullopt;
    const auto* const end = std::find_if_not(rest_.begin(), rest_.end(),
                                             [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
    const auto text = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(text.size());
    if (!rest_.starts_with('"')) return std::nullopt;
    rest_.remove_prefix(1);
    return text;
  }

  std::optional<std::int64_t> whole_number() {
    skip_blanks();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    const std::string_view digits(rest_.data(), static_cast<std::size_t>(end - rest_.data()));
    if (error != std::errc() || digits.starts_with("-0") || (digits.starts_with('0') && digits.size() > 1))
      return std::nullopt;
    rest_.remove_prefix(digits.size());
    constexpr std::string_view fraction_or_exponent = ".eE";
    if (!rest_.empty() && fraction_or_exponent.find(rest_.front()) != std::string_view::npos) return std::nullopt;
    return number;
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(db::blanks), rest_.size())); }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) skip_blanks();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view rest_;
};

template <class Value>
bool keep(std::optional<Value> value, std::optional<Value>& in) {
  in = value;
  return value.has_value();
}

}  // namespace

Question question_of(const Parameters& parameters) {
  return {parameters.text("qname"), db::upper(parameters.text("qtype")), parameters.number("zone-id", -1)};
}

std::optional<Question> read_question(std::string_view json) {
  PlainJson request(json);
  std::optional<std::string_view> method;
  std::optional<std::string_view> owner_name;
  std::optional<std::string_view> type;
  std::optional<std::int64_t> zone_id = -1;
  bool has_parameters = false;  // with several, only the last one would count
  const auto read_parameter = [&](std::string_view name) {
    if (name == "qname") return keep(request.text(), owner_name);
    if (name == "qtype") return keep(request.text(), type);
    if (name == "zone-id") return keep(request.whole_number(), zone_id);
    return request.text().has_value();  // the client's address
  };
  const auto read_member = [&](std::string_view name) {
    if (name == "method") return keep(request.text(), method) && method == "lookup";
    return name == "parameters" && !std::exchange(has_parameters, true) && request.object(read_parameter);
  };
  if (!request.object(read_member) || !request.is_at_end() || !method || !owner_name || !type) return std::nullopt;
  return Question{std::string(*owner_name), db::upper(*type), *zone_id};
}

}  // namespace mxbalance::remote
