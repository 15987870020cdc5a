#include "db/base/text.h"

#include <gtest/gtest.h>

namespace mxbalance::db {
namespace {

TEST(Text, WhatDrivesATerminalOrEndsALineIsShownAsAQuestionMark) {
  EXPECT_EQ(printable("a b~\xc3\xbc\xe6\xbc\xa2\xf0\x9f\x93\xa7"), "a b~\xc3\xbc\xe6\xbc\xa2\xf0\x9f\x93\xa7");
  EXPECT_EQ(printable(std::string_view("\0\t\n\r\x1b[2J\x7f", 9)), "?????[2J?");
  EXPECT_EQ(printable("\xc2\x85\xc2\x9b 31m"), "?? 31m") << "C1: a line feed, and what ESC [ is";
  EXPECT_EQ(printable("\xe2\x80\xa8\xe2\x80\xa9"), "??") << "separators of lines and paragraphs";
  EXPECT_EQ(printable("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f\xef\xbb\xbf"), "????") << "the direction of writing";
}

TEST(Text, BytesThatAreNoUtf8AreShownAsQuestionMarks) {
  EXPECT_EQ(printable("\xff\xfe"), "??");
  EXPECT_EQ(printable("\x9b\x33m"), "?3m") << "C1 as one byte";
  EXPECT_EQ(printable("\xe2\x80"), "??") << "cut off";
  EXPECT_EQ(printable("\xc1\x9b\xe0\x82\x9b"), "?????") << "longer than need be";
  EXPECT_EQ(printable("\xed\xa0\x80"), "???") << "half of a pair";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "????") << "beyond Unicode";
}

TEST(Text, JsonIsEscapedAndStaysJson) {
  EXPECT_EQ(printable_json("{\n  \"a\": \"\xc3\xbc\"\n}"), "{\n  \"a\": \"\xc3\xbc\"\n}");
  EXPECT_EQ(printable_json("\"\x7f\xc2\x9b\xe2\x80\xae\""), R"("\u007f\u009b\u202e")");
}

TEST(Text, IsTakenApartByWords) {
  std::string_view text = " one\ttwo\r\n three ";
  EXPECT_EQ(take_word(text), "one");
  EXPECT_EQ(take_word(text), "two");
  EXPECT_EQ(take_word(text), "three");
  EXPECT_EQ(take_word(text), "");
  EXPECT_EQ(take_word(text), "");
  std::string_view list = ",;192.0.2.1, 192.0.2.2;";
  EXPECT_EQ(take_word(list, " ,;"), "192.0.2.1");
  EXPECT_EQ(take_word(list, " ,;"), "192.0.2.2");
  EXPECT_EQ(take_word(list, " ,;"), "");
}

TEST(Text, IsTrimmedAtBothEnds) {
  EXPECT_EQ(trimmed(" \t a b\r\n"), "a b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(Text, QuotedTextIsBoundedAndPrintable) {
  EXPECT_EQ(db::quoted("a\nb"), "\"a?b\"");
  EXPECT_EQ(db::quoted(std::string(200, 'a')), "\"" + std::string(80, 'a') + "…\"");
}

}  // namespace
}  // namespace mxbalance::db
