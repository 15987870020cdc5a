#include "backend/cli/shared/arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "db/base/text.h"
#include "db/dns/addresses.h"
#include "db/dns/typed_names.h"
#include "db/edits/zones.h"

namespace mxbalance::cli {

namespace {

constexpr std::string_view common_help =
    "\nThe database is --db FILE, else MXBALANCE_DB from the environment, else /var/lib/mxbalance/mxbalance.db.\n"
    "Exit status: 0 done, 1 refused, 2 the database cannot be read or written, 64 wrong command line.";

std::string parse_name(const std::string& argument, const std::string& text) {
  try {
    return db::typed_name(text);
  } catch (const db::InvalidName& error) {
    throw UsageError(argument + ": " + error.what());
  }
}

/// Checks a host name by RFC 952 and RFC 1123 §2.1, as the store's own rule does.
std::string parse_host_name(const std::string& argument, const std::string& text) {
  std::string name = parse_name(argument, text);
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  const std::string dotted = "." + name + ".";
  const bool is_host = std::all_of(name.begin(), name.end(), allowed) && dotted.find(".-") == std::string::npos &&
                       dotted.find("-.") == std::string::npos && name != "." &&
                       std::any_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (is_host) return name;
  throw wrong(argument, "a host name such as mail1.example.com (letters, digits, hyphens inside labels)", text);
}

std::string parse_pool_name(const std::string& argument, const std::string& text) {
  std::string name = db::lower(text);
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  if (!name.empty() && name.size() <= 63 && name.find_first_not_of(allowed) == std::string::npos) return name;
  throw wrong(argument, "1 to 63 characters from a to z, 0 to 9, - _ and .", text);
}

std::optional<double> parse_duration(const std::string& text) {
  struct Unit {
    std::string_view name;
    double seconds;
  };
  constexpr auto units =
      std::to_array<Unit>({{"", 1}, {"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}});
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const std::string_view name(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const auto* const unit =
      std::find_if(units.begin(), units.end(), [&](const Unit& one) { return one.name == name; });
  if (error != std::errc() || unit == units.end() || !std::isfinite(number)) return std::nullopt;
  return number * unit->seconds;
}

/// Makes the usage line of the help. CLI11's own one leaves out the arguments between the words of a command.
class CommandHelp : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string /*name*/) const override {
    return CLI::Formatter::make_usage(app, command_path(*app));
  }
};

}  // namespace

CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& description,
                      std::string_view examples) {
  CLI::App& command = *parent.add_subcommand(name, description);
  std::string footer = "Examples:\n";
  while (!examples.empty()) {
    const auto line = examples.substr(0, examples.find('\n'));
    footer += "  " + std::string(line) + "\n";
    examples.remove_prefix(std::min(examples.size(), line.size() + 1));
  }
  command.formatter(std::make_shared<CommandHelp>());
  command.footer(footer + std::string(common_help));
  return command;
}

CLI::App& add_command_group(CLI::App& parent, const std::string& name, const std::string& description) {
  CLI::App& group = *parent.add_subcommand(name, description);
  group.require_subcommand(1);
  return group;
}

std::string command_path(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  if (parent == nullptr) return command.get_name();
  std::string path = command_path(*parent) + " ";
  for (const auto* option : parent->get_options()) {
    if (option->get_positional()) path += option->get_single_name() + " ";
  }
  return path + command.get_name();
}

UsageError wrong(const std::string& argument, const std::string& wanted, const std::string& text) {
  return UsageError{fmt::format("{} must be {}, not \"{}\"", argument, wanted, text)};
}

std::string parse_address(const std::string& argument, const std::string& text) {
  if (const auto address = db::canonical_address(text)) return *address;
  throw wrong(argument, "an IPv4 address such as 192.0.2.1 or an IPv6 address such as 2001:db8::1", text);
}

CLI::Option* add_argument(CLI::App& command, const std::string& argument, Take take,
                          const std::string& description, const std::string& type) {
  const auto take_all = [take = std::move(take)](const CLI::results_t& texts) {
    for (const auto& text : texts)
      take(text);
    return true;
  };
  return command.add_option(argument, take_all, description)->type_name(argument.starts_with("--") ? type : "");
}

CLI::Option* repeatable(CLI::Option* option, const std::string& argument) {
  return option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(!argument.starts_with("--"));
}

void set_action(CLI::App& command, Context& context, std::function<int(Context&)> action) {
  command.callback([&context, action = std::move(action)] {
    if (!context.action) context.action = action;  // a command below this one has set its action already
  });
}

CLI::Option* add_name(CLI::App& command, const std::string& argument, std::string& value,
                      const std::string& description) {
  return add_argument(
      command, argument, [&value, argument](const std::string& text) { value = parse_name(argument, text); },
      description, "NAME");
}

CLI::Option* add_names(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                       const std::string& description) {
  const auto take = [&values, argument](const std::string& text) { values.push_back(parse_name(argument, text)); };
  return repeatable(add_argument(command, argument, take, description, "NAME"), argument);
}

CLI::Option* add_host_name(CLI::App& command, const std::string& argument, std::string& value,
                           const std::string& description) {
  return add_argument(
      command, argument, [&value, argument](const std::string& text) { value = parse_host_name(argument, text); },
      description, "NAME");
}

CLI::Option* add_host_names(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                            const std::string& description) {
  const auto take = [&values, argument](const std::string& text) {
    values.push_back(parse_host_name(argument, text));
  };
  return repeatable(add_argument(command, argument, take, description, "NAME"), argument);
}

CLI::Option* add_pool_name(CLI::App& command, const std::string& argument, std::string& value,
                           const std::string& description) {
  return add_argument(
      command, argument, [&value, argument](const std::string& text) { value = parse_pool_name(argument, text); },
      description, "POOL");
}

CLI::Option* add_addresses(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                           const std::string& description) {
  const auto take = [&values, argument](const std::string& text) {
    values.push_back(parse_address(argument, text));
  };
  return repeatable(add_argument(command, argument, take, description, "ADDRESS"), argument);
}

CLI::Option* add_primaries(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                           const std::string& description) {
  const auto take = [&values, argument](const std::string& text) {
    const auto primary = db::canonical_primary(text);
    if (!primary)
      throw wrong(argument, "an address such as 192.0.2.1, 192.0.2.1:5300 or [2001:db8::1]:5300", text);
    values.push_back(*primary);
  };
  return repeatable(add_argument(command, argument, take, description, "ADDRESS[:PORT]"), argument);
}

CLI::Option* add_hostmaster(CLI::App& command, const std::string& argument, std::optional<std::string>& value,
                            const std::string& description) {
  const auto take = [&value, argument](const std::string& text) {
    try {
      value = db::hostmaster_name(text);
    } catch (const db::InvalidName&) {
      throw wrong(argument, "an e-mail address such as hostmaster@example.com", text);
    }
  };
  return add_argument(command, argument, take, description, "MAIL");
}

CLI::Option* add_number(CLI::App& command, const std::string& argument, std::function<void(std::uint32_t)> take,
                        std::uint32_t least, std::uint32_t most, const std::string& description) {
  const auto take_text = [take = std::move(take), argument, least, most](const std::string& text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
      throw wrong(argument, fmt::format("a whole number from {} to {}", least, most), text);
    take(number);
  };
  return add_argument(command, argument, take_text, description, "NUMBER");
}

CLI::Option* add_number(CLI::App& command, const std::string& argument, std::optional<std::uint32_t>& value,
                        std::uint32_t least, std::uint32_t most, const std::string& description) {
  const auto take = [&value](std::uint32_t number) { value = number; };
  return add_number(command, argument, take, least, most, description);
}

std::string shortest(double seconds) {
  if (seconds < 1) return fmt::format("{}ms", std::lround(seconds * 1000));
  const long whole = std::lround(seconds);
  if (whole % 86400 == 0) return fmt::format("{}d", whole / 86400);
  if (whole % 3600 == 0) return fmt::format("{}h", whole / 3600);
  return fmt::format("{}s", whole);
}

CLI::Option* add_duration(CLI::App& command, const std::string& argument, std::function<void(double)> take,
                          double least, double most, const std::string& description) {
  const auto take_text = [take = std::move(take), argument, least, most](const std::string& text) {
    const auto seconds = parse_duration(text);
    if (!seconds || *seconds < least || *seconds > most) {
      throw wrong(argument,
                  fmt::format("a time such as 500ms, 10s or 15m, from {} to {}", shortest(least), shortest(most)),
                  text);
    }
    take(*seconds);
  };
  return add_argument(command, argument, take_text, description, "TIME");
}

CLI::Option* add_duration(CLI::App& command, const std::string& argument, std::optional<double>& value,
                          double least, double most, const std::string& description) {
  const auto take = [&value](double seconds) { value = seconds; };
  return add_duration(command, argument, take, least, most, description);
}

CLI::Option* add_choice(CLI::App& command, const std::string& argument, Take take,
                        const std::vector<std::string>& words, const std::string& description) {
  std::string type;
  std::string wanted;
  for (std::size_t i = 0; i < words.size(); ++i) {
    type += (i == 0 ? "" : "|") + words[i];
    wanted += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  }
  const auto take_text = [take = std::move(take), argument, words, wanted](const std::string& text) {
    const auto found = std::find_if(words.begin(), words.end(),
                                    [&](const std::string& word) { return db::lower(word) == db::lower(text); });
    if (found == words.end()) throw wrong(argument, wanted, text);
    take(*found);
  };
  return add_argument(command, argument, take_text, description, type);
}

CLI::Option* add_choice(CLI::App& command, const std::string& argument, std::optional<std::string>& value,
                        const std::vector<std::string>& words, const std::string& description) {
  const auto take = [&value](const std::string& word) { value = word; };
  return add_choice(command, argument, take, words, description);
}

CLI::Option* add_text(CLI::App& command, const std::string& argument, std::optional<std::string>& value,
                      const std::string& description) {
  return add_argument(
      command, argument, [&value](const std::string& text) { value = text; }, description, "TEXT");
}

CLI::Option* add_powerdns_version(CLI::App& command, db::PowerDnsVersions& value) {
  const std::string argument = "--pdns-version";
  const auto take = [&value, argument](const std::string& text) {
    const auto versions = db::powerdns_versions(text);
    if (!versions) throw wrong(argument, "4, 5 or a release from 4.7 to 5.1", text);
    value = *versions;
  };
  return add_argument(command, argument, take,
                      "the PowerDNS that asks, 4, 5 or a release: records that others could not parse count, too "
                      "(default: only what all from 4.7 to 5.1 can parse)",
                      "VERSION")
      ->envname("MXBALANCE_PDNS_VERSION");
}

void add_json_flag(CLI::App& command, bool& value) {
  command.add_flag("--json", value, "print JSON instead of a table");
}

}  // namespace mxbalance::cli
