#include "backend/remote/open_transaction.h"

#include <utility>
#include <variant>

#include "db/base/errors.h"
#include "db/dns/names.h"

namespace mxbalance::remote {

namespace {

/// The owner name in the write; empty: the write has none.
std::string_view name_in(const db::ZoneWrite& write) {
  if (const auto* addition = std::get_if<db::RecordAddition>(&write)) return addition->record.name;
  if (const auto* replacement = std::get_if<db::RrsetReplacement>(&write)) return replacement->name;
  return {};
}

}  // namespace

OpenTransaction::OpenTransaction(std::shared_ptr<db::MemoryBudget> budget, db::ZoneTransaction begun)
    : memory_(std::move(budget), 0), writes_(std::move(begun)) {
  memory_.grow_to(memory_of_its_own);
}

void OpenTransaction::add(db::ZoneWrite write) {
  require_sound();
  has_metadata_ |= std::holds_alternative<db::MetadataReplacement>(write);
  has_keys_ |= std::holds_alternative<db::KeyAddition>(write) || std::holds_alternative<db::KeyRemoval>(write) ||
               std::holds_alternative<db::KeyChange>(write);
  writes_.writes.push_back(std::move(write));
}

/// If writes are in a file, every name counts as changed: the file is not read for each lookup.
bool OpenTransaction::concerns(std::string_view name) const {
  if (writes_.replaces_zone || writes_.writes.has_file()) return true;
  bool is_concerned = false;
  writes_.writes.for_each([&](const db::ZoneWrite& write) {
    const auto written = name_in(write);
    is_concerned |= !written.empty() && (db::is_within(written, name) || db::is_within(name, written));
  });
  return is_concerned;
}

void OpenTransaction::poison(std::string_view problem) {
  if (is_poisoned()) return;
  problem_ = problem;
  writes_.replaces_zone = has_metadata_ = has_keys_ = false;
  writes_.writes = db::StagedWrites();
  memory_.release();
}

void OpenTransaction::require_sound() const {
  if (!is_poisoned()) return;
  throw db::Refusal("nothing of the transaction in the zone " + zone().name +
                    " is written, because of what was refused in it: " + problem_);
}

}  // namespace mxbalance::remote
