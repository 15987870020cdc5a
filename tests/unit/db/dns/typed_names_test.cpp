#include "db/dns/typed_names.h"

#include <gtest/gtest.h>

#include "db/base/typed_spelling.h"

namespace mxbalance::db {
namespace {

std::string refused_name(std::string_view text) {
  try {
    return "taken as " + typed_name(text);
  } catch (const InvalidName& problem) {
    return problem.what();
  }
}

TEST(TypedNames, AreNames) {
  EXPECT_EQ(typed_name("München.example."), "xn--mnchen-3ya.example");
  EXPECT_EQ(typed_name(R"(a\ b.example)"), R"(a\032b.example)");
  EXPECT_EQ(typed_name(R"(it's"so".example)"), R"(it's"so".example)");
  EXPECT_EQ(typed_name("\\\"a\""), "\"a\"");
  EXPECT_EQ(typed_name("0/25.2.0.192.in-addr.arpa"), "0/25.2.0.192.in-addr.arpa");
  EXPECT_EQ(typed_name("1.0.0.10.in-addr.arpa"), "1.0.0.10.in-addr.arpa");
  EXPECT_EQ(typed_name("a:b.example"), "a:b.example");
  EXPECT_EQ(typed_name("."), ".");
}

TEST(TypedNames, AreNoMistakes) {
  for (const auto* text : {"a b", " a", "a\t", "a\n.example", "\x7f", "b.example # x"})
    EXPECT_TRUE(refused_name(text).ends_with(" holds a blank or a control character")) << refused_name(text);
  for (const auto* text : {"\"a.example\"", "'a.example'"})
    EXPECT_TRUE(refused_name(text).ends_with(" stands in quotes: give it without them")) << refused_name(text);
  EXPECT_EQ(refused_name("https://example.com/"),
            "the name \"https://example.com/\" is a URL: give the name of its host alone");
  EXPECT_EQ(
      refused_name("user@example.com"),
      "the name \"user@example.com\" is a mail address: give the domain after the @ alone; in a name, an @ is"
      " written \\@");
  EXPECT_EQ(
      refused_name("example.com:53"),
      "the name \"example.com:53\" has a port: give the name before the : alone; in a name, a : is written \\:");
  for (const auto* text : {"10.0.0.1", "10.0.0.1.", "2001:db8::1", "[2001:db8::1]"})
    EXPECT_NE(refused_name(text).find(" is an address: give a name"), std::string::npos) << refused_name(text);
  for (const auto* text : {"example.com/mail", "192.0.2.0/24"})
    EXPECT_NE(refused_name(text).find(" ends with a path or a mask: "), std::string::npos) << refused_name(text);
  for (const auto* text : {"a\\", "", "a..b"})
    EXPECT_THROW((void)typed_name(text), InvalidName) << text;
}

TEST(TypedNames, AreSpelledWithEscapesWhereTheyWouldBeMistaken) {
  EXPECT_EQ(typed_spelling("example.com"), "example.com");
  EXPECT_EQ(typed_spelling("a\\032b.example"), "a\\032b.example");
  EXPECT_EQ(typed_spelling("user@example.com"), "user\\@example.com");
  for (const auto* name : {"user@example.com", "https://example.com", "x:53", "10.0.0.1", "2001:db8::1", "a/b",
                           "\"a\"", "'a'", "a\\032b@c", "\\\\@x", "[::1]", "."})
    EXPECT_EQ(typed_name(typed_spelling(name)), name);
}

}  // namespace
}  // namespace mxbalance::db
