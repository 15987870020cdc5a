#include "db/lookup/metadata.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "db/base/text.h"
#include "db/dns/addresses.h"
#include "db/dns/names.h"
#include "db/dns/nsec3.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

// With any other algorithm (also gss-tsig), pdns_server exits when it should sign a NOTIFY.
constexpr std::array<std::string_view, 7> signing_algorithms = {
    "hmac-md5",   "hmac-md5.sig-alg.reg.int", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384",
    "hmac-sha512"};

constexpr std::array<std::string_view, 3> kinds_of_key_names = {"AXFR-MASTER-TSIG", "TSIG-ALLOW-AXFR",
                                                                "TSIG-ALLOW-DNSUPDATE"};

TsigKey key_of(SQLite::Statement& row) {
  TsigKey key{row.getColumn(0).getString(), lower(row.getColumn(1).getString()), row.getColumn(2).getString()};
  if (key.algorithm.ends_with('.')) key.algorithm.pop_back();  // PowerDNS's own backend does the same
  return key;
}

bool is_usable(const TsigKey& key, const DefectReport& report) {
  const auto problem = tsig_key_problem(key);
  if (problem) report({"tsigkeys " + key.name, *problem});
  return !problem;
}

bool is_key_name(std::string_view text) {
  try {
    (void)canonical_name(text);
    return true;
  } catch (const InvalidName&) {
    return false;
  }
}

}  // namespace

std::optional<std::string> metadata_problem(std::string_view kind, std::string_view value) {
  const std::string known = upper(kind);
  const auto sentence = [&](std::string_view wanted) {
    return fmt::format("its value \"{}\" is no {}, which {} must be", value, wanted, known);
  };
  if (std::find(kinds_of_key_names.begin(), kinds_of_key_names.end(), known) != kinds_of_key_names.end())
    return is_key_name(value) ? std::nullopt : std::optional(sentence("name of a TSIG key"));
  if (known == "NSEC3PARAM" && !value.empty() && !parse_nsec3_parameters(value))
    return fmt::format("its value \"{}\" must be hash parameters such as \"1 0 0 -\" (RFC 5155 §4)", value);
  if (known == "AXFR-SOURCE" || known == "ALSO-NOTIFY")
    return is_primary(value) ? std::nullopt : std::optional(sentence("address"));
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> read_metadata(Connection& connection, std::string_view name,
                                                               std::optional<std::string_view> kind,
                                                               const DefectReport& report) {
  auto& query = bound(connection,
                      "SELECT m.kind, m.content FROM domainmetadata m JOIN domains d ON d.id = m.domain_id"
                      " WHERE d.name = ?1 AND (?2 IS NULL OR m.kind = ?2) ORDER BY m.id",
                      name, kind);
  std::vector<std::pair<std::string, std::string>> rows;
  while (query.executeStep()) {
    const std::string found = query.getColumn(0).getString();
    std::string value = query.getColumn(1).getString();
    if (const auto problem = metadata_problem(found, value)) {
      report({fmt::format("domainmetadata of {} ({})", name, found), *problem});
      if (upper(found) != "AXFR-MASTER-TSIG") continue;
      value = unreadable_key;
    }
    rows.emplace_back(found, std::move(value));
  }
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

std::optional<std::string> tsig_key_problem(const TsigKey& key) {
  if (auto problem = name_problem(key.name)) return problem;
  if (std::find(signing_algorithms.begin(), signing_algorithms.end(), key.algorithm) != signing_algorithms.end())
    return std::nullopt;
  return fmt::format(
      "its algorithm is \"{}\": hmac-md5, hmac-sha1, hmac-sha224, hmac-sha256, hmac-sha384 and hmac-sha512 are "
      "allowed",
      key.algorithm);
}

std::vector<TsigKey> read_tsig_keys(Connection& connection, const DefectReport& report) {
  auto& rows = bound(connection, "SELECT name, algorithm, secret FROM tsigkeys ORDER BY name, algorithm");
  std::vector<TsigKey> keys;
  while (rows.executeStep()) {
    if (TsigKey key = key_of(rows); is_usable(key, report)) keys.push_back(std::move(key));
  }
  return keys;
}

std::optional<TsigKey> read_tsig_key(Connection& connection, std::string_view name, const DefectReport& report) {
  auto& rows = bound(connection, "SELECT name, algorithm, secret FROM tsigkeys WHERE name = ?", name);
  std::optional<TsigKey> found;
  while (!found && rows.executeStep()) {
    if (TsigKey key = key_of(rows); is_usable(key, report)) found = std::move(key);
  }
  rows.reset();
  return found;
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
