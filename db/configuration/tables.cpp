#include "db/configuration/tables.h"

#include <array>

#include "db/columns/mail_tables.h"

namespace mxbalance::db {

namespace {

using columns::key;
using columns::most_16_bits;
using columns::one_of;
using columns::whole_number;
constexpr std::int64_t most_32_bits = 4294967295;
constexpr std::int64_t most_ttl = 2147483647;  // RFC 2181 §8

constexpr Column optional_text(std::string_view name) {
  return Column{.name = name}.or_null();
}

constexpr Column flag(std::string_view name, int otherwise) {
  return Column{.name = name, .kind = ColumnKind::flag, .most = 1, .otherwise = otherwise}.or_null();
}

constexpr std::array zone_columns{
    key("name", ColumnKind::owner_name),
    one_of("type", "NATIVE", {"NATIVE", "MASTER", "SLAVE", "PRODUCER", "CONSUMER"}).exported_as("kind"),
    optional_text("master").exported_as("primaries"),
    optional_text("account"),
    optional_text("options"),
    optional_text("catalog"),
};
constexpr std::array record_columns{
    key("name", ColumnKind::owner_name),
    key("type", ColumnKind::record_type),
    whole_number("prio", 0, 0, most_16_bits).or_null().as_key().exported_as("priority"),
    key("content", ColumnKind::record_content),
    Column{.name = "ttl", .kind = ColumnKind::number, .most = most_ttl, .may_be_null = true},
    flag("disabled", 0),
};
constexpr std::array metadata_columns{key("kind"), key("content")};
constexpr std::array comment_columns{
    key("name", ColumnKind::owner_name),
    key("type", ColumnKind::record_type),
    key("comment"),
    whole_number("modified_at", 0, 0, most_32_bits),
    optional_text("account"),
};
constexpr std::array zone_key_columns{
    key("content"),
    whole_number("flags", 257, 0, most_16_bits),
    flag("active", 1),
    flag("published", 1),
};
constexpr std::array autoprimary_columns{
    key("ip"),
    key("nameserver"),
    Column{.name = "account", .otherwise = ""},
};
constexpr std::array tsig_key_columns{
    key("name", ColumnKind::owner_name),
    key("algorithm"),
    Column{.name = "secret", .otherwise = ""},
};

constexpr ConfigurationTable of_zones(ConfigurationTable table) {
  table.parent = "domains";
  table.link = "domain_id";
  table.row_id = "id";
  return table;
}

constexpr auto all_tables = std::to_array<ConfigurationTable>({
    {.name = "domains", .field = "zones", .singular = "zone", .row_id = "id", .columns = zone_columns},
    of_zones({.name = "records", .field = "records", .singular = "record", .set = 2, .columns = record_columns}),
    of_zones({.name = "domainmetadata",
              .field = "metadata",
              .singular = "metadata",
              .set = 1,
              .columns = metadata_columns}),
    of_zones({.name = "comments", .field = "comments", .singular = "comment", .columns = comment_columns}),
    of_zones({.name = "cryptokeys",
              .field = "keys",
              .singular = "key",
              .holds_keys = true,
              .columns = zone_key_columns}),
    {.name = "mail_servers", .field = "servers", .singular = "server", .columns = columns::mail_servers.columns},
    {.name = "mail_addresses",
     .field = "addresses",
     .singular = "address",
     .parent = "mail_servers",
     .link = "server",
     .probed = "probed",
     .columns = columns::mail_addresses.columns},
    {.name = "pools", .field = "pools", .singular = "pool", .columns = columns::pools.columns},
    {.name = "pool_members",
     .field = "members",
     .singular = "member",
     .parent = "pools",
     .link = "pool",
     .columns = columns::pool_members.columns},
    // The pool is a value here, not the parent. A name that moves to another pool is then one change, and the name
    // stays published.
    {.name = "pool_names",
     .field = "published",
     .singular = "published name",
     .columns = columns::pool_names.columns},
    {.name = "supermasters",
     .field = "autoprimaries",
     .singular = "autoprimary",
     .row_id = "rowid",
     .columns = autoprimary_columns},
    {.name = "tsigkeys",
     .field = "tsig_keys",
     .singular = "TSIG key",
     .row_id = "id",
     .holds_keys = true,
     .columns = tsig_key_columns},
});

}  // namespace

std::span<const ConfigurationTable> configuration_tables() {
  return all_tables;
}

}  // namespace mxbalance::db
