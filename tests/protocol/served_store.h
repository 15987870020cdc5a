// The store of golden/store.sql, a service that answers from it, and what that logs. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/sinks/ringbuffer_sink.h>

#include "backend/remote/service.h"
#include "backend/remote/session.h"
#include "db/lookup/health_reports.h"
#include "db/store/database.h"
#include "tests/protocol/written_requests.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::remote {

inline constexpr std::size_t kept_log_lines = 100;

class ServedStore {
 public:
  ServedStore();

  /// A service without a past: draws start where `seed` says, nothing is logged yet, no connection is open.
  void restart(std::uint64_t seed = 1, Service::Options options = {});

  /// The reply to `request` on the connection with that number, which is opened if it is not. For a JSON line the
  /// status is 200, or 0 when there is no reply: then the connection is closed.
  WrittenReply ask(const WrittenRequest& request, int connection = 0);

  /// That connection's session, until it is closed.
  Session& session(int connection) { return sessions_.try_emplace(connection, *service_).first->second; }
  void close(int connection) { sessions_.erase(connection); }

  /// Renames the database's file, as an unmounted volume would take it away, and back.
  void take_away();
  void bring_back();

  void exec(const std::string& sql) { file_.exec(sql); }
  const std::string& path() const { return file_.path(); }

  /// In effect, and not written.
  void report(db::HealthReport found) { reports_.add(std::move(found)); }

  /// "level sentence" for each line logged since the start, or for the last `most` of them.
  std::vector<std::string> log(std::size_t most = kept_log_lines) const;

 private:
  db::testing::TemporaryDatabase file_;
  std::optional<db::Database> database_;
  db::HealthReports reports_;
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> log_;
  std::optional<Service> service_;
  std::map<int, Session> sessions_;
};

/// The text of a file below tests/protocol/.
std::string text_of(const std::string& name);

}  // namespace mxbalance::remote
