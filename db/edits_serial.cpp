#include "db/edits_serial.h"

#include <charconv>
#include <limits>

#include "db/errors.h"

namespace mxbalance::db {

namespace {

constexpr std::uint32_t year_unit = 1000000;
constexpr std::uint32_t month_unit = 10000;
constexpr std::uint32_t day_unit = 100;

/// Whether `serial` reads as a day of this century or the last with two more digits.
bool is_dated(std::uint32_t serial) {
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(serial / year_unit)),
                                        std::chrono::month(serial / month_unit % 100),
                                        std::chrono::day(serial / day_unit % 100)};
  return day.ok() && day.year() >= std::chrono::year(1980) && day.year() <= std::chrono::year(2100);
}

}  // namespace

std::uint32_t first_serial(std::chrono::year_month_day today) {
  return static_cast<std::uint32_t>(static_cast<int>(today.year())) * year_unit +
         static_cast<unsigned>(today.month()) * month_unit + static_cast<unsigned>(today.day()) * day_unit + 1;
}

std::uint32_t next_serial(std::uint32_t serial, std::chrono::year_month_day today) {
  const std::uint32_t of_today = first_serial(today);
  if (is_dated(serial) && of_today > serial) return of_today;
  return serial == std::numeric_limits<std::uint32_t>::max() ? 1 : serial + 1;
}

std::string raise_serial(std::string_view content, std::chrono::year_month_day today) {
  constexpr std::string_view blanks = " \t";
  std::size_t start = content.find_first_not_of(blanks);
  for (int field = 0; field < 2 && start != std::string_view::npos; ++field) {
    start = content.find_first_not_of(blanks, content.find_first_of(blanks, start));
  }
  if (start != std::string_view::npos) {
    const std::size_t end = std::min(content.find_first_of(blanks, start), content.size());
    std::uint32_t serial = 0;
    const auto [read, error] = std::from_chars(content.data() + start, content.data() + end, serial);
    if (error == std::errc() && read == content.data() + end) {
      return std::string(content.substr(0, start)) + std::to_string(next_serial(serial, today)) +
             std::string(content.substr(end));
    }
  }
  throw Refusal("the zone's SOA record is \"" + std::string(content) +
                "\", and its third field is no serial that could be raised: correct that record first");
}

}  // namespace mxbalance::db
