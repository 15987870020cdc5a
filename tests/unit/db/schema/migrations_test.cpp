#include "db/schema/migrations.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "db/base/errors.h"
#include "db/schema/embedded_migrations.h"
#include "tests/unit/db/schema/migrations_fixture.h"

namespace mxbalance::db {
namespace {

using testing::content_of;
using testing::expect_complete;
using testing::former_schema;
using testing::known_names;
using testing::Migrations;
using testing::powerdns_schema;
using testing::rows;
using testing::value;
using testing::with_later_ones;

namespace fs = std::filesystem;

TEST_F(Migrations, AreNumberedFromOneWithoutAGap) {
  std::size_t number = 0;
  for (const auto& name : known_names())
    EXPECT_EQ(std::stoul(name), ++number) << name;
  EXPECT_GE(number, 1U);
}

TEST_F(Migrations, AreEmbeddedByteForByte) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(MXBALANCE_SOURCE_DIR) / "migrations"))
    if (entry.path().extension() == ".sql") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::string in_files;
  for (const auto& file : files)
    in_files += content_of(file);
  std::string embedded;
  for (const auto& migration : embedded_migrations())
    embedded += migration.sql;
  EXPECT_TRUE(in_files == embedded);
  EXPECT_TRUE(content_of(files.at(0)) == powerdns_tables()) << files[0];
}

TEST_F(Migrations, CreateAFileThatOthersCannotRead) {
  const mode_t mask = ::umask(0);
  const auto report = migrate(path_);
  ::umask(mask);
  EXPECT_TRUE(report.created);
  EXPECT_FALSE(report.adopted);
  EXPECT_EQ(report.applied, known_names());
  expect_complete(path_);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms(0600));
}

TEST_F(Migrations, AreRecordedWithTheirChecksum) {
  migrate(path_);
  for (const auto& migration : embedded_migrations()) {
    const std::string recorded =
        value(path_, "SELECT checksum FROM schema_migrations WHERE name = '" + std::string(migration.name) + "'");
    const fs::path text = directory_.path() / "text";
    std::ofstream(text, std::ios::binary) << migration.sql;
    std::string line;
    std::FILE* tool = ::popen(("sha256sum < " + text.string()).c_str(), "r");
    for (int c = std::fgetc(tool); c != EOF; c = std::fgetc(tool))
      line += static_cast<char>(c);
    ASSERT_EQ(::pclose(tool), 0);
    EXPECT_EQ(recorded, line.substr(0, 64)) << migration.name;
  }
  EXPECT_EQ(
      value(path_, "SELECT count(*) FROM schema_migrations WHERE abs(applied_at - strftime('%s','now')) > 60"),
      "0");
}

TEST_F(Migrations, DoNothingTheSecondTime) {
  migrate(path_);
  const auto before = rows(path_, "SELECT * FROM schema_migrations");
  const auto report = migrate(path_);
  EXPECT_FALSE(report.created);
  EXPECT_FALSE(report.adopted);
  EXPECT_TRUE(report.applied.empty());
  EXPECT_EQ(rows(path_, "SELECT * FROM schema_migrations"), before);
}

TEST_F(Migrations, FillAnEmptyFileAndKeepItsMode) {
  std::ofstream{path_};
  fs::permissions(path_, fs::perms(0600));
  EXPECT_TRUE(migrate(path_).created);
  expect_complete(path_);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms(0600));
}

TEST_F(Migrations, ContinueWhereAnotherRunEnded) {
  const auto migrations = with_later_ones();
  migrate(path_, false, migrations);
  const auto records =
      rows(path_, "SELECT number || ',' || quote(name) || ',' || quote(checksum) || ',0' FROM schema_migrations");
  ASSERT_EQ(records.size(), migrations.size());
  for (std::size_t done = 0; done <= records.size(); ++done) {
    SCOPED_TRACE(done);
    std::string sql = "BEGIN;";
    if (done > 0)
      sql += "CREATE TABLE schema_migrations (number INTEGER PRIMARY KEY, name, checksum, applied_at);";
    for (std::size_t i = 0; i < done; ++i) {
      sql += std::string(migrations[i].sql) + ";INSERT INTO schema_migrations VALUES (" + records[i] + ");";
    }
    remove_database();
    make_with("PRAGMA journal_mode = WAL;" + sql + "COMMIT");
    std::vector<std::string> left;
    for (std::size_t i = done; i < migrations.size(); ++i)
      left.emplace_back(migrations[i].name);
    EXPECT_EQ(migrate(path_, false, migrations).applied, left);
    EXPECT_EQ(rows(path_, "SELECT name FROM schema_migrations").size(), migrations.size());
    EXPECT_EQ(value(path_, "SELECT count(*) FROM notes"), "0");
  }
}

TEST_F(Migrations, ThatComeLaterAreAppliedToWhatIsThere) {
  const auto migrations = with_later_ones();
  for (const bool is_former : {false, true}) {
    remove_database();
    if (is_former) {
      make_with(content_of(former_schema));
    } else {
      migrate(path_);
      make_with("INSERT INTO pools (name) VALUES ('inbound')");
    }
    const auto report = migrate(path_, false, migrations);
    EXPECT_EQ(report.applied.size(), is_former ? migrations.size() : 2);
    EXPECT_EQ(report.applied.back(), "0003_made_up");
    EXPECT_EQ(report.backup, path_ + (is_former ? ".before-0001" : ".before-0002"));
    EXPECT_TRUE(report.differences.empty());
    EXPECT_EQ(value(path_, "SELECT DISTINCT note FROM notes"), "later");
    expect_refused<Refusal>({"was made by a newer mxbalance: it has the migration 0002_made_up"});
    SQLite::Database database(path_, SQLite::OPEN_READONLY);
    EXPECT_NO_THROW(require_current_schema(database, path_, migrations));
  }
}

TEST_F(Migrations, ThatFailLeaveWhatWasBefore) {
  migrate(path_);
  auto migrations = with_later_ones();
  migrations.back().sql = "CREATE TABLE half (x); CREATE TABLE pools (x)";
  EXPECT_THROW(migrate(path_, false, migrations), Refusal) << "they are tried on the schema first";
  expect_complete(path_);
  make_with("INSERT INTO pools (name) VALUES ('inbound'), ('other')");
  migrations.back().sql = "CREATE TABLE half AS SELECT 1; CREATE UNIQUE INDEX one_note ON pools (note)";
  EXPECT_THROW(migrate(path_, false, migrations), StoreFailure) << "it does not fit the rows";
  EXPECT_EQ(value(path_, "SELECT max(name) FROM schema_migrations"), "0002_made_up");
  EXPECT_EQ(value(path_, "SELECT count(*) FROM sqlite_master WHERE name = 'half'"), "0");
}

TEST_F(Migrations, TakeACopyMadeWithTheShellsDump) {
  migrate(path_);
  make_with(
      "INSERT INTO domains (id, name, type) VALUES (5, 'example.com', 'NATIVE');"
      "INSERT INTO mail_servers (name) VALUES ('mail1.example.com')");
  const std::string copy = directory_.path() / "copy.db";
  ASSERT_EQ(std::system(("sqlite3 " + path_ + " .dump | sqlite3 " + copy).c_str()), 0);
  ASSERT_EQ(value(copy, "PRAGMA application_id"), "0") << "this is what .dump leaves out";
  const auto report = migrate(copy);
  EXPECT_FALSE(report.created);
  EXPECT_TRUE(report.applied.empty());
  expect_complete(copy);
  EXPECT_EQ(value(copy, "SELECT name, domain_id FROM mail_servers"), "mail1.example.com|5");
}

TEST_F(Migrations, AdoptWhatPowerDnsMade) {
  make_by_powerdns();
  const std::vector<std::string> tables = {"domains",        "records",    "supermasters", "comments",
                                           "domainmetadata", "cryptokeys", "tsigkeys"};
  std::vector<std::vector<std::string>> before;
  for (const auto& table : tables)
    before.push_back(rows(path_, "SELECT * FROM " + table + " ORDER BY rowid"));
  const auto schema = rows(path_, "SELECT name, sql FROM sqlite_master ORDER BY name");

  const auto report = migrate(path_);
  EXPECT_FALSE(report.created);
  EXPECT_TRUE(report.adopted);
  EXPECT_EQ(report.applied, known_names());
  expect_complete(path_);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    EXPECT_EQ(rows(path_, "SELECT * FROM " + tables[i] + " ORDER BY rowid"), before[i]) << tables[i];
    EXPECT_FALSE(before[i].empty()) << tables[i];
  }
  const auto after = rows(path_, "SELECT name, sql FROM sqlite_master ORDER BY name");
  EXPECT_TRUE(std::includes(after.begin(), after.end(), schema.begin(), schema.end()));
  EXPECT_FALSE(migrate(path_).adopted);
}

// As libgsqlite3backend.so has them.
TEST_F(Migrations, LeavePowerDnsItsOwnStatements) {
  make_by_powerdns();
  migrate(path_);
  make_with(R"(
    PRAGMA foreign_keys = 1;
    INSERT INTO domains (type, name, master, account, last_check, notified_serial) VALUES ('NATIVE', 'new.example', '', '', NULL, NULL);
    INSERT INTO records (content, ttl, prio, type, domain_id, disabled, name, ordername, auth) VALUES ('192.0.2.1', 60, 0, 'A', 8, 0, 'new.example', NULL, 1);
    INSERT INTO records (type, domain_id, disabled, name, ordername, auth, ttl, prio, content) VALUES (NULL, 8, 0, 'ent.new.example', NULL, 1, NULL, NULL, NULL);
    INSERT INTO domainmetadata (domain_id, kind, content) SELECT id, 'X-KIND', 'x' FROM domains WHERE name = 'new.example';
    INSERT INTO cryptokeys (domain_id, flags, active, published, content) SELECT id, 257, 1, 1, 'k' FROM domains WHERE name = 'new.example';
    INSERT INTO comments (domain_id, name, type, modified_at, account, comment) VALUES (8, 'new.example', 'A', 1, '', 'c');
    REPLACE INTO tsigkeys (name, algorithm, secret) VALUES ('transfer', 'hmac-sha256', 'bmV3');
    UPDATE domains SET notified_serial = 7 WHERE id = 8;
    UPDATE domains SET master = '192.0.2.1' WHERE name = 'new.example';
    UPDATE records SET ordername = 'x', auth = 1 WHERE domain_id = 8 AND name = 'new.example' AND disabled = 0;
    DELETE FROM records WHERE domain_id = 1 AND name = 'mail.example.com' AND type = 'A';
    DELETE FROM domainmetadata WHERE domain_id = (SELECT id FROM domains WHERE name = 'example.com') AND kind = 'NSEC3PARAM';
    DELETE FROM domains WHERE name = 'EXAMPLE.net';
  )");
  EXPECT_EQ(rows(path_, "SELECT id, name, notified_serial, master FROM domains"),
            (std::vector<std::string>{"1|example.com||", "8|new.example|7|192.0.2.1"}));
  EXPECT_EQ(rows(path_, "SELECT domain_id, name FROM records ORDER BY id"),
            (std::vector<std::string>{"1|example.com", "1|sub.example.com", "99|orphan.example", "8|new.example",
                                      "8|ent.new.example"}));
  EXPECT_EQ(value(path_, "SELECT secret FROM tsigkeys"), "bmV3");
  make_with("PRAGMA foreign_keys = 1; DELETE FROM domains WHERE name = 'new.example'");
  EXPECT_EQ(value(path_,
                  "SELECT (SELECT count(*) FROM comments WHERE domain_id = 8) + (SELECT count(*) FROM cryptokeys "
                  "WHERE domain_id = 8)"
                  " + (SELECT count(*) FROM domainmetadata WHERE domain_id = 8) + (SELECT count(*) FROM records "
                  "WHERE domain_id = 8)"),
            "0");
}

TEST_F(Migrations, AdoptAnOldOneOnlyAfterPowerDnsUpgradeScripts) {
  const std::string folder = fs::path(powerdns_schema).parent_path();
  make_with(
      content_of(powerdns_schema) + "DROP INDEX catalog_idx; ALTER TABLE domains DROP COLUMN options; " +
      "ALTER TABLE domains DROP COLUMN catalog; INSERT INTO domains (name, type) VALUES ('a.example', 'NATIVE')");
  expect_refused<Refusal>({"before 4.7", "domains.catalog and domains.options",
                           "/usr/share/pdns-backend-sqlite3/schema/", "4.3.1_to_4.7.0_schema.sqlite3.sql"});
  std::string script = content_of(folder + "/4.3.1_to_4.7.0_schema.sqlite3.sql");
  script.erase(script.find(".bail on"), std::string(".bail on").size());
  make_with(script);
  EXPECT_TRUE(migrate(path_).adopted);
  expect_complete(path_);
  EXPECT_EQ(value(path_, "SELECT name FROM domains"), "a.example");
}

TEST_F(Migrations, LeaveTablesOfOthersAlone) {
  make_with(content_of(powerdns_schema) +
            "CREATE TABLE users (id INTEGER, name TEXT); INSERT INTO users VALUES (1, 'x')");
  EXPECT_TRUE(migrate(path_).adopted);
  EXPECT_EQ(value(path_, "SELECT name FROM users"), "x");
}

struct Foreign {
  const char* what;
  std::string sql;
  std::vector<std::string> parts;
};

TEST_F(Migrations, RefuseWhatIsNotTheirs) {
  const std::string powerdns = content_of(powerdns_schema);
  const Foreign files[] = {
      {"another application's id",
       "PRAGMA application_id = 252006673; CREATE TABLE t (x)",
       {"another application", "252006673"}},
      {"another application's id, no tables", "PRAGMA application_id = -5", {"another application", "-5"}},
      {"unknown tables", "CREATE TABLE users (x)", {"neither mxbalance's nor PowerDNS's", "users"}},
      {"half of PowerDNS's", "CREATE TABLE domains (x)", {"neither mxbalance's nor PowerDNS's", "domains"}},
      {"PowerDNS of old",
       "CREATE TABLE domains (id INTEGER, name TEXT, master TEXT, last_check INTEGER, type TEXT, "
       "notified_serial INTEGER, account TEXT, options TEXT); CREATE TABLE records (id INTEGER, domain_id "
       "INTEGER, "
       "name TEXT, type TEXT, content TEXT, ttl INTEGER, prio INTEGER, disabled BOOL, ordername TEXT, auth BOOL)",
       {"before 4.7", "lacks the column domains.catalog;"}},
      {"a view in place of a table",
       powerdns + "DROP TABLE records; CREATE VIEW Records AS SELECT 1",
       {"records is a view", "needs PowerDNS's own table of that name", "Nothing was changed"}},
      {"a virtual table in place of a table",
       powerdns + "DROP TABLE comments; CREATE VIRTUAL TABLE comments USING fts5(name)",
       {"comments is a virtual table", "needs PowerDNS's own table of that name"}},
      {"several rows for one zone",
       powerdns + "DROP INDEX name_index; INSERT INTO domains (id, name, type) VALUES (3, 'a.example', 'NATIVE'),"
                  " (5, 'A.example', 'NATIVE'), (6, 'b.example', 'NATIVE')",
       {"several rows of the table domains with the same name", "\"a.example\" (rowid 3, 5);",
        "DELETE FROM domains WHERE rowid = ROWID", "Nothing was changed"}},
      {"several secrets of one key",
       powerdns + "DROP INDEX namealgoindex; INSERT INTO tsigkeys (name, algorithm, secret) VALUES"
                  " ('k', 'hmac-md5', 'x'), ('k', 'hmac-md5', 'y')",
       {"several rows of the table tsigkeys", "\"k hmac-md5\" (rowid 1, 2);"}},
      {"an index that is not unique",
       powerdns + "DROP INDEX name_index; CREATE INDEX name_index ON domains (name)",
       {"name_index", "not a unique one of the table domains", "DROP INDEX name_index"}},
      {"a broken trigger",
       powerdns + "CREATE TRIGGER old AFTER UPDATE ON records BEGIN INSERT INTO gone VALUES (NEW.id); END",
       {"the trigger old", "no such table: main.gone", "DROP TRIGGER old", "Nothing was changed"}},
      {"a broken view", powerdns + "CREATE VIEW old AS SELECT * FROM gone", {"the view old", "DROP VIEW old"}},
      {"one of our names is taken",
       powerdns + "CREATE TABLE events (x)",
       {"already has events", "rename or drop"}},
      {"by a view, in capitals", powerdns + "CREATE VIEW POOLS AS SELECT 1", {"already has pools"}},
      {"another tool's migrations",
       powerdns + "CREATE TABLE schema_migrations (version TEXT)",
       {"already has schema_migrations"}},
      {"migrations alone", "CREATE TABLE schema_migrations (version TEXT)", {"such as schema_migrations"}},
  };
  for (const auto& file : files) {
    SCOPED_TRACE(file.what);
    remove_database();
    make_with(file.sql);
    expect_refused<Refusal>(file.parts);
  }
}

TEST_F(Migrations, RefuseWhatIsNoDatabase) {
  for (const std::string& content :
       {std::string("no"), std::string("SQLite format 3"), std::string(4096, '\0'), std::string(100'000, 'x'),
        std::string("SQLite format 3\0", 16) + std::string(9000, '\0')}) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
    expect_refused<Refusal>({"is not an SQLite database"});
  }
}

TEST_F(Migrations, RefuseADatabaseOfANewerOrAnotherBuild) {
  const std::string last = known_names().back();
  const struct {
    const char* change;
    std::vector<std::string> parts;
  } builds[] = {
      {"INSERT INTO schema_migrations VALUES (9999, '9999_from_the_future', 'ab', 0)",
       {"newer", "9999_from_the_future", last}},
      {"UPDATE schema_migrations SET checksum = 'ab' WHERE number = 1",
       {"0001_schema", "SHA-256 ab", "another build"}},
      {"UPDATE schema_migrations SET name = '0001_other' WHERE number = 1",
       {"0001_other", "0001_schema", "another build"}},
      {"UPDATE schema_migrations SET number = 2", {"0001_schema", "another build"}},
  };
  for (const auto& build : builds) {
    SCOPED_TRACE(build.change);
    remove_database();
    migrate(path_);
    make_with(build.change);
    expect_refused<Refusal>(build.parts);
    SQLite::Database database(path_);
    EXPECT_THROW(require_current_schema(database, path_), StoreFailure);
  }
}

TEST_F(Migrations, SayWhatKeepsThemFromWriting) {
  EXPECT_THROW(
      {
        try {
          migrate(directory_.path() / "missing/store.db");
        } catch (const StoreFailure& failure) {
          EXPECT_NE(
              std::string(failure.what()).find("create the directory " + (directory_.path() / "missing").string()),
              std::string::npos)
              << failure.what();
          throw;
        }
      },
      StoreFailure);
  path_ = directory_.path();
  expect_refused<StoreFailure>({"is a directory"});
  path_ = "/dev/null";
  expect_refused<StoreFailure>({"is not a file"});
  path_ = directory_.path() / "store.db";
  std::ofstream{path_};
  path_ += "/store.db";
  expect_refused<StoreFailure>({"cannot create"});
}

TEST_F(Migrations, NameTheCommandThatAppliesWhatIsMissing) {
  const auto migrations = with_later_ones();
  migrate(path_, false, migrations);
  SQLite::Database database(path_, SQLite::OPEN_READWRITE);
  EXPECT_NO_THROW(require_current_schema(database, path_, migrations));
  auto names = known_names();
  names.insert(names.end(), {"0002_made_up", "0003_made_up"});
  const auto last = names.size() - 1;
  const std::string drop_last =
      "DELETE FROM schema_migrations WHERE number = (SELECT max(number) FROM schema_migrations)";
  const struct {
    std::string change;
    std::string lacks;
  } changes[] = {{drop_last, names[last]},
                 {drop_last, names[last - 1] + " and later ones"},
                 {"DROP TABLE schema_migrations", names[0] + " and later ones"}};
  for (const auto& [change, lacks] : changes) {
    database.exec(change);
    try {
      require_current_schema(database, path_, migrations);
      ADD_FAILURE() << change;
    } catch (const StoreFailure& failure) {
      EXPECT_EQ(std::string(failure.what()), "the database " + path_ + " lacks the migration " + lacks +
                                                 "; run: mxbalance --db " + path_ + " migrate");
    }
  }
}

}  // namespace
}  // namespace mxbalance::db
