#include "backend/cli/name_list.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "backend/cli/arguments.h"
#include "db/base/errors.h"
#include "db/base/text.h"
#include "db/dns/typed_names.h"

namespace mxbalance::cli {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // editors put it before UTF-8

/// Without the comment and the blanks around it; empty: there is none.
std::string_view name_in(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  for (auto hash = line.find('#'); hash != std::string_view::npos; hash = line.find('#', hash + 1)) {
    if (hash == 0 || blanks.find(line[hash - 1]) != std::string_view::npos) {
      line = line.substr(0, hash);
    } else if (line[hash - 1] != '\\') {
      throw db::InvalidName("the name " + db::quoted(line) +
                            " holds a #: a comment stands after a blank, and a # in a name is written \\#");
    }
  }
  const auto start = std::min(line.find_first_not_of(blanks), line.size());
  return line.substr(start, line.find_last_not_of(blanks) + 1 - start);
}

std::size_t for_each_line(const std::string& file, const std::function<void(const std::string& name)>& work) {
  std::ifstream lines(file == "-" ? "/dev/stdin" : file);
  std::size_t names = 0;
  std::size_t number = 0;
  try {
    if (!lines) throw db::Refusal("cannot be read: " + std::generic_category().message(errno));
    for (std::string line; std::getline(lines, line);) {
      ++number;
      if (number == 1 && line.starts_with(byte_order_mark)) line.erase(0, byte_order_mark.size());
      const auto name = name_in(line);
      if (name.empty()) continue;
      work(db::typed_name(name));
      ++names;
    }
    if (lines.bad()) throw db::Refusal("cannot be read to its end");
  } catch (const db::InvalidName& error) {
    throw db::Refusal(file + ", line " + std::to_string(number) + ": " + error.what());
  } catch (const db::Refusal& error) {
    throw db::Refusal(file + (number > 0 ? ", line " + std::to_string(number) : "") + ": " + error.what());
  }
  return names;
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
  for (const auto& name : list.names)
    work(name);
  return list.names.size();
}

}  // namespace mxbalance::cli
