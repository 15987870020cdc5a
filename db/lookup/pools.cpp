#include "db/lookup/pools.h"

#include <algorithm>
#include <string>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include "db/base/ip_address.h"
#include "db/base/text.h"
#include "db/columns/mail_tables.h"
#include "db/dns/names.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

/// Reads the fields of one row. A value out of range is added to the defects, and `good` says whether the row can
/// be used.
class RowReader {
 public:
  RowReader(SQLite::Statement& row, std::string name, std::vector<RowDefect>& defects)
      : row_(row), name_(std::move(name)), defects_(defects) {}

  template <typename Enumeration>
  Enumeration word(int index, const Column& column) {
    const auto value = row_.getColumn(index);
    const std::string text = value.getString();
    const auto found = from_word<Enumeration>(column, text);
    if (found && value.isText()) return *found;
    note(column.name, text);
    return Enumeration{};
  }

  std::uint32_t number(int index, const Column& column) {
    const auto value = row_.getColumn(index);
    if (value.isInteger() && value.getInt64() >= column.least && value.getInt64() <= column.most)
      return value.getUInt();
    note(column.name, value.getString());
    return static_cast<std::uint32_t>(column.least);
  }

  /// Seconds since 1970; 0: none. A value that is no number counts as none; the row can still be used.
  std::int64_t time(int column, std::string_view field) {
    const auto value = row_.getColumn(column);
    if (value.isInteger()) return value.getInt64();
    if (!value.isNull()) tell(field, value.getString());
    return 0;
  }

  void note(std::string_view field, std::string_view value) {
    good_ = false;
    tell(field, value);
  }

  void tell(std::string_view field, std::string_view value) {
    defects_.push_back({name_, fmt::format("{} is \"{}\", which is not allowed", field, value)});
  }

  /// The host name of a mail server, to which MX records point.
  std::string host_name(int column) {
    const auto value = row_.getColumn(column);
    std::string name = value.getString();
    const auto problem = host_name_problem(name);
    if (problem || !value.isText()) {
      good_ = false;
      defects_.push_back({name_, problem.value_or("its name is no text")});
    }
    return name;
  }

  bool good() const { return good_; }

 private:
  SQLite::Statement& row_;
  std::string name_;
  std::vector<RowDefect>& defects_;
  bool good_ = true;
};

std::optional<MailAddress> mail_address(SQLite::Statement& row, int address_column, const std::string& server,
                                        std::vector<RowDefect>& defects) {
  MailAddress address;
  address.address = row.getColumn(address_column).getString();
  RowReader reader(row, "mail_addresses " + server + " " + address.address, defects);
  address.health = reader.word<Health>(address_column + 1, columns::health);
  address.came_up_at = reader.time(address_column + 2, "came_up_at");
  address.is_unprobed = !row.isColumnNull(address_column + 3);
  const auto family = family_of(address.address);
  if (!family) reader.note("address", address.address);
  if (!reader.good()) return std::nullopt;
  address.family = *family;
  return address;
}

/// Reads the columns weight, state, health, ttl, came_up_at, health_until from `column` on.
void read_server_columns(RowReader& reader, int column, MailServer& server) {
  server.weight = reader.number(column, columns::mail_servers["weight"]);
  server.state = reader.word<ServerState>(column + 1, columns::mail_servers["state"]);
  server.health = reader.word<Health>(column + 2, columns::health);
  server.ttl = reader.number(column + 3, columns::mail_servers["ttl"]);
  server.came_up_at = reader.time(column + 4, "came_up_at");
  server.health_until = reader.time(column + 5, "health_until");
}

void read_members(Connection& connection, Pool& pool, std::vector<RowDefect>& defects) {
  auto& query = connection.statement(
      "SELECT m.server, s.name, s.weight, s.state, s.health, s.ttl, s.came_up_at, s.health_until, m.preference,"
      " coalesce(m.weight, s.weight)"
      " FROM pool_members m LEFT JOIN mail_servers s ON s.name = m.server WHERE m.pool = ?");
  query.bind(1, pool.name);
  while (query.executeStep()) {
    const std::string row = "pool_members " + pool.name + "/" + query.getColumn(0).getString();
    if (query.isColumnNull(1)) {
      defects.push_back({row, "there is no mail server " + query.getColumn(0).getString()});
      continue;
    }
    RowReader reader(query, row, defects);
    PoolMember member;
    member.server.name = reader.host_name(1);
    read_server_columns(reader, 2, member.server);
    member.preference = reader.number(8, columns::pool_members["preference"]);
    member.weight = reader.number(9, columns::pool_members["weight"]);
    if (reader.good()) pool.members.push_back(std::move(member));
  }
}

/// Reads the addresses of the members. Members and rows of the query are both in the order of server names here.
void read_member_addresses(Connection& connection, Pool& pool, std::vector<RowDefect>& defects) {
  auto& query = connection.statement(
      "SELECT a.server, a.address, a.health, a.came_up_at, a.unprobed_since FROM pool_members m JOIN "
      "mail_addresses a ON a.server = "
      "m.server"
      " WHERE m.pool = ? ORDER BY a.server, a.address");
  query.bind(1, pool.name);
  auto member = pool.members.begin();
  while (query.executeStep()) {
    const std::string server = query.getColumn(0).getString();
    while (member != pool.members.end() && member->server.name < server)
      ++member;
    if (member == pool.members.end() || member->server.name != server) continue;
    if (auto address = mail_address(query, 1, server, defects)) member->server.addresses.push_back(*address);
  }
}

}  // namespace

std::vector<std::string> kinds_published(Connection& connection, std::string_view pool) {
  return texts(connection,
               "SELECT kind FROM (SELECT 'A' AS kind UNION ALL SELECT 'MX') k WHERE EXISTS"
               " (SELECT 1 FROM pool_names n WHERE n.pool = ? AND n.kind = k.kind)",
               pool);
}

std::set<std::string> pools_in_need(Connection& connection) {
  const auto pools = texts(
      connection,
      "SELECT pool FROM pool_answers WHERE answered <> 'live members' UNION SELECT pool FROM postponed_pools");
  return {pools.begin(), pools.end()};
}

std::set<std::string> pools_of_server(Connection& connection, std::string_view server) {
  const auto pools = texts(connection, "SELECT pool FROM pool_members WHERE server = ?", server);
  return {pools.begin(), pools.end()};
}

std::optional<Health> health_of(std::string_view word) {
  return from_word<Health>(columns::health, word);
}

std::string_view word_of(Health health) {
  return to_word(columns::health, health);
}

std::optional<AddressFamily> family_of(const std::string& address) {
  if (ipv4_address(address)) return AddressFamily::ipv4;
  if (ipv6_address(address)) return AddressFamily::ipv6;
  return std::nullopt;
}

std::optional<std::string> host_name_problem(std::string_view name) {
  if (auto problem = name_problem(name)) return problem;
  const std::string canonical = canonical_name(name);
  const bool has_letter =
      std::any_of(canonical.begin(), canonical.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  // A host name has no escaped octets, and a backslash would end the name in an MX record's content.
  if (has_letter && canonical == lower(name) && canonical.find('\\') == std::string::npos) return std::nullopt;
  return "its name is no host name, such as mail1.example.com";
}

std::optional<Pool> read_pool(Connection& connection, std::string_view name, std::vector<RowDefect>& defects) {
  auto& query = connection.statement(
      "SELECT ttl, mx_policy, address_policy, max_addresses, min_live, slow_start FROM pools WHERE name = ?");
  query.bind(1, std::string(name));
  if (!query.executeStep()) return std::nullopt;
  Pool pool;
  pool.name = name;
  RowReader reader(query, "pools " + pool.name, defects);
  // A pool's own row is never left out: a wrong value is replaced by the nearest safe one, so that the name is
  // still answered.
  pool.ttl = reader.number(0, columns::pools["ttl"]);
  pool.mx_policy = reader.word<MxPolicy>(1, columns::pools["mx_policy"]);
  pool.address_policy = reader.word<AddressPolicy>(2, columns::pools["address_policy"]);
  pool.max_addresses = reader.number(3, columns::pools["max_addresses"]);
  pool.min_live = reader.number(4, columns::pools["min_live"]);
  pool.slow_start = reader.number(5, columns::pools["slow_start"]);
  read_members(connection, pool, defects);
  const auto by_name = [](const PoolMember& a, const PoolMember& b) { return a.server.name < b.server.name; };
  std::sort(pool.members.begin(), pool.members.end(), by_name);
  read_member_addresses(connection, pool, defects);
  std::stable_sort(pool.members.begin(), pool.members.end(),
                   [](const PoolMember& a, const PoolMember& b) { return a.preference < b.preference; });
  return pool;
}

std::optional<MailServer> read_mail_server(Connection& connection, std::string_view name,
                                           std::vector<RowDefect>& defects) {
  auto& query = connection.statement(
      "SELECT weight, state, health, ttl, came_up_at, health_until FROM mail_servers WHERE name = ?");
  query.bind(1, std::string(name));
  if (!query.executeStep()) return std::nullopt;
  MailServer server;
  server.name = name;
  RowReader reader(query, "mail_servers " + server.name, defects);
  read_server_columns(reader, 0, server);
  auto& addresses = connection.statement(
      "SELECT address, health, came_up_at, unprobed_since FROM mail_addresses WHERE server = ? ORDER BY address");
  addresses.bind(1, server.name);
  while (addresses.executeStep()) {
    if (auto address = mail_address(addresses, 0, server.name, defects)) server.addresses.push_back(*address);
  }
  return server;
}

}  // namespace mxbalance::db
