// Commands and their arguments. The value of an argument is checked while the command line is parsed, and
// converted to the form of the store: names are in lower case without a trailing dot, with A-labels for letters
// outside ASCII, and IPv6 addresses are in their shortest form. A wrong value is a UsageError that names the
// argument and the value. Flags begin with --; other arguments are positional.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "backend/cli/shared/context.h"
#include "db/contents/powerdns_versions.h"

namespace mxbalance::cli {

/// Adds a command below `parent`. `examples` are whole command lines, one on each line.
CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& description,
                      std::string_view examples);

/// Adds a command that only contains other commands.
CLI::App& add_command_group(CLI::App& parent, const std::string& name, const std::string& description);

/// The command as it is typed, with the arguments between its words: "mxbalance zone records ZONE add".
std::string command_path(const CLI::App& command);

/// Sets the action that runs when `command` was given.
void set_action(CLI::App& command, Context& context, std::function<int(Context&)> action);

/// Checks and keeps a value, or throws UsageError.
using Take = std::function<void(const std::string& text)>;

/// An error such as: --readers must be a whole number, not "x".
UsageError wrong(const std::string& argument, const std::string& wanted, const std::string& text);

/// An IPv4 or IPv6 address in the form of the store. Throws UsageError.
std::string parse_address(const std::string& argument, const std::string& text);

/// Adds an argument whose values are passed to `take` in order. `type` is the kind of value that the help shows
/// for a flag.
CLI::Option* add_argument(CLI::App& command, const std::string& argument, Take take,
                          const std::string& description, const std::string& type);

/// Allows several values: a flag takes one each time it is given, a positional argument takes all that remain.
CLI::Option* repeatable(CLI::Option* option, const std::string& argument);

/// Adds an argument for an owner name.
CLI::Option* add_name(CLI::App& command, const std::string& argument, std::string& value,
                      const std::string& description);
CLI::Option* add_names(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                       const std::string& description);

/// Adds an argument for a mail server's host name.
CLI::Option* add_host_name(CLI::App& command, const std::string& argument, std::string& value,
                           const std::string& description);
CLI::Option* add_host_names(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                            const std::string& description);

CLI::Option* add_pool_name(CLI::App& command, const std::string& argument, std::string& value,
                           const std::string& description);

/// Adds an argument for IPv4 and IPv6 addresses. The flag may be given several times.
CLI::Option* add_addresses(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                           const std::string& description);

/// Adds an argument for the primaries of a secondary zone: addresses with optional ports.
CLI::Option* add_primaries(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                           const std::string& description);

/// Adds an argument for a mailbox: an e-mail address, or its name in an SOA record.
CLI::Option* add_hostmaster(CLI::App& command, const std::string& argument, std::optional<std::string>& value,
                            const std::string& description);

/// Adds an argument for a whole number from `least` to `most`.
CLI::Option* add_number(CLI::App& command, const std::string& argument, std::function<void(std::uint32_t)> take,
                        std::uint32_t least, std::uint32_t most, const std::string& description);
CLI::Option* add_number(CLI::App& command, const std::string& argument, std::optional<std::uint32_t>& value,
                        std::uint32_t least, std::uint32_t most, const std::string& description);

/// Adds an argument for a duration such as 500ms, 10s, 15m, 2h, or a number of seconds. `take` is given seconds.
CLI::Option* add_duration(CLI::App& command, const std::string& argument, std::function<void(double)> take,
                          double least, double most, const std::string& description);
CLI::Option* add_duration(CLI::App& command, const std::string& argument, std::optional<double>& value,
                          double least, double most, const std::string& description);

/// The duration in the unit that needs the fewest digits, such as 25s.
std::string shortest(double seconds);

/// Adds an argument for one of `words`, in any case of letters.
CLI::Option* add_choice(CLI::App& command, const std::string& argument, Take take,
                        const std::vector<std::string>& words, const std::string& description);
CLI::Option* add_choice(CLI::App& command, const std::string& argument, std::optional<std::string>& value,
                        const std::vector<std::string>& words, const std::string& description);

CLI::Option* add_text(CLI::App& command, const std::string& argument, std::optional<std::string>& value,
                      const std::string& description);

/// Adds --pdns-version and its environment variable: the PowerDNS release that asks, for records that not all
/// releases can parse.
CLI::Option* add_powerdns_version(CLI::App& command, db::PowerDnsVersions& value);

/// Adds --json, for commands that list or show.
void add_json_flag(CLI::App& command, bool& value);

}  // namespace mxbalance::cli
