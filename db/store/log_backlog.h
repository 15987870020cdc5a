// The size of a store's write-ahead log (-wal), and the size from which the log of the service mentions it.
#pragma once

#include <cstdint>
#include <string>

namespace mxbalance::db {

struct LogBacklog {
  std::int64_t size = 0;     ///< bytes of the -wal file
  std::int64_t waiting = 0;  ///< bytes that are not yet copied into the database file
};

inline constexpr std::int64_t remarkable_log = std::int64_t{64} << 20;

/// Text such as "70 MiB".
inline std::string in_mebibytes(std::int64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

/// The end of a sentence that says which program keeps the log from being emptied.
inline std::string reader_to_end(const std::string& path) {
  return "another program reads from it without an end, such as a sqlite3 shell within BEGIN: fuser -v " + path +
         " names those that have it open; end that one";
}

}  // namespace mxbalance::db
