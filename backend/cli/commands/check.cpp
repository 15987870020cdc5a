#include "db/check/check.h"

#include <memory>

#include "backend/cli/commands/commands.h"
#include "backend/cli/shared/arguments.h"
#include "backend/cli/shared/output.h"
#include "db/base/text.h"

namespace mxbalance::cli {

namespace {

std::int64_t print_for_people(Context& context) {
  std::int64_t count = 0;
  read_store(context, [&](db::Connection& connection) {
    db::check(connection, [&](const db::Finding& finding) {
      ++count;
      context.out << db::printable(finding.subject) << ": " << db::printable(finding.problem) << "\n    "
                  << db::printable(finding.remedy) << '\n';
    });
    for (const auto& addition : db::additions_to(connection))
      context.out << "for your information: " << db::printable(addition) << '\n';
  });
  context.out << (count == 0 ? "nothing found\n"
                             : std::to_string(count) + (count == 1 ? " finding\n" : " findings\n"));
  return count;
}

std::int64_t print_as_json(Context& context) {
  std::int64_t count = 0;
  JsonArray array(context.out);
  read_store(context, [&](db::Connection& connection) {
    db::check(connection, [&](const db::Finding& finding) {
      ++count;
      array.add({{"subject", finding.subject}, {"problem", finding.problem}, {"remedy", finding.remedy}});
    });
  });
  array.finish();
  return count;
}

}  // namespace

void register_check(CLI::App& app, Context& context) {
  CLI::App& command =
      add_command(app, "check", "Find what is wrong in the database; exit status 1 if something is",
                  "mxbalance check\n"
                  "mxbalance check --json\n"
                  "mxbalance check --pdns-version 5");
  const auto json = std::make_shared<bool>(false);
  add_json_flag(command, *json);
  add_powerdns_version(command, context.powerdns);
  set_action(command, context, [json](Context& run) {
    const std::int64_t count = *json ? print_as_json(run) : print_for_people(run);
    return count == 0 ? exit_done : exit_refused;
  });
}

}  // namespace mxbalance::cli
