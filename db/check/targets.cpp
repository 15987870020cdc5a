// Checks the targets of MX, NS and SRV records and of pool members: whether they exist and mail can reach them.
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "db/base/advice.h"
#include "db/base/text.h"
#include "db/check/rules.h"
#include "db/contents/record_content.h"
#include "db/dns/addresses.h"
#include "db/dns/international_names.h"
#include "db/dns/names.h"
#include "db/lookup/record_rows.h"
#include "db/lookup/zones.h"
#include "db/store/bound_statement.h"

namespace mxbalance::db {

namespace {

/// A static record, or a member of a pool that is published as MX.
struct Pointer {
  std::string_view type;                 ///< MX, NS or SRV
  std::string target;                    ///< canonical
  std::function<std::string()> subject;  ///< the subject of a finding
  std::function<std::string()> remedy;   ///< how to change it
};

/// What exists at a name of a zone in the store.
struct Standing {
  bool is_there = false;
  bool is_alias = false;
  bool has_address = false;
  bool is_cut = false;         ///< other name servers answer for the name and names below it
  bool is_redirected = false;  ///< a DNAME record redirects the names below it
  std::vector<std::string> static_addresses;
};

Standing standing_at(Connection& connection, const Zone& zone, std::string_view name) {
  auto& rows = bound(connection,
                     "SELECT canonical_type(type), content FROM records"
                     " WHERE domain_id = ?1 AND name = ?2 AND type <> '' AND disabled = 0"
                     " UNION ALL SELECT kind, '' FROM pool_names WHERE name = ?2"
                     " UNION ALL SELECT 'A', '' FROM mail_addresses WHERE server = ?2",
                     zone.id, name);
  Standing found;
  while (rows.executeStep()) {
    const std::string type = rows.getColumn(0).getString();
    const std::string content = rows.getColumn(1).getString();
    found.is_there = true;
    if (type == "A" || type == "AAAA") {
      found.has_address = true;
      if (!content.empty()) found.static_addresses.push_back(content);
    } else if (type == "ALIAS" || type == "LUA") {
      found.has_address = true;  // PowerDNS generates the addresses
    } else if (type == "CNAME") {
      found.is_alias = true;
    } else if (type == "DNAME") {
      found.is_redirected = true;
    } else if (type == "NS") {
      found.is_cut = name != zone.name;
    }
  }
  return found;
}

struct Target {
  std::optional<std::string> zone;  ///< the zone that holds the target; absent: none in the store
  Standing standing;
};

/// Finds the target as a resolver does, with the zone cuts and wildcards (RFC 4592) above it.
Target find_target(Connection& connection, const std::string& name) {
  const auto zone = enclosing_zone(connection, name);
  if (!zone) return {};
  Target target{zone->name, standing_at(connection, *zone, name)};
  bool is_decided = target.standing.is_there;
  if (target.standing.is_cut) return {};
  for (std::string_view above = name; above != zone->name;) {
    above = parent_name(above);
    const auto standing = standing_at(connection, *zone, above);
    if (standing.is_cut || standing.is_redirected) return {};
    if (is_decided) continue;
    const auto wildcard = standing_at(connection, *zone, above == "." ? "*" : "*." + std::string(above));
    if (wildcard.is_there) target.standing = wildcard;
    is_decided = wildcard.is_there || standing.is_there;
  }
  return target;
}

/// Keeps the targets that were found last, because many records share a few targets.
class Targets {
 public:
  explicit Targets(Connection& connection) : connection_(connection) {}

  const Target& find(const std::string& name) {
    constexpr std::size_t most = 10000;
    if (found_.size() >= most) found_.clear();
    const auto known = found_.find(name);
    if (known != found_.end()) return known->second;
    return found_.emplace(name, find_target(connection_, name)).first->second;
  }

 private:
  Connection& connection_;
  std::map<std::string, Target> found_;
};

/// What is wrong with the spelling of `target`. Absent when it may be a host name.
std::optional<std::string> spelling_problem(std::string_view target) {
  std::string bare(target);
  std::erase_if(bare, [](char c) { return c == '[' || c == ']'; });
  if (bare.starts_with("ipv6:")) bare.erase(0, 5);
  if (canonical_address(bare) || bare.find("::") != std::string::npos) return "is an address, and must be a name";
  if (const auto meant = international_spelling(target))
    return "holds letters outside ASCII, and servers are asked for as " + *meant;
  if (target.find('@') != std::string_view::npos) return "is a mail address, and must be the name of a host";
  if (target.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") != std::string_view::npos)
    return "is no name of a host (RFC 1123 section 2.1)";
  return std::nullopt;
}

class PointerRules {
 public:
  PointerRules(Connection& connection, const Report& report) : targets_(connection), report_(report) {}

  void look_at(const Pointer& pointer) {
    if (pointer.target == ".") return;
    if (const auto problem = spelling_problem(pointer.target)) {
      return tell(pointer, *problem + so_that(pointer), pointer.remedy());
    }
    const Target& target = targets_.find(pointer.target);
    if (!target.zone) return;
    const Standing& standing = target.standing;
    if (standing.is_alias && !standing.has_address) {
      return tell(pointer,
                  fmt::format("is an alias (CNAME), which it must not be ({}){}", rule(pointer), refused(pointer)),
                  "point to the name that the alias stands for: " + pointer.remedy());
    }
    if (!standing.has_address) {
      const std::string remedy = advice::add_record(*target.zone, pointer.target, "A", "ADDRESS");
      return tell(
          pointer,
          fmt::format("lies in the zone {}, but no address stands there{}", *target.zone, so_that(pointer)),
          pointer.type == "MX" ? fmt::format("{}, or {}", remedy, advice::add_address(pointer.target)) : remedy);
    }
    for (const auto& address : standing.static_addresses) {
      const auto kind = unreachable_kind(address);
      if (kind && pointer.type == "MX") {
        tell(pointer, fmt::format("has the address {}, {}, which no other host reaches", address, *kind),
             "correct it: " + advice::remove_address_record(*target.zone, pointer.target, address));
      }
    }
  }

 private:
  void tell(const Pointer& pointer, const std::string& problem, const std::string& remedy) {
    report_(
        {pointer.subject(), fmt::format("its {} target {} {}", pointer.type, pointer.target, problem), remedy});
  }

  static std::string so_that(const Pointer& pointer) {
    return pointer.type == "MX" ? ", so no mail arrives" : ", so it is of no use";
  }

  static std::string refused(const Pointer& pointer) {
    return pointer.type == "MX" ? "; some senders refuse it" : "";
  }

  static std::string rule(const Pointer& pointer) {
    return pointer.type == "SRV" ? "RFC 2782" : "RFC 2181 section 10.3";
  }

  Targets targets_;
  const Report& report_;
};

struct StaticRecord {
  Zone zone;
  bool is_secondary = false;
  std::string name;
  std::string type;
  std::string fields;  ///< the fields of the content before the target
  std::string target;  ///< canonical

  std::string content() const { return fields + target; }
  std::string subject() const { return fmt::format("name {} ({})", name, type); }

  std::string remedy() const {
    if (is_secondary) return fmt::format("change it at the zone's primary: {} {} {}", name, type, content());
    return advice::remove_record(zone.name, name, type, content()) + ", and add the right one";
  }
};

/// Checks a null MX, which says that the domain accepts no mail (RFC 7505).
void check_null_mx(Connection& connection, const StaticRecord& record, const Report& report) {
  const bool has_others =
      number(connection,
             "SELECT count(*) FROM records WHERE domain_id = ?1 AND name = ?2 AND canonical_type(type) = 'MX'"
             " AND disabled = 0",
             record.zone.id, record.name)
          .value_or(0) > 1;
  if (has_others) {
    report(
        {record.subject(),
         fmt::format("a null MX (\"{}\"), by which the domain takes no mail, stands beside other MX records (RFC "
                     "7505 section 3), so senders refuse mail or not as they please",
                     record.content()),
         record.remedy()});
  }
  if (!record.content().starts_with("0 ")) {
    report({record.subject(),
            fmt::format("a null MX (\"{}\") must have the preference 0 (RFC 7505 section 3)", record.content()),
            record.remedy()});
  }
}

/// Reports an MX record that is never answered.
void check_place(Connection& connection, const StaticRecord& record, const Report& report) {
  const auto zone = enclosing_zone(connection, record.name);
  if (zone && zone->id != record.zone.id) {
    report(
        {record.subject(),
         fmt::format("it stands in the zone {}, but its name belongs to the zone {}, which is here too, so it is "
                     "never answered",
                     record.zone.name, zone->name),
         fmt::format("{} in the zone {}", record.remedy(), zone->name)});
  } else if (const auto cut = delegation_of(connection, record.zone, record.name)) {
    report({record.subject(),
            fmt::format("it lies in what NS records at {} delegate to other name servers, so it is never answered",
                        *cut),
            record.remedy() + " there, or remove the delegation"});
  }
}

/// Splits `content`: the fields before the last one, and the name in the last one.
std::pair<std::string, std::string> split_target(std::string_view content) {
  content = content.substr(0, content.find_last_not_of(blanks) + 1);
  const std::size_t start = content.find_last_of(blanks) + 1;
  return {std::string(content.substr(0, start)), canonical_name(content.substr(start))};
}

/// Calls `visit` for every MX, NS and SRV record that is answered.
void for_each_pointing_record(Connection& connection, const std::function<void(const StaticRecord&)>& visit) {
  auto& rows = connection.statement(
      "SELECT d.id, lower(d.name), upper(d.type) = 'SLAVE', r.name, canonical_type(r.type), r.prio, r.content"
      " FROM records r CROSS JOIN domains d ON d.id = r.domain_id"
      " WHERE canonical_type(r.type) IN ('MX', 'NS', 'SRV') AND r.disabled = 0 AND r.content IS NOT NULL");
  while (rows.executeStep()) {
    const std::string type = rows.getColumn(4).getString();
    const std::string content = record_content(type, rows.getColumn(5), rows.getColumn(6));
    if (content_problem(type, content)) continue;
    auto [fields, target] = split_target(content);
    const StaticRecord record{{rows.getColumn(0).getInt64(), rows.getColumn(1).getString()},
                              rows.getColumn(2).getInt() != 0,
                              rows.getColumn(3).getString(),
                              type,
                              std::move(fields),
                              std::move(target)};
    if (is_within(record.name, record.zone.name)) visit(record);
  }
}

}  // namespace

void check_targets(Connection& connection, const Report& report) {
  PointerRules rules(connection, report);
  for_each_pointing_record(connection, [&](const StaticRecord& record) {
    if (record.type == "MX" && record.target == ".") check_null_mx(connection, record, report);
    if (record.type == "MX") check_place(connection, record, report);
    rules.look_at({record.type, record.target, [&] { return record.subject(); }, [&] { return record.remedy(); }});
  });
  auto& members = connection.statement(
      "SELECT m.pool, m.server FROM pool_members m"
      " WHERE EXISTS (SELECT 1 FROM pool_names p WHERE p.pool = m.pool AND p.kind = 'MX')");
  while (members.executeStep()) {
    const std::string pool = members.getColumn(0).getString();
    const std::string server = members.getColumn(1).getString();
    rules.look_at({"MX", server, [&] { return fmt::format("pool {} (MX)", pool); },
                   [&] {
                     return fmt::format("{}, and {}", advice::join_pool(pool, "SERVER"),
                                        advice::leave_pool(pool, server));
                   }});
  }
}

}  // namespace mxbalance::db
