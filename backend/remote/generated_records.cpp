#include "backend/remote/generated_records.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "backend/answer/answer.h"
#include "backend/answer/static_answer.h"
#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/contents/stored_content.h"
#include "db/lookup/lookup.h"
#include "db/lookup/zones.h"

namespace mxbalance::remote {

namespace {

std::string refusal_at(const db::NameContents& contents, const std::string& type) {
  const bool is_mx = type == "MX" || !contents.address_pool;
  const auto& pool = is_mx ? contents.mx_pool : contents.address_pool;
  if (!pool) {
    return fmt::format(
        "{0} is the host name of a mail server, which has its addresses from: mxbalance server set {0} "
        "--address ADDRESS; no {1} record can be written there",
        contents.name, type);
  }
  return fmt::format(
      "the pool {} publishes {} at {}, so no other {} record can be written there; change its members with: {}, "
      "or "
      "take it out with: {}",
      pool->name, is_mx ? "MX" : "A and AAAA", contents.name, type, db::advice::join_pool(pool->name, "SERVER"),
      db::advice::unpublish_pool(pool->name, contents.name, is_mx ? "MX" : "A"));
}

/// The records that are generated in one zone. Each name is read when it is first asked for.
class Generated {
 public:
  Generated(db::Connection& connection, const db::Zone& zone)
      : connection_(connection), zone_(zone), names_(db::mail_names(connection, zone)) {}

  bool is_empty() const { return names_.empty(); }

  /// Whether a pool or a mail server answers for the type at the name.
  bool speaks_for(const std::string& name, const std::string& type) {
    const auto* place = find(name);
    return place != nullptr && answer::is_spoken_for(place->contents, type);
  }

  bool has(const db::Record& record) {
    const auto& rows = find(record.name)->rows;
    const std::string content = db::canonical_content(record.type, record.content);
    return std::any_of(rows.begin(), rows.end(), [&](const answer::Row& row) {
      return row.type == record.type && row.ttl == record.ttl &&
             db::canonical_content(row.type, row.content) == content;
    });
  }

  std::size_t count(const std::string& name, const std::string& type) {
    const auto& rows = find(name)->rows;
    return static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [&](const answer::Row& row) { return row.type == type; }));
  }

  [[noreturn]] void refuse(const std::string& name, const std::string& type) {
    throw db::Refusal(refusal_at(find(name)->contents, type));
  }

 private:
  struct Place {
    db::NameContents contents;
    std::vector<answer::Row> rows;
  };

  const Place* find(const std::string& name) {
    if (!names_.contains(name)) return nullptr;
    const auto known = places_.find(name);
    if (known != places_.end()) return &known->second;
    Place place{db::read_name(connection_, zone_, name), {}};
    place.rows = answer::make_transfer(place.contents);
    return &places_.emplace(name, std::move(place)).first->second;
  }

  db::Connection& connection_;
  const db::Zone& zone_;
  std::set<std::string> names_;
  std::map<std::string, Place> places_;
};

/// Passes each write in turn. A written RRset must equal the whole generated one, because leaving a record out
/// would change it. A long RRset arrives as a replacement, followed by additions at the same name.
class Filter {
 public:
  Filter(db::Connection& connection, const db::Zone& zone) : generated_(connection, zone) {}

  bool is_needed() const { return !generated_.is_empty(); }

  bool passes(db::ZoneWrite& write) {
    if (const auto* addition = std::get_if<db::RecordAddition>(&write)) {
      if (addition->record.name != name_) end_rrsets();
      return !is_generated(addition->record);
    }
    end_rrsets();
    auto* const replacement = std::get_if<db::RrsetReplacement>(&write);
    return replacement == nullptr || passes(*replacement);
  }

  /// Compares the written RRsets with the generated ones. Call it after the last record of a replacement.
  void end_rrsets() {
    for (const auto& [type, contents] : std::exchange(replaced_, {})) {
      if (contents.size() != generated_.count(name_, type)) generated_.refuse(name_, type);
    }
  }

 private:
  /// A replacement of all types at a name contains every RRset of the name.
  bool passes(db::RrsetReplacement& replacement) {
    name_ = replacement.name;
    const bool has_all_types = replacement.type == db::any_type;
    const auto types = has_all_types ? std::vector<std::string>{"MX", "A", "AAAA", "CNAME"}
                                     : std::vector<std::string>{replacement.type};
    for (const auto& type : types) {
      if (generated_.speaks_for(name_, type)) replaced_[type];
    }
    const bool is_left_out = !has_all_types && !replaced_.empty();
    std::erase_if(replacement.records, [&](const db::Record& record) { return is_generated(record); });
    return !is_left_out;
  }

  bool is_generated(const db::Record& record) {
    if (!generated_.speaks_for(record.name, record.type)) return false;
    if (!generated_.has(record)) generated_.refuse(record.name, record.type);
    const auto rrset = replaced_.find(record.type);
    if (rrset != replaced_.end()) rrset->second.insert(db::canonical_content(record.type, record.content));
    return true;
  }

  Generated generated_;
  std::string name_;  ///< the name of the last replacement
  /// The generated types at name_, with the written contents. A set, because a tool may send a record twice.
  std::map<std::string, std::set<std::string>> replaced_;
};

}  // namespace

db::WriteFilter without_generated(db::Connection& connection, const db::ZoneTransaction& transaction) {
  if (db::is_secondary(connection, transaction.zone)) return {};
  const auto filter = std::make_shared<Filter>(connection, transaction.zone);
  if (!filter->is_needed()) return {};
  return {[filter](db::ZoneWrite& write) { return filter->passes(write); }, [filter] { filter->end_rrsets(); }};
}

}  // namespace mxbalance::remote
