// The log of `serve`: lines on the error output. Each line is printable, whatever text a row or a request
// contributes (db::printable). The logger is safe from any thread.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>

namespace mxbalance::cli {

/// `level`: error, warn, info or debug.
std::shared_ptr<spdlog::logger> make_log(const std::string& level);

/// Makes a log with this level that writes to `sink`.
std::shared_ptr<spdlog::logger> make_log(const std::string& level, std::shared_ptr<spdlog::sinks::sink> sink);

}  // namespace mxbalance::cli
