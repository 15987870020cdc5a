#include "backend/cli/serve/log.h"

#include <utility>

#include <spdlog/pattern_formatter.h>
#include <unistd.h>

#include "backend/cli/serve/error_output.h"
#include "db/base/text.h"

namespace mxbalance::cli {

namespace {

class PrintableMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
              spdlog::memory_buf_t& line) override {
    const auto text = db::printable({message.payload.data(), message.payload.size()});
    line.append(text.data(), text.data() + text.size());
  }
  [[nodiscard]] std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<PrintableMessage>();
  }
};

}  // namespace

std::shared_ptr<spdlog::logger> make_log(const std::string& level) {
  return make_log(level, std::make_shared<ErrorOutput>(STDERR_FILENO));
}

std::shared_ptr<spdlog::logger> make_log(const std::string& level, std::shared_ptr<spdlog::sinks::sink> sink) {
  auto log = std::make_shared<spdlog::logger>("mxbalance", std::move(sink));
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<PrintableMessage>('*').set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l: %*");
  log->set_formatter(std::move(formatter));
  log->set_level(spdlog::level::from_str(level));
  log->flush_on(spdlog::level::trace);
  return log;
}

}  // namespace mxbalance::cli
