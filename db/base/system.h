// What several layers need of the operating system. Stateless; safe from any thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace mxbalance::db {

/// The words for `error`, a value of errno.
std::string error_text(int error);

/// The directory that `path` lies in; "." for a name alone.
std::string directory_of(const std::string& path);

/// Makes an attempt every 20 ms, until one returns true or `longest` is over. Returns whether one did.
bool keep_trying(std::chrono::milliseconds longest, const std::function<bool()>& attempt);

}  // namespace mxbalance::db
