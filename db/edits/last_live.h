// Protects the last live server of a published pool: without it, mail goes only to servers that are down. Its
// removal is refused (Refusal), unless the command has --force. Whether a member is live is checked for MX or for
// addresses, as the pool is published. An enabled member counts as live while its health is up or unknown, a
// draining one only while it is up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/store/connection.h"

namespace mxbalance::db {

/// Throws Refusal where `server` is the last live server of a published pool. For a change of its state to
/// `state`: drain or disabled.
void require_other_live(Connection& connection, std::string_view server, std::string_view state);

/// Throws Refusal where `server` is the last live member of `pool`. For the removal of the member.
void require_other_live_member(Connection& connection, std::string_view pool, std::string_view server);

/// Throws the Refusal for `server`, the last enabled member of `pool`, which is published.
[[noreturn]] void refuse_last_member(Connection& connection, std::string_view pool, std::string_view server);

/// Protects the last live address of the last live server. Construct it before addresses are removed, and call
/// require_live() after that.
class LiveAddressRule {
 public:
  LiveAddressRule(Connection& connection, std::string_view server);
  void require_live() const;

 private:
  std::vector<std::string> places() const;

  Connection& connection_;
  std::string server_;
  std::vector<std::string> places_;  ///< the pools, each with a kind, where the server is the only live one
};

}  // namespace mxbalance::db
