// Where a lookup's choice falls. A draw is a number in [0,1), kept as 64 bits; the table makes one for each lookup
// of an owner name. Draw is a value; DrawTable is safe from any thread, and lookups never wait for each other.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

namespace mxbalance::answer {

class Draw {
 public:
  /// The draw `value` / 2⁶⁴.
  explicit constexpr Draw(std::uint64_t value) : value_(value) {}

  /// The draw as one of 0 … total − 1, each as likely as the others. `total` at least 1.
  std::uint64_t below(std::uint64_t total) const;

  /// A further draw for another choice in the same answer, without relation to this one.
  Draw next() const;

 private:
  std::uint64_t value_;
};

/// The draws of successive lookups of a name spread more evenly than random ones: each is the one before, advanced
/// by the golden ratio (mod 1). Every k-th of them spreads as well, so that PowerDNS's asking twice cannot lock a
/// choice to one server. Names that share a slot take turns in it, and lose only smoothness.
class DrawTable {
 public:
  /// Starts every name at a place of its own, derived from `seed`.
  explicit DrawTable(std::uint64_t seed);

  /// The draw for one lookup of `owner_name` (canonical).
  Draw next(std::string_view owner_name);

 private:
  static constexpr std::size_t slots = 65536;
  std::unique_ptr<std::array<std::atomic<std::uint64_t>, slots>> phases_;
};

}  // namespace mxbalance::answer
