// The parameters of a request of PowerDNS, whatever transport form it came in. Values; no thread rule.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mxbalance::remote {

/// The request cannot be understood: HTTP 400. what() names the field and what is allowed.
class BadRequest : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The protocol has no such method: HTTP 404.
class UnknownMethod : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Makes the owner name `text`, in PowerDNS's presentation form, canonical. Throws BadRequest, which names the
/// parameter.
std::string canonical_owner_name(std::string_view parameter, std::string_view text);

/// The parameters of a request, as in the JSON form. Each getter throws BadRequest, naming the parameter, when the
/// value has another type than PowerDNS sends. It also throws when the parameter is missing, unless the getter has
/// a default.
class Parameters {
 public:
  Parameters() = default;
  /// `object` must be a JSON object, or null for none.
  explicit Parameters(nlohmann::json object);

  std::string text(std::string_view name) const;
  /// Empty when the parameter is null or missing.
  std::string text_or_null(std::string_view name) const;
  /// An owner name in PowerDNS's presentation form, returned in canonical form.
  std::string owner_name(std::string_view name) const;
  std::int64_t number(std::string_view name, std::int64_t otherwise) const;
  bool flag(std::string_view name, bool otherwise) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }

  /// A list of texts. Empty when the parameter is null or missing.
  std::vector<std::string> texts(std::string_view name) const;
  std::vector<Parameters> objects(std::string_view name) const;
  Parameters object(std::string_view name) const;

 private:
  const nlohmann::json* find(std::string_view name) const;
  const nlohmann::json::array_t& list(std::string_view name) const;

  nlohmann::json object_;
};

}  // namespace mxbalance::remote
