// The order of a zone's names in which DNSSEC denies what is not there: that of NSEC (RFC 4034 §6.1), and that of
// the hashes of NSEC3 (RFC 5155). Built once and not changed; safe from any thread.
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

/// Compares as bytes as the names do in canonical order: the labels of `name` below `zone` from the right, each
/// ended by an octet 0. The key of a name begins with the keys of its ancestors. Absent when `name` is not within
/// `zone`, or not canonical, so that it is never asked for.
std::optional<std::string> order_key(std::string_view name, std::string_view zone);

/// The name with that key, relative to its zone; empty for the apex.
std::string relative_name(std::string_view key);

/// A name at which something stands.
struct OrderedName {
  std::string key;
  bool in_chain = true;      ///< it has an NSEC record
  bool is_cut_off = false;   ///< by a delegation above it: it has no NSEC3 record
  bool is_insecure = false;  ///< a delegation without DS, for which opt-out needs no NSEC3 record
};

/// What is nearest to a name or a hash in a chain, which wraps round at both ends.
struct Neighbours {
  std::string before;  ///< a name relative to the zone, or a hash; the one asked for when it is in the chain
  std::string after;
  std::string name;  ///< of `before`, relative to the zone
};

class ZoneOrder {
 public:
  /// `names` in any order, each once.
  explicit ZoneOrder(std::vector<OrderedName> names);

  /// Absent when the chain is empty.
  std::optional<Neighbours> neighbours(std::string_view key) const;

  enum class Below { nothing, names, chain };
  /// Whether names stand below the one with `key`, and whether any of them is in the chain and not cut off. With
  /// `opt_out` insecure delegations are not in it.
  Below below(std::string_view key, bool opt_out = false) const;

  /// Calls `visit` with the key of each empty non-terminal, in order: nothing stands there, and something below.
  /// The apex is none.
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

  std::string keys_;                   ///< one after the other
  std::vector<std::uint32_t> starts_;  ///< of each in keys_
  std::vector<std::uint32_t> chain_;   ///< indexes, in order
  std::vector<bool> insecure_;
  std::vector<bool> cut_off_;
};

/// The hashes of the names in a chain that are not cut off, and of the empty non-terminals above them. With
/// opt-out, insecure delegations are left out, and only they.
class HashOrder {
 public:
  HashOrder(const ZoneOrder& names, std::string_view zone, const Nsec3Parameters& parameters);

  /// Absent when the chain is empty.
  std::optional<Neighbours> neighbours(const Nsec3Hash& hash) const;

  std::size_t bytes() const { return sizeof *this + entries_.capacity() * sizeof(Entry) + keys_.capacity(); }

 private:
  struct Entry {
    Nsec3Hash hash;
    std::uint32_t start;  ///< of its key in keys_
    std::uint32_t size;
  };

  std::string keys_;
  std::vector<Entry> entries_;
};

}  // namespace mxbalance::db
