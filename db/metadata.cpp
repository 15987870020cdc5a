#include "db/metadata.h"

#include "db/bound_statement.h"

namespace mxbalance::db {

namespace {

TsigKey key_of(SQLite::Statement& row) {
  return {row.getColumn(0).getString(), row.getColumn(1).getString(), row.getColumn(2).getString()};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_metadata(Connection& connection, std::string_view name,
                                                               std::optional<std::string_view> kind) {
  auto& query = bound(connection,
                      "SELECT m.kind, m.content FROM domainmetadata m JOIN domains d ON d.id = m.domain_id"
                      " WHERE d.name = ?1 AND (?2 IS NULL OR m.kind = ?2) ORDER BY m.id",
                      name, kind);
  std::vector<std::pair<std::string, std::string>> rows;
  while (query.executeStep())
    rows.emplace_back(query.getColumn(0).getString(), query.getColumn(1).getString());
  return rows;
}

void replace_metadata(Connection& connection, const Zone& zone, std::string_view kind,
                      std::span<const std::string> values) {
  execute(connection, "DELETE FROM domainmetadata WHERE domain_id = ?1 AND kind = ?2", zone.id, kind);
  for (const auto& value : values) {
    execute(connection, "INSERT INTO domainmetadata (domain_id, kind, content) VALUES (?1, ?2, ?3)", zone.id, kind,
            value);
  }
}

std::vector<TsigKey> read_tsig_keys(Connection& connection) {
  auto& rows = bound(connection, "SELECT name, algorithm, secret FROM tsigkeys ORDER BY name, algorithm");
  std::vector<TsigKey> keys;
  while (rows.executeStep())
    keys.push_back(key_of(rows));
  return keys;
}

std::optional<TsigKey> read_tsig_key(Connection& connection, std::string_view name) {
  auto& row = bound(connection, "SELECT name, algorithm, secret FROM tsigkeys WHERE name = ? LIMIT 1", name);
  std::optional<TsigKey> key;
  if (row.executeStep()) key = key_of(row);
  row.reset();
  return key;
}

void set_tsig_key(Connection& connection, const TsigKey& key) {
  remove_tsig_key(connection, key.name);
  execute(connection, "INSERT INTO tsigkeys (name, algorithm, secret) VALUES (?1, ?2, ?3)", key.name,
          key.algorithm, key.secret);
}

void remove_tsig_key(Connection& connection, std::string_view name) {
  execute(connection, "DELETE FROM tsigkeys WHERE name = ?", name);
}

}  // namespace mxbalance::db
