// The names that a command is for: its arguments, or the lines of a file, which may be very many.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace mxbalance::cli {

struct NameList {
  std::vector<std::string> names;
  std::optional<std::string> from;  ///< a file with one name a line; "-": standard input
};

/// Names by position as `argument`, or --from FILE.
void add_name_list(CLI::App& command, const std::string& argument, NameList& list, const std::string& description);

/// Calls `work` with each name, canonical, and returns how many there were. In a file, a # at the beginning of a
/// line or after a blank begins a comment, and empty lines are passed over. Throws UsageError unless there are
/// either names or a file, and db::Refusal where a name is there twice; of a file, naming the line, also where it
/// cannot be read or holds what is no name; a Refusal by `work` is told with its line.
std::size_t for_each_name(const NameList& list, const std::function<void(const std::string& name)>& work);

}  // namespace mxbalance::cli
