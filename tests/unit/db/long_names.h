#pragma once

#include <string>

namespace mxbalance::db {

/// As long as a label may be.
inline std::string label63() {
  return std::string().append(63, 'a');
}

/// As long as a name may be: 255 octets on the wire.
inline std::string name255() {
  return label63() + "." + label63() + "." + label63() + "." + std::string(61, 'b');
}

}  // namespace mxbalance::db
