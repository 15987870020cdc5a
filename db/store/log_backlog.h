// What stands in a store's write-ahead log (-wal), and from which size on people are told of it.
#pragma once

#include <cstdint>
#include <string>

namespace mxbalance::db {

struct LogBacklog {
  std::int64_t size = 0;     ///< bytes of the file
  std::int64_t waiting = 0;  ///< of which so many have not been taken over into the database
};

inline constexpr std::int64_t remarkable_log = std::int64_t{64} << 20;

/// "70 MiB".
inline std::string in_mebibytes(std::int64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

/// Whom to look for, as the end of a sentence.
inline std::string reader_to_end(const std::string& path) {
  return "another program reads from it without an end, such as a sqlite3 shell within BEGIN: fuser -v " + path +
         " names those that have it open; end that one";
}

}  // namespace mxbalance::db
