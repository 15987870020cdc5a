// The commands `list` and `show`, which print rows of the store: a table for people, or JSON with --json.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "backend/cli/shared/arguments.h"
#include "backend/cli/shared/context.h"
#include "backend/cli/shared/output.h"

namespace mxbalance::cli {

/// How rows of one kind are listed.
template <typename Row>
struct RowList {
  std::vector<std::string> headings;
  std::function<std::vector<std::string>(const Row& row)> cells;
  std::function<Json(const Row& row)> json;
  std::function<void(db::Connection&, const std::function<void(const Row& row)>& visit)> for_each;

  void print(std::ostream& out, db::Connection& connection, bool as_json) const {
    if (as_json) {
      JsonArray array(out);
      for_each(connection, [&](const Row& row) { array.add(json(row)); });
      return array.finish();
    }
    Table table(out, headings);
    for_each(connection, [&](const Row& row) { table.add(cells(row)); });
    table.finish();
  }
};

/// Adds the command `list` to `group`. With `has_health`, tells of health that is not written yet.
template <typename Row>
void add_list(CLI::App& group, Context& context, const std::string& description, bool has_health,
              RowList<Row> list) {
  const std::string path = "mxbalance " + group.get_name() + " list";
  CLI::App& command = add_command(group, "list", description, path + "\n" + path + " --json");
  const auto json = std::make_shared<bool>(false);
  add_json_flag(command, *json);
  set_action(command, context, [json, has_health, list = std::move(list)](Context& run) {
    read_store(run, [&](db::Connection& connection) { list.print(run.out, connection, *json); });
    if (has_health) tell_of_unwritten_health(run);
    return exit_done;
  });
}

/// How many rows of a long list `show` prints for people. JSON has all.
constexpr std::int64_t rows_shown(bool as_json) {
  return as_json ? -1 : 20;
}

/// Prints how many rows of a long list are not shown, if any.
void tell_of_more(std::ostream& out, std::int64_t total, std::size_t shown);

/// Reads what has this name, and prints it.
using Show = std::function<void(std::ostream& out, db::Connection&, const std::string& name, bool as_json)>;

/// Adds the command `show` to `group`. `add_name_argument` adds the argument for the name. With `has_health`,
/// tells of health that is not written yet.
void add_show(CLI::App& group, Context& context, const std::string& description, const std::string& example,
              bool has_health, const std::function<void(CLI::App&, std::string& name)>& add_name_argument,
              Show show);

}  // namespace mxbalance::cli
