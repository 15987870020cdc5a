#include "backend/remote/open_transaction.h"

#include <algorithm>
#include <variant>

#include "db/base/errors.h"
#include "db/dns/names.h"

namespace mxbalance::remote {

namespace {

std::size_t size_of(const db::Record& record) {
  return sizeof record + record.name.size() + record.type.size() + record.content.size();
}

/// About how many bytes the write takes.
class Size {
 public:
  std::size_t operator()(const db::RecordAddition& addition) const {
    return size_of(addition.record) + (addition.order_name ? addition.order_name->size() : 0);
  }
  std::size_t operator()(const db::RrsetReplacement& replacement) const {
    std::size_t size = replacement.name.size() + replacement.type.size();
    for (const auto& record : replacement.records)
      size += size_of(record);
    return size;
  }
  std::size_t operator()(const db::MetadataReplacement& replacement) const {
    std::size_t size = replacement.kind.size();
    for (const auto& value : replacement.values)
      size += sizeof(std::string) + value.size();
    return size;
  }
  std::size_t operator()(const db::KeyAddition& addition) const { return addition.key.content.size(); }
  std::size_t operator()(const db::KeyRemoval& /*removal*/) const { return 0; }
  std::size_t operator()(const db::KeyChange& /*change*/) const { return 0; }
};

/// The owner name that is written to; empty: none.
std::string_view name_in(const db::ZoneWrite& write) {
  if (const auto* addition = std::get_if<db::RecordAddition>(&write)) return addition->record.name;
  if (const auto* replacement = std::get_if<db::RrsetReplacement>(&write)) return replacement->name;
  return {};
}

}  // namespace

bool StagingSpace::take(std::size_t bytes) {
  if (taken_.fetch_add(bytes) + bytes <= bytes_) return true;
  taken_ -= bytes;
  return false;
}

void OpenTransaction::add(db::ZoneWrite write) {
  const std::size_t size = sizeof write + std::visit(Size(), write);
  if (!space_->take(size)) {
    throw db::Refusal("the transactions under way hold more than the " + std::to_string(space_->size()) +
                      " bytes that they may (--max-staged); write less at a time, or raise it");
  }
  taken_ += size;
  writes_.writes.push_back(std::move(write));
}

bool OpenTransaction::concerns(std::string_view name) const {
  return writes_.replaces_zone ||
         std::any_of(writes_.writes.begin(), writes_.writes.end(), [&](const db::ZoneWrite& write) {
           const auto written = name_in(write);
           return !written.empty() && (db::is_within(written, name) || db::is_within(name, written));
         });
}

bool OpenTransaction::concerns_metadata() const {
  return std::any_of(writes_.writes.begin(), writes_.writes.end(), [](const db::ZoneWrite& write) {
    return std::holds_alternative<db::MetadataReplacement>(write);
  });
}

bool OpenTransaction::concerns_keys() const {
  return std::any_of(writes_.writes.begin(), writes_.writes.end(), [](const db::ZoneWrite& write) {
    return std::holds_alternative<db::KeyAddition>(write) || std::holds_alternative<db::KeyRemoval>(write) ||
           std::holds_alternative<db::KeyChange>(write);
  });
}

void OpenTransaction::poison(std::string_view problem) {
  if (problem_.empty()) problem_ = problem;
}

}  // namespace mxbalance::remote
