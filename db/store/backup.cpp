#include "db/store/backup.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <SQLiteCpp/Database.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "db/base/errors.h"
#include "db/base/output_file.h"
#include "db/base/system.h"
#include "db/files/opening.h"
#include "db/files/store_names.h"
#include "db/schema/copies.h"
#include "db/store/connection.h"

namespace mxbalance::db {

namespace {

constexpr mode_t private_directory_mode = 0700;

/// A directory that only this user can read. It is removed with its files at the end.
class PrivateDirectory {
 public:
  PrivateDirectory() : path_((std::filesystem::temp_directory_path() / "mxbalance-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr || ::chmod(path_.c_str(), private_directory_mode) != 0)
      throw StoreFailure(fmt::format("cannot make the directory {} for a copy: {}", path_, error_text(errno)));
  }
  ~PrivateDirectory() { remove(); }
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;

  const std::string& path() const { return path_; }

  void remove() const {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }

 private:
  std::string path_;
};

/// Writes the copy to a temporary file first, because SQLite does not write the pages of a file in order. The file
/// is unlinked before it is sent: when the reader of the pipe goes away, this process ends, and no file may be
/// left.
void pour(SQLite::Database& source, const std::string& path, const OutputStream& stream) {
  const PrivateDirectory directory;
  const std::string copy = directory.path() + "/copy";
  back_up(source, path, copy);
  std::ifstream file(copy, std::ios::binary);
  directory.remove();
  std::array<char, 1U << 16U> block{};
  while (file.read(block.data(), block.size()) || file.gcount() > 0)
    stream.write({block.data(), static_cast<std::size_t>(file.gcount())});
  if (!file.eof()) throw StoreFailure("cannot read the copy of the database " + path);
}

}  // namespace

void back_up(const std::string& path, const std::string& copy) {
  require_path(copy);
  require_no_file_of_store(copy, path);
  Connection source(path, Connection::Mode::reading);
  const auto place = output_place(copy);
  if (!place.is_stream) return back_up(source.database(), path, place.path);
  const OutputStream stream(place);
  if (stream.is_terminal()) throw Refusal("a copy is not written to a terminal: name a file, or a pipe");
  pour(source.database(), path, stream);
}

}  // namespace mxbalance::db
