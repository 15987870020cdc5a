// The health results that are not yet written to the store, at one moment. Readers merge them into what they have
// read. Plain values.
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

/// A result about one address, or the expiry of a health setting of a server.
struct HealthReport {
  std::string server;
  std::string address;  ///< empty: the report is about the server's own health
  Health health = Health::unknown;
  std::string reason;             ///< for people to read
  std::int64_t at = 0;            ///< seconds since 1970: when the result was found
  bool was_down = false;          ///< the address was down before this result
  bool probed = true;             ///< found by a probe
  std::int64_t health_until = 0;  ///< of a server: the end of the setting that has expired, seconds since 1970
};

/// All reports at one moment.
class HealthSnapshot {
 public:
  using Key = std::pair<std::string, std::string>;  ///< server and address
  using Reports = std::map<Key, std::shared_ptr<const HealthReport>, std::less<>>;

  using Superseded = std::vector<std::shared_ptr<const HealthReport>>;

  HealthSnapshot(Reports reports, Superseded superseded, std::uint64_t sequence)
      : reports_(std::move(reports)), superseded_(std::move(superseded)), sequence_(sequence) {}

  const Reports& reports() const { return reports_; }

  /// Reports that were in effect before the current ones and are not yet written. The oldest report of an address
  /// comes first.
  const Superseded& superseded() const { return superseded_; }

  /// How many reports were added until this moment.
  std::uint64_t sequence() const { return sequence_; }

 private:
  Reports reports_;
  Superseded superseded_;
  std::uint64_t sequence_;
};

/// Text such as "2 results of probes wait to be written since 2026-11-24T14:32:10Z". Empty when none waits.
std::string unwritten_in_words(const HealthSnapshot& reports);

/// Applies the reports to a server, or to the contents of a name, that was read from the store.
void merge(const HealthSnapshot& reports, MailServer& server);
void merge(const HealthSnapshot& reports, NameContents& contents);

}  // namespace mxbalance::db
