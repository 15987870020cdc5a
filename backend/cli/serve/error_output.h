// The error output as the log's sink. It waits for no reader that has stopped reading: the service would stop with
// it. What such a reader does not take is left out, and the log says how many lines were. Safe from any thread.
#pragma once

#include <cstddef>
#include <mutex>
#include <string_view>

#include <spdlog/sinks/base_sink.h>

namespace mxbalance::cli {

class ErrorOutput final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  /// Of the descriptor, which stays open: a pipe, a socket, a terminal or a file.
  explicit ErrorOutput(int descriptor);

 private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}
  bool put(const spdlog::details::log_msg& message);
  bool put(std::string_view line);
  bool is_ready() const;
  std::ptrdiff_t write_some(std::string_view bytes) const;

  const int descriptor_;
  const bool is_socket_;
  std::size_t left_out_ = 0;   ///< lines, since the last one that was taken
  bool is_in_a_line_ = false;  ///< a part of one was taken
};

}  // namespace mxbalance::cli
