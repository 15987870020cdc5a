// The name that probes say EHLO with: this host's full name, or an address literal (RFC 5321 §4.1.3) where there
// is none. Safe from any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "db/lookup/model.h"

namespace mxbalance::health {

/// Whether `text` may stand after EHLO: a host name (letters, digits, hyphens inside labels; RFC 1123 §2.1), or an
/// address literal such as [192.0.2.1] or [IPv6:2001:db8::1].
bool is_ehlo_name(std::string_view text);

/// "[192.0.2.1]" or "[IPv6:2001:db8::1]".
std::string address_literal(db::AddressFamily family, const std::string& address);

/// The full name of this host. It may take the resolver's time to find it, for which nobody waits.
class FullHostName {
 public:
  /// Begins to look.
  FullHostName();

  /// Empty: there is none, or it is not found yet.
  std::string get() const;

 private:
  struct Found;
  std::shared_ptr<Found> found_;
};

}  // namespace mxbalance::health
