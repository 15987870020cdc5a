// The order of a zone's names that DNSSEC uses for denial of existence: the canonical order for NSEC (RFC 4034
// §6.1), and the order of hashes for NSEC3 (RFC 5155). Built once and not changed afterwards; safe from any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/dns/nsec3.h"

namespace mxbalance::db {

/// A key for `name` whose byte order is the canonical order of names: the labels below `zone`, from right to left,
/// each ended by an octet 0. The key of a name begins with the keys of its ancestors. Absent when `name` is not
/// within `zone` or not canonical; no lookup asks for such a name.
std::optional<std::string> order_key(std::string_view name, std::string_view zone);

/// The name with that key, relative to its zone. Empty for the apex.
std::string relative_name(std::string_view key);

/// A name in the zone that has records, pools or addresses.
struct OrderedName {
  std::string key;
  bool in_chain = true;      ///< the name has an NSEC record
  bool is_cut_off = false;   ///< below a delegation, so it has no NSEC3 record
  bool is_insecure = false;  ///< a delegation without DS: with opt-out it needs no NSEC3 record
};

/// The nearest entries of a chain around a name or a hash. After the last entry comes the first one.
struct Neighbours {
  std::string before;  ///< relative to the zone, or a hash; the entry itself when it is in the chain
  std::string after;
  std::string name;  ///< the name of `before`, relative to the zone
};

class ZoneOrder {
 public:
  /// `names` may be in any order. Each name must occur once.
  explicit ZoneOrder(std::vector<OrderedName> names);

  /// Absent when the chain is empty.
  std::optional<Neighbours> neighbours(std::string_view key) const;

  enum class Below { nothing, names, chain };
  /// Whether names exist below the name with `key`, and whether any of them is in the chain and not below a
  /// delegation. With `opt_out`, insecure delegations are not in the chain.
  Below below(std::string_view key, bool opt_out = false) const;

  /// Calls `visit` with the key of each empty non-terminal, in order: a name that has nothing itself, but names
  /// below it. The apex is never one.
  void for_each_nonterminal(const std::function<void(std::string_view key)>& visit) const;

  std::size_t size() const { return starts_.size(); }
  std::string_view key(std::size_t index) const;
  bool is_insecure(std::size_t index) const { return insecure_[index]; }
  bool is_cut_off(std::size_t index) const { return cut_off_[index]; }
  const std::vector<std::uint32_t>& chain() const { return chain_; }
  bool stands(std::string_view key) const;
  std::size_t bytes() const;

 private:
  std::size_t lower_bound(std::string_view key) const;

  std::string keys_;                   ///< all keys, one after the other
  std::vector<std::uint32_t> starts_;  ///< where each key starts in keys_
  std::vector<std::uint32_t> chain_;   ///< indexes of the names in the chain, in order
  std::vector<bool> insecure_;
  std::vector<bool> cut_off_;
};

/// The hashes of the names in a chain that are not below a delegation, and of the empty non-terminals above them.
/// With opt-out, only insecure delegations are left out.
class HashOrder {
 public:
  HashOrder(const ZoneOrder& names, std::string_view zone, const Nsec3Parameters& parameters);

  /// Absent when the chain is empty.
  std::optional<Neighbours> neighbours(const Nsec3Hash& hash) const;

  std::size_t bytes() const { return sizeof *this + entries_.capacity() * sizeof(Entry) + keys_.capacity(); }

 private:
  struct Entry {
    Nsec3Hash hash;
    std::uint32_t start;  ///< of its key, in keys_
    std::uint32_t size;
  };

  std::string keys_;
  std::vector<Entry> entries_;
};

}  // namespace mxbalance::db
