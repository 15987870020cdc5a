// Pools and mail servers from words, so that a test's table reads like the store. Stateless.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "db/lookup/model.h"

namespace mxbalance::answer {

/// A mail server: its name, then as needed `weight=70`, `ttl=60`, `drain` or `disabled`, `up` or `down`, and its
/// addresses; one with a `!` after it is down, with a `+` up, and with a `?` after that it cannot be probed.
db::MailServer server_of(std::string_view words);

/// A pool called "inbound" of such servers, each with `preference=20` as needed, in the order in which the store
/// reads them.
db::Pool pool_of(std::initializer_list<std::string_view> members);

/// As a name's contents hold it.
inline std::shared_ptr<const db::Pool> shared(db::Pool pool) {
  return std::make_shared<const db::Pool>(std::move(pool));
}

}  // namespace mxbalance::answer
