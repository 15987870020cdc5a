// The draw decides the choice of a lookup. It is a number in [0,1), kept as 64 bits. The table makes a new draw
// for each lookup of an owner name. Draw is a value. DrawTable is safe from any thread, and lookups never wait for
// each other.
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

  /// The draw as one of the numbers 0 … total − 1, each equally likely. `total` is at least 1.
  std::uint64_t below(std::uint64_t total) const;

  /// Another draw for a second choice in the same answer, independent of this one.
  Draw next() const;

 private:
  std::uint64_t value_;
};

/// The draws of successive lookups of a name are spread more evenly than random numbers: each is the previous draw
/// plus the golden ratio (mod 1). Every k-th draw is spread as evenly, so that repeated questions of PowerDNS
/// cannot always choose the same server. Names that share a slot use its draws in turn; their draws are spread
/// less evenly.
class DrawTable {
 public:
  /// Starts each slot at a different value, derived from `seed`.
  explicit DrawTable(std::uint64_t seed);

  /// The draw for one lookup of `owner_name` (canonical).
  Draw next(std::string_view owner_name);

 private:
  static constexpr std::size_t slots = 65536;
  std::unique_ptr<std::array<std::atomic<std::uint64_t>, slots>> phases_;
};

}  // namespace mxbalance::answer
