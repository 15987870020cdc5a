// Where a store may lie. SQLite's write-ahead log is memory that all processes share, which exists on one host
// only, and beside one path only: over a network file system, and through a second path to the file, commits are
// lost and files damaged. Stateless; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mxbalance::db {

/// The network file system that statfs(2)'s f_type stands for, such as "NFS"; absent: none that is known. FUSE is
/// none: what is behind it cannot be told, and local ones are in use; SQLite's own attempt decides there.
std::optional<std::string_view> network_file_system(std::uint32_t type);

/// Throws StoreFailure with the reason and what to do if the file at `path`, or the directory it would lie in, is
/// on a network file system, or the file is a mount of its own (as `docker run -v ./mail.db:/data/mail.db` makes).
/// What cannot be looked at passes: opening it says why.
void require_local_disk(const std::string& path);

/// Why commits to the file at `path` may be lost, because it has other names (hard links), and what to do: a
/// sentence. Absent: it has one.
std::optional<std::string> danger_of_other_names(const std::string& path);

/// As require_local_disk(), and throws StoreFailure where there is a danger_of_other_names(). For what writes.
void require_one_path(const std::string& path);

/// Why no file can be made beside the database at `path`, and what to do, as the rest of a sentence; empty:
/// nothing is known that speaks against it. SQLite makes files there also to read.
std::string obstacle_beside(const std::string& path);

}  // namespace mxbalance::db
