// The store of golden/store.sql, a service that answers from it, and what that logs. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <spdlog/sinks/ringbuffer_sink.h>

#include "backend/remote/service.h"
#include "backend/remote/session.h"
#include "db/database.h"
#include "tests/protocol/written_requests.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::remote {

inline constexpr std::size_t kept_log_lines = 100;

class ServedStore {
 public:
  ServedStore();

  /// A service without a past: draws start where `seed` says, nothing is logged yet.
  void restart(std::uint64_t seed = 1, std::string url_suffix = {});

  /// The reply to `request`. For a JSON line the status is 200, or 0 when the connection is to be closed.
  WrittenReply ask(const WrittenRequest& request);

  /// Renames the database's file, as an unmounted volume would take it away, and back.
  void take_away();
  void bring_back();

  void exec(const std::string& sql) { file_.exec(sql); }

  /// "level sentence" for each line logged since the start, or for the last `most` of them.
  std::vector<std::string> log(std::size_t most = kept_log_lines) const;

 private:
  db::testing::TemporaryDatabase file_;
  std::optional<db::Database> database_;
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> log_;
  std::optional<Service> service_;
  std::optional<Session> session_;
};

/// The text of a file below tests/protocol/.
std::string text_of(const std::string& name);

}  // namespace mxbalance::remote
