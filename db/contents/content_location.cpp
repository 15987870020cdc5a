#include "db/contents/content_location.h"

#include <array>
#include <optional>

namespace mxbalance::db {

namespace {

enum class Coordinate { latitude, longitude };

/// Reads a content from its beginning to its end.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  char next() const { return text_.empty() ? '\0' : text_.front(); }
  bool take(char wanted) {
    if (next() != wanted || at_end()) return false;
    text_.remove_prefix(1);
    return true;
  }
  void skip_blanks() {
    while (!at_end() && is_blank(next()))
      text_.remove_prefix(1);
  }
  void skip_word() {
    while (!at_end() && !is_blank(next()))
      text_.remove_prefix(1);
  }
  /// Takes the number at this position, if there is one. Very large numbers are cut.
  std::optional<unsigned> take_number() {
    constexpr unsigned enough = 1'000'000;
    if (!is_digit(next())) return std::nullopt;
    unsigned number = 0;
    while (is_digit(next())) {
      number = number < enough ? number * 10 + static_cast<unsigned>(next() - '0') : number;
      text_.remove_prefix(1);
    }
    return number;
  }
  /// Takes a decimal point and digits. Returns whether a digit is not 0.
  bool take_fraction() {
    bool is_some = false;
    if (!take('.')) return false;
    for (; is_digit(next()); text_.remove_prefix(1))
      is_some = is_some || next() != '0';
    return is_some;
  }
  std::optional<Coordinate> take_hemisphere() {
    const char hemisphere = next();
    if (at_end()) return std::nullopt;
    text_.remove_prefix(1);
    if (std::string_view("NnSs").find(hemisphere) != std::string_view::npos) return Coordinate::latitude;
    if (std::string_view("EeWw").find(hemisphere) != std::string_view::npos) return Coordinate::longitude;
    return std::nullopt;
  }

 private:
  std::string_view text_;
};

/// Reads a coordinate as releases before 5.0 do: degrees, minutes and seconds may all be missing, and letters may
/// follow.
std::optional<Coordinate> take_loose_coordinate(Cursor& cursor) {
  (void)cursor.take_number();
  cursor.skip_blanks();
  if (cursor.take_number()) {
    cursor.skip_blanks();
    if (is_digit(cursor.next())) {
      cursor.skip_word();
      cursor.skip_blanks();
    }
  }
  const auto coordinate = cursor.take_hemisphere();
  cursor.skip_word();
  cursor.skip_blanks();
  return coordinate;
}

/// Reads a coordinate as 5.0 and later do, within the limits of RFC 1876 §3.
std::optional<Coordinate> take_strict_coordinate(Cursor& cursor) {
  const auto degrees = cursor.take_number();
  if (!degrees) return std::nullopt;
  cursor.skip_blanks();
  unsigned minutes = 0;
  unsigned seconds = 0;
  bool is_more = false;
  if (const auto number = cursor.take_number()) {
    minutes = *number;
    cursor.skip_blanks();
    if (const auto last = cursor.take_number()) {
      seconds = *last;
      cursor.skip_blanks();
      is_more = cursor.take_fraction();
      cursor.skip_blanks();
    }
  }
  if (minutes >= 60 || seconds > 60 || (seconds == 60 && is_more)) return std::nullopt;
  const auto coordinate = cursor.take_hemisphere();
  if (!coordinate || *degrees > (*coordinate == Coordinate::latitude ? 90U : 180U)) return std::nullopt;
  cursor.skip_blanks();
  return coordinate;
}

/// Reads metres; the fraction and the unit are optional.
bool take_metres(Cursor& cursor) {
  if (!cursor.take_number()) return false;
  cursor.skip_blanks();
  (void)cursor.take_fraction();
  cursor.skip_blanks();
  if (cursor.take('m') || cursor.take('M')) cursor.skip_blanks();
  return true;
}

bool is_read_by_5(std::string_view content) {
  Cursor cursor(content);
  const auto first = take_strict_coordinate(cursor);
  const auto second = take_strict_coordinate(cursor);
  if (!first || !second || *first == *second) return false;
  if (cursor.at_end()) return true;
  if (!cursor.take('-')) (void)cursor.take('+');
  constexpr int fields = 4;  // altitude, size and two precisions; 5.x ignores text after them
  for (int field = 0; field < fields && !(field > 0 && cursor.at_end()); ++field) {
    if (!take_metres(cursor)) return false;
  }
  return true;
}

bool is_read_by_4(std::string_view content) {
  Cursor cursor(content);
  const auto first = take_loose_coordinate(cursor);
  const auto second = take_loose_coordinate(cursor);
  return first && second && *first != *second;
}

}  // namespace

void read_location(ContentReader& reader) {
  const std::string problem =
      "the content must be a latitude, a longitude, and if wanted an altitude, a size and two precisions, such as "
      "51 59 0.000 N 5 55 0.000 E 4.00m 1.00m 10000.00m 10.00m (RFC 1876 §3)";
  reader.start_field();
  if (is_blank(reader.whole().front()))
    throw InvalidContent("there is a blank before it: PowerDNS 4 would take the degrees for minutes");
  if (!is_read_by_4(reader.rest())) throw InvalidContent(problem);
  if (!is_read_by_5(reader.rest())) reader.only(PowerDnsVersions::v4(), problem);
  const auto whole = reader.take(reader.rest().size());
  reader.add_field(whole, false);
}

}  // namespace mxbalance::db
