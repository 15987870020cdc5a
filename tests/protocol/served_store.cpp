#include "tests/protocol/served_store.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <spdlog/logger.h>

#include "db/edits/chores.h"

namespace mxbalance::remote {

std::string text_of(const std::string& name) {
  std::ifstream file(std::filesystem::path(MXBALANCE_SOURCE_DIR) / "tests" / "protocol" / name);
  if (!file) throw std::runtime_error("cannot open tests/protocol/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

ServedStore::ServedStore() {
  file_.exec(text_of("golden/store.sql"));
  database_.emplace(db::Database::Options{.path = file_.path(), .chores = db::chores_of_service()});
  restart();
}

void ServedStore::restart(std::uint64_t seed, Service::Options options) {
  log_ = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(kept_log_lines);
  log_->set_pattern("%l %v");
  sessions_.clear();
  service_.emplace(*database_, reports_, seed, std::make_shared<spdlog::logger>("test", log_), std::move(options));
}

WrittenReply ServedStore::ask(const WrittenRequest& request, int connection) {
  if (request.is_json_line) {
    const auto reply = session(connection).line(request.body);
    if (!reply) close(connection);
    return reply ? WrittenReply{200, *reply} : WrittenReply{};
  }
  const auto reply = session(connection)
                         .http({.verb = request.verb,
                                .target = request.target,
                                .content_type = request.content_type,
                                .body = request.body,
                                .zone_id = request.zone_id});
  return {reply.status, reply.body};
}

void ServedStore::take_away() {
  std::filesystem::rename(file_.path(), file_.path() + ".away");
}

void ServedStore::bring_back() {
  std::filesystem::rename(file_.path() + ".away", file_.path());
}

std::vector<std::string> ServedStore::log(std::size_t most) const {
  std::vector<std::string> lines;
  for (std::string line : log_->last_formatted(most)) {
    while (!line.empty() && line.back() == '\n')
      line.pop_back();
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace mxbalance::remote
