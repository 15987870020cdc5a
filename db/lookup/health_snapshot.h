// Health that was found and is not yet written to the store, at one moment. Readers merge it over what they have
// read. Values.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "db/lookup/model.h"

namespace mxbalance::db {

/// What was found of one address, or of a server's own health.
struct HealthReport {
  std::string server;
  std::string address;  ///< empty: the server's own health, whose setting has expired
  Health health = Health::unknown;
  std::string reason;             ///< why, for people
  std::int64_t at = 0;            ///< seconds since 1970: when it was found
  bool was_down = false;          ///< and is not any more
  bool probed = true;             ///< found by a probe
  std::int64_t health_until = 0;  ///< of a server: the setting that has expired
};

/// The reports at one moment.
class HealthSnapshot {
 public:
  using Key = std::pair<std::string, std::string>;  ///< server and address
  using Reports = std::map<Key, std::shared_ptr<const HealthReport>, std::less<>>;

  using Superseded = std::vector<std::shared_ptr<const HealthReport>>;

  HealthSnapshot(Reports reports, Superseded superseded, std::uint64_t sequence)
      : reports_(std::move(reports)), superseded_(std::move(superseded)), sequence_(sequence) {}

  const Reports& reports() const { return reports_; }

  /// Those of another health that were in effect before, and could not be written: of each address the oldest
  /// first.
  const Superseded& superseded() const { return superseded_; }

  /// How many reports there had been.
  std::uint64_t sequence() const { return sequence_; }

 private:
  Reports reports_;
  Superseded superseded_;
  std::uint64_t sequence_;
};

/// "2 results of probes wait to be written since 2026-11-24T14:32:10Z"; empty: none does.
std::string unwritten_in_words(const HealthSnapshot& reports);

/// What was read, with the reports over it.
void merge(const HealthSnapshot& reports, MailServer& server);
void merge(const HealthSnapshot& reports, NameContents& contents);

}  // namespace mxbalance::db
