#include "backend/protocol/long_request.h"

#include <algorithm>
#include <array>
#include <istream>
#include <optional>
#include <streambuf>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "db/base/text.h"

namespace mxbalance::remote {

namespace {

using nlohmann::json;

constexpr std::string_view record_list = "rrset";
constexpr std::string_view method_with_records = "replaceRRSet";
constexpr std::string_view dropped_list = "nonterm";
constexpr std::size_t most_fields = 32;  // most fields of the parameters, and of a record; PowerDNS sends 8

/// A buffer from which the parser reads the source.
class SourceBuffer final : public std::streambuf {
 public:
  explicit SourceBuffer(listen::ByteSource& source) : source_(source) {}

  /// Call it when the parser has read a whole text or another value.
  void note_progress() { since_progress_ = 0; }

 protected:
  int_type underflow() override {
    const auto bytes = source_.next();
    if (bytes.empty()) return traits_type::eof();
    since_progress_ += bytes.size();
    if (since_progress_ > longest_text + piece_.size()) {
      throw BadRequest(
          fmt::format("a text in the request is longer than the {} bytes that are allowed", longest_text));
    }
    if (piece_.empty()) is_salted_ = bytes.substr(0, 64).find("\"feedEnts3\"") != std::string_view::npos;
    piece_ = bytes;
    if (is_salted_) piece_ = in_ascii(piece_);
    setg(piece_.data(), piece_.data(), piece_.data() + piece_.size());
    return traits_type::to_int_type(piece_.front());
  }

 private:
  listen::ByteSource& source_;
  std::string piece_;
  std::size_t since_progress_ = 0;
  bool is_salted_ = false;
};

/// Receives the parser's events for {"method":…,"parameters":{…,"rrset":[{…},…]}}.
class PieceReader final : public json::json_sax_t {
 public:
  PieceReader(SourceBuffer& buffer, const TakeRecord& take) : buffer_(buffer), take_(take) {}

  Request take_request() { return {std::move(method_), Parameters(std::move(parameters_))}; }

  bool null() override { return scalar(nullptr); }
  bool boolean(bool value) override { return scalar(value); }
  bool number_integer(number_integer_t value) override { return scalar(value); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return scalar(value); }
  bool string(string_t& value) override { return scalar(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }

  bool key(string_t& name) override {
    buffer_.note_progress();
    name_ = std::move(name);
    return true;
  }

  bool start_object(std::size_t /*size*/) override {
    enter();
    const bool is_expected = depth_ == message || (depth_ == parameters && name_ == "parameters") ||
                             depth_ == record || list_ == dropped_list;
    if (!is_expected) refuse();
    if (depth_ == record) record_ = json::object();
    return true;
  }

  bool end_object() override {
    if (depth_-- == record && list_ == record_list) take_(before_list_, Parameters(std::move(record_)));
    return true;
  }

  bool start_array(std::size_t /*size*/) override {
    enter();
    if (depth_ == list && (name_ == record_list || name_ == dropped_list)) {
      list_ = name_ == record_list && method_ == method_with_records ? record_list : dropped_list;
      before_list_ = Parameters(parameters_);
    } else if (list_ != dropped_list) {
      refuse();
    }
    return true;
  }

  bool end_array() override {
    if (depth_-- == list) list_.clear();
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const json::exception& error) override {
    throw BadRequest(fmt::format("the request is not JSON: {}", error.what()));
  }

 private:
  // The depths of the parts of a request.
  static constexpr int message = 1;
  static constexpr int parameters = 2;
  static constexpr int list = 3;
  static constexpr int record = 4;

  void enter() {
    buffer_.note_progress();
    if (++depth_ > deepest_request) refuse();
  }

  [[noreturn]] void refuse() const {
    throw BadRequest(
        fmt::format("the request has a list or an object at \"{}\", where none is allowed", shown_name()));
  }

  [[nodiscard]] std::string_view shown_name() const { return std::string_view(name_).substr(0, 100); }

  bool scalar(json value) {
    buffer_.note_progress();
    if (depth_ == message) {
      if (name_ == "method") note_method(value);
    } else if (depth_ == parameters) {
      set(parameters_, std::move(value));
    } else if (depth_ == record && list_ == record_list) {
      set(record_, std::move(value));
    } else if (list_ != dropped_list) {
      throw BadRequest(fmt::format("the parameter \"{}\" must be a list of objects", record_list));
    }
    return true;
  }

  void note_method(const json& value) {
    if (!value.is_string() || !method_.empty()) throw BadRequest("\"method\" must be one string");
    method_ = value.get<std::string>();
  }

  void set(json& object, json value) const {
    if (object.size() >= most_fields && !object.contains(name_)) {
      throw BadRequest(
          fmt::format("the request has more than {} fields in one object, at \"{}\"", most_fields, shown_name()));
    }
    object[name_] = std::move(value);
  }

  SourceBuffer& buffer_;
  const TakeRecord& take_;
  std::string method_;
  json parameters_ = json::object();
  Parameters before_list_;
  json record_;
  std::string name_;
  std::string list_;  ///< the list that is being read; empty: none
  int depth_ = 0;
};

}  // namespace

bool is_read_in_pieces(std::string_view beginning) {
  constexpr std::array<std::string_view, 3> methods{"\"feedEnts\"", "\"feedEnts3\"", "\"replaceRRSet\""};
  for (const std::string_view token : {"{", "\"method\"", ":"}) {
    beginning.remove_prefix(std::min(beginning.find_first_not_of(db::blanks), beginning.size()));
    if (!beginning.starts_with(token)) return false;
    beginning.remove_prefix(token.size());
  }
  beginning.remove_prefix(std::min(beginning.find_first_not_of(db::blanks), beginning.size()));
  return std::any_of(methods.begin(), methods.end(),
                     [&](std::string_view method) { return beginning.starts_with(method); });
}

Request read_in_pieces(listen::ByteSource& source, const TakeRecord& take) {
  SourceBuffer buffer(source);
  PieceReader reader(buffer, take);
  std::istream stream(&buffer);
  json::sax_parse(stream, &reader);
  return reader.take_request();
}

}  // namespace mxbalance::remote
