// The settings of `serve`. Each one is a flag, an environment variable and a setting of the configuration file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "backend/cli/serve/serve.h"

namespace mxbalance::cli {

/// The settings that were given. The others have the defaults of ServeOptions.
struct ServeSettings {
  std::optional<std::string> file;
  std::vector<std::string> http;
  std::vector<std::string> unix;
  std::vector<std::string> allow_from;
  std::optional<std::string> url_suffix;
  std::optional<std::string> log_level;
  std::optional<std::uint32_t> max_connections;
  std::optional<std::uint32_t> max_body;
  std::optional<std::uint32_t> request_time;
  std::optional<std::uint32_t> readers;
  std::optional<std::uint32_t> max_memory;
  std::optional<std::uint32_t> max_cached;
  bool read_only = false;
  db::PowerDnsVersions powerdns = db::PowerDnsVersions::all();
  std::optional<std::string> probe;
  std::optional<std::uint32_t> probe_port;
  std::optional<double> probe_interval;
  std::optional<double> probe_timeout;
  std::optional<std::uint32_t> probe_rise;
  std::optional<std::uint32_t> probe_fall;
  std::optional<std::string> probe_tls;
  health::ProbeIdentity probe_identity;
  std::optional<std::uint32_t> max_probes;
};

/// Adds the flags and their environment variables. `settings` must outlive `command`.
void add_serve_settings(CLI::App& command, ServeSettings& settings);

/// The settings in a configuration file, by name.
using FileSettings = std::map<std::string, std::vector<std::string>>;

/// Applies the settings in `text`, the configuration file at `path`. The command line and the environment have
/// priority. Returns the settings that were applied. Throws UsageError.
FileSettings apply_configuration(CLI::App& command, const std::string& text, const std::string& path);

/// Reads the settings of a command line, and of its configuration file as it is at that time.
class SettingsReader {
 public:
  /// `command` has been parsed into `settings`. Both must outlive the reader.
  SettingsReader(CLI::App& command, ServeSettings& settings)
      : command_(command), settings_(settings), given_(settings) {}

  /// Throws UsageError.
  ServeOptions read();

  /// Reads the file again and compares it with the settings in effect; usable as Reread.
  bool read_again(const TakeOver& take_over);

 private:
  FileSettings apply_file();

  CLI::App& command_;
  ServeSettings& settings_;
  const ServeSettings given_;  ///< from the command line and the environment
  FileSettings obeyed_;
};

/// Warnings about environment variables that look like settings but are none.
std::vector<std::string> environment_warnings(const CLI::App& command);

ServeOptions serve_options(const ServeSettings& settings);

}  // namespace mxbalance::cli
