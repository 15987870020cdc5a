#include "backend/cli/serve/configuration_file.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "backend/cli/serve/serve_settings.h"
#include "backend/cli/shared/context.h"

namespace mxbalance::cli {

namespace {

UsageError unreadable(const std::string& path, const std::string& problem) {
  return UsageError{"the configuration file " + path + " cannot be read: " + problem};
}

std::string text_of(const std::string& path) {
  try {
    std::ifstream file;
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.open(path);
    return {std::istreambuf_iterator<char>(file), {}};  // unlike getline, this throws for a directory
  } catch (const std::ios::failure&) {
    throw unreadable(path, std::generic_category().message(errno));
  }
}

/// Whether each quote in `line` is closed.
bool is_closed(std::string_view line) {
  char open = 0;
  for (const char c : line) {
    const bool is_quote = c == '"' || c == '\'' || c == '`';
    if (is_quote && (open == 0 || open == c)) open = open == 0 ? c : '\0';
  }
  return open == 0;
}

/// Refuses lines that CLI11 would misread. For CLI11 a # starts a comment even within quotes, and an unclosed
/// quote is an ordinary character: "/run/a#b" would become another path.
void check_quotes(const std::string& text, const std::string& path) {
  std::istringstream stream(text);
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    const auto first = line.find_first_not_of(" \t");
    if (first == std::string::npos || line[first] == ';' || is_closed(line.substr(0, line.find('#')))) continue;
    throw UsageError(path + " line " + std::to_string(number) +
                     ": a quote is not closed; a # begins a comment, also between quotes");
  }
}

/// Applies one line of the file, as CLI11 has read it. Returns false when the command line or the environment
/// gives the setting.
bool apply_item(CLI::App& command, const CLI::ConfigItem& item, const std::string& path) {
  const bool begins_section = item.name == "++" && !item.parents.empty();
  if (begins_section) throw UsageError(path + ": there are no sections, such as [" + item.parents.front() + "]");
  const std::string key = item.fullname();
  auto* option = key == "config" || key == "help" ? nullptr : command.get_option_no_throw("--" + key);
  if (option == nullptr) {
    throw UsageError(path + ": there is no setting \"" + key + "\"; its names are those of the flags, without --");
  }
  if (option->count() > 0) return false;
  for (const auto& value : item.inputs) {
    if (value.find('"') != std::string::npos) {
      throw UsageError(path + ": " + key + " holds a quote within a value: " + value);
    }
  }
  option->add_result(item.inputs);
  // A value that stays in the option would count as given by the command line when the file is read again.
  try {
    option->run_callback();
    option->clear();
    return true;
  } catch (const std::runtime_error& error) {
    option->clear();
    throw UsageError(path + ": " + key + ": " + error.what());
  }
}

/// The names of settings that are in only one of the two, or have different values.
std::set<std::string> differing(const FileSettings& some, const FileSettings& others) {
  std::set<std::string> names;
  const auto add_unless_in = [&](const FileSettings& from, const FileSettings& in) {
    for (const auto& [name, values] : from) {
      const auto found = in.find(name);
      if (found == in.end() || found->second != values) names.insert(name);
    }
  };
  add_unless_in(some, others);
  add_unless_in(others, some);
  return names;
}

bool is_obeyed_at_once(const std::string& name) {
  const auto settings = serve_settings();
  return std::any_of(settings.begin(), settings.end(), [&](const ServeSetting& setting) {
    return setting.name == name && setting.obeyed == ServeSetting::Obeyed::at_once;
  });
}

}  // namespace

FileSettings apply_configuration(CLI::App& command, const std::string& text, const std::string& path) {
  check_quotes(text, path);
  std::vector<CLI::ConfigItem> items;
  try {
    std::istringstream stream(text);
    items = CLI::ConfigTOML().from_config(stream);
  } catch (const CLI::Error& error) {
    throw unreadable(path, error.what());
  }
  std::set<std::string> seen;
  FileSettings applied;
  for (const auto& item : items) {
    if (!seen.insert(item.fullname()).second) throw UsageError(path + ": " + item.fullname() + " is set twice");
    if (apply_item(command, item, path)) applied[item.fullname()] = item.inputs;
  }
  return applied;
}

FileSettings SettingsReader::apply_file() {
  if (!options_.configuration_file) return {};
  return apply_configuration(command_, text_of(*options_.configuration_file), *options_.configuration_file);
}

ServeOptions SettingsReader::read() {
  obeyed_ = apply_file();
  return completed(options_);
}

bool SettingsReader::read_again(const TakeOver& take_over) {
  if (!given_.configuration_file) return false;
  options_ = given_;
  const FileSettings now = apply_file();
  ReadAgain read{.options = completed(options_)};
  for (const auto& name : differing(now, obeyed_))
    (is_obeyed_at_once(name) ? read.changed : read.need_restart).push_back(name);
  take_over(read);
  for (const auto& name : read.changed) {
    obeyed_.erase(name);
    if (const auto after = now.find(name); after != now.end()) obeyed_.insert(*after);
  }
  return true;
}

}  // namespace mxbalance::cli
