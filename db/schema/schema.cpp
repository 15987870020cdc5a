#include "db/schema/schema.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/files/opening.h"
#include "db/schema/schema_text.h"

namespace mxbalance::db {

namespace {

using Difference = SchemaDifference;
using Kind = SchemaDifference::Kind;

struct SchemaColumn {
  std::string type;
  std::string properties;  ///< the rest of the column's declaration
};

struct SchemaObject {
  std::string type;  ///< table, view, index or trigger
  std::string table;
  std::string sql;
  bool is_powerdns = false;  ///< part of PowerDNS's own schema
};

using SchemaObjects = std::map<std::string, SchemaObject>;
using SchemaColumns = std::map<std::string, SchemaColumn>;

/// Reads all objects that have SQL text. Objects that SQLite makes for itself have none.
SchemaObjects read_objects(SQLite::Database& database) {
  SchemaObjects objects;
  SQLite::Statement rows(database,
                         "SELECT lower(name), type, lower(tbl_name), sql FROM sqlite_master WHERE sql IS NOT NULL"
                         " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
  while (rows.executeStep()) {
    objects[rows.getColumn(0).getString()] = {rows.getColumn(1).getString(), rows.getColumn(2).getString(),
                                              rows.getColumn(3).getString()};
  }
  return objects;
}

SchemaColumns read_columns(SQLite::Database& database, const std::string& table) {
  SchemaColumns columns;
  SQLite::Statement rows(
      database,
      "SELECT lower(name), lower(type), \"notnull\" || ' ' || coalesce(dflt_value, '') || ' ' || pk"
      " FROM pragma_table_info(?)");
  rows.bind(1, table);
  while (rows.executeStep())
    columns[rows.getColumn(0).getString()] = {rows.getColumn(1).getString(), rows.getColumn(2).getString()};
  return columns;
}

/// Whether the index is unique, and its columns.
std::string index_form(SQLite::Database& database, const std::string& index, const std::string& table) {
  SQLite::Statement row(database,
                        "SELECT group_concat(\"unique\" || coalesce((SELECT group_concat(lower(name)) FROM "
                        "pragma_index_info(?1)), '')) FROM pragma_index_list(?2) WHERE lower(name) = ?1");
  row.bind(1, index);
  row.bind(2, table);
  row.executeStep();
  return row.getColumn(0).getString();
}

/// The schema that `migrations` make, in memory.
class Reference {
 public:
  explicit Reference(EmbeddedMigrations migrations) : database_(open_in_memory()) {
    if (migrations.empty()) return;
    database_.exec(std::string(powerdns_tables()));
    const auto powerdns = read_objects(database_);
    for (const auto& migration : migrations)
      database_.exec(std::string(migration.sql));
    database_.exec(std::string(schema_migrations_table));
    objects_ = read_objects(database_);
    for (auto& [name, object] : objects_)
      object.is_powerdns = powerdns.contains(name);
  }

  SQLite::Database& database() { return database_; }
  const SchemaObjects& objects() const { return objects_; }

 private:
  SQLite::Database database_;
  SchemaObjects objects_;
};

std::string named(const std::string& name, const SchemaObject& object) {
  const bool has_table = object.type == "trigger" || object.type == "index";
  return fmt::format("{} {}{}", object.type, name, has_table ? " of " + object.table : "");
}

class Comparison {
 public:
  Comparison(SQLite::Database& database, Reference& reference)
      : database_(database), reference_(reference), found_(read_objects(database)) {}

  std::vector<Difference> run() {
    for (const auto& [name, wanted] : reference_.objects()) {
      const auto there = found_.find(name);
      if (there == found_.end() || there->second.type != wanted.type) {
        differences_.push_back({Kind::missing, named(name, wanted), {}, can_be_made_anew(wanted)});
      } else if (wanted.type == "table") {
        compare_table(name, wanted, there->second);
      } else if (!is_same(name, wanted, there->second)) {
        differences_.push_back({Kind::changed, named(name, wanted), "its text is another one", true});
      }
    }
    for (const auto& [name, object] : found_) {
      const auto wanted = reference_.objects().find(name);
      if (wanted == reference_.objects().end() || wanted->second.type != object.type)
        differences_.push_back({Kind::added, named(name, object)});
    }
    return std::move(differences_);
  }

 private:
  /// Whether an index, view or trigger can be created again. It cannot when its table is missing.
  bool can_be_made_anew(const SchemaObject& wanted) const {
    if (wanted.type == "table") return false;
    if (wanted.type == "view" || found_.contains(wanted.table)) return true;
    const auto of = reference_.objects().find(wanted.table);
    return of != reference_.objects().end() && of->second.type == "view";
  }

  bool is_same(const std::string& name, const SchemaObject& wanted, const SchemaObject& there) {
    if (schema_form(wanted.sql) == schema_form(there.sql)) return true;
    return wanted.is_powerdns && wanted.type == "index" && wanted.table == there.table &&
           index_form(reference_.database(), name, wanted.table) == index_form(database_, name, there.table);
  }

  void compare_table(const std::string& name, const SchemaObject& wanted, const SchemaObject& there) {
    const auto before = differences_.size();
    const bool has_own_columns = compare_columns(name, wanted, there);
    if (wanted.is_powerdns) return;
    const auto rules = rules_in(there.sql);
    for (const auto& rule : rules_in(wanted.sql)) {
      if (std::find(rules.begin(), rules.end(), rule) == rules.end())
        differences_.push_back({Kind::changed, "table " + name, "it lacks the rule \"" + rule.name + "\""});
    }
    if (differences_.size() == before && !has_own_columns && schema_form(wanted.sql) != schema_form(there.sql))
      differences_.push_back({Kind::changed, "table " + name, "its text is another one"});
  }

  /// Compares the columns of a table. Returns whether the table has columns that mxbalance did not make.
  bool compare_columns(const std::string& name, const SchemaObject& wanted, const SchemaObject& /*there*/) {
    const auto columns = read_columns(database_, name);
    const auto wanted_columns = read_columns(reference_.database(), name);
    for (const auto& [column, as_wanted] : wanted_columns) {
      const auto found = columns.find(column);
      if (found == columns.end()) {
        differences_.push_back({Kind::missing, "column " + column + " of " + name});
      } else if (!wanted.is_powerdns &&
                 (found->second.type != as_wanted.type || found->second.properties != as_wanted.properties)) {
        differences_.push_back({Kind::changed, "column " + column + " of " + name, "it is declared otherwise"});
      }
    }
    bool has_own = false;
    for (const auto& [column, declared] : columns) {
      if (wanted_columns.contains(column)) continue;
      differences_.push_back({Kind::added, "column " + column + " of " + name});
      has_own = true;
    }
    return has_own;
  }

  SQLite::Database& database_;
  Reference& reference_;
  SchemaObjects found_;
  std::vector<Difference> differences_;
};

std::vector<Difference> compare_with(Reference& reference, SQLite::Database& database) {
  return Comparison(database, reference).run();
}

/// The view, index or trigger that the difference is about. Not for tables and columns.
const SchemaObject& object_of(const Reference& reference, const Difference& difference, std::string& name) {
  const auto begin = difference.object.find(' ') + 1;
  name = difference.object.substr(begin, difference.object.find(' ', begin) - begin);
  return reference.objects().at(name);
}

/// Creates the missing objects: views first and triggers last, because a dropped view takes its triggers with it.
void make_missing(Reference& reference, SQLite::Database& database) {
  for (const std::string_view type : {"view", "index", "trigger"}) {
    for (const auto& difference : compare_with(reference, database)) {
      if (!difference.is_repairable || difference.kind != Kind::missing) continue;
      std::string name;
      const auto& object = object_of(reference, difference, name);
      if (object.type != type) continue;
      try {
        database.exec(object.sql);
      } catch (const SQLite::Exception& error) {
        throw Refusal(fmt::format(
            "the {} cannot be put back: {}: remove what is in its way, and run this again. Nothing was changed",
            difference.object, error.what()));
      }
    }
  }
}

}  // namespace

std::string in_words(const Difference& difference) {
  switch (difference.kind) {
    case Kind::missing:
      return fmt::format("the {} is missing", difference.object);
    case Kind::changed:
      return fmt::format("the {} is not as mxbalance makes it: {}", difference.object, difference.detail);
    case Kind::added:
      break;
  }
  return fmt::format("the {} is not of mxbalance", difference.object);
}

std::string remedy_of(const Difference& difference, const std::string& path) {
  if (difference.is_repairable) return "run: " + advice::repair(path);
  return fmt::format("restore a copy that has it, or make a new database from an export: {}, {}",
                     advice::export_with_keys(path), advice::import_into_new());
}

std::vector<Difference> faults_in(const std::vector<Difference>& differences) {
  std::vector<Difference> faults;
  std::copy_if(differences.begin(), differences.end(), std::back_inserter(faults),
               [](const Difference& difference) { return difference.kind != Kind::added; });
  return faults;
}

std::vector<Difference> schema_differences(SQLite::Database& database, EmbeddedMigrations migrations) {
  Reference reference(migrations);
  return compare_with(reference, database);
}

std::vector<Difference> repair_schema(SQLite::Database& database, EmbeddedMigrations migrations) {
  Reference reference(migrations);
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  std::vector<Difference> repaired;
  for (const auto& difference : compare_with(reference, database)) {
    if (!difference.is_repairable) continue;
    repaired.push_back(difference);
    if (difference.kind != Kind::changed) continue;
    std::string name;
    const auto& object = object_of(reference, difference, name);
    database.exec("DROP " + object.type + " \"" + name + "\"");
  }
  make_missing(reference, database);
  // Triggers act in the order in which they are stored, so that one that was made anew would act out of its turn.
  if (!repaired.empty()) renew_views_and_triggers(database, migrations);
  transaction.commit();
  return repaired;
}

void renew_views_and_triggers(SQLite::Database& database, EmbeddedMigrations migrations) {
  Reference reference(migrations);
  std::vector<std::string> made_by_others;  // triggers that go with a view
  for (const auto& [name, object] : read_objects(database)) {
    const auto of = reference.objects().find(object.table);
    if (object.type == "trigger" && !reference.objects().contains(name) && of != reference.objects().end() &&
        of->second.type == "view")
      made_by_others.push_back(object.sql);
  }
  const std::string in_order =
      "SELECT type, name, sql FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY rowid";
  for (SQLite::Statement rows(reference.database(), in_order); rows.executeStep();)
    database.exec(
        fmt::format("DROP {} IF EXISTS \"{}\"", rows.getColumn(0).getText(), rows.getColumn(1).getText()));
  for (SQLite::Statement rows(reference.database(), in_order); rows.executeStep();)
    database.exec(rows.getColumn(2).getString());
  make_missing(reference, database);
  for (const auto& sql : made_by_others)
    database.exec(sql);
}

}  // namespace mxbalance::db
