// What was read at owner names, kept until the next commit: most lookups then need no SQL. Safe from any thread.
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
  /// `database` must outlive the cache. Of what was read, about `bytes` are kept at most.
  ContentsCache(Database& database, std::size_t bytes)
      : database_(database), bytes_of_shard_(bytes / shard_count) {}

  /// From now on: where more is kept, it goes as new names come.
  void change_size(std::size_t bytes) { bytes_of_shard_ = bytes / shard_count; }

  /// What stands at `name` (canonical) for a lookup bound to the zone `zone_id` (zone_holding()), as of the last
  /// commit made before the call; without records that are switched off. Null: no zone here holds it. Throws
  /// StoreFailure while the store cannot be read, and, on these terms, OrderNotKept.
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

  /// At one name, which may be asked for in several zones.
  struct Kept {
    std::int64_t zone_id = 0;  ///< as asked for
    std::shared_ptr<const NameContents> contents;
  };

  /// Everything in it is of one commit.
  struct Shard {
    std::mutex mutex;
    std::optional<Commit> commit;
    ByName<std::vector<Kept>> names;
    std::size_t size = 0;        ///< bytes
    std::size_t next_to_go = 0;  ///< a bucket of `names`, less one
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
