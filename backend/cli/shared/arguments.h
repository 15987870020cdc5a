// Commands and their arguments. An argument's value is checked while the command line is parsed and arrives as the
// store keeps it: names in lower case without a trailing dot, their letters outside ASCII as A-labels, IPv6
// addresses in their shortest form. A wrong one is a UsageError that names the argument and the value. Flags begin
// with --, other arguments are by position.
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

/// A command below `parent`; `examples` are whole command lines, one a line.
CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& description,
                      std::string_view examples);

/// A command that only holds others.
CLI::App& add_command_group(CLI::App& parent, const std::string& name, const std::string& description);

/// As it is typed, with the arguments that stand between its words: "mxbalance zone records ZONE add".
std::string command_path(const CLI::App& command);

/// What `command` does when it is the one that was asked for.
void set_action(CLI::App& command, Context& context, std::function<int(Context&)> action);

/// Checks a value and keeps it, or throws UsageError.
using Take = std::function<void(const std::string& text)>;

/// "--readers must be a whole number, not "x"".
UsageError wrong(const std::string& argument, const std::string& wanted, const std::string& text);

/// An IPv4 or IPv6 address as the store keeps it. Throws UsageError.
std::string parse_address(const std::string& argument, const std::string& text);

/// An argument whose values, one after the other, go to `take`; `type` is what the help shows for a flag's value.
CLI::Option* add_argument(CLI::App& command, const std::string& argument, Take take,
                          const std::string& description, const std::string& type);

/// A flag takes one value each time that it is given; what goes by position takes all that are left.
CLI::Option* repeatable(CLI::Option* option, const std::string& argument);

/// Any owner name.
CLI::Option* add_name(CLI::App& command, const std::string& argument, std::string& value,
                      const std::string& description);
CLI::Option* add_names(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                       const std::string& description);

/// A mail server's host name.
CLI::Option* add_host_name(CLI::App& command, const std::string& argument, std::string& value,
                           const std::string& description);
CLI::Option* add_host_names(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                            const std::string& description);

CLI::Option* add_pool_name(CLI::App& command, const std::string& argument, std::string& value,
                           const std::string& description);

/// IPv4 and IPv6 addresses; the flag may be given several times.
CLI::Option* add_addresses(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                           const std::string& description);

/// Addresses of a secondary zone's primaries, each with a port or not.
CLI::Option* add_primaries(CLI::App& command, const std::string& argument, std::vector<std::string>& values,
                           const std::string& description);

/// A name for a mailbox: an e-mail address, or the name that a SOA record has for it.
CLI::Option* add_hostmaster(CLI::App& command, const std::string& argument, std::optional<std::string>& value,
                            const std::string& description);

CLI::Option* add_number(CLI::App& command, const std::string& argument, std::optional<std::uint32_t>& value,
                        std::uint32_t least, std::uint32_t most, const std::string& description);

/// A span of time such as 500ms, 10s, 15m, 2h, or a plain number of seconds, in seconds.
CLI::Option* add_duration(CLI::App& command, const std::string& argument, std::optional<double>& value,
                          double least, double most, const std::string& description);

/// One of `words`, given in any case.
CLI::Option* add_choice(CLI::App& command, const std::string& argument, std::optional<std::string>& value,
                        const std::vector<std::string>& words, const std::string& description);

CLI::Option* add_text(CLI::App& command, const std::string& argument, std::optional<std::string>& value,
                      const std::string& description);

/// --pdns-version, and its variable in the environment: the PowerDNS that asks, for records that not all can
/// parse.
CLI::Option* add_powerdns_version(CLI::App& command, db::PowerDnsVersions& value);

/// --json, of every command that lists or shows.
void add_json_flag(CLI::App& command, bool& value);

}  // namespace mxbalance::cli
