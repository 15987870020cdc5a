// The command line: what `mxbalance` does for the arguments that it is given.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace mxbalance::cli {

/// Runs the command that the process was started with; returns its exit status (see exit_status.h).
int run(int argc, char** argv);

/// Runs the command in `arguments` (without the program's name). Results go to `out`, errors and notes to `err`.
int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace mxbalance::cli
