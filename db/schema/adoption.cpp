#include "db/schema/adoption.h"

#include <array>
#include <string_view>
#include <vector>

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/files/opening.h"
#include "db/schema/recorded.h"
#include "db/schema/takeover.h"

namespace mxbalance::db {

namespace {

std::set<std::string> names_in(SQLite::Database& database, const std::string& sql) {
  std::set<std::string> names;
  SQLite::Statement rows(database, sql);
  while (rows.executeStep())
    names.insert(rows.getColumn(0).getString());
  return names;
}

std::string in_one_list(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += i + 1 == names.size() ? " and " : ", ";
    list += names[i];
  }
  return list;
}

/// A unique index of PowerDNS's schema.
struct SingleRows {
  std::string_view index;
  std::string_view table;
  std::string_view columns;
};
constexpr std::array single_rows = {SingleRows{"name_index", "domains", "name"},
                                    SingleRows{"namealgoindex", "tsigkeys", "name, algorithm"},
                                    SingleRows{"ip_nameserver_pk", "supermasters", "ip, nameserver"}};

/// The first few groups of rows with equal values, such as `"example.com" (rowid 1, 4)`. Empty when all rows are
/// unique.
std::vector<std::string> equal_rows(SQLite::Database& database, const SingleRows& rows) {
  constexpr int most = 6;
  const std::string columns(rows.columns);
  std::string filled = columns;
  if (const auto comma = columns.find(", "); comma != std::string::npos)
    filled = columns.substr(0, comma) + " || ' ' || " + columns.substr(comma + 2);
  SQLite::Statement query(
      database, fmt::format("SELECT {0}, group_concat(rowid, ', ') FROM {1} WHERE {0} IS NOT NULL GROUP BY {2} "
                            "HAVING count(*) > 1 ORDER BY 1 LIMIT {3}",
                            filled, rows.table, columns, most));
  std::vector<std::string> found;
  while (query.executeStep())
    found.push_back(
        fmt::format("{} (rowid {})", db::quoted(query.getColumn(0).getString()), query.getColumn(1).getString()));
  return found;
}

/// Refuses a view or a virtual table that has the name of one of PowerDNS's tables.
void require_tables(SQLite::Database& database, SQLite::Database& powerdns, const std::string& path) {
  for (const auto& table : names_in(powerdns, "SELECT name FROM sqlite_master WHERE type = 'table'")) {
    SQLite::Statement object(
        database,
        "SELECT CASE WHEN type = 'table' THEN 'virtual table' ELSE type END FROM sqlite_master"
        " WHERE lower(name) = ? AND (type <> 'table' OR sql LIKE 'CREATE VIRTUAL %')");
    object.bind(1, table);
    if (!object.executeStep()) continue;
    const auto kind = object.getColumn(0).getString();
    throw Refusal(
        fmt::format("in the database {} {} is {} {}, and mxbalance needs PowerDNS's own table of that name: make "
                    "it a table with the same rows, or name another file. Nothing was changed",
                    path, table, kind == "index" ? "an" : "a", kind));
  }
}

/// SQLite changes no table beside a view or trigger that is broken, and later migrations may have to. One that is
/// broken is found when the database is adopted.
constexpr const char* change_of_a_table =
    "CREATE TABLE mxbalance_trial (x); ALTER TABLE mxbalance_trial RENAME TO mxbalance_trial_again;"
    "DROP TABLE mxbalance_trial_again";

/// Copies the tables, indexes, views and triggers of `database`, without rows.
void copy_schema(SQLite::Database& database, SQLite::Database& to) {
  SQLite::Statement objects(database,
                            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%'"
                            " ESCAPE '\\' ORDER BY type <> 'table', type <> 'index', type <> 'view', rowid");
  while (objects.executeStep())
    to.tryExec(objects.getColumn(0).getString());
}

/// The sentence of the refusal. SQLite's error is such as "error in trigger NAME: …".
std::string misfit(const std::string& path, std::string_view migration, const std::string& error) {
  for (const std::string kind : {"trigger", "view", "index"}) {
    const std::string prefix = "error in " + kind + " ";
    const auto colon = error.find(": ");
    if (!error.starts_with(prefix) || colon == std::string::npos) continue;
    const std::string name = error.substr(prefix.size(), error.find_first_of(" :", prefix.size()) - prefix.size());
    return fmt::format(
        "the {} {} in the database {} is broken ({}), and SQLite changes no table beside it: drop it with: DROP "
        "{} {}, or make what it lacks. Nothing was changed",
        kind, name, path, error.substr(colon + 2), upper(kind), name);
  }
  return fmt::format("the migration {} does not fit the schema of the database {}: {}. Nothing was changed",
                     migration, path, error);
}

}  // namespace

std::set<std::string> columns_in(SQLite::Database& database) {
  return names_in(database,
                  "SELECT lower(m.name || '.' || c.name) FROM sqlite_master m, pragma_table_info(m.name) c "
                  "WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL %'");
}

std::set<std::string> objects_in(SQLite::Database& database) {
  return names_in(database, "SELECT lower(name) FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
}

void require_unique(SQLite::Database& database, const std::string& path) {
  const auto objects = objects_in(database);
  for (const auto& rows : single_rows) {
    const std::string table(rows.table);
    if (!objects.contains(table)) continue;
    const auto equal = equal_rows(database, rows);
    if (!equal.empty()) {
      throw Refusal(fmt::format(
          "the database {} has several rows of the table {} with the same {}, where one is allowed: {}; keep one "
          "of each, and remove the others with: DELETE FROM {} WHERE rowid = ROWID{}. Nothing was changed",
          path, table, rows.columns, in_one_list(equal), table,
          table == "domains"
              ? " (records, domainmetadata and cryptokeys name the row that they belong to in domain_id)"
              : ""));
    }
    const std::string index(rows.index);
    if (!objects.contains(index) ||
        !names_in(database,
                  fmt::format("SELECT name FROM pragma_index_list('{}') WHERE \"unique\" AND lower(name) = '{}'",
                              table, index))
             .empty())
      continue;
    throw Refusal(
        fmt::format("the database {0} has an index {1} that is not a unique one of the table {2}, as PowerDNS's "
                    "is: drop it with: DROP INDEX {1}; migrate makes it anew. Nothing was changed",
                    path, index, table));
  }
}

void require_adoptable(SQLite::Database& database, const std::string& path) {
  SQLite::Database reference = open_in_memory();
  reference.exec(std::string(powerdns_tables()));
  require_tables(database, reference, path);
  const auto objects = objects_in(database);
  const auto columns = columns_in(database);
  std::vector<std::string> missing;
  for (const auto& column : columns_in(reference)) {
    if (objects.contains(column.substr(0, column.find('.'))) && !columns.contains(column))
      missing.push_back(column);
  }
  if (!missing.empty()) {
    throw Refusal(
        fmt::format("the database {} has PowerDNS's schema of before 4.7: it lacks the column{} {}; first run "
                    "PowerDNS's upgrade scripts on it, up to 4.3.1_to_4.7.0_schema.sqlite3.sql: they are in "
                    "/usr/share/pdns-backend-sqlite3/schema/ or /usr/share/doc/pdns-backend-sqlite3/",
                    path, missing.size() == 1 ? "" : "s", in_one_list(missing)));
  }
  require_unique(database, path);
  const auto powerdns_objects = objects_in(reference);
  for (const auto& migration : embedded_migrations())
    reference.exec(std::string(migration.sql));
  std::vector<std::string> taken;
  for (const auto& object : objects_in(reference)) {
    if (objects.contains(object) && !powerdns_objects.contains(object)) taken.push_back(object);
  }
  if (objects.contains("schema_migrations")) taken.emplace_back("schema_migrations");
  if (!taken.empty()) {
    throw Refusal(
        fmt::format("the database {} already has {} of another application, and mxbalance needs that name: rename "
                    "or drop it first",
                    path, in_one_list(taken)));
  }
}

void require_migrations_fit(SQLite::Database& database, const std::string& path, EmbeddedMigrations missing) {
  SQLite::Database schema = open_in_memory();
  copy_schema(database, schema);
  const bool is_former = is_of_former_schema(database);
  for (const auto& migration : missing) {
    try {
      if (migration.number == 1 && !is_former) schema.exec(change_of_a_table);
      run_migration(schema, migration, is_former && migration.number == 1, path);
    } catch (const SQLite::Exception& error) {
      throw Refusal(misfit(path, migration.name, error.what()));
    }
  }
}

}  // namespace mxbalance::db
