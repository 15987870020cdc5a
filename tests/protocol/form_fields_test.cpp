// Fields of forms, where no whole request would show the difference.
#include "backend/protocol/form_fields.h"

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "backend/protocol/request.h"

namespace mxbalance::remote {
namespace {

TEST(FormFields, AreReadToTheirEndAndNotBeyond) {
  const std::string_view text = "www%2E";
  EXPECT_EQ(decode_percent(text), "www.");
  EXPECT_THROW(decode_percent(text.substr(0, 5)), BadRequest);
  EXPECT_THROW(decode_percent(text.substr(0, 4)), BadRequest);
}

TEST(FormFields, HaveAPlusForABlankAndPathsHaveNot) {
  const std::string_view text = "a+b";
  EXPECT_EQ(decode_percent(text), text);
  EXPECT_EQ(find_field("field=a+b", "field"), "a b");
}

TEST(FormFields, AreCounted) {
  constexpr std::size_t many = 10'000;
  std::string form = "value[]=x";
  for (std::size_t i = 1; i < many; ++i)
    form += "&value[]=x";
  const auto budget = std::make_shared<db::MemoryBudget>();
  db::MemoryShare memory(budget, 0);
  EXPECT_EQ(fields_of(form, memory)["value"].size(), many);
  EXPECT_GE(budget->taken(), many * sizeof(nlohmann::json));
}

}  // namespace
}  // namespace mxbalance::remote
