#include "db/schema/adoption.h"

#include <array>
#include <string_view>
#include <vector>

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/files/opening.h"
#include "db/schema/embedded_migrations.h"

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
  const std::string table(rows.table);
  const std::string columns(rows.columns);
  std::string filled = columns;
  if (const auto comma = columns.find(", "); comma != std::string::npos)
    filled = columns.substr(0, comma) + " || ' ' || " + columns.substr(comma + 2);
  SQLite::Statement query(database, "SELECT " + filled + ", group_concat(rowid, ', ') FROM " + table + " WHERE " +
                                        filled + " IS NOT NULL GROUP BY " + columns +
                                        " HAVING count(*) > 1 ORDER BY 1 LIMIT " + std::to_string(most));
  std::vector<std::string> found;
  while (query.executeStep())
    found.push_back(db::quoted(query.getColumn(0).getString()) + " (rowid " + query.getColumn(1).getString() +
                    ")");
  return found;
}

/// Refuses rows with equal values and indexes that are not unique. PowerDNS's tables may have lost their indexes,
/// or come from a dump without them.
void require_unique(SQLite::Database& database, const std::string& path) {
  const auto objects = objects_in(database);
  for (const auto& rows : single_rows) {
    const std::string table(rows.table);
    if (!objects.contains(table)) continue;
    const auto equal = equal_rows(database, rows);
    if (!equal.empty()) {
      throw Refusal(
          "the database " + path + " has several rows of the table " + table + " with the same " +
          std::string(rows.columns) + ", where one is allowed: " + in_one_list(equal) +
          "; keep one of each, and remove the others with: DELETE FROM " + table + " WHERE rowid = ROWID" +
          (table == "domains" ? " (records, domainmetadata and cryptokeys name the row that they belong to in"
                                " domain_id)"
                              : "") +
          ". Nothing was changed");
    }
    const std::string index(rows.index);
    if (!objects.contains(index) ||
        !names_in(database, "SELECT name FROM pragma_index_list('" + table +
                                "') WHERE \"unique\" AND lower(name) = '" + index + "'")
             .empty())
      continue;
    throw Refusal("the database " + path + " has an index " + index + " that is not a unique one of the table " +
                  table + ", as PowerDNS's is: drop it with: DROP INDEX " + index +
                  "; migrate makes it anew. Nothing was changed");
  }
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
    throw Refusal("in the database " + path + " " + table + (kind == "index" ? " is an " : " is a ") + kind +
                  ", and mxbalance needs PowerDNS's own table of that name: make it a table with the same "
                  "rows, or name another file. Nothing was changed");
  }
}

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
    return "the " + kind + " " + name + " in the database " + path + " is broken (" + error.substr(colon + 2) +
           "), and SQLite changes no table beside it: drop it with: DROP " + upper(kind) + " " + name +
           ", or make what it lacks. Nothing was changed";
  }
  return "the migration " + std::string(migration) + " does not fit the schema of the database " + path + ": " +
         error + ". Nothing was changed";
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

void require_adoptable(SQLite::Database& database, const std::string& path) {
  SQLite::Database reference = open_in_memory();
  const auto migrations = embedded_migrations();
  reference.exec(std::string(migrations.front().sql));
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
        "the database " + path + " has PowerDNS's schema of before 4.7: it lacks the column" +
        (missing.size() == 1 ? " " : "s ") + in_one_list(missing) +
        "; first run PowerDNS's upgrade scripts on it, up to 4.3.1_to_4.7.0_schema.sqlite3.sql: they are in "
        "/usr/share/pdns-backend-sqlite3/schema/ or /usr/share/doc/pdns-backend-sqlite3/");
  }
  require_unique(database, path);
  const auto powerdns_objects = objects_in(reference);
  for (const auto& migration : migrations.subspan(1))
    reference.exec(std::string(migration.sql));
  std::vector<std::string> taken;
  for (const auto& object : objects_in(reference)) {
    if (objects.contains(object) && !powerdns_objects.contains(object)) taken.push_back(object);
  }
  if (objects.contains("schema_migrations")) taken.emplace_back("schema_migrations");
  if (!taken.empty()) {
    throw Refusal("the database " + path + " already has " + in_one_list(taken) +
                  " of another application, and mxbalance needs that name: rename or drop it first");
  }
}

void require_migrations_fit(SQLite::Database& database, const std::string& path, std::size_t first) {
  SQLite::Database schema = open_in_memory();
  copy_schema(database, schema);
  for (const auto& migration : embedded_migrations().subspan(first)) {
    try {
      schema.exec(std::string(migration.sql));
    } catch (const SQLite::Exception& error) {
      throw Refusal(misfit(path, migration.name, error.what()));
    }
  }
}

}  // namespace mxbalance::db
