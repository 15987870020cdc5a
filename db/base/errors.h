// The errors of the store. Each kind becomes one HTTP status or exit code.
#pragma once

#include <stdexcept>

namespace mxbalance::db {

/// The store cannot be read or written now: it is missing, locked, truncated, from another program, or corrupt.
/// The caller must answer with an error, never with "there is nothing".
class StoreFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A query was stopped because it took too long, or because the service stops. The store itself may have no fault.
class QueryEnded : public StoreFailure {
 public:
  using StoreFailure::StoreFailure;
};

/// The request is not allowed. what() is a sentence for people: the field, the value, and what is allowed.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace mxbalance::db
