// The commands that sentences advise, as an administrator types them. Nothing else in db/ names a command of
// mxbalance. Names are given as the store has them; every argument is quoted where a shell needs it. What the
// reader fills in is in capitals, such as ADDRESS, and may be given for any argument. Stateless; safe from any
// thread.
#pragma once

#include <string>
#include <string_view>

namespace mxbalance::db::advice {

/// Commands that a sentence only names.
constexpr std::string_view backup = "mxbalance backup";
constexpr std::string_view check = "mxbalance check";
constexpr std::string_view export_file = "mxbalance export";
constexpr std::string_view import_file = "mxbalance import";

/// Creates the database at `path`, or brings it up to date.
std::string migrate(std::string_view path);
std::string repair(std::string_view path);
/// Writes the configuration of the database at `path` to a file, with its DNSSEC and TSIG keys.
std::string export_with_keys(std::string_view path);
/// Makes a new database from such a file: two commands.
std::string import_into_new();

std::string add_zone(std::string_view zone);
std::string add_secondary_zone(std::string_view zone);
std::string make_secondary(std::string_view zone);
/// Says which settings of a zone can be changed, and how.
std::string zone_settings();
/// `kind` is NATIVE, MASTER or SLAVE.
std::string set_zone_kind(std::string_view zone, std::string_view kind);
std::string set_primary(std::string_view zone);
std::string remove_zone(std::string_view zone);

std::string list_records(std::string_view zone);
std::string add_record(std::string_view zone, std::string_view name, std::string_view type,
                       std::string_view content = "CONTENT");
/// Removes all records of the type at the name.
std::string remove_records(std::string_view zone, std::string_view name, std::string_view type);
/// Removes one record. The content is always in quotes.
std::string remove_record(std::string_view zone, std::string_view name, std::string_view type,
                          std::string_view content);
/// Removes a record that the reader chooses by its content.
std::string remove_one_record(std::string_view zone, std::string_view name, std::string_view type);
/// Removes the A or AAAA record with `address`.
std::string remove_address_record(std::string_view zone, std::string_view name, std::string_view address);

std::string add_server(std::string_view server);
/// Says which settings of a mail server can be changed, and how.
std::string server_settings();
std::string add_address(std::string_view server);
/// Adds another address before `address` is removed.
std::string replace_address(std::string_view server, std::string_view address);
std::string show_server(std::string_view server);
std::string enable_server(std::string_view server);
std::string remove_server(std::string_view server);

std::string add_pool(std::string_view pool);
/// Says which settings of a pool can be changed, and how.
std::string pool_settings();
/// Lets the weights of the members decide how MX records are answered.
std::string set_mx_policy_auto(std::string_view pool);
/// The same for addresses.
std::string set_address_policy_auto(std::string_view pool);
std::string show_pool(std::string_view pool);
std::string join_pool(std::string_view pool, std::string_view server);
std::string leave_pool(std::string_view pool, std::string_view server);
std::string publish_pool(std::string_view pool, std::string_view name, std::string_view kind);
std::string unpublish_pool(std::string_view pool, std::string_view name);
/// Takes the pool out of the name as one kind, MX or A.
std::string unpublish_pool(std::string_view pool, std::string_view name, std::string_view kind);
std::string remove_pool(std::string_view pool);

/// Commands of PowerDNS and of the system.
std::string set_metadata(std::string_view zone, std::string_view kind);
std::string set_hash_parameters(std::string_view zone);
std::string list_keys(std::string_view zone);
std::string transfer_zone(std::string_view zone);
std::string find_other_names(std::string_view path);

}  // namespace mxbalance::db::advice
