#include "db/lookup/zone_order.h"

#include <algorithm>
#include <utility>

#include "db/base/text.h"

namespace mxbalance::db {

namespace {

constexpr std::size_t longest_label = 63;

/// Appends an octet of a label to a key. In a key, octet 0 ends a label and sorts before every octet of a label.
void append_to_key(std::string& key, char octet) {
  if (octet == '\0' || octet == '\1') key += '\1';
  key += octet == '\0' ? '\1' : octet == '\1' ? '\2' : octet;
}

/// Appends an octet to a name as PowerDNS writes it.
void append_to_name(std::string& name, char octet) {
  const auto value = static_cast<std::uint8_t>(octet);
  if (octet == '.' || octet == '\\') name += '\\';
  if (value > 0x20 && value < 0x7f) {
    name += octet;
    return;
  }
  name += '\\';
  for (const int digit : {value / 100, value / 10 % 10, value % 10})
    name += static_cast<char>('0' + digit);
}

/// Takes the first octet of `label`. Absent when it is not written in its canonical form.
std::optional<char> take_octet(std::string_view& label) {
  const char c = label.front();
  if (c != '\\') {
    label.remove_prefix(1);
    if (c <= ' ' || c >= '\x7f' || (c >= 'A' && c <= 'Z')) return std::nullopt;
    return c;
  }
  if (label.size() >= 2 && (label[1] == '.' || label[1] == '\\')) {
    const char escaped = label[1];
    label.remove_prefix(2);
    return escaped;
  }
  if (label.size() < 4 || !is_digit(label[1]) || !is_digit(label[2]) || !is_digit(label[3])) return std::nullopt;
  const int value = (label[1] - '0') * 100 + (label[2] - '0') * 10 + (label[3] - '0');
  label.remove_prefix(4);
  if (value > 255 || (value > 0x20 && value < 0x7f)) return std::nullopt;
  return static_cast<char>(value);
}

bool append_label(std::string& key, std::string_view label) {
  if (label.empty()) return false;
  for (std::size_t octets = 0; !label.empty(); ++octets) {
    const auto octet = take_octet(label);
    if (!octet || octets == longest_label) return false;
    append_to_key(key, *octet);
  }
  key += '\0';
  return true;
}

std::vector<std::string_view> labels_of(std::string_view name) {
  std::vector<std::string_view> labels;
  std::size_t start = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\') {
      ++i;
    } else if (name[i] == '.') {
      labels.push_back(name.substr(start, i - start));
      start = i + 1;
    }
  }
  labels.push_back(name.substr(start));
  return labels;
}

/// Calls `visit` with each encoded label in `key`. The leftmost label of the name comes first.
template <typename Visit>
void for_each_label(std::string_view key, const Visit& visit) {
  while (!key.empty()) {
    const auto before = key.size() < 2 ? std::string_view::npos : key.rfind('\0', key.size() - 2);
    const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
    visit(key.substr(start, key.size() - 1 - start));
    key = key.substr(0, start);
  }
}

/// Calls `visit` with each octet of an encoded label.
template <typename Visit>
void for_each_octet(std::string_view label, const Visit& visit) {
  for (std::size_t i = 0; i < label.size(); ++i) {
    const bool is_escape = label[i] == '\1';
    if (is_escape) ++i;
    visit(is_escape ? static_cast<char>(label[i] - 1) : label[i]);
  }
}

/// The labels of `key` in wire form (RFC 1035 §3.1), without the final root label.
std::string wire_labels(std::string_view key) {
  std::string wire;
  for_each_label(key, [&](std::string_view label) {
    const std::size_t length = wire.size();
    wire += '\0';
    for_each_octet(label, [&](char octet) { wire += octet; });
    wire[length] = static_cast<char>(wire.size() - length - 1);
  });
  return wire;
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

/// Calls `visit` with the key of each name between `key` and the apex, except those that are also above
/// `previous`, which is the key before `key` in canonical order.
template <typename Visit>
void for_each_new_ancestor(std::string_view key, std::string_view previous, const Visit& visit) {
  const std::size_t shared = common_prefix(previous, key);
  for (auto end = key.find('\0'); end + 1 < key.size(); end = key.find('\0', end + 1)) {
    if (end >= shared) visit(key.substr(0, end + 1));
  }
}

/// The positions before and at `first_after` in a chain of `count` entries. After the last entry comes the first
/// one.
std::pair<std::size_t, std::size_t> around(std::size_t first_after, std::size_t count) {
  return {(first_after + count - 1) % count, first_after % count};
}

}  // namespace

std::optional<std::string> order_key(std::string_view name, std::string_view zone) {
  std::string key;
  if (name == zone) return key;
  if (zone != ".") {
    if (!name.ends_with(zone) || name.size() < zone.size() + 2) return std::nullopt;
    name.remove_suffix(zone.size());
    if (name.back() != '.') return std::nullopt;
    name.remove_suffix(1);
  }
  auto labels = labels_of(name);
  key.reserve(name.size() + 1);
  for (; !labels.empty(); labels.pop_back()) {
    if (!append_label(key, labels.back())) return std::nullopt;
  }
  return key;
}

std::string relative_name(std::string_view key) {
  std::string name;
  for_each_label(key, [&](std::string_view label) {
    if (!name.empty()) name += '.';
    for_each_octet(label, [&](char octet) { append_to_name(name, octet); });
  });
  return name;
}

ZoneOrder::ZoneOrder(std::vector<OrderedName> names) {
  std::sort(names.begin(), names.end(), [](const OrderedName& a, const OrderedName& b) { return a.key < b.key; });
  std::size_t bytes = 0;
  for (const auto& name : names)
    bytes += name.key.size();
  keys_.reserve(bytes);
  starts_.reserve(names.size());
  insecure_.reserve(names.size());
  cut_off_.reserve(names.size());
  for (const auto& name : names) {
    if (name.in_chain) chain_.push_back(static_cast<std::uint32_t>(starts_.size()));
    starts_.push_back(static_cast<std::uint32_t>(keys_.size()));
    insecure_.push_back(name.is_insecure);
    cut_off_.push_back(name.is_cut_off);
    keys_ += name.key;
  }
  chain_.shrink_to_fit();
}

std::string_view ZoneOrder::key(std::size_t index) const {
  const std::size_t end = index + 1 < starts_.size() ? starts_[index + 1] : keys_.size();
  return std::string_view(keys_).substr(starts_[index], end - starts_[index]);
}

/// The first name that is not before `key`.
std::size_t ZoneOrder::lower_bound(std::string_view key) const {
  std::size_t first = 0;
  for (std::size_t count = size(); count > 0;) {
    const std::size_t half = count / 2;
    if (this->key(first + half) < key) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

bool ZoneOrder::stands(std::string_view key) const {
  const std::size_t index = lower_bound(key);
  return index < size() && this->key(index) == key;
}

std::optional<Neighbours> ZoneOrder::neighbours(std::string_view key) const {
  if (chain_.empty()) return std::nullopt;
  const auto after = std::upper_bound(chain_.begin(), chain_.end(), key,
                                      [&](std::string_view a, std::uint32_t b) { return a < this->key(b); });
  const auto [before, next] = around(static_cast<std::size_t>(after - chain_.begin()), chain_.size());
  std::string name = relative_name(this->key(chain_[before]));
  return Neighbours{name, relative_name(this->key(chain_[next])), name};
}

/// Names below a name follow it directly in the order.
ZoneOrder::Below ZoneOrder::below(std::string_view key, bool opt_out) const {
  auto found = Below::nothing;
  for (std::size_t index = lower_bound(key); index < size() && this->key(index).starts_with(key); ++index) {
    if (this->key(index).size() == key.size()) continue;
    found = Below::names;
    const bool in_chain = std::binary_search(chain_.begin(), chain_.end(), static_cast<std::uint32_t>(index));
    if (in_chain && !cut_off_[index] && !(opt_out && insecure_[index])) return Below::chain;
  }
  return found;
}

void ZoneOrder::for_each_nonterminal(const std::function<void(std::string_view key)>& visit) const {
  std::string_view previous;
  for (std::size_t index = 0; index < size(); ++index) {
    for_each_new_ancestor(key(index), previous, [&](std::string_view above) {
      if (!stands(above)) visit(above);
    });
    previous = key(index);
  }
}

std::size_t ZoneOrder::bytes() const {
  return sizeof *this + keys_.capacity() + (starts_.capacity() + chain_.capacity()) * sizeof(std::uint32_t) +
         (insecure_.capacity() + cut_off_.capacity()) / 8;
}

HashOrder::HashOrder(const ZoneOrder& names, std::string_view zone, const Nsec3Parameters& parameters) {
  Nsec3Hasher hash(parameters);
  const std::string suffix = (zone == "." ? std::string() : wire_labels(order_key(zone, ".").value_or(""))) + '\0';
  const auto add = [&](std::string_view key, std::size_t start) {
    entries_.push_back({hash(wire_labels(key) + suffix), static_cast<std::uint32_t>(start),
                        static_cast<std::uint32_t>(key.size())});
  };
  entries_.reserve(names.chain().size());
  std::string_view previous;
  for (const std::uint32_t index : names.chain()) {
    if (names.is_cut_off(index)) continue;
    const std::string_view key = names.key(index);
    const std::size_t start = keys_.size();
    keys_ += key;
    if (!parameters.opt_out || !names.is_insecure(index)) add(key, start);
    for_each_new_ancestor(key, previous, [&](std::string_view above) {
      if (!names.stands(above)) add(above, start);
    });
    previous = key;
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.hash < b.hash; });
}

std::optional<Neighbours> HashOrder::neighbours(const Nsec3Hash& hash) const {
  if (entries_.empty()) return std::nullopt;
  const auto after = std::upper_bound(entries_.begin(), entries_.end(), hash,
                                      [](const Nsec3Hash& a, const Entry& b) { return a < b.hash; });
  const auto [before, next] = around(static_cast<std::size_t>(after - entries_.begin()), entries_.size());
  const Entry& entry = entries_[before];
  return Neighbours{nsec3_label(entry.hash), nsec3_label(entries_[next].hash),
                    relative_name(std::string_view(keys_).substr(entry.start, entry.size))};
}

}  // namespace mxbalance::db
