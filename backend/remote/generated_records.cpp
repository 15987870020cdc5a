#include "backend/remote/generated_records.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "backend/answer/answer.h"
#include "db/base/errors.h"
#include "db/edits_records.h"
#include "db/lookup.h"
#include "db/zones.h"

namespace mxbalance::remote {

namespace {

std::string refusal_at(const db::NameContents& contents, const std::string& type) {
  const bool is_mx = type == "MX" || !contents.address_pool;
  const auto& pool = is_mx ? contents.mx_pool : contents.address_pool;
  if (!pool) {
    return contents.name +
           " is the host name of a mail server, which has its addresses from: mxbalance server set " +
           contents.name + " --address ADDRESS; no " + type + " record can be written there";
  }
  return "the pool " + pool->name + " publishes " + (is_mx ? "MX" : "A and AAAA") + " at " + contents.name +
         ", so no other " + type + " record can be written there; change its members with: mxbalance pool join " +
         pool->name + " SERVER, or take it out with: mxbalance pool unpublish " + pool->name + " " +
         contents.name + " --as " + (is_mx ? "MX" : "A");
}

/// What is generated in one zone, name by name as it is asked for.
class Generated {
 public:
  Generated(db::Connection& connection, const db::Zone& zone)
      : connection_(connection), zone_(zone), names_(db::mail_names(connection, zone)) {}

  bool is_empty() const { return names_.empty(); }

  /// Whether a pool or a mail server speaks for the type at the name.
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

/// Whether the write is to be left out.
bool is_generated(Generated& generated, const db::RecordAddition& addition) {
  const auto& record = addition.record;
  if (!generated.speaks_for(record.name, record.type)) return false;
  if (!generated.has(record)) generated.refuse(record.name, record.type);
  return true;
}

/// A whole RRset must be the generated one: to leave a record out is to change it.
bool is_generated(Generated& generated, const std::string& name, const std::string& type,
                  const std::vector<db::Record>& records) {
  if (!generated.speaks_for(name, type)) return false;
  std::set<std::string> contents;  // a tool may name a record twice
  for (const auto& record : records)
    contents.insert(db::canonical_content(type, record.content));
  const bool is_same =
      contents.size() == generated.count(name, type) &&
      std::all_of(records.begin(), records.end(), [&](const db::Record& record) { return generated.has(record); });
  if (!is_same) generated.refuse(name, type);
  return true;
}

bool is_generated(Generated& generated, const db::RrsetReplacement& replacement) {
  return is_generated(generated, replacement.name, replacement.type, replacement.records);
}

/// What replaces all types at a name holds each of their RRsets.
void leave_out_of_all_types(Generated& generated, db::RrsetReplacement& replacement) {
  for (const std::string type : {"MX", "A", "AAAA", "CNAME"}) {
    const auto has_type = [&](const db::Record& record) { return record.type == type; };
    std::vector<db::Record> records;
    std::copy_if(replacement.records.begin(), replacement.records.end(), std::back_inserter(records), has_type);
    if (is_generated(generated, replacement.name, type, records)) std::erase_if(replacement.records, has_type);
  }
}

/// Metadata and keys are not.
template <typename Other>
bool is_generated(Generated& /*generated*/, const Other& /*write*/) {
  return false;
}

}  // namespace

db::WriteFilter without_generated(db::Connection& connection, const db::ZoneTransaction& transaction) {
  if (db::is_secondary(connection, transaction.zone)) return {};
  const auto generated = std::make_shared<Generated>(connection, transaction.zone);
  if (generated->is_empty()) return {};
  return [generated](db::ZoneWrite& write) {
    auto* const replacement = std::get_if<db::RrsetReplacement>(&write);
    if (replacement != nullptr && replacement->type == db::any_type)
      leave_out_of_all_types(*generated, *replacement);
    return !std::visit([&](const auto& one) { return is_generated(*generated, one); }, write);
  };
}

}  // namespace mxbalance::remote
