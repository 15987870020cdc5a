#include "backend/cli/serve/serve_settings.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "backend/cli/shared/arguments.h"
#include "backend/health/ehlo_name.h"
#include "backend/health/tls.h"
#include "db/base/text.h"
#include "db/columns/mail_tables.h"

namespace mxbalance::cli {

namespace {

using Kind = ServeSetting::Kind;

constexpr std::string_view environment_prefix = "MXBALANCE_";

/// A heading in the help.
const std::string obeyed_at_once_group = "Options that a running service obeys as soon as SIGHUP tells it";

// The kinds of settings. A `field` is a member of ServeOptions, or a function from ServeOptions to the value.

/// A field of the settings of probes.
template <typename Value>
auto of_probes(Value db::ProbeSettings::*field) {
  return [field](ServeOptions& options) -> Value& { return options.probe.*field; };
}

template <typename Field>
auto usual_value(Field field) {
  ServeOptions options;
  return std::invoke(field, options);
}

template <typename Field>
ServeSetting::Add whole_number(Field field, std::uint32_t least, std::uint32_t most) {
  return [=](CLI::App& command, const std::string& flag, const std::string& meaning, ServeOptions& options) {
    const auto take = [field, &options](std::uint32_t number) {
      auto& value = std::invoke(field, options);
      value = static_cast<std::remove_reference_t<decltype(value)>>(number);
    };
    return add_number(command, flag, take, least, most, meaning);
  };
}

template <typename Field>
Kind number(Field field, std::uint32_t least, std::uint32_t most) {
  return {whole_number(field, least, most), std::to_string(usual_value(field))};
}

template <typename Field>
Kind duration(Field field, double least, double most) {
  using Seconds = std::chrono::duration<double>;
  const auto add = [=](CLI::App& command, const std::string& flag, const std::string& meaning,
                       ServeOptions& options) {
    const auto take = [field, &options](double seconds) {
      std::invoke(field, options) = std::chrono::round<std::chrono::milliseconds>(Seconds(seconds));
    };
    return add_duration(command, flag, take, least, most, meaning);
  };
  return {add, shortest(Seconds(usual_value(field)).count())};
}

/// One of `words`, each of which `value_of` turns into the value.
template <typename Field, typename ValueOf>
Kind choice(Field field, const std::vector<std::string>& words, ValueOf value_of) {
  const auto add = [=](CLI::App& command, const std::string& flag, const std::string& meaning,
                       ServeOptions& options) {
    const auto take = [=, &options](const std::string& word) {
      std::invoke(field, options) = value_of(word).value();
    };
    return add_choice(command, flag, take, words, meaning);
  };
  const auto usual = std::find_if(words.begin(), words.end(),
                                  [&](const std::string& word) { return value_of(word) == usual_value(field); });
  return {add, *usual};
}

// The range, or the words, of a setting of probes are those of its column: each server may have one of its own.

template <typename Field>
Kind number(Field field, const db::Column& column) {
  return number(field, static_cast<std::uint32_t>(column.least), static_cast<std::uint32_t>(column.most));
}

template <typename Field>
Kind duration(Field field, const db::Column& column) {
  return duration(field, db::least_seconds, static_cast<double>(column.most));
}

template <typename Value>
Kind choice(Value db::ProbeSettings::*field, const db::Column& column) {
  const auto value_of = [&column](std::string_view word) { return db::from_word<Value>(column, word); };
  return choice(of_probes(field), {column.words.begin(), column.words.end()}, value_of);
}

/// Several texts, with commas in one value or as several values.
Kind texts(std::vector<std::string> ServeOptions::*field, const std::string& type) {
  return {[=](CLI::App& command, const std::string& flag, const std::string& meaning, ServeOptions& options) {
    return command.add_option(flag, options.*field, meaning)
        ->type_name(type)
        ->delimiter(',')
        ->expected(1, CLI::detail::expected_max_vector_size)
        ->allow_extra_args(false);
  }};
}

template <typename Value>
Kind text(Value ServeOptions::*field, const std::string& type = "TEXT") {
  return {[=](CLI::App& command, const std::string& flag, const std::string& meaning, ServeOptions& options) {
    const auto take = [field, &options](const std::string& given) { options.*field = given; };
    return add_argument(command, flag, take, meaning, type);
  }};
}

Kind flag(bool ServeOptions::*field) {
  return {[=](CLI::App& command, const std::string& name, const std::string& meaning, ServeOptions& options) {
    return command.add_flag(name, options.*field, meaning);
  }};
}

CLI::Option* add_pdns_version(CLI::App& command, const std::string& /*flag*/, const std::string& /*meaning*/,
                              ServeOptions& options) {
  return add_powerdns_version(command, options.powerdns);  // other commands have the flag, too
}

CLI::Option* add_probe_ca_file(CLI::App& command, const std::string& flag, const std::string& meaning,
                               ServeOptions& options) {
  const auto take = [&options, flag](const std::string& path) {
    if (!health::holds_certificates(path))
      throw UsageError(fmt::format("{}: there is no certificate (PEM) that can be read in {}", flag, path));
    options.probe_identity.ca_file = path;
  };
  return add_argument(command, flag, take, meaning, "FILE");
}

CLI::Option* add_probe_name(CLI::App& command, const std::string& flag, const std::string& meaning,
                            ServeOptions& options) {
  const auto take = [&options, flag](const std::string& name) {
    if (!health::is_ehlo_name(name))
      throw wrong(flag,
                  "a host name such as probe.example.com (letters, digits, hyphens inside labels), or an address "
                  "in brackets such as [192.0.2.1] or [IPv6:2001:db8::1]",
                  name);
    options.probe_identity.ehlo_name = name;
  };
  return add_argument(command, flag, take, meaning, "NAME");
}

CLI::Option* add_probe_source(CLI::App& command, const std::string& flag, const std::string& meaning,
                              ServeOptions& options) {
  const auto take = [&options, flag](const std::string& typed) {
    const std::string source = parse_address(flag, typed);
    auto& identity = options.probe_identity;
    auto& family = source.find(':') == std::string::npos ? identity.source_ipv4 : identity.source_ipv6;
    if (!family.empty())
      throw UsageError(fmt::format("{} is given twice for one family: {} and {}", flag, family, source));
    family = source;
  };
  return repeatable(add_argument(command, flag, take, meaning, "ADDRESS"), flag);
}

std::optional<std::string> itself(const std::string& word) {
  return word;
}

std::vector<ServeSetting> listening() {
  using enum ServeSetting::Obeyed;
  return {
      {"http", at_start, texts(&ServeOptions::http, "ADDRESS:PORT"),
       "listen for HTTP here, such as 127.0.0.1:8053 or [::1]:8053; several with commas (default: 127.0.0.1:8053, "
       "unless --unix is given)"},
      {"unix", at_start, texts(&ServeOptions::unix, "PATH"),
       "listen on this Unix socket (mode 0660); several with commas"},
      {"allow-from", at_once, texts(&ServeOptions::allow_from, "CIDR"),
       "whose connections over HTTP are taken, besides this machine's own: needed to listen on another address "
       "than "
       "loopback, for the protocol knows neither passwords nor encryption; several with commas"},
      {"url-suffix", at_start, text(&ServeOptions::url_suffix),
       "PowerDNS's option url-suffix, if it is set there"},
      {"log-level", at_once, choice(&ServeOptions::log_level, {"error", "warn", "info", "debug"}, itself),
       "how much is logged; debug logs every lookup with its answer"},
  };
}

std::vector<ServeSetting> limits() {
  using enum ServeSetting::Obeyed;
  return {
      {"max-connections", at_once, number(&ServeOptions::max_connections, 1, 100000),
       "open connections at most, on each address and socket, so that who fills one starves no other; PowerDNS "
       "holds "
       "one for each of its backend instances; ping has its own beyond them"},
      {"max-body", at_once, number(&ServeOptions::max_body, 1024, 1U << 30U), "bytes of one request at most"},
      {"request-time", at_once, number(&ServeOptions::request_time, 1, 3600),
       "seconds that a request may take to arrive, or its reply to be taken"},
      {"readers", at_start, number(&ServeOptions::readers, 3, 64),
       "connections to the database; requests that read much have two fewer than that, and never more than four"},
      {"max-memory", at_once, number(&ServeOptions::max_memory, 16U << 20U, 1U << 31U),
       "bytes that requests, replies and transactions under way may hold together; what needs more is refused, "
       "but "
       "never a lookup or a poll"},
      {"max-cached", at_once, number(&ServeOptions::max_cached, 0, 1U << 31U),
       "bytes that may be kept of what was read, until the next commit; 0 keeps nothing"},
      {"read-only", at_start, flag(&ServeOptions::read_only),
       "refuse all writing by PowerDNS: its tools, its API, transfers into zones here"},
      {"pdns-version", at_start, {add_pdns_version}, ""},
  };
}

std::vector<ServeSetting> probing() {
  using enum ServeSetting::Obeyed;
  using Probe = db::ProbeSettings;
  using db::columns::mail_servers;
  return {
      {"probe", at_once, choice(&Probe::kind, mail_servers["probe"]),
       "how mail servers are probed that say nothing else: smtp: banner, EHLO, QUIT; smtps: the same within TLS; "
       "tcp: connect; none: health is what people and scripts write"},
      {"probe-port",
       at_once,
       {whole_number(&ServeOptions::probe_port, 1, 65535)},
       "port (default: 25, of smtps 465)"},
      {"probe-interval", at_once, duration(of_probes(&Probe::interval), mail_servers["probe_interval"]),
       "from one probe of an address to the next"},
      {"probe-timeout", at_once, duration(of_probes(&Probe::timeout), mail_servers["probe_timeout"]),
       "of a whole probe, which may be longer than the interval; a connection has 4s of it"},
      {"probe-rise", at_once, number(of_probes(&Probe::rise), mail_servers["probe_rise"]),
       "passed probes in a row until up"},
      {"probe-fall", at_once, number(of_probes(&Probe::fall), mail_servers["probe_fall"]),
       "failed probes in a row until down"},
      {"probe-tls", at_once, choice(&Probe::tls, mail_servers["probe_tls"]),
       "STARTTLS: never; where it is offered; always"},
      {"probe-ca-file",
       at_once,
       {add_probe_ca_file},
       "with TLS mode require, certificates must be of these authorities (PEM), valid now, and for the server's "
       "name"},
      {"probe-name",
       at_once,
       {add_probe_name},
       "the host name, or address literal such as [192.0.2.1], that probes say EHLO with (default: this host's "
       "full "
       "name; where it has none, the address that it connects from)"},
      {"probe-source",
       at_once,
       {add_probe_source},
       "address that probes connect from; may be repeated, one of each family"},
      {"max-probes", at_once, number(&ServeOptions::max_probes, 1, 20000),
       "probes under way at once, each a descriptor; others wait"},
      {"config", at_start, text(&ServeOptions::configuration_file, "FILE"),
       "read settings from this file, as: log-level = \"debug\"; SIGHUP has it read again"},
  };
}

}  // namespace

std::string ServeSetting::variable() const {
  std::string variable = std::string(environment_prefix) + db::upper(name);
  std::replace(variable.begin(), variable.end(), '-', '_');
  return variable;
}

std::span<const ServeSetting> serve_settings() {
  static const auto all = [] {
    auto settings = listening();
    for (auto&& more : {limits(), probing()})
      settings.insert(settings.end(), more.begin(), more.end());
    return settings;
  }();
  return all;
}

void add_serve_settings(CLI::App& command, ServeOptions& options) {
  for (const auto& setting : serve_settings()) {
    const std::string& usual = setting.kind.usual;
    auto* option = setting.kind.add(command, setting.flag(),
                                    setting.meaning + (usual.empty() ? "" : " (default: " + usual + ")"), options);
    option->envname(setting.variable());
    if (setting.obeyed == ServeSetting::Obeyed::at_once) option->group(obeyed_at_once_group);
  }
}

ServeOptions completed(ServeOptions given) {
  if (given.http.empty() && given.unix.empty()) given.http = {"127.0.0.1:8053"};
  given.probe.port = given.probe_port.value_or(db::default_port(given.probe.kind));
  return given;
}

/// A misspelt variable would be a setting without effect. It is only a warning, because container platforms set
/// variables of their own with this prefix.
std::vector<std::string> environment_warnings() {
  std::set<std::string> known = {"MXBALANCE_DB"};
  for (const auto& setting : serve_settings())
    known.insert(setting.variable());
  std::vector<std::string> warnings;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view entry = *variable;
    const std::string name(entry.substr(0, entry.find('=')));
    if (name.starts_with(environment_prefix) && !known.contains(name))
      warnings.push_back(
          fmt::format("the environment variable {} is none of mxbalance's, and has no effect", name));
  }
  return warnings;
}

}  // namespace mxbalance::cli
