#include "backend/exchange/placed_json.h"

#include <functional>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "db/base/advice.h"

namespace mxbalance::exchange {

namespace {

using Json = nlohmann::ordered_json;

/// Follows the parser's position in the file.
class Place {
 public:
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    switch (event) {
      case Event::key:
        enter_field(parsed.get<std::string>());
        return true;
      case Event::object_start:
      case Event::array_start:
        if (depth >= deepest_value) {
          throw JsonProblem(
              path(), fmt::format("at most {} lists and objects are allowed within each other", deepest_value));
        }
        levels_.push_back({.is_list = event == Event::array_start});
        return true;
      case Event::object_end:
      case Event::array_end:
        levels_.pop_back();
        break;
      case Event::value:
        break;
    }
    if (++values_ > most_values) {
      throw JsonProblem("",
                        fmt::format("it has more than {} values, which are allowed; {} and restore take a store "
                                    "of any size",
                                    most_values, db::advice::backup));
    }
    if (!levels_.empty()) ++levels_.back().index;
    return true;
  }

  [[nodiscard]] std::string path() const {
    std::string path;
    for (const auto& level : levels_) {
      if (level.is_list) {
        path += "[" + std::to_string(level.index) + "]";
      } else if (!level.field.empty()) {
        path += (path.empty() ? "" : ".") + level.field.substr(0, longest_field);
      }
    }
    return path;
  }

 private:
  static constexpr std::size_t longest_field = 100;

  /// Refuses a field that occurs twice. The parser would silently keep the last one.
  void enter_field(std::string field) {
    auto& level = levels_.back();
    level.field = std::move(field);
    if (!level.fields.insert(level.field).second) throw JsonProblem(path(), "the field is there twice");
  }

  struct Level {
    bool is_list = false;
    std::size_t index = 0;
    std::string field = {};
    std::unordered_set<std::string> fields = {};  ///< the fields read so far
  };

  std::vector<Level> levels_;
  std::size_t values_ = 0;
};

/// The sentence of an error, without the library's error number.
std::string sentence_of(const Json::exception& error) {
  const std::string what = error.what();
  const auto place = what.find("] ");
  return "it is no JSON: " + (place == std::string::npos ? what : what.substr(place + 2));
}

}  // namespace

Json parse_placed(std::string_view text) {
  Place place;
  try {
    return Json::parse(text, std::ref(place));
  } catch (const Json::out_of_range&) {  // a number is out of range; no other range error can occur
    throw JsonProblem(place.path(), "the number there is larger than any number can be");
  } catch (const Json::exception& error) {
    throw JsonProblem(place.path(), sentence_of(error));
  }
}

}  // namespace mxbalance::exchange
