// The name that probes send with EHLO: this host's full name, or an address literal (RFC 5321 §4.1.3) when the
// host has no full name. Safe from any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "db/lookup/model.h"

namespace mxbalance::health {

/// Whether `text` is allowed after EHLO: a host name (letters, digits, hyphens inside labels; RFC 1123 §2.1), or
/// an address literal such as [192.0.2.1] or [IPv6:2001:db8::1].
bool is_ehlo_name(std::string_view text);

/// Text such as "[192.0.2.1]" or "[IPv6:2001:db8::1]".
std::string address_literal(db::AddressFamily family, const std::string& address);

/// The full name of this host. The resolver may need time to find it; no probe waits for that.
class FullHostName {
 public:
  /// Starts the search.
  FullHostName();

  /// Empty: the host has no full name, or it is not found yet.
  std::string get() const;

 private:
  struct Found;
  std::shared_ptr<Found> found_;
};

}  // namespace mxbalance::health
