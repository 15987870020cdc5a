// What a check finds, and who is told of it. Values.
#pragma once

#include <functional>
#include <string>

namespace mxbalance::db {

struct Finding {
  std::string subject;  ///< the object with the fault, such as "zone example.com"
  std::string problem;  ///< a sentence
  std::string remedy;   ///< what to do, with the command or the SQL if there is one
};

/// Takes each finding as it is found.
using Report = std::function<void(const Finding&)>;

}  // namespace mxbalance::db
