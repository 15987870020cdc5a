#include "db/dns/names.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/db/long_names.h"

namespace mxbalance::db {
namespace {

using namespace std::string_literals;

struct Spelling {
  std::string text;
  std::string canonical;
};

TEST(CanonicalName, HasOneSpellingForEachName) {
  const std::vector<Spelling> spellings = {
      {"example.com", "example.com"},
      {"example.com.", "example.com"},
      {"MAIL1.Example.COM.", "mail1.example.com"},
      {"com", "com"},
      {".", "."},
      {"*.example.com", "*.example.com"},
      {"_25._tcp.mail1.example.com", "_25._tcp.mail1.example.com"},
      {"a@b.example.com", "a@b.example.com"},
      {"[`{", "[`{"},
      {"@Z[", "@z["},
      // Escapes: kept where the octet needs one, resolved where not.
      {R"(a\.b.example.com)", R"(a\.b.example.com)"},
      {R"(a\046b.example.com)", R"(a\.b.example.com)"},
      {R"(a\\b.example.com)", R"(a\\b.example.com)"},
      {R"(a\092b.example.com)", R"(a\\b.example.com)"},
      {R"(\097.example.com)", "a.example.com"},
      {R"(\065.example.com)", "a.example.com"},
      {R"(\A\"\;.example.com)", R"(a";.example.com)"},
      {R"(a\.)", R"(a\.)"},
      {R"(a\..)", R"(a\.)"},
      {R"(\.)", R"(\.)"},
      {R"(a\\.)", R"(a\\)"},
      {R"(a\\.b)", R"(a\\.b)"},
      {R"(a b.example.com)", R"(a\032b.example.com)"},
      {R"(a\ b.example.com)", R"(a\032b.example.com)"},
      {R"(a\032b.example.com)", R"(a\032b.example.com)"},
      {R"(a\0327.example.com)", R"(a\0327.example.com)"},
      {R"(\000.example.com)", R"(\000.example.com)"},
      {R"(\255.example.com)", R"(\255.example.com)"},
      // Octets as they are.
      {"a\0b.example.com"s, R"(a\000b.example.com)"},
      {"\x01\x7f\xff.example.com", R"(\001\127\255.example.com)"},
      {"m\xc3\xbcller.example", R"(m\195\188ller.example)"},
      {"!~.example", "!~.example"},
      // As long as a name may be.
      {label63(), label63()},
      {label63() + ".", label63()},
      {name255(), name255()},
      {name255() + ".", name255()},
      {R"(\065)" + std::string(62, 'a'), label63()},
  };
  for (const auto& [text, canonical] : spellings) {
    EXPECT_EQ(canonical_name(text), canonical) << text;
    EXPECT_EQ(canonical_name(canonical), canonical) << text;
  }
}

struct BadName {
  std::string text;
  std::string reason;  ///< what the sentence must say
};

TEST(CanonicalName, RefusesWhatIsNoName) {
  const std::string escaped_label = R"(\000)";
  std::string label64_escaped;
  for (int i = 0; i < 64; ++i)
    label64_escaped += escaped_label;
  const std::vector<BadName> names = {
      {"", "empty label"},
      {"..", "empty label"},
      {"...", "empty label"},
      {".com", "empty label"},
      {".example.com.", "empty label"},
      {"example..com", "empty label"},
      {"example.com..", "empty label"},
      {R"(a\...)", "empty label"},
      {label63() + "a", "64 octets: 63 are allowed"},
      {label63() + "a.example.com", "64 octets: 63 are allowed"},
      {"www." + label63() + "a.", "64 octets: 63 are allowed"},
      {label64_escaped, "64 octets: 63 are allowed"},
      {name255() + "b", "256 octets on the wire: 255 are allowed"},
      {name255() + "b.", "256 octets on the wire: 255 are allowed"},
      {"a." + name255(), "257 octets on the wire: 255 are allowed"},
      {R"(\)", "broken escape"},
      {R"(example.com\)", "broken escape"},
      {R"(a\1)", "broken escape"},
      {R"(a\12)", "broken escape"},
      {R"(a\12.com)", "broken escape"},
      {R"(a\1x2.com)", "broken escape"},
      {R"(a\12x.com)", "broken escape"},
      {R"(a\256.com)", "broken escape"},
      {R"(a\999.com)", "broken escape"},
  };
  for (const auto& [text, reason] : names) {
    try {
      const std::string name = canonical_name(text);
      ADD_FAILURE() << text << " became " << name;
    } catch (const InvalidName& error) {
      EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << text << ": " << error.what();
    }
  }
}

TEST(CanonicalName, ShowsABadNameInABoundedPrintableForm) {
  try {
    (void)canonical_name("\x1b[31m\n\xff" + std::string(100000, 'x'));
    FAIL();
  } catch (const InvalidName& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("\"?[31m??xxx"), std::string::npos) << message;
    EXPECT_NE(message.find("…"), std::string::npos) << message;
    EXPECT_LT(message.size(), 200U);
  }
}

/// Names of any octets, spelled in one of the ways that RFC 1035 §5.1 allows for each.
class NameMaker {
 public:
  struct Name {
    std::string spelled;
    std::vector<std::string> labels;  ///< the octets, in lower case
  };

  Name make() {
    Name name;
    const int labels = below(5) + 1;
    for (int i = 0; i < labels; ++i) {
      std::string label;
      const int octets = below(8) + 1;
      for (int j = 0; j < octets; ++j)
        add_octet(name.spelled, label);
      name.spelled += '.';
      name.labels.push_back(std::move(label));
    }
    if (below(2) == 0) name.spelled.pop_back();
    return name;
  }

 private:
  int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

  void add_octet(std::string& spelled, std::string& label) {
    static constexpr std::string_view awkward = ".\\ \"*@0aZ";
    const int value = below(3) == 0
                          ? static_cast<unsigned char>(
                                awkward[static_cast<std::size_t>(below(static_cast<int>(awkward.size())))])
                          : below(256);
    const char octet = static_cast<char>(value);
    const bool is_digit = value >= '0' && value <= '9';
    const bool needs_escape = octet == '.' || octet == '\\';
    switch (below(3)) {
      case 0:
        spelled += '\\';
        for (const int digit : {value / 100, value / 10 % 10, value % 10})
          spelled += static_cast<char>('0' + digit);
        break;
      case 1:
        if (!is_digit) spelled += '\\';
        spelled += octet;
        break;
      default:
        if (needs_escape) spelled += '\\';
        spelled += octet;
    }
    label += value >= 'A' && value <= 'Z' ? static_cast<char>(value + 32) : octet;
  }

  std::mt19937 random_{20240501};  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same names in every run
};

/// The octets of a canonical name's labels, read by the rules of the form alone.
std::vector<std::string> labels_of(std::string_view canonical) {
  std::vector<std::string> labels(1);
  for (std::size_t i = 0; i < canonical.size(); ++i) {
    if (canonical[i] == '.') {
      labels.emplace_back();
    } else if (canonical[i] != '\\') {
      labels.back() += canonical[i];
    } else if (canonical[i + 1] >= '0' && canonical[i + 1] <= '9') {
      labels.back() += static_cast<char>(std::stoi(std::string(canonical.substr(i + 1, 3))));
      i += 3;
    } else {
      labels.back() += canonical[++i];
    }
  }
  return labels;
}

bool is_printable(std::string_view text) {
  return text.find_first_not_of("!\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~") ==
         std::string_view::npos;
}

TEST(CanonicalName, KeepsTheOctetsOfAnyName) {
  NameMaker names;
  for (int i = 0; i < 20000; ++i) {
    const auto name = names.make();
    const std::string canonical = canonical_name(name.spelled);
    ASSERT_EQ(labels_of(canonical), name.labels) << name.spelled;
    ASSERT_EQ(canonical_name(canonical), canonical) << name.spelled;
    ASSERT_EQ(canonical_name(canonical + "."), canonical) << name.spelled;
    ASSERT_TRUE(is_printable(canonical)) << name.spelled;
  }
}

TEST(ParentName, DropsTheFirstLabel) {
  const std::vector<std::pair<std::string, std::string>> parents = {
      {"mail.example.com", "example.com"},
      {"example.com", "com"},
      {"com", "."},
      {".", ""},
      {R"(a\.b.example.com)", "example.com"},
      {R"(a\\.example.com)", "example.com"},
      {R"(a\\\.b.example.com)", "example.com"},
      {R"(\..example.com)", "example.com"},
      {R"(a\046.example.com)", "example.com"},
      {R"(a\.b)", "."},
      {R"(a\\)", "."},
      {"*.example.com", "example.com"},
  };
  for (const auto& [name, parent] : parents)
    EXPECT_EQ(parent_name(name), parent) << name;
}

TEST(ParentName, LeadsFromAnyNameToTheRoot) {
  NameMaker names;
  for (int i = 0; i < 2000; ++i) {
    const auto name = names.make();
    const std::string canonical = canonical_name(name.spelled);
    std::size_t steps = 0;
    for (std::string_view rest = canonical; rest != "."; rest = parent_name(rest)) {
      ASSERT_TRUE(is_within(canonical, rest)) << canonical;
      ++steps;
    }
    ASSERT_EQ(steps, name.labels.size()) << canonical;
  }
}

struct Containment {
  std::string name;
  std::string zone;
  bool is_within;
};

TEST(IsWithin, ComparesWholeLabels) {
  const std::vector<Containment> cases = {
      {"example.com", "example.com", true},
      {"mail.example.com", "example.com", true},
      {"a.b.c.example.com", "example.com", true},
      {"example.com", "com", true},
      {"example.com", ".", true},
      {".", ".", true},
      {"com", "example.com", false},
      {".", "com", false},
      {"myexample.com", "example.com", false},
      {"example.org", "example.com", false},
      {"example.com.org", "example.com", false},
      {"mail.example.com", "mail.example.org", false},
      {"w.example.com", "x.example.com", false},
      // An escaped dot ends no label.
      {R"(a\.example.com)", "example.com", false},
      {R"(a\.example.com)", "com", true},
      {R"(a\\.example.com)", "example.com", true},
      {R"(a\\\.example.com)", "example.com", false},
      {R"(x.a\.b.com)", R"(a\.b.com)", true},
      {R"(x.a\.b.com)", "b.com", false},
      {R"(x\.a\.b.com)", R"(a\.b.com)", false},
      {"a.b", "b", true},
      {R"(a\.b)", "b", false},
  };
  for (const auto& [name, zone, is_within_zone] : cases) {
    EXPECT_EQ(is_within(name, zone), is_within_zone) << name << " in " << zone;
  }
}

TEST(NameProblem, IsWhatPowerDnsCouldNotReadWithADotBehind) {
  for (const auto& name : {"example.com"s, "."s, "EXAMPLE.com"s, "a b.example"s, "m\xc3\xbcller.example"s,
                           R"(a\.)"s, R"(a\\\.)"s, name255(), "a\0b.example"s})
    EXPECT_FALSE(name_problem(name)) << name;
  for (const auto& name : {""s, "example.com."s, "a..b"s, ".example"s, R"(a\\.)"s, R"(a\)"s, R"(a\9)"s,
                           R"(a\999)"s, label63() + "a", "a." + name255(), ".."s})
    EXPECT_TRUE(name_problem(name)) << name;
}

}  // namespace
}  // namespace mxbalance::db
