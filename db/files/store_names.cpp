#include "db/files/store_names.h"

#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "db/base/errors.h"

namespace mxbalance::db {

namespace {

namespace fs = std::filesystem;

/// Also where neither exists: a journal would be applied to the database once there is one.
bool are_same(const fs::path& one, const fs::path& other) {
  std::error_code error;
  if (fs::equivalent(one, other, error)) return true;
  const auto first = fs::weakly_canonical(fs::absolute(one, error), error);
  return !error && first == fs::weakly_canonical(fs::absolute(other, error), error) && !error;
}

}  // namespace

void require_no_file_of_store(const std::string& file, const std::string& database) {
  if (file == "-") return;
  constexpr std::array<std::string_view, 5> endings = {"", "-wal", "-shm", "-journal", ".prober"};
  std::error_code error;
  const fs::path whole = fs::canonical(database, error);
  for (const auto ending : endings) {
    for (const auto& base : {fs::path(database), error ? fs::path(database) : whole}) {
      const std::string of_store = base.string() + std::string(ending);
      if (!are_same(file, of_store)) continue;
      throw Refusal(fmt::format("the file {} is {}, which would be lost: name another file", file,
                                ending.empty() ? "the database itself" : "of the database: " + of_store));
    }
  }
}

}  // namespace mxbalance::db
