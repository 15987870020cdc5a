// The writes of a transaction, in their order: packed, in memory at first, and in a temporary file from some size
// on, so that a transaction may be of any size. One thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "db/zones/zone_writes.h"

namespace mxbalance::db {

class StagedWrites {
 public:
  /// Bytes of writes that are kept in memory at most, the largest one apart.
  static constexpr std::size_t most_in_memory = std::size_t{1} << 20U;

  StagedWrites();
  StagedWrites(std::initializer_list<ZoneWrite> writes);
  explicit StagedWrites(const std::vector<ZoneWrite>& writes);
  StagedWrites(const StagedWrites&) = delete;
  StagedWrites(StagedWrites&& other) noexcept;
  StagedWrites& operator=(const StagedWrites&) = delete;
  StagedWrites& operator=(StagedWrites&& other) noexcept;
  ~StagedWrites();

  /// Throws StoreFailure where the file cannot be written. From then on nothing is kept, and each call of this and
  /// of for_each() throws the same.
  void push_back(ZoneWrite write);

  /// Throws StoreFailure where the file cannot be read.
  void for_each(const std::function<void(const ZoneWrite&)>& work) const;

  [[nodiscard]] bool has_file() const { return file_ != nullptr; }

 private:
  class File;

  void move_to_file();

  std::unique_ptr<File> file_;  ///< of what came first; null: all is in memory
  std::string in_memory_;       ///< what came last
  std::string problem_;         ///< of the file; empty: none
};

/// SQLite has its temporary files where SQLITE_TMPDIR or TMPDIR says, or in /var/tmp or /tmp. Where none of them
/// can be written it has them beside the store at `path` from now on. To be called before any connection is open.
void choose_temporary_directory(const std::string& path);

}  // namespace mxbalance::db
