#include "db/base/advice.h"

#include <algorithm>

#include <fmt/format.h>

#include "db/base/text.h"
#include "db/base/typed_spelling.h"

namespace mxbalance::db::advice {

namespace {

/// Whether a shell takes it as it is, within a word. Letters outside ASCII are no signs of a shell.
bool is_plain(char c) {
  constexpr std::string_view signs = "@%+=:,./_-";
  return is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 0x80 || signs.find(c) != std::string_view::npos;
}

/// `text` in single quotes, within which a shell leaves everything as it is (POSIX.1 XCU 2.2.2).
std::string in_quotes(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text)
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

/// One argument of a command line.
std::string argument(std::string_view text) {
  const bool is_bare = !text.empty() && std::all_of(text.begin(), text.end(), is_plain);
  return is_bare ? std::string(text) : in_quotes(text);
}

/// A name of the store as an argument. One that begins with a hyphen would be read as an option.
std::string named(std::string_view name) {
  const std::string typed = typed_spelling(name);
  return argument(typed.starts_with('-') ? "\\" + typed : typed);
}

/// What begins with a hyphen would be read as an option where nothing says that options have ended.
bool needs_end_of_options(std::string_view text) {
  return text.starts_with('-');
}

/// A command on a pool. `names` are arguments that follow the pool's name; each of them and of `options` begins
/// with a blank.
std::string on_pool(std::string_view verb, std::string_view pool, std::string_view names = "",
                    std::string_view options = "") {
  if (needs_end_of_options(pool))
    return fmt::format("mxbalance pool {}{} -- {}{}", verb, options, argument(pool), names);
  return fmt::format("mxbalance pool {} {}{}{}", verb, argument(pool), names, options);
}

/// The content of a record, behind all other arguments.
std::string last(std::string_view content, const std::string& argument) {
  return needs_end_of_options(content) ? "-- " + argument : argument;
}

std::string records(std::string_view zone, std::string_view verb, std::string_view name, std::string_view type) {
  return fmt::format("mxbalance zone records {} {} {} {}", named(zone), verb, named(name), argument(type));
}

}  // namespace

std::string migrate(std::string_view path) {
  return fmt::format("mxbalance --db {} migrate", argument(path));
}

std::string repair(std::string_view path) {
  return fmt::format("mxbalance --db {} migrate --repair", argument(path));
}

std::string export_with_keys(std::string_view path) {
  return fmt::format("mxbalance --db {} export --with-keys FILE", argument(path));
}

std::string import_into_new() {
  return "mxbalance --db NEW migrate, mxbalance --db NEW import FILE";
}

std::string add_zone(std::string_view zone) {
  return fmt::format("mxbalance zone add {} --ns NAME", named(zone));
}

std::string add_secondary_zone(std::string_view zone) {
  return fmt::format("mxbalance zone add {} --secondary-of ADDRESS", named(zone));
}

std::string make_secondary(std::string_view zone) {
  return fmt::format("mxbalance zone set {} --kind SLAVE --primary ADDRESS", named(zone));
}

std::string zone_settings() {
  return "mxbalance zone set --help";
}

std::string set_zone_kind(std::string_view zone, std::string_view kind) {
  return fmt::format("mxbalance zone set {} --kind {}", named(zone), kind);
}

std::string set_primary(std::string_view zone) {
  return fmt::format("mxbalance zone set {} --primary ADDRESS", named(zone));
}

std::string remove_zone(std::string_view zone) {
  return fmt::format("mxbalance zone remove {}", named(zone));
}

std::string list_records(std::string_view zone) {
  return fmt::format("mxbalance zone records {}", named(zone));
}

std::string add_record(std::string_view zone, std::string_view name, std::string_view type,
                       std::string_view content) {
  return fmt::format("{} {}", records(zone, "add", name, type), last(content, argument(content)));
}

std::string remove_records(std::string_view zone, std::string_view name, std::string_view type) {
  return records(zone, "remove", name, type);
}

std::string remove_record(std::string_view zone, std::string_view name, std::string_view type,
                          std::string_view content) {
  return fmt::format("{} {}", records(zone, "remove", name, type), last(content, in_quotes(content)));
}

std::string remove_one_record(std::string_view zone, std::string_view name, std::string_view type) {
  return fmt::format("{} CONTENT", records(zone, "remove", name, type));
}

std::string remove_address_record(std::string_view zone, std::string_view name, std::string_view address) {
  const std::string_view type = address.find(':') == std::string_view::npos ? "A" : "AAAA";
  return fmt::format("{} {}", records(zone, "remove", name, type), argument(address));
}

std::string add_server(std::string_view server) {
  return fmt::format("mxbalance server add {} --address ADDRESS", named(server));
}

std::string server_settings() {
  return "mxbalance server set --help";
}

std::string add_address(std::string_view server) {
  return fmt::format("mxbalance server set {} --add-address ADDRESS", named(server));
}

std::string replace_address(std::string_view server, std::string_view address) {
  return fmt::format("mxbalance server set {} --add-address ADDRESS --remove-address {}", named(server),
                     argument(address));
}

std::string show_server(std::string_view server) {
  return fmt::format("mxbalance server show {}", named(server));
}

std::string enable_server(std::string_view server) {
  return fmt::format("mxbalance server enable {}", named(server));
}

std::string remove_server(std::string_view server) {
  return fmt::format("mxbalance server remove {}", named(server));
}

std::string add_pool(std::string_view pool) {
  return on_pool("add", pool);
}

std::string pool_settings() {
  return "mxbalance pool set --help";
}

std::string set_mx_policy_auto(std::string_view pool) {
  return on_pool("set", pool, "", " --mx-policy auto");
}

std::string set_address_policy_auto(std::string_view pool) {
  return on_pool("set", pool, "", " --address-policy auto");
}

std::string show_pool(std::string_view pool) {
  return on_pool("show", pool);
}

std::string join_pool(std::string_view pool, std::string_view server) {
  return on_pool("join", pool, " " + named(server));
}

std::string leave_pool(std::string_view pool, std::string_view server) {
  return on_pool("leave", pool, " " + named(server));
}

std::string publish_pool(std::string_view pool, std::string_view name, std::string_view kind) {
  return on_pool("publish", pool, " " + named(name), " --as " + argument(kind));
}

std::string unpublish_pool(std::string_view pool, std::string_view name) {
  return on_pool("unpublish", pool, " " + named(name));
}

std::string unpublish_pool(std::string_view pool, std::string_view name, std::string_view kind) {
  return on_pool("unpublish", pool, " " + named(name), " --as " + argument(kind));
}

std::string remove_pool(std::string_view pool) {
  return on_pool("remove", pool);
}

std::string set_metadata(std::string_view zone, std::string_view kind) {
  return fmt::format("pdnsutil set-meta {} {} VALUE", argument(zone), argument(kind));
}

std::string set_hash_parameters(std::string_view zone) {
  return fmt::format("pdnsutil set-nsec3 {} '1 0 0 -'", argument(zone));
}

std::string list_keys(std::string_view zone) {
  return fmt::format("pdnsutil show-zone {}", argument(zone));
}

std::string transfer_zone(std::string_view zone) {
  return fmt::format("pdns_control retrieve {}", argument(zone));
}

std::string find_other_names(std::string_view path) {
  return fmt::format("find / -xdev -samefile {}", argument(path));
}

}  // namespace mxbalance::db::advice
