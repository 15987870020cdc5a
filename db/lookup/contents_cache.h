// Caches the contents of owner names until the next commit, so that most lookups need no SQL. Safe from any
// thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/lookup/model.h"
#include "db/lookup/zone_orders.h"
#include "db/store/database.h"

namespace mxbalance::db {

class ContentsCache {
 public:
  static constexpr std::size_t usual_size = std::size_t{64} << 20U;  ///< bytes

  /// `database` must outlive the cache. The cache holds about `bytes` at most.
  ContentsCache(Database& database, std::size_t bytes)
      : database_(database), bytes_of_shard_(bytes / shard_count) {}

  /// Changes the most bytes from now on. Contents above it are removed when new names are added.
  void change_size(std::size_t bytes) { bytes_of_shard_ = bytes / shard_count; }

  /// The contents at `name` (canonical) for a lookup in the zone `zone_id` (zone_holding()), as of the last commit
  /// before the call, without disabled records. Null: no zone of this store holds the name. Throws StoreFailure
  /// while the store cannot be read, and OrderNotKept where `terms` say so.
  std::shared_ptr<const NameContents> find(std::int64_t zone_id, std::string_view name,
                                           const OrderTerms& terms = {});

 private:
  static constexpr std::size_t shard_count = 16;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <typename Value>
  using ByName = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  /// The contents at one name, for one zone id of a lookup. A name may be looked up with several zone ids.
  struct Kept {
    std::int64_t zone_id = 0;  ///< the zone id in the lookup
    std::shared_ptr<const NameContents> contents;
  };

  /// One part of the cache, with a mutex of its own. All its contents are of one commit.
  struct Shard {
    std::mutex mutex;
    std::optional<Commit> commit;
    ByName<std::vector<Kept>> names;
    std::size_t size = 0;        ///< bytes
    std::size_t next_to_go = 0;  ///< the bucket of `names` from which an entry was last removed
  };

  struct Pools {
    std::mutex mutex;
    std::optional<Commit> commit;
    ByName<std::shared_ptr<const Pool>> pools;
  };

  NameContents read(Connection& connection, const Zone& zone, std::string_view name, const OrderTerms& terms);
  std::shared_ptr<const Pool> find_pool(Connection& connection, const std::string& name,
                                        std::vector<RowDefect>& defects);
  static std::shared_ptr<const NameContents> find(Shard& shard, const Commit& commit, std::int64_t zone_id,
                                                  std::string_view name);
  void keep(Shard& shard, const Commit& commit, Kept&& found) const;
  static void make_room(Shard& shard, std::size_t size, std::size_t most);

  Database& database_;
  std::atomic<std::size_t> bytes_of_shard_;
  std::array<Shard, shard_count> shards_;
  Pools pools_;
};

}  // namespace mxbalance::db
