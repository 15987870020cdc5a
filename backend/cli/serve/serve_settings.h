// The settings of `serve`, in one table. Each one is a flag, an environment variable and a setting of the
// configuration file.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "backend/cli/serve/serve.h"

namespace mxbalance::cli {

struct ServeSetting {
  /// When a running service obeys a change in the configuration file.
  enum class Obeyed { at_start, at_once };
  /// Adds the flag `flag` that sets the value in `options`.
  using Add = std::function<CLI::Option*(CLI::App& command, const std::string& flag, const std::string& meaning,
                                         ServeOptions& options)>;
  struct Kind {
    Add add;
    std::string usual{};  ///< the default, for the help; empty: the meaning names it, or there is none
  };

  std::string name;  ///< as in the configuration file, such as max-body
  Obeyed obeyed = Obeyed::at_start;
  Kind kind;
  std::string meaning;  ///< for the help

  /// Such as --max-body.
  [[nodiscard]] std::string flag() const { return "--" + name; }
  /// Such as MXBALANCE_MAX_BODY.
  [[nodiscard]] std::string variable() const;
};

/// All settings, in the order of the help.
std::span<const ServeSetting> serve_settings();

/// Adds the flags and their environment variables. `options` must outlive `command`.
void add_serve_settings(CLI::App& command, ServeOptions& options);

/// Adds what follows from the settings that were given: where to listen, and the port of probes.
ServeOptions completed(ServeOptions given);

/// Warnings about environment variables that look like settings but are none.
std::vector<std::string> environment_warnings();

}  // namespace mxbalance::cli
