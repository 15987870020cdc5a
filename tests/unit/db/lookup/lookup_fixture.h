// A store for the tests of lookups: two zones, two mail servers, two pools; what stands at a name comes back as
// text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "db/lookup/lookup.h"
#include "db/lookup/zones.h"
#include "db/store/connection.h"
#include "tests/unit/db/temporary_database.h"

namespace mxbalance::db {

using Texts = std::vector<std::string>;

/// "MX 10 mail.example.com 3600".
inline Texts records_of(const NameContents& contents) {
  Texts texts;
  for (const auto& record : contents.records) {
    EXPECT_EQ(record.name, contents.name);
    texts.push_back(record.type + " " + record.content + " " + std::to_string(record.ttl));
  }
  return texts;
}

inline std::string described(const std::shared_ptr<const Pool>& pool) {
  if (!pool) return "none";
  std::string text = pool->name + ":";
  for (const auto& member : pool->members) {
    text +=
        " " + member.server.name + "/" + std::to_string(member.preference) + "/" + std::to_string(member.weight);
    for (const auto& address : member.server.addresses)
      text += " " + address.address;
  }
  return text;
}

/// All but has_names_below, which a walk leaves open.
inline std::string described(const NameContents& contents) {
  std::string text = contents.name + " in " + contents.zone.name + "\n";
  for (const auto& record : records_of(contents))
    text += "  " + record + "\n";
  text += "  MX " + described(contents.mx_pool) + "\n  A " + described(contents.address_pool) + "\n";
  if (contents.host) {
    text += "  host " + contents.host->name;
    for (const auto& address : contents.host->addresses)
      text += " " + address.address;
    text += "\n";
  }
  if (contents.is_delegation) text += "  delegation\n";
  if (contents.is_below_delegation) text += "  below a delegation\n";
  for (const auto& defect : contents.defects)
    text += "  defect " + defect.row + ": " + defect.problem + "\n";
  return text;
}

class Lookup : public ::testing::Test {
 protected:
  void SetUp() override {
    database_.exec(
        "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE'), (2, 'example.net', 'NATIVE');"
        "INSERT INTO mail_servers (name) VALUES ('mail1.example.com'), ('mail2.example.net');"
        "INSERT INTO mail_addresses (server, address) VALUES ('mail1.example.com', '10.0.0.1'),"
        " ('mail2.example.net', '10.0.0.2');"
        "INSERT INTO pools (name) VALUES ('gateways'), ('relays');"
        "INSERT INTO pool_members (pool, server) VALUES ('gateways', 'mail1.example.com'),"
        " ('gateways', 'mail2.example.net'), ('relays', 'mail2.example.net')");
  }

  /// Adds records to zone 1, each "name type content" (content to the end of the line).
  void add(const Texts& records) {
    std::string sql = "BEGIN;";
    for (const auto& record : records) {
      const auto type = record.find(' ') + 1;
      const auto content = record.find(' ', type) + 1;
      sql += "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (1, '" +
             record.substr(0, type - 1) + "', '" + record.substr(type, content - type - 1) + "', '" +
             record.substr(content) + "', 60);";
    }
    database_.exec(sql + "COMMIT");
  }

  NameContents at(std::string_view name, std::int64_t zone_id = 1) {
    NameContents contents;
    Connection connection(database_.path(), Connection::Mode::reading);
    connection.set_powerdns(powerdns_);
    read(connection, [&](Connection& in_transaction) {
      const auto zone = find_zone(in_transaction, zone_id);
      contents = read_name(in_transaction, zone.value(), name);
    });
    EXPECT_EQ(contents.name, name);
    EXPECT_EQ(contents.zone.id, zone_id);
    return contents;
  }

  std::vector<NameContents> walk(std::int64_t zone_id = 1) {
    std::vector<NameContents> names;
    Connection connection(database_.path(), Connection::Mode::reading);
    read(connection, [&](Connection& in_transaction) {
      const auto zone = find_zone(in_transaction, zone_id);
      for_each_name(in_transaction, zone.value(),
                    [&](NameContents&& contents) { names.push_back(std::move(contents)); });
    });
    return names;
  }

  Texts walked_names() {
    Texts names;
    for (const auto& contents : walk())
      names.push_back(contents.name);
    return names;
  }

  testing::TemporaryDatabase database_;
  PowerDnsVersions powerdns_ = PowerDnsVersions::all();
};

}  // namespace mxbalance::db
