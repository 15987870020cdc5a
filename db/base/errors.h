// The ways in which the store says no. Adapters map each kind once: to an HTTP status, or to an exit code.
#pragma once

#include <stdexcept>

namespace mxbalance::db {

/// The store cannot be read or written now: missing, locked, truncated, foreign or corrupt. Whoever was asked must
/// answer with an error, never with "there is nothing".
class StoreFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A query was ended because it took too long, or because the service stops. The store may be well otherwise.
class QueryEnded : public StoreFailure {
 public:
  using StoreFailure::StoreFailure;
};

/// What was asked for is not allowed. what() is a sentence for people: the field, the value, what is allowed.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace mxbalance::db
