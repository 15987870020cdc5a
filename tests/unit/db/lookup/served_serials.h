// The serials that are served, as all that says them says them. Each function reads inside the caller's
// transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <gtest/gtest.h>

#include "db/dns/soa.h"
#include "db/lookup/lookup.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"
#include "db/store/connection.h"

namespace mxbalance::db {

/// How far `serial` is ahead of `before` (RFC 1982 §3.2).
inline std::int32_t serial_distance(std::uint32_t before, std::uint32_t serial) {
  return static_cast<std::int32_t>(serial - before);
}

/// The serial of `zone` as it is served; absent: none is. Everything that says it must say the same.
inline std::optional<std::uint32_t> served_by_all(Connection& connection, std::string_view zone) {
  const auto found = find_zone(connection, zone);
  if (!found) return std::nullopt;
  std::optional<std::uint32_t> serial;
  if (const auto row = number(connection, "SELECT served FROM zone_serials WHERE domain_id = ?", found->id)) {
    serial = static_cast<std::uint32_t>(*row);
  }
  EXPECT_EQ(read_zone_info(connection, zone)->serial, serial);
  std::optional<std::uint32_t> answered;
  for (const auto& record : read_name(connection, *found, found->name).records) {
    if (record.type == "SOA" && !answered) answered = soa_serial(record.content);
  }
  EXPECT_EQ(answered, serial);
  std::optional<std::uint32_t> transferred;
  for_each_name(connection, *found, [&](const NameContents& contents) {
    for (const auto& record : contents.records) {
      if (record.type == "SOA" && !transferred) transferred = soa_serial(record.content);
    }
  });
  EXPECT_EQ(transferred, serial);
  return serial;
}

}  // namespace mxbalance::db
