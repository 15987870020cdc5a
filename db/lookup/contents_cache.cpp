#include "db/lookup/contents_cache.h"

#include <algorithm>
#include <utility>

#include "db/lookup/lookup.h"
#include "db/lookup/zones.h"

namespace mxbalance::db {

namespace {

/// About how many bytes the contents take, without their pools, which other names share.
std::size_t size_of(const NameContents& contents) {
  constexpr std::size_t of_entry = 128;  // of the map entry, and of memory allocation
  std::size_t size = of_entry + sizeof contents + contents.zone.name.size() + 2 * contents.name.size();
  for (const auto& record : contents.records)
    size += sizeof record + record.name.size() + record.content.size();
  if (contents.host) size += contents.host->addresses.size() * sizeof(MailAddress);
  return size;
}

/// Names without contents are not kept: lookups of random names would remove useful entries.
bool is_worth_keeping(const NameContents& contents) {
  return !contents.records.empty() || contents.mx_pool || contents.address_pool || contents.host;
}

}  // namespace

std::shared_ptr<const NameContents> ContentsCache::find(std::int64_t zone_id, std::string_view name,
                                                        const OrderTerms& terms) {
  Shard& shard = shards_.at(Hash()(name) % shard_count);
  if (const auto commit = database_.last_commit()) {
    if (auto known = find(shard, *commit, zone_id, name)) return known;
  }
  std::shared_ptr<const NameContents> contents;
  std::optional<Commit> commit;
  const auto look_up = [&](Connection& connection) {
    const auto zone = zone_holding(connection, zone_id, name);
    commit = connection.commit_read();
    if (zone) contents = std::make_shared<const NameContents>(read(connection, *zone, name, terms));
  };
  // An order that was begun is made to its end, also where PowerDNS no longer waits: the next ones need it.
  database_.read(look_up,
                 terms.kept != nullptr && terms.may_derive ? Database::longest_query : Database::longest_lookup);
  if (contents && commit && is_worth_keeping(*contents)) keep(shard, *commit, {zone_id, contents});
  return contents;
}

NameContents ContentsCache::read(Connection& connection, const Zone& zone, std::string_view name,
                                 const OrderTerms& terms) {
  return read_name(
      connection, zone, name,
      [this](Connection& at, const std::string& pool, std::vector<RowDefect>& defects) {
        return find_pool(at, pool, defects);
      },
      [&](Connection& at, NameContents& contents) { look_below(at, contents, terms); });
}

/// Defects of a kept pool are not reported again; the read that found them has reported them.
std::shared_ptr<const Pool> ContentsCache::find_pool(Connection& connection, const std::string& name,
                                                     std::vector<RowDefect>& defects) {
  const auto commit = connection.commit_read();
  if (!commit) return read_shared_pool(connection, name, defects);
  {
    const std::lock_guard lock(pools_.mutex);
    if (pools_.commit != commit) {
      pools_.pools.clear();
      pools_.commit = commit;
    } else if (const auto known = pools_.pools.find(name); known != pools_.pools.end()) {
      return known->second;
    }
  }
  auto pool = read_shared_pool(connection, name, defects);
  const std::lock_guard lock(pools_.mutex);
  if (pool && pools_.commit == commit) pools_.pools.insert_or_assign(name, pool);
  return pool;
}

std::shared_ptr<const NameContents> ContentsCache::find(Shard& shard, const Commit& commit, std::int64_t zone_id,
                                                        std::string_view name) {
  const std::lock_guard lock(shard.mutex);
  if (shard.commit != commit) return nullptr;
  const auto known = shard.names.find(name);
  if (known == shard.names.end()) return nullptr;
  const auto in_zone = std::find_if(known->second.begin(), known->second.end(),
                                    [&](const Kept& kept) { return kept.zone_id == zone_id; });
  return in_zone == known->second.end() ? nullptr : in_zone->contents;
}

/// Keeps the contents at one name. All contents of an older commit are removed first.
void ContentsCache::keep(Shard& shard, const Commit& commit, Kept&& found) const {
  const std::size_t size = size_of(*found.contents);
  const std::size_t most = bytes_of_shard_;
  if (size > most) return;
  const std::lock_guard lock(shard.mutex);
  if (shard.commit != commit) {
    shard.names.clear();
    shard.size = 0;
    shard.commit = commit;
  }
  make_room(shard, size, most);
  auto& at_name = shard.names[found.contents->name];
  if (std::any_of(at_name.begin(), at_name.end(), [&](const Kept& kept) { return kept.zone_id == found.zone_id; }))
    return;
  at_name.push_back(std::move(found));
  shard.size += size;
}

/// Removes names in the order of their hashes, so that each stays about equally long. Call it with the shard's
/// mutex held.
void ContentsCache::make_room(Shard& shard, std::size_t size, std::size_t most) {
  while (shard.size + size > most) {
    shard.next_to_go = (shard.next_to_go + 1) % shard.names.bucket_count();
    const auto first = shard.names.cbegin(shard.next_to_go);
    if (first == shard.names.cend(shard.next_to_go)) continue;
    const auto name = shard.names.find(first->first);
    for (const auto& kept : name->second)
      shard.size -= size_of(*kept.contents);
    shard.names.erase(name);
  }
}

}  // namespace mxbalance::db
