#include "db/schema/copies.h"

#include <filesystem>
#include <system_error>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "db/base/errors.h"
#include "db/base/output_file.h"
#include "db/base/system.h"
#include "db/files/page_copy.h"

namespace mxbalance::db {

namespace {

constexpr mode_t backup_mode = 0600;

/// Throws StoreFailure unless the disk has room for the copy and for later writes, which may double the size of
/// the database.
void require_room(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return;
  const auto space = std::filesystem::space(directory_of(path), error);
  if (error || space.available / 2 >= size) return;
  throw StoreFailure(fmt::format(
      "the disk of {} has no room for a copy of the database before it is changed: {} bytes are free, and {} are "
      "needed; make room, and run this again. Nothing was changed",
      directory_of(path), space.available, 2 * size));
}

}  // namespace

void back_up(SQLite::Database& source, const std::string& path, const std::string& copy) {
  if (std::filesystem::exists(copy))
    throw Refusal(fmt::format("there is a file {} already: name a new one", copy));
  PartialFile file(copy, backup_mode);
  try {
    write_copy(source, file);
  } catch (const SQLite::Exception& error) {
    throw StoreFailure(fmt::format("cannot copy the database {} to {}: {}", path, file.path(), error.what()));
  }
  file.move_to_place(PartialFile::Over::nothing);
}

std::string copy_beside(SQLite::Database& source, const std::string& path, const std::string& before) {
  require_room(path);
  const std::string wanted = path + ".before-" + before;
  std::string copy = wanted;
  for (int attempt = 2; std::filesystem::exists(copy); ++attempt)
    copy = wanted + "." + std::to_string(attempt);
  back_up(source, path, copy);
  return copy;
}

}  // namespace mxbalance::db
