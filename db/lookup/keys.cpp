#include "db/lookup/keys.h"

#include <limits>

#include <SQLiteCpp/Column.h>
#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/dns/private_key.h"
#include "db/lookup/record_rows.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

void require_found(int changed, const Zone& zone, std::int64_t id) {
  if (changed > 0) return;
  throw Refusal(fmt::format("the zone {} has no DNSSEC key with the id {}; {} lists them", zone.name, id,
                            advice::list_keys(zone.name)));
}

}  // namespace

std::optional<std::string> key_problem(const SQLite::Column& flags, std::string_view content) {
  if (!flags.isInteger() || flags.getInt64() < 0 || flags.getInt64() > std::numeric_limits<std::uint16_t>::max())
    return fmt::format("its flags is {}: 256 or 257 are wanted", shown(flags));
  return private_key_problem(content);
}

std::vector<DnssecKey> read_keys(Connection& connection, std::string_view name, const DefectReport& report) {
  auto& row = bound(connection,
                    "SELECT k.id, k.flags, coalesce(k.active, 0), coalesce(k.published, 1), k.content"
                    " FROM cryptokeys k JOIN domains d ON d.id = k.domain_id WHERE d.name = ? ORDER BY k.id",
                    name);
  std::vector<DnssecKey> keys;
  while (row.executeStep()) {
    if (const auto problem = key_problem(row.getColumn(1), row.getColumn(4).getString())) {
      report({fmt::format("cryptokeys.id {} of {}", row.getColumn(0).getString(), name), *problem});
      continue;
    }
    keys.push_back({row.getColumn(0).getInt64(), row.getColumn(1).getUInt(), row.getColumn(2).getInt() != 0,
                    row.getColumn(3).getInt() != 0, row.getColumn(4).getString()});
  }
  return keys;
}

std::int64_t next_key_id(Connection& connection) {
  return number(connection, "SELECT coalesce(max(id), 0) + 1 FROM cryptokeys").value_or(1);
}

void add_key(Connection& connection, const Zone& zone, const DnssecKey& key) {
  if (exists(connection, "SELECT 1 FROM cryptokeys WHERE id = ?", key.id)) {
    throw Refusal(fmt::format("another DNSSEC key got the id {} while the zone {} was being written; try again",
                              key.id, zone.name));
  }
  execute(
      connection,
      "INSERT INTO cryptokeys (id, domain_id, flags, active, published, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      key.id, zone.id, key.flags, key.active, key.published, key.content);
}

void remove_key(Connection& connection, const Zone& zone, std::int64_t id) {
  require_found(execute(connection, "DELETE FROM cryptokeys WHERE domain_id = ?1 AND id = ?2", zone.id, id), zone,
                id);
}

void change_key(Connection& connection, const Zone& zone, std::int64_t id, std::optional<bool> active,
                std::optional<bool> published) {
  const int changed = execute(connection,
                              "UPDATE cryptokeys SET active = coalesce(?3, active),"
                              " published = coalesce(?4, published) WHERE domain_id = ?1 AND id = ?2",
                              zone.id, id, active, published);
  require_found(changed, zone, id);
}

}  // namespace mxbalance::db
