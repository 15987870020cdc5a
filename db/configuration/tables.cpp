#include "db/configuration/tables.h"

#include <array>

#include "db/columns/mail_tables.h"
#include "db/dns/ttl.h"

namespace mxbalance::db {

namespace {

using columns::key;
using columns::most_16_bits;
using columns::one_of;
using columns::whole_number;
constexpr std::int64_t most_32_bits = 4294967295;

constexpr Column optional_text(std::string_view name) {
  return Column{.name = name}.or_null();
}

constexpr Column flag(std::string_view name, int otherwise) {
  return Column{.name = name, .kind = ColumnKind::flag, .most = 1, .otherwise = otherwise}.or_null();
}

constexpr std::array zone_columns{
    key("name", ColumnKind::owner_name),
    one_of("type", "NATIVE", {"NATIVE", "MASTER", "SLAVE", "PRODUCER", "CONSUMER"})
        .with(&Column::exported, "kind"),
    optional_text("master").with(&Column::exported, "primaries"),
    optional_text("account"),
    optional_text("options"),
    optional_text("catalog"),
};
constexpr std::array record_columns{
    key("name", ColumnKind::owner_name),
    key("type", ColumnKind::record_type),
    whole_number("prio", 0, 0, most_16_bits)
        .or_null()
        .with(&Column::is_key, true)
        .with(&Column::exported, "priority"),
    key("content", ColumnKind::record_content),
    Column{.name = "ttl", .kind = ColumnKind::number, .most = longest_ttl, .may_be_null = true},
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

/// A table whose rows belong to a zone.
constexpr ConfigurationTable of_zone(std::string_view name, std::string_view field, std::string_view singular,
                                     std::span<const Column> columns, std::size_t set = 0,
                                     bool holds_keys = false) {
  return {name, field, singular, columns, "domains", "domain_id", "id", "", holds_keys, set};
}

constexpr auto all_tables = std::to_array<ConfigurationTable>({
    {"domains", "zones", "zone", zone_columns, "", "", "id"},
    of_zone("records", "records", "record", record_columns, 2),
    of_zone("domainmetadata", "metadata", "metadata", metadata_columns, 1),
    of_zone("comments", "comments", "comment", comment_columns),
    of_zone("cryptokeys", "keys", "key", zone_key_columns, 0, true),
    {"mail_servers", "servers", "server", columns::mail_servers.columns},
    {"mail_addresses", "addresses", "address", columns::mail_addresses.columns, "mail_servers", "server", "",
     "probed"},
    {"pools", "pools", "pool", columns::pools.columns},
    {"pool_members", "members", "member", columns::pool_members.columns, "pools", "pool"},
    // The pool is a value here, not the parent. A name that moves to another pool is then one change, and the name
    // stays published.
    {"pool_names", "published", "published name", columns::pool_names.columns},
    {"supermasters", "autoprimaries", "autoprimary", autoprimary_columns, "", "", "rowid"},
    {"tsigkeys", "tsig_keys", "TSIG key", tsig_key_columns, "", "", "id", "", true},
});

}  // namespace

std::span<const ConfigurationTable> configuration_tables() {
  return all_tables;
}

}  // namespace mxbalance::db
