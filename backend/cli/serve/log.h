// The log of `serve`: lines on the error output, each printable whatever a row or a request brought into it
// (db::printable). The logger is safe from any thread.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>

namespace mxbalance::cli {

/// `level`: error, warn, info or debug.
std::shared_ptr<spdlog::logger> make_log(const std::string& level);

/// As above, to `sink`.
std::shared_ptr<spdlog::logger> make_log(const std::string& level, std::shared_ptr<spdlog::sinks::sink> sink);

}  // namespace mxbalance::cli
