#include "tests/unit/db/schema/migrations_fixture.h"

#include <cstdio>
#include <fstream>
#include <iterator>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/base/errors.h"
#include "db/schema/embedded_migrations.h"
#include "db/schema/migrations.h"
#include "db/store/connection.h"

namespace mxbalance::db::testing {

namespace {

namespace fs = std::filesystem;

constexpr const char* powerdns_rows = R"(
  INSERT INTO domains VALUES
    (1, 'example.com', NULL, NULL, 'NATIVE', NULL, 'acme', NULL, NULL),
    (7, 'Example.NET', '192.0.2.53', 17, 'SLAVE', 5, NULL, '{}', 'catalog.example');
  INSERT INTO records VALUES
    (1, 1, 'example.com', 'SOA', 'ns1.example.com hostmaster.example.com 1 3 2 1 0', 60, 0, 0, '', 1),
    (2, 1, 'mail.example.com', 'A', '192.0.2.1', NULL, NULL, 1, 'mail', 1),
    (3, 1, 'sub.example.com', NULL, NULL, NULL, NULL, 0, 'sub', 1),
    (9, 7, 'WWW.Example.NET', 'TXT', '"it''s; [odd]"', 60, 0, 0, NULL, 0),
    (10, 99, 'orphan.example', 'A', '192.0.2.9', 60, 0, 0, NULL, 1);
  INSERT INTO supermasters VALUES ('192.0.2.53', 'ns.example.org', 'acme');
  INSERT INTO comments VALUES (1, 1, 'example.com', 'SOA', 1700000000, 'acme', 'keep; this');
  INSERT INTO domainmetadata VALUES (1, 1, 'ALLOW-AXFR-FROM', 'AUTO-NS'), (2, 1, 'NSEC3PARAM', '1 0 0 -');
  INSERT INTO cryptokeys VALUES (1, 1, 257, 1, 1, 'Private-key-format: v1.2');
  INSERT INTO tsigkeys VALUES (1, 'transfer', 'hmac-sha256', 'c2VjcmV0');
)";

}  // namespace

std::string content_of(const fs::path& path) {
  if (!fs::is_regular_file(path)) return {};
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const auto& migration : embedded_migrations())
    names.emplace_back(migration.name);
  return names;
}

std::vector<EmbeddedMigration> with_later_ones() {
  const auto known = embedded_migrations();
  std::vector<EmbeddedMigration> all(known.begin(), known.end());
  all.push_back(
      {2, "0002_made_up", "11", "ALTER TABLE pools ADD COLUMN note TEXT; UPDATE pools SET note = 'later'"});
  all.push_back({3, "0003_made_up", "22", "CREATE TABLE notes AS SELECT name, note FROM pools"});
  return all;
}

std::vector<std::string> rows(const std::string& path, const std::string& query) {
  const SQLite::Database database(path, SQLite::OPEN_READONLY, 10'000);
  SQLite::Statement statement(database, query);
  std::vector<std::string> all;
  while (statement.executeStep()) {
    std::string row;
    for (int i = 0; i < statement.getColumnCount(); ++i)
      row += (i > 0 ? "|" : "") + statement.getColumn(i).getString();
    all.push_back(row);
  }
  return all;
}

std::string value(const std::string& path, const std::string& query) {
  const auto all = rows(path, query);
  return all.size() == 1 ? all.front() : "(" + std::to_string(all.size()) + " rows)";
}

void expect_complete(const std::string& path) {
  EXPECT_EQ(value(path, "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(value(path, "PRAGMA application_id"), std::to_string(application_id));
  EXPECT_EQ(value(path, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(rows(path, "SELECT name FROM schema_migrations ORDER BY number"), known_names());
  EXPECT_NO_THROW(Connection(path, Connection::Mode::writing));
}

pid_t start_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    work();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    ::_exit(1);
  }
  ::_exit(0);
}

int status_of(pid_t child) {
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

void Migrations::make_with(const std::string& sql) const {
  SQLite::Database(path_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 10'000).exec(sql);
}

void Migrations::make_by_powerdns() const {
  make_with("BEGIN;" + content_of(powerdns_schema) + powerdns_rows + "COMMIT");
}

void Migrations::remove_database() const {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"})
    fs::remove(path_ + suffix);
}

template <typename Kind>
void Migrations::expect_refused(const std::vector<std::string>& parts) const {
  const std::string before = content_of(path_);
  try {
    migrate(path_);
    ADD_FAILURE() << "migrated";
  } catch (const Kind& refusal) {
    const std::string sentence = refusal.what();
    EXPECT_NE(sentence.find(path_), std::string::npos) << sentence;
    for (const auto& part : parts)
      EXPECT_NE(sentence.find(part), std::string::npos) << sentence << "\nlacks: " << part;
  }
  EXPECT_TRUE(content_of(path_) == before) << "the file was changed";
}

template void Migrations::expect_refused<Refusal>(const std::vector<std::string>&) const;
template void Migrations::expect_refused<StoreFailure>(const std::vector<std::string>&) const;

}  // namespace mxbalance::db::testing
