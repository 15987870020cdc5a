// Writes rows of a configuration to the store, and keeps what it did as lines for people. One connection, one
// call: an object is used by one thread, inside the caller's write transaction. All throw Refusal, with the path
// of the row in its file, where the store's rules or PowerDNS would not have it.
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

  /// Rows of the table at `index` of configuration_tables().
  void add(std::size_t index, const ConfigurationRow& row);
  void change(std::size_t index, const ConfigurationRow& from, const ConfigurationRow& to);
  void remove(std::size_t index, const ConfigurationRow& row);

  /// Any statement; `where` begins the sentence of a refusal.
  void run(const std::string& sql, const std::vector<ConfigurationValue>& values, const std::string& where);

  /// What was added, changed and removed, in that order.
  std::vector<ConfigurationChange> changes() && { return std::move(changes_); }

 private:
  void require_unpublished(const ConfigurationRow& zone);

  Connection& connection_;
  std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> statements_;
  std::vector<ConfigurationChange> changes_;
};

}  // namespace mxbalance::db
