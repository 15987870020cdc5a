// Command lines, run in this process on a store of their own, for the tests of the commands.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/db/temporary_database.h"

namespace mxbalance::cli {

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

/// One step: what is typed after `mxbalance`, and what must come of it.
struct Step {
  std::string line;  ///< words as in a shell: single quotes hold one together
  int status = 0;
  std::string out;
  std::string err;  ///< without "mxbalance: " and the newline
};

/// Runs `line` on the database at `path`.
Outcome run_line(const std::string& path, const std::string& line);

class CommandLine : public ::testing::Test {
 protected:
  Outcome run(const std::string& line) { return run_line(database_.path(), line); }

  /// Runs the steps one after the other and compares everything; a moment with its countdown is TIME.
  void expect(const std::vector<Step>& steps);

  /// The zone example.com, two servers in the pool inbound, published as MX at example.com.
  void fill();

  db::testing::TemporaryDatabase database_;
};

}  // namespace mxbalance::cli
