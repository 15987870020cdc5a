#include "db/configuration/tables.h"

#include "db/dns/ttl.h"

namespace mxbalance::db {

namespace {

using Column = ConfigurationColumn;
using Value = ConfigurationValue;

constexpr std::int64_t most_16_bits = 65535;
constexpr std::int64_t most_32_bits = 4294967295;
constexpr std::int64_t most_ttl = longest_ttl;
constexpr std::int64_t most_of_a_day = 86400;

Value number(std::int64_t value) {
  return value;
}

Value text(std::string value) {
  return value;
}

Column key(std::string_view name, std::string_view field, ColumnKind kind = ColumnKind::text) {
  return {.name = name, .field = field, .kind = kind, .is_key = true};
}

Column optional_text(std::string_view name, std::string_view field) {
  return {.name = name, .field = field, .may_be_null = true, .is_brief = true};
}

Column whole_number(std::string_view name, Value otherwise, std::int64_t least, std::int64_t most) {
  return {.name = name,
          .field = name,
          .kind = ColumnKind::number,
          .otherwise = std::move(otherwise),
          .least = least,
          .most = most};
}

/// A column for a probe setting. It is empty where the default of `mxbalance serve` applies.
Column probe_setting(Column column) {
  column.otherwise = {};
  column.may_be_null = true;
  column.is_brief = true;
  return column;
}

Column seconds(std::string_view name, std::int64_t most) {
  return {.name = name, .field = name, .kind = ColumnKind::seconds, .most = most};
}

Column one_of(std::string_view name, std::string_view field, std::string otherwise,
              std::vector<std::string_view> words) {
  return {.name = name, .field = field, .otherwise = text(std::move(otherwise)), .words = std::move(words)};
}

Column flag(std::string_view name, bool otherwise) {
  return {.name = name,
          .field = name,
          .kind = ColumnKind::flag,
          .otherwise = number(otherwise ? 1 : 0),
          .may_be_null = true,
          .most = 1,
          .is_brief = true};
}

Column reason() {
  return {.name = "reason", .field = "reason", .otherwise = text(""), .is_brief = true, .is_health = true};
}

Column health() {
  auto health = one_of("health", "health", "unknown", {"unknown", "up", "down"});
  health.is_health = true;
  return health;
}

ConfigurationTable zones() {
  return {.name = "domains",
          .field = "zones",
          .singular = "zone",
          .row_id = "id",
          .columns = {key("name", "name", ColumnKind::owner_name),
                      one_of("type", "kind", "NATIVE", {"NATIVE", "MASTER", "SLAVE", "PRODUCER", "CONSUMER"}),
                      optional_text("master", "primaries"), optional_text("account", "account"),
                      optional_text("options", "options"), optional_text("catalog", "catalog")}};
}

ConfigurationTable records() {
  auto priority = whole_number("prio", number(0), 0, most_16_bits);
  priority.field = "priority";
  priority.is_key = true;
  priority.may_be_null = true;
  priority.is_brief = true;
  auto ttl = whole_number("ttl", {}, 0, most_ttl);
  ttl.may_be_null = true;
  return {
      .name = "records",
      .field = "records",
      .singular = "record",
      .parent = "domains",
      .link = "domain_id",
      .row_id = "id",
      .set = 2,
      .columns = {key("name", "name", ColumnKind::owner_name), key("type", "type", ColumnKind::record_type),
                  priority, key("content", "content", ColumnKind::record_content), ttl, flag("disabled", false)}};
}

ConfigurationTable metadata() {
  return {.name = "domainmetadata",
          .field = "metadata",
          .singular = "metadata",
          .parent = "domains",
          .link = "domain_id",
          .row_id = "id",
          .set = 1,
          .columns = {key("kind", "kind"), key("content", "content")}};
}

ConfigurationTable comments() {
  return {.name = "comments",
          .field = "comments",
          .singular = "comment",
          .parent = "domains",
          .link = "domain_id",
          .row_id = "id",
          .columns = {key("name", "name", ColumnKind::owner_name), key("type", "type", ColumnKind::record_type),
                      key("comment", "comment"), whole_number("modified_at", number(0), 0, most_32_bits),
                      optional_text("account", "account")}};
}

ConfigurationTable zone_keys() {
  return {.name = "cryptokeys",
          .field = "keys",
          .singular = "key",
          .parent = "domains",
          .link = "domain_id",
          .row_id = "id",
          .holds_keys = true,
          .columns = {key("content", "content"), whole_number("flags", number(257), 0, most_16_bits),
                      flag("active", true), flag("published", true)}};
}

ConfigurationTable servers() {
  return {.name = "mail_servers",
          .field = "servers",
          .singular = "server",
          .columns = {
              key("name", "name", ColumnKind::owner_name), whole_number("weight", number(100), 0, most_16_bits),
              one_of("state", "state", "enabled", {"enabled", "drain", "disabled"}), health(), reason(),
              whole_number("ttl", number(60), 0, most_of_a_day),
              probe_setting(one_of("probe", "probe", "", {"smtp", "smtps", "tcp", "none"})),
              probe_setting(whole_number("probe_port", {}, 1, most_16_bits)),
              probe_setting(seconds("probe_interval", most_of_a_day)),
              probe_setting(seconds("probe_timeout", 3600)), probe_setting(whole_number("probe_rise", {}, 1, 100)),
              probe_setting(whole_number("probe_fall", {}, 1, 100)),
              probe_setting(one_of("probe_tls", "probe_tls", "", {"off", "try", "require"}))}};
}

ConfigurationTable addresses() {
  return {.name = "mail_addresses",
          .field = "addresses",
          .singular = "address",
          .parent = "mail_servers",
          .link = "server",
          .probed = "probed",
          .columns = {key("address", "address", ColumnKind::address), health(), reason()}};
}

ConfigurationTable pools() {
  return {.name = "pools",
          .field = "pools",
          .singular = "pool",
          .columns = {key("name", "name"), whole_number("ttl", number(60), 0, most_of_a_day),
                      one_of("mx_policy", "mx_policy", "auto", {"auto", "equal", "ranked"}),
                      one_of("address_policy", "address_policy", "auto", {"auto", "all", "subset"}),
                      whole_number("max_addresses", number(8), 1, 64),
                      whole_number("min_live", number(1), 1, most_16_bits),
                      whole_number("slow_start", number(0), 0, most_of_a_day)}};
}

ConfigurationTable members() {
  auto weight = whole_number("weight", {}, 0, most_16_bits);
  weight.may_be_null = true;
  weight.is_brief = true;
  return {.name = "pool_members",
          .field = "members",
          .singular = "member",
          .parent = "pools",
          .link = "pool",
          .columns = {key("server", "server", ColumnKind::owner_name),
                      whole_number("preference", number(10), 0, most_16_bits), weight}};
}

/// The pool is a value here, not the parent. A name that moves to another pool is then one change, and the name
/// stays published.
ConfigurationTable published_names() {
  auto kind = one_of("kind", "kind", "", {"MX", "A"});
  kind.is_key = true;
  return {.name = "pool_names",
          .field = "published",
          .singular = "published name",
          .columns = {key("name", "name", ColumnKind::owner_name),
                      kind,
                      {.name = "pool", .field = "pool", .otherwise = text("")}}};
}

ConfigurationTable autoprimaries() {
  return {.name = "supermasters",
          .field = "autoprimaries",
          .singular = "autoprimary",
          .row_id = "rowid",
          .columns = {key("ip", "ip"),
                      key("nameserver", "nameserver"),
                      {.name = "account", .field = "account", .otherwise = text("")}}};
}

ConfigurationTable tsig_keys() {
  return {.name = "tsigkeys",
          .field = "tsig_keys",
          .singular = "TSIG key",
          .row_id = "id",
          .holds_keys = true,
          .columns = {key("name", "name", ColumnKind::owner_name),
                      key("algorithm", "algorithm"),
                      {.name = "secret", .field = "secret", .otherwise = text("")}}};
}

}  // namespace

std::span<const ConfigurationTable> configuration_tables() {
  static const std::vector<ConfigurationTable> tables = {
      zones(),     records(), metadata(), comments(),        zone_keys(),     servers(),
      addresses(), pools(),   members(),  published_names(), autoprimaries(), tsig_keys()};
  return tables;
}

}  // namespace mxbalance::db
