// Checks whether a store may be at a path. The index of SQLite's write-ahead log is shared memory, which works
// only on one host and through one path of the file. Over a network file system, or through a second path, commits
// are lost and files are damaged. Stateless; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// The network file system with this f_type of statfs(2), such as "NFS". Absent when it is not a known one. FUSE
/// is not in the list, because it may be local; there SQLite's own attempt to lock decides.
std::optional<std::string_view> network_file_system(std::uint32_t type);

/// Throws StoreFailure, with the reason and what to do, in two cases. The file at `path`, or the directory for it,
/// is on a network file system. Or the file is a mount of its own, as `docker run -v ./mail.db:/data/mail.db`
/// makes it. A path that cannot be examined passes; opening it reports the reason.
void require_local_disk(const std::string& path);

/// Why commits to the file at `path` may be lost, and what to do, as a sentence, when the file has several names
/// (hard links). Absent when it has one.
std::optional<std::string> danger_of_other_names(const std::string& path);

/// Checks as require_local_disk(), and throws StoreFailure also where danger_of_other_names() finds one. For
/// programs that write.
void require_one_path(const std::string& path);

/// Why no file can be created beside the database at `path`, and what to do, as the end of a sentence. Empty when
/// no reason is known. SQLite creates files there even to read.
std::string obstacle_beside(const std::string& path);

}  // namespace mxbalance::db
