#include "db/base/system.h"

#include <filesystem>
#include <system_error>
#include <thread>

namespace mxbalance::db {

std::string error_text(int error) {
  return std::generic_category().message(error);
}

std::string directory_of(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

bool keep_trying(std::chrono::milliseconds longest, const std::function<bool()>& attempt) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while (!attempt()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace mxbalance::db
