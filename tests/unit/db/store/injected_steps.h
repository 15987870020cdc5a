// A step of a test in the middle of what the product does, so that a race has the same order each time.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <SQLiteCpp/Database.h>
#include <sqlite3.h>

#include "db/store/database.h"

namespace mxbalance::db {

/// At the next statement with certain words in it, before anything is read by it; once. It must outlive the
/// database.
class StepAtStatement {
 public:
  StepAtStatement(std::string words, std::function<void()> step)
      : words_(std::move(words)), step_(std::move(step)) {}
  StepAtStatement(const StepAtStatement&) = delete;
  StepAtStatement& operator=(const StepAtStatement&) = delete;

  /// Waits for the statement on the connection that the next read will take. Nothing else may read meanwhile.
  void wait_in(Database& database) {
    database.read([this](Connection& connection) { wait_on(connection.database().getHandle()); });
  }
  void wait_on(sqlite3* connection) {
    sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, &StepAtStatement::begins, this);
  }

  bool is_taken() const { return is_taken_; }

 private:
  static int begins(unsigned /*event*/, void* self, void* statement, void* /*text*/) {
    auto& waiting = *static_cast<StepAtStatement*>(self);
    const std::string_view sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
    if (sql.find(waiting.words_) == std::string_view::npos) return 0;
    if (const auto step = std::exchange(waiting.step_, nullptr)) {
      step();
      waiting.is_taken_ = true;
    }
    return 0;
  }

  const std::string words_;
  std::function<void()> step_;
  std::atomic<bool> is_taken_ = false;
};

/// When a thread opens the next database: its file is open, its log is not, and nothing is read yet; once. One at
/// a time.
class StepAtOpening {
 public:
  enum class Opener { this_thread, another_thread };

  explicit StepAtOpening(std::function<void(sqlite3*)> step, Opener opener = Opener::this_thread) {
    {
      const std::lock_guard lock(mutex);
      waiting = std::move(step);
      is_by_maker = opener == Opener::this_thread;
      maker = std::this_thread::get_id();
    }
    sqlite3_auto_extension(entry());
  }
  ~StepAtOpening() {
    sqlite3_cancel_auto_extension(entry());
    const std::lock_guard lock(mutex);
    waiting = nullptr;
  }
  StepAtOpening(const StepAtOpening&) = delete;
  StepAtOpening& operator=(const StepAtOpening&) = delete;

  static bool is_taken() {
    const std::lock_guard lock(mutex);
    return !waiting;
  }

 private:
  using Entry = void (*)();

  static Entry entry() { return reinterpret_cast<Entry>(&StepAtOpening::opened); }

  static int opened(sqlite3* database, const char** /*error*/, const void* /*routines*/) {
    const std::lock_guard lock(mutex);
    if ((std::this_thread::get_id() == maker) != is_by_maker) return SQLITE_OK;
    if (const auto step = std::exchange(waiting, nullptr)) step(database);
    return SQLITE_OK;
  }

  static inline std::mutex mutex;
  static inline std::function<void(sqlite3*)> waiting;
  static inline std::thread::id maker;
  static inline bool is_by_maker = true;
};

}  // namespace mxbalance::db
