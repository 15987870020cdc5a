// The last live server of a published pool: without it, mail is sent only to servers that are down. What takes it
// away is a Refusal, for which the commands have --force. A member counts for MX or for addresses as the pool is
// published: from unknown on while it is enabled, while it drains only if it is up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/store/connection.h"

namespace mxbalance::db {

/// For a server that goes to `state`: drain or disabled.
void require_other_live(Connection& connection, std::string_view server, std::string_view state);

/// For a member that leaves the pool.
void require_other_live_member(Connection& connection, std::string_view pool, std::string_view server);

/// For a server that loses addresses: made before it does, and asked afterwards.
class LiveAddressRule {
 public:
  LiveAddressRule(Connection& connection, std::string_view server);
  void require_live() const;

 private:
  std::vector<std::string> places() const;

  Connection& connection_;
  std::string server_;
  std::vector<std::string> places_;  ///< where it is the only live one: pools, each with a kind
};

}  // namespace mxbalance::db
