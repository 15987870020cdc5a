#include "backend/cli/serve/serve_settings.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "backend/cli/shared/arguments.h"
#include "backend/health/ehlo_name.h"
#include "backend/health/tls.h"
#include "db/edits/probe_targets.h"

namespace mxbalance::cli {

namespace {

constexpr std::string_view environment_prefix = "MXBALANCE_";

/// A heading in the help. It also marks the settings that a running service can change.
const std::string obeyed_at_once_group = "Options that a running service obeys as soon as SIGHUP tells it";

/// Puts these settings under that heading. All others take effect only at the start.
void group_obeyed_at_once(CLI::App& command) {
  for (const auto* flag :
       {"--allow-from", "--log-level", "--max-connections", "--max-body", "--request-time", "--max-memory",
        "--max-cached", "--probe", "--probe-port", "--probe-interval", "--probe-timeout", "--probe-rise",
        "--probe-fall", "--probe-tls", "--probe-ca-file", "--probe-name", "--probe-source", "--max-probes"}) {
    command.get_option(flag)->group(obeyed_at_once_group);
  }
}

bool is_obeyed_at_once(const CLI::App& command, const std::string& setting) {
  return command.get_option("--" + setting)->get_group() == obeyed_at_once_group;
}

/// The environment variable of a flag: MXBALANCE_MAX_BODY for --max-body.
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

UsageError unreadable(const std::string& path, const std::string& problem) {
  return UsageError{"the configuration file " + path + " cannot be read: " + problem};
}

std::string text_of(const std::string& path) {
  try {
    std::ifstream file;
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.open(path);
    return {std::istreambuf_iterator<char>(file), {}};  // unlike getline, this throws for a directory
  } catch (const std::ios::failure&) {
    throw unreadable(path, std::generic_category().message(errno));
  }
}

/// Whether each quote in `line` is closed.
bool is_closed(std::string_view line) {
  char open = 0;
  for (const char c : line) {
    const bool is_quote = c == '"' || c == '\'' || c == '`';
    if (is_quote && (open == 0 || open == c)) open = open == 0 ? c : '\0';
  }
  return open == 0;
}

/// Refuses lines that CLI11 would misread. For CLI11 a # starts a comment even within quotes, and an unclosed
/// quote is an ordinary character: "/run/a#b" would become another path.
void check_quotes(const std::string& text, const std::string& path) {
  std::istringstream stream(text);
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    const auto first = line.find_first_not_of(" \t");
    if (first == std::string::npos || line[first] == ';' || is_closed(line.substr(0, line.find('#')))) continue;
    throw UsageError(path + " line " + std::to_string(number) +
                     ": a quote is not closed; a # begins a comment, also between quotes");
  }
}

/// Applies one line of the file, as CLI11 has read it. Returns false when the command line or the environment
/// gives the setting.
bool apply_item(CLI::App& command, const CLI::ConfigItem& item, const std::string& path) {
  const bool begins_section = item.name == "++" && !item.parents.empty();
  if (begins_section) throw UsageError(path + ": there are no sections, such as [" + item.parents.front() + "]");
  const std::string key = item.fullname();
  auto* option = key == "config" || key == "help" ? nullptr : command.get_option_no_throw("--" + key);
  if (option == nullptr) {
    throw UsageError(path + ": there is no setting \"" + key + "\"; its names are those of the flags, without --");
  }
  if (option->count() > 0) return false;
  for (const auto& value : item.inputs) {
    if (value.find('"') != std::string::npos) {
      throw UsageError(path + ": " + key + " holds a quote within a value: " + value);
    }
  }
  option->add_result(item.inputs);
  // A value that stays in the option would count as given by the command line when the file is read again.
  try {
    option->run_callback();
    option->clear();
    return true;
  } catch (const std::runtime_error& error) {
    option->clear();
    throw UsageError(path + ": " + key + ": " + error.what());
  }
}

void add_probe_ca_file(CLI::App& command, ServeSettings& settings) {
  const std::string flag = "--probe-ca-file";
  const auto take = [&settings, flag](const std::string& path) {
    if (!health::holds_certificates(path))
      throw UsageError(flag + ": there is no certificate (PEM) that can be read in " + path);
    settings.probe_identity.ca_file = path;
  };
  add_argument(command, flag, take,
               "with TLS mode require, certificates must be of these authorities (PEM), valid now, and for the "
               "server's name",
               "FILE");
}

void add_probe_name(CLI::App& command, ServeSettings& settings) {
  const std::string flag = "--probe-name";
  const auto take = [&settings, flag](const std::string& name) {
    if (!health::is_ehlo_name(name))
      throw wrong(flag,
                  "a host name such as probe.example.com (letters, digits, hyphens inside labels), or an address "
                  "in brackets such as [192.0.2.1] or [IPv6:2001:db8::1]",
                  name);
    settings.probe_identity.ehlo_name = name;
  };
  add_argument(command, flag, take,
               "the host name, or address literal such as [192.0.2.1], that probes say EHLO with (default: this "
               "host's full name; where it has none, the address that it connects from)",
               "NAME");
}

void add_probe_sources(CLI::App& command, ServeSettings& settings) {
  const std::string flag = "--probe-source";
  const auto take = [&settings, flag](const std::string& text) {
    const std::string source = parse_address(flag, text);
    auto& family = source.find(':') == std::string::npos ? settings.probe_identity.source_ipv4
                                                         : settings.probe_identity.source_ipv6;
    if (!family.empty()) throw UsageError(flag + " is given twice for one family: " + family + " and " + source);
    family = source;
  };
  repeatable(add_argument(command, flag, take,
                          "address that probes connect from; may be repeated, one of each family", "ADDRESS"),
             flag);
}

/// Adds the probe settings for servers that have none of their own.
void add_probe_settings(CLI::App& command, ServeSettings& settings) {
  add_choice(
      command, "--probe", settings.probe, {"smtp", "smtps", "tcp", "none"},
      "how mail servers are probed that say nothing else: smtp: banner, EHLO, QUIT; smtps: the same within TLS; "
      "tcp: connect; none: health is what people and scripts write (default: smtp)");
  add_number(command, "--probe-port", settings.probe_port, 1, 65535, "port (default: 25, of smtps 465)");
  add_duration(command, "--probe-interval", settings.probe_interval, 0.01, 86400,
               "from one probe of an address to the next (default: 10s)");
  add_duration(
      command, "--probe-timeout", settings.probe_timeout, 0.01, 3600,
      "of a whole probe, which may be longer than the interval; a connection has 4s of it (default: 25s)");
  add_number(command, "--probe-rise", settings.probe_rise, 1, 100, "passed probes in a row until up (default: 2)");
  add_number(command, "--probe-fall", settings.probe_fall, 1, 100,
             "failed probes in a row until down (default: 3)");
  add_choice(command, "--probe-tls", settings.probe_tls, {"off", "try", "require"},
             "STARTTLS: never; where it is offered; always (default: off)");
  add_probe_ca_file(command, settings);
  add_probe_name(command, settings);
  add_probe_sources(command, settings);
  add_number(command, "--max-probes", settings.max_probes, 1, 20000,
             "probes under way at once, each a descriptor; others wait (default: 4096)");
}

std::chrono::milliseconds in_milliseconds(double seconds) {
  return std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
}

void set_probe_options(const ServeSettings& settings, ServeOptions& options) {
  auto& probe = options.probe;
  if (settings.probe) probe.kind = db::probe_kind_of(*settings.probe).value();
  probe.port =
      settings.probe_port ? static_cast<std::uint16_t>(*settings.probe_port) : db::default_port(probe.kind);
  if (settings.probe_interval) probe.interval = in_milliseconds(*settings.probe_interval);
  if (settings.probe_timeout) probe.timeout = in_milliseconds(*settings.probe_timeout);
  probe.rise = settings.probe_rise.value_or(probe.rise);
  probe.fall = settings.probe_fall.value_or(probe.fall);
  if (settings.probe_tls) probe.tls = db::probe_tls_of(*settings.probe_tls).value();
  options.probe_identity = settings.probe_identity;
  options.max_probes = settings.max_probes.value_or(options.max_probes);
}

/// The names of settings that are in only one of the two, or have different values.
std::set<std::string> differing(const FileSettings& some, const FileSettings& others) {
  std::set<std::string> names;
  const auto add_unless_in = [&](const FileSettings& from, const FileSettings& in) {
    for (const auto& [name, values] : from) {
      const auto found = in.find(name);
      if (found == in.end() || found->second != values) names.insert(name);
    }
  };
  add_unless_in(some, others);
  add_unless_in(others, some);
  return names;
}

}  // namespace

void add_serve_settings(CLI::App& command, ServeSettings& settings) {
  add_endpoints(command, "--http", settings.http,
                "listen for HTTP here, such as 127.0.0.1:8053 or [::1]:8053; several with commas (default: "
                "127.0.0.1:8053, unless --unix is given)",
                "ADDRESS:PORT");
  add_endpoints(command, "--unix", settings.unix, "listen on this Unix socket (mode 0660); several with commas",
                "PATH");
  add_endpoints(
      command, "--allow-from", settings.allow_from,
      "whose connections over HTTP are taken, besides this machine's own: needed to listen on another address "
      "than loopback, for the protocol knows neither passwords nor encryption; several with commas",
      "CIDR");
  add_text(command, "--url-suffix", settings.url_suffix, "PowerDNS's option url-suffix, if it is set there");
  add_choice(command, "--log-level", settings.log_level, {"error", "warn", "info", "debug"},
             "how much is logged; debug logs every lookup with its answer (default: info)");
  add_number(command, "--max-connections", settings.max_connections, 1, 100000,
             "open connections at most, on each address and socket, so that who fills one starves no other; "
             "PowerDNS holds one for each of its backend instances; ping has its own beyond them (default: 1024)");
  add_number(command, "--max-body", settings.max_body, 1024, 1U << 30U,
             "bytes of one request at most (default: 1048576)");
  add_number(command, "--request-time", settings.request_time, 1, 3600,
             "seconds that a request may take to arrive, or its reply to be taken (default: 10)");
  add_number(
      command, "--readers", settings.readers, 3, 64,
      "connections to the database; requests that read much have two fewer than that, and never more than four "
      "(default: 8)");
  add_number(
      command, "--max-memory", settings.max_memory, 16U << 20U, 1U << 31U,
      "bytes that requests, replies and transactions under way may hold together; what needs more is refused, "
      "but never a lookup or a poll (default: 268435456)");
  add_number(
      command, "--max-cached", settings.max_cached, 0, 1U << 31U,
      "bytes that may be kept of what was read, until the next commit; 0 keeps nothing (default: 67108864)");
  command.add_flag("--read-only", settings.read_only,
                   "refuse all writing by PowerDNS: its tools, its API, transfers into zones here");
  add_powerdns_version(command, settings.powerdns);
  add_probe_settings(command, settings);
  add_text(command, "--config", settings.file,
           "read settings from this file, as: log-level = \"debug\"; SIGHUP has it read again")
      ->type_name("FILE");
  for (auto* option : command.get_options()) {
    if (option->get_name() != "--help") option->envname(environment_name(option->get_name()));
  }
  group_obeyed_at_once(command);
}

FileSettings apply_configuration(CLI::App& command, const std::string& text, const std::string& path) {
  check_quotes(text, path);
  std::vector<CLI::ConfigItem> items;
  try {
    std::istringstream stream(text);
    items = CLI::ConfigTOML().from_config(stream);
  } catch (const CLI::Error& error) {
    throw unreadable(path, error.what());
  }
  std::set<std::string> seen;
  FileSettings applied;
  for (const auto& item : items) {
    if (!seen.insert(item.fullname()).second) throw UsageError(path + ": " + item.fullname() + " is set twice");
    if (apply_item(command, item, path)) applied[item.fullname()] = item.inputs;
  }
  return applied;
}

FileSettings SettingsReader::apply_file() {
  if (!settings_.file) return {};
  return apply_configuration(command_, text_of(*settings_.file), *settings_.file);
}

ServeOptions SettingsReader::read() {
  obeyed_ = apply_file();
  return serve_options(settings_);
}

bool SettingsReader::read_again(const TakeOver& take_over) {
  if (!given_.file) return false;
  settings_ = given_;
  const FileSettings now = apply_file();
  ReadAgain read{.options = serve_options(settings_)};
  for (const auto& name : differing(now, obeyed_))
    (is_obeyed_at_once(command_, name) ? read.changed : read.need_restart).push_back(name);
  take_over(read);
  for (const auto& name : read.changed) {
    obeyed_.erase(name);
    if (const auto after = now.find(name); after != now.end()) obeyed_.insert(*after);
  }
  return true;
}

/// A misspelt variable would be a setting without effect. It is only a warning, because container platforms set
/// variables of their own with this prefix.
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

ServeOptions serve_options(const ServeSettings& settings) {
  ServeOptions options;
  options.http = settings.http;
  options.unix = settings.unix;
  options.allow_from = settings.allow_from;
  if (options.http.empty() && options.unix.empty()) options.http = {"127.0.0.1:8053"};
  options.url_suffix = settings.url_suffix.value_or(options.url_suffix);
  options.log_level = settings.log_level.value_or(options.log_level);
  options.max_connections = settings.max_connections.value_or(options.max_connections);
  options.max_body = settings.max_body.value_or(options.max_body);
  options.request_time = settings.request_time.value_or(options.request_time);
  options.readers = settings.readers.value_or(options.readers);
  options.max_memory = settings.max_memory.value_or(options.max_memory);
  options.max_cached = settings.max_cached.value_or(options.max_cached);
  options.read_only = settings.read_only;
  options.powerdns = settings.powerdns;
  set_probe_options(settings, options);
  return options;
}

}  // namespace mxbalance::cli
