#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "backend/cli/arguments.h"
#include "backend/cli/commands.h"
#include "backend/cli/serve.h"
#include "backend/listen/endpoint.h"
#include "db/errors.h"

namespace mxbalance::cli {

namespace {

constexpr std::string_view environment_prefix = "MXBALANCE_";

/// What the command line, the environment and the file may set; the rest keeps ServeOptions' defaults.
struct Settings {
  std::optional<std::string> file;
  std::vector<std::string> http;
  std::vector<std::string> unix;
  std::optional<std::string> url_suffix;
  std::optional<std::string> log_level;
  std::optional<std::uint32_t> max_connections;
  std::optional<std::uint32_t> max_body;
  std::optional<std::uint32_t> request_time;
  std::optional<std::uint32_t> readers;
};

/// MXBALANCE_MAX_BODY for --max-body.
std::string environment_name(const std::string& flag) {
  std::string name(environment_prefix);
  for (const char c : flag.substr(2)) {
    name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return name;
}

CLI::Option* add_endpoints(CLI::App& command, const std::string& flag, std::vector<std::string>& values,
                           const std::string& description, const std::string& type) {
  return command.add_option(flag, values, description)
      ->type_name(type)
      ->delimiter(',')
      ->expected(1, CLI::detail::expected_max_vector_size)
      ->allow_extra_args(false);
}

void add_serve_settings(CLI::App& command, Settings& settings) {
  add_endpoints(command, "--http", settings.http,
                "listen for HTTP here, such as 127.0.0.1:8053 or [::1]:8053; several with commas (default: "
                "127.0.0.1:8053, unless --unix is given)",
                "ADDRESS:PORT");
  add_endpoints(command, "--unix", settings.unix, "listen on this Unix socket (mode 0660); several with commas",
                "PATH");
  add_text(command, "--url-suffix", settings.url_suffix, "PowerDNS's option url-suffix, if it is set there");
  add_choice(command, "--log-level", settings.log_level, {"error", "warn", "info", "debug"},
             "how much is logged; debug logs every lookup with its answer (default: info)");
  add_number(command, "--max-connections", settings.max_connections, 1, 100000,
             "open connections at most; PowerDNS holds one for each of its backend instances (default: 1024)");
  add_number(command, "--max-body", settings.max_body, 1024, 1U << 30U,
             "bytes of one request at most (default: 1048576)");
  add_number(command, "--request-time", settings.request_time, 1, 3600,
             "seconds that a request may take to arrive, or its reply to be taken (default: 10)");
  add_number(command, "--readers", settings.readers, 1, 64, "connections to the database (default: 8)");
  for (auto* option : command.get_options()) {
    if (option->get_name() != "--help") option->envname(environment_name(option->get_name()));
  }
  add_text(command, "--config", settings.file, "read settings from this file, as: log-level = \"debug\"")
      ->type_name("FILE");
}

/// Settings from the file count where neither the command line nor the environment has them.
void apply_file(CLI::App& command, const std::string& path) {
  std::set<std::string> seen;
  for (const auto& item : CLI::ConfigTOML().from_file(path)) {
    const std::string key = item.fullname();
    auto* option = key == "config" || key == "help" ? nullptr : command.get_option_no_throw("--" + key);
    if (option == nullptr) {
      throw UsageError(path + ": there is no setting \"" + key +
                       "\"; its names are those of the flags, without --");
    }
    if (!seen.insert(key).second) throw UsageError(path + ": " + key + " is set twice");
    if (option->count() > 0) continue;
    for (const auto& value : item.inputs)
      option->add_result(value);
    try {
      option->run_callback();
    } catch (const std::runtime_error& error) {
      throw UsageError(path + ": " + key + ": " + error.what());
    }
  }
}

/// A misspelt variable would be a setting that has no effect. Container platforms set variables of their own with
/// this prefix, so it is no error.
std::vector<std::string> environment_warnings(const CLI::App& command) {
  std::set<std::string> known = {"MXBALANCE_DB"};
  for (const auto* option : command.get_options())
    known.insert(option->get_envname());
  std::vector<std::string> warnings;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string name(text.substr(0, text.find('=')));
    if (name.starts_with(environment_prefix) && !known.contains(name)) {
      warnings.push_back("the environment variable " + name + " is none of mxbalance's, and has no effect");
    }
  }
  return warnings;
}

int run_service(CLI::App& command, Settings& settings, const Context& context) {
  if (settings.file) {
    try {
      apply_file(command, *settings.file);
    } catch (const CLI::Error& error) {
      throw UsageError("the configuration file " + *settings.file + " cannot be read: " + error.what());
    }
  }
  ServeOptions options;
  options.database = context.database;
  options.http = settings.http;
  options.unix = settings.unix;
  if (options.http.empty() && options.unix.empty()) options.http = {"127.0.0.1:8053"};
  options.url_suffix = settings.url_suffix.value_or(options.url_suffix);
  options.log_level = settings.log_level.value_or(options.log_level);
  options.max_connections = settings.max_connections.value_or(options.max_connections);
  options.max_body = settings.max_body.value_or(options.max_body);
  options.request_time = settings.request_time.value_or(options.request_time);
  options.readers = settings.readers.value_or(options.readers);
  options.warnings = environment_warnings(command);
  try {
    serve(options);
    return exit_done;
  } catch (const listen::EndpointError& error) {
    throw db::Refusal(error.what());
  }
}

}  // namespace

void register_serve(CLI::App& app, Context& context) {
  CLI::App& command = add_command(
      app, "serve",
      "Answer PowerDNS until SIGTERM; each flag may also stand in the environment (MXBALANCE_HTTP) or a file",
      "mxbalance --db mail.db serve --http 127.0.0.1:8053 --unix /run/mxbalance/pdns.sock\n"
      "MXBALANCE_DB=mail.db MXBALANCE_LOG_LEVEL=debug mxbalance serve\n"
      "mxbalance serve --config /etc/mxbalance/mxbalance.conf");
  const auto settings = std::make_shared<Settings>();
  add_serve_settings(command, *settings);
  set_action(command, context,
             [&command, settings](Context& run) { return run_service(command, *settings, run); });
}

}  // namespace mxbalance::cli
