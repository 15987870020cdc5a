#include "backend/cli/shared/name_list.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <unordered_map>
#include <unordered_set>

#include "backend/cli/shared/arguments.h"
#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/dns/typed_names.h"

namespace mxbalance::cli {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // some editors write it before UTF-8 text

/// The name in a line, without a comment and blanks. Empty when there is none.
std::string_view name_in(std::string_view line) {
  for (auto hash = line.find('#'); hash != std::string_view::npos; hash = line.find('#', hash + 1)) {
    if (hash == 0 || db::is_blank(line[hash - 1])) {
      line = line.substr(0, hash);
    } else if (line[hash - 1] != '\\') {
      throw db::InvalidName("the name " + db::quoted(line) +
                            " holds a #: a comment stands after a blank, and a # in a name is written \\#");
    }
  }
  return db::trimmed(line);
}

std::size_t for_each_line(const std::string& file, const std::function<void(const std::string& name)>& work) {
  std::ifstream lines(file == "-" ? "/dev/stdin" : file);
  std::unordered_map<std::string, std::size_t> lines_of;
  std::size_t number = 0;
  try {
    if (!lines) throw db::Refusal("cannot be read: " + std::generic_category().message(errno));
    for (std::string line; std::getline(lines, line);) {
      ++number;
      if (number == 1 && line.starts_with(byte_order_mark)) line.erase(0, byte_order_mark.size());
      const auto written = name_in(line);
      if (written.empty()) continue;
      const std::string name = db::typed_name(written);
      const auto [known, is_new] = lines_of.emplace(name, number);
      if (!is_new) throw db::Refusal(name + " is on line " + std::to_string(known->second) + " too");
      work(name);
    }
    if (lines.bad()) throw db::Refusal("cannot be read to its end");
  } catch (const db::InvalidName& error) {
    throw db::Refusal(file + ", line " + std::to_string(number) + ": " + error.what());
  } catch (const db::Refusal& error) {
    throw db::Refusal(file + (number > 0 ? ", line " + std::to_string(number) : "") + ": " + error.what());
  }
  return lines_of.size();
}

}  // namespace

void add_name_list(CLI::App& command, const std::string& argument, NameList& list,
                   const std::string& description) {
  add_names(command, argument, list.names, description);
  add_text(command, "--from", list.from, "a file with the names instead, one a line; -: standard input")
      ->type_name("FILE");
}

std::size_t for_each_name(const NameList& list, const std::function<void(const std::string& name)>& work) {
  if (list.names.empty() != list.from.has_value()) {
    throw UsageError(list.from ? "names by position and --from FILE exclude each other"
                               : "names are missing: give them by position, or --from FILE");
  }
  if (list.from) return for_each_line(*list.from, work);
  std::unordered_set<std::string> seen;
  for (const auto& name : list.names) {
    if (!seen.insert(name).second) throw db::Refusal("the name " + name + " is given twice");
    work(name);
  }
  return list.names.size();
}

}  // namespace mxbalance::cli
