#include "backend/cli/serve/serve_settings.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace mxbalance::cli {
namespace {

/// The rows of the tables of settings in a document: each flag with the rest of its row.
std::map<std::string, std::string> documented_in(const std::string& document) {
  std::ifstream file(std::filesystem::path(MXBALANCE_SOURCE_DIR) / document);
  std::map<std::string, std::string> rows;
  bool in_table = false;
  for (std::string line; std::getline(file, line);) {
    in_table = line.starts_with("| setting of `serve` |") || (in_table && line.starts_with("|"));
    if (!in_table || !line.starts_with("| `--")) continue;
    const auto end = line.find(" |", 2);
    const std::string cell = line.substr(2, end - 2);
    for (std::size_t at = 0; (at = cell.find("`--", at)) != std::string::npos; ++at)
      rows[cell.substr(at + 3, cell.find('`', at + 1) - at - 3)] = line.substr(end);
  }
  return rows;
}

TEST(ServeSettings, EachOneStandsInTheDocumentationAndNoOther) {
  auto documented = documented_in("deploy/README.md");
  for (auto&& row : documented_in("backend/README.md"))
    documented.insert(row);
  for (const auto& setting : serve_settings()) {
    if (setting.name == "config") continue;  // told above the table
    EXPECT_EQ(documented.erase(setting.name), 1U) << setting.name;
  }
  documented.erase("probe-\u2026");  // stands for the table of probes
  for (const auto& [name, row] : documented)
    ADD_FAILURE() << name << " is no setting: " << row;
}

TEST(ServeSettings, TheDocumentationSaysWhichAreObeyedAtOnce) {
  const auto documented = documented_in("deploy/README.md");
  for (const auto& setting : serve_settings()) {
    const auto row = documented.find(setting.name);
    if (row == documented.end()) continue;  // a setting of probes: one row says it of all
    EXPECT_EQ(row->second.ends_with("| yes |"), setting.obeyed == ServeSetting::Obeyed::at_once) << setting.name;
  }
  for (const auto& setting : serve_settings()) {
    if (setting.name.starts_with("probe")) {
      EXPECT_EQ(setting.obeyed, ServeSetting::Obeyed::at_once) << setting.name;
    }
  }
}

TEST(ServeSettings, EachOneIsAFlagAndAVariable) {
  CLI::App command;
  ServeOptions options;
  add_serve_settings(command, options);
  std::set<std::string> names;
  for (const auto& setting : serve_settings()) {
    EXPECT_TRUE(names.insert(setting.name).second) << setting.name << " stands twice";
    EXPECT_EQ(command.get_option(setting.flag())->get_envname(), setting.variable());
  }
  EXPECT_EQ(serve_settings()[6].variable(), "MXBALANCE_MAX_BODY");
}

TEST(ServeSettings, TheHelpNamesTheDefaults) {
  CLI::App command;
  ServeOptions options;
  add_serve_settings(command, options);
  const auto help = [&](const std::string& flag) { return command.get_option(flag)->get_description(); };
  EXPECT_EQ(help("--max-body"), "bytes of one request at most (default: 1048576)");
  EXPECT_EQ(help("--probe-rise"), "passed probes in a row until up (default: 2)");
  EXPECT_EQ(help("--probe-tls"), "STARTTLS: never; where it is offered; always (default: off)");
  EXPECT_EQ(help("--probe-interval"), "from one probe of an address to the next (default: 10s)");
}

}  // namespace
}  // namespace mxbalance::cli
