#include "backend/cli/shared/output.h"

#include <sstream>

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include "backend/cli/serve/log.h"
#include "backend/cli/shared/printable_buffer.h"
#include "db/base/text.h"
#include "db/base/time.h"

namespace mxbalance::cli {
namespace {

TEST(Output, TablesAreAligned) {
  std::ostringstream out;
  Table table(out, {"NAME", "WHY", "N"});
  table.add({"a", "", "1"});
  table.add({"longer", "because", ""});
  table.add({"\xc3\xbc", "x", "22"});
  table.finish();
  EXPECT_EQ(out.str(),
            "NAME    WHY      N\n"
            "a                1\n"
            "longer  because\n"
            "\xc3\xbc       x        22\n");
}

TEST(Output, TablesAreWrittenInBlocks) {
  std::ostringstream out;
  Table table(out);
  for (int i = 0; i < 2500; ++i)
    table.add({i < 2400 ? "a" : "wide", "b"});
  EXPECT_NE(out.str().find("a  b\n"), std::string::npos) << "before the end";
  table.finish();
  EXPECT_TRUE(out.str().ends_with("wide  b\n"));
  const std::string text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2500);
}

TEST(Output, ControlCharactersDoNotReachTheTerminal) {
  std::ostringstream out;
  Table table(out);
  table.add({"a\nb"});
  table.finish();
  EXPECT_EQ(out.str(), "a?b\n");
}

TEST(Output, JsonArraysAreValidOnlyWhenTheyAreWhole) {
  std::ostringstream out;
  JsonArray array(out);
  EXPECT_FALSE(Json::accept(out.str()));
  array.add({{"name", "a"}, {"bytes", "\xff"}});
  array.add({{"name", "b"}});
  EXPECT_FALSE(Json::accept(out.str()));
  array.finish();
  const Json read = Json::parse(out.str());
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[1]["name"], "b");
  EXPECT_EQ(read[0]["bytes"], "\xef\xbf\xbd");
  std::ostringstream empty;
  JsonArray nothing(empty);
  nothing.finish();
  EXPECT_EQ(empty.str(), "[]\n");
}

TEST(Output, JsonKeepsItsValuesAndHoldsNothingThatDrivesATerminal) {
  const std::string odd = "a\x1b[2J\n\x7f\xc2\x9b 31m \xe2\x80\xae \xc3\xbc";
  std::ostringstream out;
  print_json(out, {{"odd", odd}});
  EXPECT_EQ(out.str(), db::printable_json(out.str()));
  EXPECT_EQ(Json::parse(out.str())["odd"], odd);
  std::ostringstream list;
  JsonArray array(list);
  array.add({{"odd", odd}});
  array.finish();
  EXPECT_EQ(list.str(), db::printable_json(list.str()));
  EXPECT_EQ(Json::parse(list.str())[0]["odd"], odd);
}

TEST(Output, EveryLineIsPrintable) {
  std::ostringstream out;
  {
    PrintableBuffer buffer(out);
    std::ostream shown(&buffer);
    shown << "a\x1b[31m" << '\xc3' << std::flush << '\xbc' << "\nb\rc\n";
    EXPECT_EQ(out.str(), "a?[31m\xc3\xbc\nb?c\n") << "as soon as a line is whole";
    shown << "\xc3";
  }
  EXPECT_EQ(out.str(), "a?[31m\xc3\xbc\nb?c\n?");
}

TEST(Output, TheLogShowsWhatRowsAndRequestsHoldOnOneLine) {
  std::ostringstream out;
  const auto log = make_log("info", std::make_shared<spdlog::sinks::ostream_sink_st>(out));
  log->warn("{}", "type A\n2026-11-27T14:00:00.000+0000 info: forged \x1b]0;title\x07 \xc2\x9b");
  const auto line = out.str();
  EXPECT_EQ(line.substr(line.find("warning")),
            "warning: type A?2026-11-27T14:00:00.000+0000 info: forged ?]0;title? ?\n");
}

TEST(Output, ListsAndTimesAreText) {
  EXPECT_EQ(joined({}), "-");
  EXPECT_EQ(joined({"a", "b"}), "a b");
  EXPECT_EQ(joined({"a", "b"}, ","), "a,b");
  EXPECT_EQ(db::utc_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(db::utc_time(1763971505), "2025-11-24T08:05:05Z");
}

}  // namespace
}  // namespace mxbalance::cli
