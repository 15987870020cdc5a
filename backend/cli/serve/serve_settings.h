// The settings of `serve`: a flag each, which may also stand in the environment or in a configuration file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "backend/cli/serve/serve.h"

namespace mxbalance::cli {

/// What may be set; the rest keeps ServeOptions' defaults.
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

/// The flags, with their variables in the environment. `settings` must outlive `command`.
void add_serve_settings(CLI::App& command, ServeSettings& settings);

/// What a configuration file says, by the name of each setting.
using FileSettings = std::map<std::string, std::vector<std::string>>;

/// Settings from `text`, the configuration file at `path`, count where neither the command line nor the
/// environment has them. Returns those that count. Throws UsageError.
FileSettings apply_configuration(CLI::App& command, const std::string& text, const std::string& path);

/// The settings of a command line, with those of its configuration file as it is at the time.
class SettingsReader {
 public:
  /// `command` has been parsed into `settings`; both must outlive the reader.
  SettingsReader(CLI::App& command, ServeSettings& settings)
      : command_(command), settings_(settings), given_(settings) {}

  /// Throws UsageError.
  ServeOptions read();

  /// Once more, compared with what is obeyed: a Reread.
  bool read_again(const TakeOver& take_over);

 private:
  FileSettings apply_file();

  CLI::App& command_;
  ServeSettings& settings_;
  const ServeSettings given_;  ///< by the command line and the environment
  FileSettings obeyed_;
};

/// Variables of the environment that look like settings and are none.
std::vector<std::string> environment_warnings(const CLI::App& command);

ServeOptions serve_options(const ServeSettings& settings);

}  // namespace mxbalance::cli
