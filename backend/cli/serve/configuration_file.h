// The configuration file of `serve`: lines such as log-level = "debug". It is read at the start, and again at
// SIGHUP.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "backend/cli/serve/serve.h"

namespace mxbalance::cli {

/// The settings in a configuration file, by name.
using FileSettings = std::map<std::string, std::vector<std::string>>;

/// Applies the settings in `text`, the configuration file at `path`, to the options that `command` was made with
/// (add_serve_settings). The command line and the environment have priority. Returns the settings that were
/// applied. Throws UsageError.
FileSettings apply_configuration(CLI::App& command, const std::string& text, const std::string& path);

/// Reads the settings of a command line, and of its configuration file as it is at that time.
class SettingsReader {
 public:
  /// `command` has been parsed into `options`. Both must outlive the reader.
  SettingsReader(CLI::App& command, ServeOptions& options)
      : command_(command), options_(options), given_(options) {}

  /// Throws UsageError.
  ServeOptions read();

  /// Reads the file again and compares it with the settings in effect; usable as Reread.
  bool read_again(const TakeOver& take_over);

 private:
  FileSettings apply_file();

  CLI::App& command_;
  ServeOptions& options_;
  const ServeOptions given_;  ///< from the command line and the environment
  FileSettings obeyed_;
};

}  // namespace mxbalance::cli
