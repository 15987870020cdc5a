// The names for a command: its arguments, or the lines of a file, which may be very many.
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
  std::optional<std::string> from;  ///< a file with one name on each line; "-": standard input
};

/// Adds the names as positional `argument`, and --from FILE.
void add_name_list(CLI::App& command, const std::string& argument, NameList& list, const std::string& description);

/// Calls `work` with each name, in canonical form, and returns how many there were. In a file, a # at the
/// beginning of a line or after a blank starts a comment, and empty lines are skipped. Throws UsageError unless
/// either names or a file are given, and db::Refusal where a name is given twice. For a file, the Refusal names
/// the line. It is thrown also where the file cannot be read, where a line holds no valid name, and where `work`
/// throws a Refusal.
std::size_t for_each_name(const NameList& list, const std::function<void(const std::string& name)>& work);

}  // namespace mxbalance::cli
