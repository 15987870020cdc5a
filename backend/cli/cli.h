// The command line: runs the command that the arguments name.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace mxbalance::cli {

/// Runs the command with which the process was started. Returns its exit status (ExitStatus in
/// cli/shared/context.h).
int run(int argc, char** argv);

/// Runs the command in `arguments` (without the program's name). Results go to `out`, errors and notes to `err`.
int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace mxbalance::cli
