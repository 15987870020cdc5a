#include "backend/answer/answer.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "backend/answer/address_answer.h"
#include "backend/answer/mx_answer.h"
#include "backend/answer/slow_start.h"
#include "backend/answer/static_answer.h"

namespace mxbalance::answer {

namespace {

using db::NameContents;

// Most answers have at most this many rows.
constexpr std::size_t usual_rows = 8;

/// Appends one row without a type for an empty non-terminal, as PowerDNS stores them.
void append_nonterminal(const NameContents& contents, std::vector<Row>& rows) {
  if (rows.empty() && contents.has_names_below) rows.emplace_back();
}

/// Sets which rows are authoritative. DS records belong to the parent zone, and PowerDNS has them also below
/// another delegation. Signatures always count as authoritative.
void decide_authority(const NameContents& contents, std::vector<Row>& rows) {
  const bool is_cut_off = contents.is_below_delegation || contents.is_delegation;
  for (auto& row : rows) {
    if (contents.is_not_authoritative || (is_cut_off && row.type != "DS" && row.type != "RRSIG")) row.auth = false;
  }
}

/// Puts rows that may change first. PowerDNS caches a denial by the last row of its owner name.
void put_turning_ones_first(std::vector<Row>& rows) {
  const auto turns = [](const Row& row) { return row.turns; };
  if (!std::is_partitioned(rows.begin(), rows.end(), turns))  // partitioning allocates memory and is seldom needed
    std::stable_partition(rows.begin(), rows.end(), turns);
}

/// The rows at the name. eligibility.h decides which members may be answered. Without a draw all of them are, as
/// in a transfer.
std::vector<Row> rows_at(const NameContents& contents, std::string_view question, std::optional<Draw> draw) {
  std::vector<Row> rows;
  rows.reserve(usual_rows);
  if (contents.mx_pool && asks_for(question, "MX")) append_mx(*contents.mx_pool, draw, rows);
  if (contents.address_pool) {
    if (asks_for(question, "A") || asks_for(question, "AAAA"))
      append_pool_addresses(*contents.address_pool, question, draw, rows);
  } else if (contents.host) {
    append_host_addresses(*contents.host, question, draw, rows);
  }
  append_static(contents, question, rows);
  if (draw) require_route(contents, question, rows);  // a transfer has all records that can be served
  put_turning_ones_first(rows);
  if (question == "ANY") append_nonterminal(contents, rows);
  decide_authority(contents, rows);
  return rows;
}

}  // namespace

std::shared_ptr<const NameContents> as_of(const Moment& moment, std::shared_ptr<const NameContents> contents) {
  if (moment.reports == nullptr && !is_starting(*contents, moment.now)) return contents;
  NameContents current = *contents;
  if (moment.reports != nullptr) db::merge(*moment.reports, current);
  start_slowly(current, moment.now);
  return std::make_shared<const NameContents>(std::move(current));
}

std::vector<Row> make_answer(const NameContents& contents, std::string_view type, Draw draw) {
  return rows_at(contents, type, draw);
}

std::vector<Row> make_transfer(const NameContents& contents) {
  return rows_at(contents, "ANY", std::nullopt);
}

}  // namespace mxbalance::answer
