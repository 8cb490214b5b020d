#include "common/matrix/isa.h"

#include <algorithm>
#include <functional>

#include "common/experiment/isa_name.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class IsaTest : public testing::TestWithParam<Isa> {};
INSTANTIATE_TEST_SUITE_P(, IsaTest, testing::ValuesIn(SupportedIsas()),
                         [](const auto& info) { return std::string(IsaName(info.param)); });

TEST_P(IsaTest, HasAName) { EXPECT_EQ(*IsaFromName(IsaName(GetParam())), GetParam()); }

TEST_P(IsaTest, CanBeSet) {
  SetCurrentIsa(GetParam());
  EXPECT_EQ(CurrentIsa(), GetParam());
}

TEST(Isa, SupportsTheBaselineLastAndEachSetOnce) {
  const std::span<const Isa> isas = SupportedIsas();
  EXPECT_EQ(isas.back(), Isa::kBaseline);
  EXPECT_TRUE(std::ranges::is_sorted(isas, std::greater()));
  EXPECT_EQ(std::ranges::adjacent_find(isas), isas.end());
}

TEST(Isa, AutoIsTheFastest) { EXPECT_EQ(*IsaFromName("auto"), SupportedIsas().front()); }

TEST(Isa, AnUnknownNameIsAnErrorThatListsTheKnownOnes) {
  const absl::Status status = IsaFromName("avx1024").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const std::string message(status.message());
  EXPECT_THAT(message, AllOf(HasSubstr("'avx1024'"), HasSubstr("auto")));
  for (Isa isa : SupportedIsas()) {
    EXPECT_THAT(message, HasSubstr(std::string(IsaName(isa))));
  }
}

TEST(Isa, OneThatTheCpuLacksIsAnErrorToo) {
  const Isa only[] = {Isa::kBaseline};
  EXPECT_EQ(*IsaFromName("auto", only), Isa::kBaseline);
  EXPECT_EQ(IsaFromName("avx512", only).status().message(),
            "expected an instruction set that this CPU has, one of auto, baseline; found 'avx512'");
}

#if defined(__x86_64__)
TEST(Isa, TheAvxSetsHaveFmaAndTheBaselineHasNot) {
  EXPECT_FALSE(HasFma(Isa::kBaseline));
  EXPECT_TRUE(HasFma(Isa::kAvx2));
  EXPECT_TRUE(HasFma(Isa::kAvx512));
}
#endif

}  // namespace
}  // namespace dlfs
