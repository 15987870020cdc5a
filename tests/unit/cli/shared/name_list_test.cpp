#include <fstream>

#include "backend/cli/shared/context.h"
#include "tests/unit/cli/command_line.h"

namespace mxbalance::cli {
namespace {

class NameLists : public CommandLine {
 protected:
  void write_names(const std::string& lines) const { std::ofstream(file_) << lines; }

  std::string file_ = database_.path() + ".names";
};

TEST_F(NameLists, AreReadFromAFile) {
  fill();
  write_names("# our customers\nOne.example.\n\n  two.example \r\nthree.example");
  expect({
      {"zone add --from " + file_ + " --ns ns1.example.net", 0, "added 3 zones\n", ""},
      {"pool publish inbound --from " + file_ + " --as MX", 0, "the pool inbound is published at 3 names as MX\n",
       ""},
  });
  EXPECT_NE(run("zone list").out.find("\ntwo.example "), std::string::npos);
  expect({
      {"pool unpublish inbound --from " + file_, 0,
       "the pool inbound is no longer published at 3 names\n"
       "note: 3 names have no MX record any more: no address stands there either, and mail bounces\n",
       ""},
  });
}

TEST_F(NameLists, AreForOneCommandAsAWhole) {
  run("zone add here.example --ns ns1.example.net");
  write_names("one.example\ntwo.example\nhere.example\n");
  expect({
      {"zone add --from " + file_ + " --ns ns1.example.net", exit_refused, "",
       file_ + ", line 3: the zone here.example is here already; to change it, see: mxbalance zone set --help, or "
               "mxbalance zone records here.example"},
      {"zone remove here.example", 0, "removed the zone here.example with 2 records\n", ""},
      {"zone list --json", 0, "[]\n", ""},
  });
}

TEST_F(NameLists, HoldEachNameOnce) {
  fill();
  write_names("one.example\n# and\nOne.example.\n");
  const std::string twice = file_ + ", line 3: one.example is on line 1 too";
  expect({{"zone add --from " + file_ + " --ns ns1.example.net", exit_refused, "", twice}});
  ASSERT_EQ(run("zone add one.example --ns ns1.example.net").status, 0);
  expect({
      {"pool publish inbound --from " + file_ + " --as MX", exit_refused, "", twice},
      {"pool publish inbound one.example --as MX", 0, "the pool inbound is published at one.example as MX\n", ""},
      {"pool unpublish inbound --from " + file_, exit_refused, "", twice},
      {"zone add two.example Two.example --ns ns1.example.net", exit_refused, "",
       "the name two.example is given twice"},
  });
}

TEST_F(NameLists, SayWhichLineHoldsNoName) {
  write_names("one.example\ntwo..example\n");
  expect({
      {"zone add --from " + file_ + " --ns ns1.example.net", exit_refused, "",
       file_ + ", line 2: the name \"two..example\" has an empty label"},
      {"zone add --from " + file_ + ".none --ns ns1.example.net", exit_refused, "",
       file_ + ".none: cannot be read: No such file or directory"},
  });
}

TEST_F(NameLists, HaveCommentsAfterNames) {
  write_names(
      "\xef\xbb\xbf# with a byte order mark\none.example # a customer\ntwo.example\t#and one more #\n #\n"
      "a\\#b.example\nMünchen.example\n");
  expect({{"zone add --from " + file_ + " --ns ns1.example.net", 0, "added 4 zones\n", ""}});
  const std::string list = run("zone list").out;
  for (const auto* zone : {"one.example ", "two.example ", "a#b.example ", "xn--mnchen-3ya.example "})
    EXPECT_NE(list.find("\n" + std::string(zone)), std::string::npos) << list;
}

TEST_F(NameLists, HoldOneNameALine) {
  const auto refused = [&](const std::string& line, const std::string& problem) {
    write_names("one.example\n" + line + "\n");
    expect({{"zone add --from " + file_ + " --ns ns1.example.net", exit_refused, "",
             file_ + ", line 2: " + problem}});
  };
  refused("two.example 10", "the name \"two.example 10\" holds a blank or a control character");
  refused(
      "two.example#x",
      "the name \"two.example#x\" holds a #: a comment stands after a blank, and a # in a name is written \\#");
  refused("\"two.example\"", "the name \"\"two.example\"\" stands in quotes: give it without them");
  expect({{"zone list --json", 0, "[]\n", ""}});
}

TEST_F(NameLists, AreNamedInOneWay) {
  expect({
      {"zone add --ns ns1.example.net", exit_usage, "",
       "names are missing: give them by position, or --from FILE; see: mxbalance zone add --help"},
      {"zone add one.example --from " + file_ + " --ns ns1.example.net", exit_usage, "",
       "names by position and --from FILE exclude each other; see: mxbalance zone add --help"},
  });
}

}  // namespace
}  // namespace mxbalance::cli
