// Writing as PowerDNS does it, for the tests of what one request and its reply cannot show. One thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "backend/listen/byte_source.h"
#include "backend/protocol/long_request.h"
#include "tests/protocol/served_store.h"
#include "tests/protocol/written_requests.h"

namespace mxbalance::remote {

inline const std::string done = R"({"result":true})";
inline const std::string no_transaction =
    "no transaction is open on this connection: it was never begun, or ended with another connection";

inline std::string refused(const std::string& problem) {
  return R"({"result":false,"error":)" + nlohmann::json(problem).dump() + '}';
}

/// What the commit says after `problem`.
inline std::string poisoned(const std::string& problem) {
  return refused(
      "nothing of the transaction in the zone example.com is written, because of what was refused in it: " +
      problem);
}

inline WrittenRequest post(std::string target, std::string content_type, std::string body) {
  WrittenRequest request;
  request.verb = "POST";
  request.target = std::move(target);
  request.content_type = std::move(content_type);
  request.body = std::move(body);
  return request;
}

inline nlohmann::json record(const std::string& name, const std::string& type, const std::string& content,
                             int ttl = 300) {
  return {{"qname", name}, {"qtype", type}, {"content", content}, {"ttl", ttl}};
}

/// What comes as a long request does.
class InPieces final : public listen::ByteSource {
 public:
  explicit InPieces(std::string_view bytes) : left_(bytes) {}

  std::string_view next() override {
    constexpr std::size_t size = 100;
    const auto piece = left_.substr(0, size);
    left_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view left_;
};

/// One connection of PowerDNS in the post_json form: there what is refused has a sentence, and leaves it open.
/// Every transaction has the same trxid, as those that begin in one second do.
class Peer {
 public:
  Peer(ServedStore& store, int connection) : store_(store), connection_(connection) {}

  std::string ask(const std::string& method, nlohmann::json parameters) {
    parameters["trxid"] = 1795501055;
    const nlohmann::json request = {{"method", method}, {"parameters", std::move(parameters)}};
    return store_.ask(post("/dns", "text/javascript; charset=utf-8", request.dump()), connection_).body;
  }

  listen::HttpReply ask_in_pieces(const std::string& method, nlohmann::json parameters) {
    parameters["trxid"] = 1795501055;
    const std::string request = nlohmann::json{{"method", method}, {"parameters", std::move(parameters)}}.dump();
    EXPECT_TRUE(is_read_in_pieces(request));
    InPieces pieces(request);
    return store_.session(connection_).http_in_pieces(pieces);
  }

  std::string start(const std::string& zone = "example.com.", int id = -1) {
    return ask("startTransaction", {{"domain", zone}, {"domain_id", id}});
  }
  std::string feed(const nlohmann::json& fed) { return ask("feedRecord", {{"rr", fed}}); }
  std::string feed(const std::string& name, const std::string& content) {
    return feed(record(name, "A", content));
  }
  std::string replace(const std::string& name, const std::string& type,
                      const std::vector<nlohmann::json>& records) {
    return ask("replaceRRSet", replacement(name, type, records));
  }
  std::string replace_in_pieces(const std::string& name, const std::string& type,
                                const std::vector<nlohmann::json>& records) {
    return ask_in_pieces("replaceRRSet", replacement(name, type, records)).body;
  }
  std::string set_note(const std::string& value) {
    return ask("setDomainMetadata", {{"name", "example.com."}, {"kind", "X-NOTE"}, {"value", {value}}});
  }
  std::string commit() { return ask("commitTransaction", nlohmann::json::object()); }
  std::string abort() { return ask("abortTransaction", nlohmann::json::object()); }

  /// The rows of a reply, or none.
  nlohmann::json rows(const std::string& method, const nlohmann::json& parameters) {
    const nlohmann::json reply = nlohmann::json::parse(ask(method, parameters));
    return reply["result"].is_array() ? reply["result"] : nlohmann::json::array();
  }
  nlohmann::json list() { return rows("list", {{"zonename", "example.com."}, {"domain_id", 1}}); }

  /// The contents at a name, separated by commas.
  std::string contents(const std::string& name, const std::string& type = "A") {
    std::string contents;
    for (const auto& row : rows("lookup", {{"qname", name}, {"qtype", type}, {"zone-id", 1}}))
      contents += (contents.empty() ? "" : ", ") + row["content"].get<std::string>();
    return contents;
  }
  std::string note() {
    return nlohmann::json::parse(
        ask("getDomainMetadata", {{"name", "example.com."}, {"kind", "X-NOTE"}}))["result"][0];
  }
  std::int64_t serial(const std::string& zone = "example.com.") {
    return nlohmann::json::parse(ask("getDomainInfo", {{"name", zone}}))["result"].value("serial",
                                                                                         std::int64_t{-1});
  }

 private:
  static nlohmann::json replacement(const std::string& name, const std::string& type,
                                    const std::vector<nlohmann::json>& records) {
    return {{"domain_id", 1}, {"qname", name}, {"qtype", type}, {"rrset", records}};
  }

  ServedStore& store_;
  int connection_;
};

class Writing : public ::testing::Test {
 protected:
  bool is_logged(const std::string& line) const {
    const auto log = store_.log();
    return std::find(log.begin(), log.end(), line) != log.end();
  }

  ServedStore store_;
  Peer one_{store_, 1};
  Peer two_{store_, 2};
};

}  // namespace mxbalance::remote
