// The methods that read: answers, zones, metadata and TSIG keys. In an open transaction they also see its staged
// writes.
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <utility>

#include "backend/answer/answer.h"
#include "backend/protocol/reply_text.h"
#include "backend/remote/service.h"
#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/base/time.h"
#include "db/dns/names.h"
#include "db/edits/listings.h"
#include "db/lookup/lookup.h"
#include "db/lookup/metadata.h"
#include "db/lookup/pools.h"
#include "db/lookup/zone_orders.h"
#include "db/lookup/zones.h"
#include "db/zones/search.h"

namespace mxbalance::remote {

namespace {

/// Bytes. Most replies to a lookup are shorter.
constexpr std::size_t usual_reply = 1024;

void append_tsig_key(std::string& to, const db::TsigKey& key) {
  append_separator(to);
  to += "{\"name\":";
  append_string(to, absolute(key.name));
  to += ",\"algorithm\":";
  append_string(to, absolute(key.algorithm));
  to += ",\"content\":";
  append_string(to, key.secret);
  to += '}';
}

/// The rows at a name, for a search. A pool that has nothing to answer with does not hide the other rows.
std::vector<answer::Row> rows_at(db::NameContents contents) {
  try {
    return answer::make_transfer(contents);
  } catch (const answer::NothingToAnswer&) {
    contents.mx_pool.reset();
    contents.address_pool.reset();
    return answer::make_transfer(contents);
  }
}

/// Calls `append` with a line for each member of all pools, or of the pool `wanted`. Returns the number of lines.
std::size_t for_each_member_line(db::Connection& connection, const std::string& wanted,
                                 const std::function<void(std::string_view)>& append) {
  std::size_t found = 0;
  const auto visit = [&](std::string_view pool, const db::MemberStatus& member) {
    ++found;
    append(db::printable(std::string(pool) + " " + member.server + " preference " +
                         std::to_string(member.preference) + " weight " + std::to_string(member.weight) + " MX " +
                         member.mx + " A " + member.a + " AAAA " + member.aaaa +
                         (member.why.empty() ? "" : " (" + member.why + ")")) +
           "\n");
  };
  if (wanted.empty()) {
    db::for_each_member_status(connection, visit);
  } else {
    db::for_each_member_status(connection, wanted, visit);
  }
  return found;
}

/// The health that lookups use and that is not in the store yet, because the store is locked or cannot be written.
/// Empty: none.
std::string unwritten_as_text(const db::HealthSnapshot* reports) {
  constexpr std::size_t most_shown = 20;
  if (reports == nullptr) return "";
  std::string text = db::unwritten_in_words(*reports) + ": answers obey them, the lines above do not yet\n";
  std::size_t shown = 0;
  for (const auto& [key, report] : reports->reports()) {
    if (++shown > most_shown) break;
    text += db::printable("not written yet: " + report->server + (report->address.empty() ? "" : " ") +
                          report->address + " is " + std::string(db::word_of(report->health)) + " since " +
                          db::utc_time(report->at) + (report->reason.empty() ? "" : " (" + report->reason + ")")) +
            "\n";
  }
  return text;
}

}  // namespace

Service::Reply Service::initialize(const Parameters& /*parameters*/, Transaction& /*transaction*/) {
  return result("true");
}

/// The contents of `name`; null when no zone of the store holds it.
std::shared_ptr<const db::NameContents> Service::contents_at(std::int64_t zone_id, const std::string& name,
                                                             Transaction& transaction) {
  std::shared_ptr<const db::NameContents> contents;
  if (transaction && transaction->concerns(name)) {
    read_staged(*transaction, [&](db::Connection& connection) {
      if (const auto zone = db::zone_holding(connection, zone_id, name))
        contents = std::make_shared<db::NameContents>(db::read_name(connection, *zone, name));
    });
  } else {
    read_in_order([&](const db::OrderTerms& terms) { contents = contents_.find(zone_id, name, terms); });
  }
  if (contents && is_in(transaction, contents->zone)) return for_transfer(std::move(contents));
  return contents;
}

/// In a transaction in a secondary zone, returns only the records of its primary, because IXFR applies changes to
/// these.
std::shared_ptr<const db::NameContents> Service::for_transfer(std::shared_ptr<const db::NameContents> contents) {
  bool is_of_primary = false;
  read([&](db::Connection& connection) { is_of_primary = db::is_secondary(connection, contents->zone); });
  if (!is_of_primary) return contents;
  db::NameContents of_primary = *contents;
  of_primary.mx_pool.reset();
  of_primary.address_pool.reset();
  of_primary.host.reset();
  return std::make_shared<const db::NameContents>(std::move(of_primary));
}

Service::Reply Service::lookup(const Parameters& parameters, Transaction& transaction) {
  return answer_question(question_of(parameters), transaction);
}

Service::Reply Service::api_lookup(const Parameters& parameters, Transaction& transaction) {
  Question question = question_of(parameters);
  question.is_for_editing = true;
  return answer_question(question, transaction);
}

/// Throws MethodFailure where a zone has no SOA record. PowerDNS finds the zone of a name by asking for SOA
/// records from the name upwards. Without an SOA record, it would use the parent zone and answer that the name
/// does not exist. The API and a transaction in the zone still see it without the record, so that they can add
/// one.
void Service::require_soa(const Question& question, const db::NameContents& contents,
                          const Transaction& transaction) {
  const bool looks_for_zone = question.zone_id < 0 || question.type == "SOA";
  if (!looks_for_zone || contents.name != contents.zone.name || db::has_soa(contents)) return;
  if (question.is_for_editing || is_in(transaction, contents.zone)) return;
  fail("the zone " + contents.name +
       " has no SOA record that can be served: add or correct it (mxbalance check says how), or have the zone"
       " transferred from its primary");
}

Service::Reply Service::answer_question(const Question& question, Transaction& transaction) {
  const std::string name = canonical_owner_name("qname", question.owner_name);
  const auto reports = reports_.current();
  auto contents = contents_at(question.zone_id, name, transaction);
  std::string reply;
  reply.reserve(usual_reply);
  reply += "{\"result\":[";
  if (contents) {
    note_defects(contents->defects);
    require_soa(question, *contents, transaction);
    contents = answer::as_of({db::seconds_now(), reports.get()}, std::move(contents));
    for (const auto& row : answer::make_answer(*contents, question.type, draws_.next(name))) {
      append_row(reply, row, question.owner_name, contents->zone.id);
    }
  }
  log_->debug("lookup {} {} zone {}: {}", question.owner_name, question.type, question.zone_id,
              std::string_view(reply).substr(10));
  return reply += "]}";
}

Service::Reply Service::list(const Parameters& parameters, Transaction& transaction, ReplyRoom& room) {
  const std::string zone_name = parameters.owner_name("zonename");
  std::string reply;
  const auto walk = [&](db::Connection& connection, db::ZoneOrders* orders) {
    const auto zone = db::find_zone(connection, zone_name);
    if (!zone) return;
    reply = "{\"result\":[";
    const auto append = [&](db::NameContents&& contents) {
      note_defects(contents.defects);
      for (const auto& row : answer::make_transfer(contents)) {
        append_row(reply, row, absolute(contents.name), zone->id);
        room.check(reply);
      }
    };
    db::for_each_name_and_nonterminal(connection, orders, *zone, append, defect_log());
    reply += "]}";
  };
  if (transaction && transaction->concerns(zone_name)) {
    read_staged(*transaction, [&](db::Connection& connection) { walk(connection, nullptr); });
  } else {
    read([&](db::Connection& connection) { walk(connection, &orders_); });
  }
  return reply.empty() ? result("false") : reply;
}

Service::Reply Service::all_domains(const Parameters& /*parameters*/, Transaction& /*transaction*/,
                                    ReplyRoom& room) {
  std::string reply = "{\"result\":[";
  read([&](db::Connection& connection) {
    const auto append = [&](const db::ZoneInfo& info) {
      append_zone_info(reply, info);
      room.check(reply);
    };
    db::for_each_zone(connection, append, defect_log());
  });
  return reply += "]}";
}

Service::Reply Service::domain_info(const Parameters& parameters, Transaction& /*transaction*/) {
  const std::string name = parameters.owner_name("name");
  std::optional<db::ZoneInfo> info;
  read([&](db::Connection& connection) { info = db::read_zone_info(connection, name); });
  if (!info) return result("false");
  note_defects(info->defects);
  std::string reply = "{\"result\":";
  append_zone_info(reply, *info);
  return reply += '}';
}

Service::Reply Service::all_metadata(const Parameters& parameters, Transaction& transaction) {
  const std::string name = parameters.owner_name("name");
  std::map<std::string, std::vector<std::string>> kinds;
  const auto find = [&](db::Connection& connection) {
    for (auto& [kind, value] : db::read_metadata(connection, name, std::nullopt, defect_log()))
      kinds[db::upper(kind)].push_back(value);
  };
  transaction && transaction->concerns_metadata() ? read_staged(*transaction, find) : read(find);
  std::string reply = "{\"result\":{";
  for (const auto& [kind, values] : kinds) {
    append_separator(reply);
    append_string(reply, kind);
    reply += ":[";
    for (const auto& value : values) {
      append_separator(reply);
      append_string(reply, value);
    }
    reply += ']';
  }
  return reply += "}}";
}

Service::Reply Service::metadata(const Parameters& parameters, Transaction& transaction) {
  const std::string name = parameters.owner_name("name");
  const std::string kind = parameters.text("kind");
  std::string reply = "{\"result\":[";
  const auto find = [&](db::Connection& connection) {
    for (const auto& [found, value] : db::read_metadata(connection, name, kind, defect_log())) {
      append_separator(reply);
      append_string(reply, value);
    }
  };
  transaction && transaction->concerns_metadata() ? read_staged(*transaction, find) : read(find);
  return reply += "]}";
}

Service::Reply Service::tsig_key(const Parameters& parameters, Transaction& /*transaction*/) {
  const std::string name = parameters.owner_name("name");
  std::optional<db::TsigKey> key;
  read([&](db::Connection& connection) { key = db::read_tsig_key(connection, name, defect_log()); });
  if (!key) return result("false");
  std::string reply = "{\"result\":";
  append_tsig_key(reply, *key);
  return reply += '}';
}

Service::Reply Service::tsig_keys(const Parameters& /*parameters*/, Transaction& /*transaction*/) {
  std::vector<db::TsigKey> keys;
  read([&](db::Connection& connection) { keys = db::read_tsig_keys(connection, defect_log()); });
  std::string reply = "{\"result\":[";
  for (const auto& key : keys)
    append_tsig_key(reply, key);
  return reply += "]}";
}

Service::Reply Service::search_records(const Parameters& parameters, Transaction& /*transaction*/,
                                       ReplyRoom& room) {
  constexpr std::int64_t most = 100000;
  const std::string pattern = parameters.text("pattern");
  const std::int64_t limit = std::clamp<std::int64_t>(parameters.number("maxResults", most), 0, most);
  std::string reply = "{\"result\":[";
  std::int64_t found = 0;
  read([&](db::Connection& connection) {
    const auto append = [&](const db::Zone& zone, const std::string& name) {
      for (const auto& row : rows_at(db::read_name(connection, zone, name))) {
        if (found == limit || row.type.empty() || !db::matches(pattern, row.type, name, row.content)) continue;
        append_row(reply, row, absolute(name), zone.id);
        room.check(reply);
        ++found;
      }
      return found < limit;
    };
    db::search_names(connection, pattern, append, defect_log());
  });
  return reply += "]}";
}

Service::Reply Service::backend_command(const Parameters& parameters, Transaction& /*transaction*/,
                                        ReplyRoom& room) {
  const std::string query = parameters.text("query");
  std::string reply = "{\"result\":\"";
  const auto append = [&](std::string_view text) {
    append_in_string(reply, text);
    room.check(reply);
  };
  if (query == "pools" || query.starts_with("pools ")) {
    const std::string wanted = query.size() > 6 ? query.substr(6) : "";
    const auto reports = reports_.current();
    std::size_t found = 0;
    read([&](db::Connection& connection) { found = for_each_member_line(connection, wanted, append); });
    if (found == 0) append("there is no such pool with members\n");
    append(unwritten_as_text(reports.get()));
    if (const auto probing = options_.probing(); !probing.empty()) append(db::printable(probing) + "\n");
  } else if (query == "probing") {
    append(db::printable(options_.probing()));
  } else {
    append(
        "mxbalance understands: pools (who is answered now, and why not the others), pools NAME, probing (which "
        "service probes the mail servers); it runs no SQL: use sqlite3 " +
        database_.path() + "\n");
  }
  return reply += "\"}";
}

}  // namespace mxbalance::remote
