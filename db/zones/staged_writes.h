// The writes of a transaction, in their order. They are packed in memory at first, and in a temporary file above a
// certain size, so that a transaction may be of any size. Used by one thread at a time.
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
  /// Most bytes of writes in memory. Only a single larger write exceeds it.
  static constexpr std::size_t most_in_memory = std::size_t{1} << 20U;

  StagedWrites();
  StagedWrites(std::initializer_list<ZoneWrite> writes);
  explicit StagedWrites(const std::vector<ZoneWrite>& writes);
  StagedWrites(const StagedWrites&) = delete;
  StagedWrites(StagedWrites&& other) noexcept;
  StagedWrites& operator=(const StagedWrites&) = delete;
  StagedWrites& operator=(StagedWrites&& other) noexcept;
  ~StagedWrites();

  /// Adds a write. Throws StoreFailure where the file cannot be written. After that, all writes are lost, and
  /// every call of push_back() or for_each() throws the same error.
  void push_back(ZoneWrite write);

  /// Calls `work` for each write, in order. Throws StoreFailure where the file cannot be read.
  void for_each(const std::function<void(const ZoneWrite&)>& work) const;

  [[nodiscard]] bool has_file() const { return file_ != nullptr; }

 private:
  class File;

  void move_to_file();

  std::unique_ptr<File> file_;  ///< the earlier writes; null: all are in memory
  std::string in_memory_;       ///< the latest writes, packed
  std::string problem_;         ///< why the file failed; empty: it did not
};

/// SQLite keeps temporary files in SQLITE_TMPDIR or TMPDIR, or in /var/tmp or /tmp. If none of these directories
/// can be written, this sets the directory of the store at `path`. Call it before any connection is opened.
void choose_temporary_directory(const std::string& path);

}  // namespace mxbalance::db
