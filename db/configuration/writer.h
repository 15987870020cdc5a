// Writes rows of a configuration to the store and keeps a line for people about each change. One object is used
// for one call, by one thread, inside the caller's write transaction. All functions throw Refusal, with the path
// of the row in its file, where the store's rules or PowerDNS do not allow the row.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <SQLiteCpp/Statement.h>

#include "db/configuration/tables.h"
#include "db/store/connection.h"

namespace mxbalance::db {

class ConfigurationWriter {
 public:
  explicit ConfigurationWriter(Connection& connection) : connection_(connection) {}

  /// Write a row of the table at `index` of configuration_tables().
  void add(std::size_t index, const ConfigurationRow& row);
  void change(std::size_t index, const ConfigurationRow& from, const ConfigurationRow& to);
  void remove(std::size_t index, const ConfigurationRow& row);

  /// Runs a statement. `where` is the beginning of the sentence of a refusal.
  void run(const std::string& sql, const std::vector<ColumnValue>& values, const std::string& where);

  /// What was added, changed and removed, in the order of the writes.
  std::vector<ConfigurationChange> changes() && { return std::move(changes_); }

 private:
  void require_unpublished(const ConfigurationRow& zone);

  Connection& connection_;
  std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> statements_;
  std::vector<ConfigurationChange> changes_;
};

}  // namespace mxbalance::db
