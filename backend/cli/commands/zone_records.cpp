#include <algorithm>
#include <memory>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/lists.h"
#include "db/base/text.h"
#include "db/contents/record_types.h"
#include "db/dns/international_names.h"
#include "db/dns/ttl.h"
#include "db/edits/listings.h"
#include "db/edits/records.h"

namespace mxbalance::cli {

namespace {

struct RecordOptions {
  std::string zone;
  std::string name;
  std::optional<std::string> type;
  std::optional<std::string> content;
  std::optional<std::uint32_t> ttl;
  bool json = false;
};

using SharedOptions = std::shared_ptr<RecordOptions>;

int list(Context& context, const RecordOptions& options) {
  const auto cells = [](const db::RecordListing& row) -> std::vector<std::string> {
    return {row.record.name, std::to_string(row.record.ttl), row.record.type,
            row.record.content + (row.is_disabled ? "  (disabled)" : "")};
  };
  const auto json = [](const db::RecordListing& row) -> Json {
    return {{"name", row.record.name},
            {"type", row.record.type},
            {"content", row.record.content},
            {"ttl", row.record.ttl},
            {"disabled", row.is_disabled}};
  };
  const RowList<db::RecordListing> rows{.headings = {"NAME", "TTL", "TYPE", "CONTENT"},
                                        .cells = cells,
                                        .json = json,
                                        .for_each = [&](db::Connection& connection, const auto& visit) {
                                          db::for_each_record(connection, options.zone, visit);
                                        }};
  read_store(context, [&](db::Connection& connection) { rows.print(context.out, connection, options.json); });
  return exit_done;
}

int add(Context& context, const RecordOptions& options) {
  const std::string type = db::canonical_type(*options.type);
  const db::NewRecord record{options.zone, options.name, type, db::given_content(type, *options.content),
                             options.ttl};
  std::string content;
  edit_store(context, [&](db::Connection& connection) { content = db::add_record(connection, record); });
  context.out << "added " << record.name << ' ' << record.type << ' ' << content << '\n';
  return exit_done;
}

int remove(Context& context, const RecordOptions& options) {
  const std::string type = db::canonical_type(*options.type);
  std::optional<std::string> content;
  if (options.content) content = db::given_content(type, *options.content);
  std::int64_t removed = 0;
  edit_store(context, [&](db::Connection& connection) {
    removed = db::remove_records(connection, options.zone, options.name, type, content);
  });
  context.out << "removed " << removed << (removed == 1 ? " record " : " records ") << options.name << ' ' << type
              << '\n';
  return exit_done;
}

void add_record_name(CLI::App& command, RecordOptions& options) {
  add_name(command, "NAME", options.name, "the record's whole name")->required();
  add_text(command, "TYPE", options.type, "such as A, MX or TXT")->required();
}

void register_records_list(CLI::App& records, Context& context, const SharedOptions& options) {
  CLI::App& command = add_command(records, "list", "List the zone's static records (without a command, too)",
                                  "mxbalance zone records yourdomain.com list\n"
                                  "mxbalance zone records yourdomain.com list --json");
  set_action(command, context, [options](Context& run) { return list(run, *options); });
}

void register_records_add(CLI::App& records, Context& context, const SharedOptions& options) {
  CLI::App& command = add_command(
      records, "add", "Add a static record",
      "mxbalance zone records yourdomain.com add ns1.yourdomain.com A 10.0.0.53\n"
      "mxbalance zone records yourdomain.com add yourdomain.com MX '10 mail.yourdomain.com' --ttl 300\n"
      "mxbalance zone records yourdomain.com add yourdomain.com TXT 'v=spf1 ip4:10.0.0.1 ip4:10.0.0.2 -all'");
  add_record_name(command, *options);
  add_text(command, "CONTENT", options->content, "as in a zone file, in one argument: quote it in the shell")
      ->required();
  add_number(command, "--ttl", options->ttl, 0, db::longest_ttl,
             "in seconds, of all records of the type at the name (3600, or what they have)");
  add_powerdns_version(command, context.powerdns);
  set_action(command, context, [options](Context& run) { return add(run, *options); });
}

void register_records_remove(CLI::App& records, Context& context, const SharedOptions& options) {
  CLI::App& command =
      add_command(records, "remove", "Remove static records",
                  "mxbalance zone records yourdomain.com remove yourdomain.com MX\n"
                  "mxbalance zone records yourdomain.com remove yourdomain.com MX '10 mail.yourdomain.com'");
  add_record_name(command, *options);
  add_text(command, "CONTENT", options->content, "only the record with this content");
  set_action(command, context, [options](Context& run) { return remove(run, *options); });
}

}  // namespace

void register_zone_records(CLI::App& zone, Context& context) {
  CLI::App& records = add_command(zone, "records", "List, add and remove the static records of a zone",
                                  "mxbalance zone records yourdomain.com\n"
                                  "mxbalance zone records yourdomain.com add ns1.yourdomain.com A 10.0.0.53\n"
                                  "mxbalance zone records yourdomain.com remove ns1.yourdomain.com A");
  const auto options = std::make_shared<RecordOptions>();
  add_name(records, "ZONE", options->zone, "the zone's name")->required();
  add_json_flag(records, options->json);
  records.require_subcommand(0, 1);
  set_action(records, context, [options](Context& run) { return list(run, *options); });
  register_records_list(records, context, options);
  register_records_add(records, context, options);
  register_records_remove(records, context, options);
}

}  // namespace mxbalance::cli
