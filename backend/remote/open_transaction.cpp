#include "backend/remote/open_transaction.h"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "backend/remote/generated_records.h"
#include "db/base/advice.h"
#include "db/base/errors.h"
#include "db/dns/names.h"
#include "db/lookup/zones.h"

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
  throw db::Refusal(
      fmt::format("nothing of the transaction in the zone {} is written, because of what was refused in it: {}",
                  zone().name, problem_));
}

db::Zone require_zone(Service& service, const Parameters& parameters, std::string_view name_parameter,
                      std::int64_t id) {
  const bool has_name = parameters.has(name_parameter);
  const std::string name = has_name || id < 0 ? parameters.owner_name(name_parameter) : "";
  std::optional<db::Zone> zone;
  read(service, [&](db::Connection& connection) {
    if (id >= 0) zone = db::find_zone(connection, id);
    if (!zone && !name.empty()) zone = db::find_zone(connection, name);
  });
  if (zone && (name.empty() || zone->name == name)) return *zone;
  if (zone) throw db::Refusal(fmt::format("the zone with the id {} is {}, not {}", id, zone->name, name));
  throw db::Refusal(fmt::format("there is no zone {} here; zones are added with: {}",
                                name.empty() ? fmt::format("with the id {}", id) : name,
                                db::advice::add_zone(name.empty() ? "NAME" : name)));
}

OpenTransaction& require_open(Transaction& transaction) {
  if (transaction) return *transaction;
  throw db::Refusal(
      "no transaction is open on this connection: it was never begun, or ended with another connection");
}

bool is_in(const Transaction& transaction, const db::Zone& zone) {
  return transaction && transaction->zone().id == zone.id;
}

void read_staged(Service& service, OpenTransaction& transaction,
                 const std::function<void(db::Connection&)>& work) {
  try {
    service.database.rehearse([&](db::Connection& connection) {
      const auto& writes = transaction.writes();
      db::rehearse_zone(connection, writes, without_generated(connection, writes));
      work(connection);
    });
  } catch (const db::Refusal& refusal) {  // it concerns the staged writes, not the question
    service.requests_log.tell(
        ServiceLog::Kind::refused,
        fmt::format("the transaction in the zone {} is refused: {}", transaction.zone().name, refusal.what()));
    throw WriteRefused(refusal.what());
  }
}

void write_without_generated(db::Connection& connection, const db::ZoneTransaction& writes) {
  db::write_zone(connection, writes, without_generated(connection, writes));
}

void write_beside_records(Service& service, const db::Zone& zone, Transaction& transaction, db::ZoneWrite write) {
  if (is_in(transaction, zone)) {
    transaction->add(std::move(write));
    return;
  }
  const db::ZoneTransaction writes{zone, false, {std::move(write)}};
  service.database.write([&](db::Connection& connection) { db::write_zone(connection, writes); });
}

void expire(Service& service, Transaction& transaction) {
  if (!transaction) return;
  service.requests_log.tell(
      ServiceLog::Kind::refused,
      fmt::format("a transaction in the zone {} was left open, and is dropped", transaction->zone().name));
  transaction.reset();
}

}  // namespace mxbalance::remote
