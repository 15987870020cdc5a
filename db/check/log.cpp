#include <cstdint>
#include <string>

#include <SQLiteCpp/Database.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "db/base/advice.h"
#include "db/check/rules.h"
#include "db/files/file_systems.h"
#include "db/store/bound_statement.h"
#include "db/store/log_backlog.h"

namespace mxbalance::db {

namespace {

/// When the database file was last written. It is written only when the log is copied into it.
std::string last_taken_over(Connection& connection, const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return "an unknown time";
  return texts(connection,
               "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?1, 'unixepoch') || ' (' || (strftime('%s', 'now') - ?1) ||"
               " ' s)'",
               std::int64_t{status.st_mtime})
      .front();
}

}  // namespace

void check_names_of_file(Connection& connection, const Report& report) {
  const std::string path = connection.database().getFilename();
  if (const auto danger = danger_of_other_names(path))
    report({"the file " + path, *danger, advice::find_other_names(path)});
}

void check_log(Connection& connection, const Report& report) {
  const auto log = connection.backlog();
  if (!log || log->size < remarkable_log || log->waiting == 0) return;
  const std::string path = connection.database().getFilename();
  report({fmt::format("the log {}-wal", path),
          fmt::format("it has grown to {}, of which {} bytes have been waiting since {} to be taken over into the "
                      "database",
                      in_mebibytes(log->size), log->waiting, last_taken_over(connection, path)),
          "if mxbalance serves from this database, " + reader_to_end(path)});
}

}  // namespace mxbalance::db
