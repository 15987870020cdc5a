#include "backend/listen/http_reply.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mxbalance::listen {

namespace {

/// The reason phrases of the statuses that are sent here (RFC 9110 §15).
constexpr auto reasons = std::to_array<std::pair<int, std::string_view>>({
    {200, "OK"},
    {400, "Bad Request"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {413, "Payload Too Large"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
});

std::string_view reason_of(int status) {
  const auto* const found =
      std::find_if(reasons.begin(), reasons.end(), [&](const auto& reason) { return reason.first == status; });
  return found == reasons.end() ? "" : found->second;  // RFC 9112 §4: the phrase may be empty
}

}  // namespace

std::string reply_head(int status, std::size_t length, std::string_view connection) {
  std::string head = "HTTP/1.1 ";
  head.append(std::to_string(status)).append(" ").append(reason_of(status)).append("\r\n");
  if (status == 405) head += "Allow: GET, POST, PUT, PATCH, DELETE\r\n";  // RFC 9110 §15.5.6
  if (!connection.empty()) head.append("Connection: ").append(connection).append("\r\n");
  head.append("Content-Length: ").append(std::to_string(length)).append("\r\n");
  return head += "Content-Type: application/json\r\n\r\n";
}

std::string error_body(std::string_view sentence) {
  return std::string(R"({"error":")").append(sentence).append("\"}");
}

std::string http_refusal(int status, std::string_view sentence) {
  const auto body = error_body(sentence);
  return reply_head(status, body.size(), "close") + body;
}

}  // namespace mxbalance::listen
