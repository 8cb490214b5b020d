#include "common/experiment/settings.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "common/experiment/isa_name.h"
#include "common/matrix/isa.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

// A text of one letter.
absl::StatusOr<char> Letter(const std::string& text) {
  if (text.size() != 1) return Unexpected("a letter", "'" + text + "'");
  return text[0];
}

absl::StatusOr<int> ReadBroken(int broken) {
  if (broken == 0) return 0;
  return absl::NotFoundError("the data are gone");
}

}  // namespace
}  // namespace dlfs

SETTING(int, count, 3, dlfs::Between(1, 9), "how many");
SETTING(
    int, smaller, 1, [](int n) { return dlfs::Between(0, *count - 1)(n); }, "less than --count");
SETTING(double, rate, 0.5, dlfs::Positive(), "a rate");
SETTING(std::optional<double>, own_rate, std::nullopt, dlfs::Positive(), "a rate or none");
SETTING(std::vector<std::string>, letters, std::vector<std::string>({"a", "b"}),
        dlfs::ListOf{dlfs::Letter}, "letters");
SETTING(bool, is_on, true, dlfs::Anything(), "on or off");
SETTING(std::string, name, "x", dlfs::Anything(), "any text");
SETTING(int, broken, 0, dlfs::ReadBroken, "data");

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

class SettingTest : public testing::Test {
 protected:
  SettingTest() { EXPECT_EQ(ReadAll(), ""); }

  // The first error of a program that reads its settings.
  static std::string ReadAll() {
    for (SettingBase* setting : Settings()) {
      if (absl::Status status = setting->Read(); !status.ok()) return std::string(status.message());
    }
    return "";
  }

  // The same, with a flag as a user gives it.
  static std::string ReadWith(const std::string& flag, const std::string& value) {
    std::string error;
    EXPECT_TRUE(absl::FindCommandLineFlag(flag)->ParseFrom(value, &error)) << error;
    return ReadAll();
  }

 private:
  absl::FlagSaver flags_;
};

TEST_F(SettingTest, IsItsDefaultWhereNothingIsGiven) {
  EXPECT_EQ(count, 3);
  EXPECT_EQ(rate, 0.5);
  EXPECT_EQ(*own_rate, std::nullopt);
  EXPECT_THAT(*letters, ElementsAre('a', 'b'));
  EXPECT_TRUE(is_on);
  EXPECT_TRUE(AreDefault(count, smaller, rate, own_rate, letters, is_on, name, broken));
}

TEST_F(SettingTest, IsWhatItsReaderMakesOfTheFlag) {
  absl::SetFlag(&FLAGS_letters, {"z", "y", "x"});
  EXPECT_THAT(*letters, ElementsAre('a', 'b')) << "not before it is read";
  EXPECT_EQ(ReadAll(), "");
  EXPECT_THAT(*letters, ElementsAre('z', 'y', 'x'));
  EXPECT_EQ(letters->size(), 3);
  EXPECT_EQ(ReadWith("own_rate", "0.25"), "");
  EXPECT_EQ(own_rate->value_or(7), 0.25);
}

TEST_F(SettingTest, KnowsWhetherItIsTheBooks) {
  absl::SetFlag(&FLAGS_rate, 0.25);
  EXPECT_FALSE(rate.IsDefault());
  EXPECT_TRUE(AreDefault(count, letters));
  EXPECT_FALSE(AreDefault(count, rate, letters));
}

TEST_F(SettingTest, MayAskThoseAboveIt) {
  EXPECT_EQ(ReadWith("smaller", "4"), "--smaller: expected a number from 0 to 2, found 4");
  EXPECT_EQ(ReadWith("count", "5"), "");
}

TEST_F(SettingTest, AnErrorNamesTheFlagAndIsOfTheCommandLine) {
  absl::SetFlag(&FLAGS_count, 0);
  const absl::Status status = Settings().front()->Read();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "--count: expected a number from 1 to 9, found 0");
  EXPECT_EQ(count, 3) << "it stays what it was";
}

TEST_F(SettingTest, AnErrorOfTheDataIsNoneOfTheFlag) {
  absl::SetFlag(&FLAGS_broken, 1);
  EXPECT_EQ(Settings().back()->Read(), absl::NotFoundError("the data are gone"));
}

TEST_F(SettingTest, AreInTheOrderOfTheirDeclarations) {
  std::vector<std::string> texts;
  for (const SettingBase* setting : Settings()) {
    EXPECT_THAT(setting->file(), testing::EndsWith("tests/common/settings_test.cc"));
    texts.push_back(setting->Text());
  }
  EXPECT_THAT(texts, ElementsAre("count=3", "smaller=1", "rate=0.5", "", "letters=a,b",
                                 "is_on=true", "name=x", "broken=0"));
}

TEST_F(SettingTest, ItsTextIsWhatAUserWouldType) {
  absl::SetFlag(&FLAGS_rate, 1e-12);
  absl::SetFlag(&FLAGS_letters, {"q"});
  absl::SetFlag(&FLAGS_is_on, false);
  EXPECT_EQ(rate.Text() + " " + letters.Text() + " " + is_on.Text(),
            "rate=1e-12 letters=q is_on=false");
  absl::SetFlag(&FLAGS_letters, {});
  EXPECT_EQ(letters.Text(), "letters=");
}

// It becomes a part of a comment, which is one line.
TEST_F(SettingTest, ItsTextIsOneLineWhateverWasTyped) {
  absl::SetFlag(&FLAGS_name, "a\nb\t\x1b[31m");
  absl::SetFlag(&FLAGS_letters, {"1\n", "2\r"});
  EXPECT_EQ(name.Text() + " " + letters.Text(), "name=a\\nb\\t\\x1b[31m letters=1\\n,2\\r");
}

TEST_F(SettingTest, AListHasAtLeastOneAndEachOnce) {
  EXPECT_EQ(ReadWith("letters", ""), "--letters: expected at least one, found none");
  EXPECT_EQ(ReadWith("letters", "a,b,a"), "--letters: expected each once, found 'a' twice");
  EXPECT_EQ(ReadWith("letters", "a,bc"), "--letters: expected a letter, found 'bc'");
  EXPECT_EQ(ReadWith("letters", "b,a"), "");
}

TEST(ListOfTest, MayBeEmptyAndComparesWhatIsReadNotTexts) {
  const ListOf list{[](const std::string& text) -> absl::StatusOr<size_t> { return text.size(); },
                    true};
  EXPECT_THAT(*list({}), testing::IsEmpty());
  EXPECT_THAT(*list({"a", "bb"}), ElementsAre(1, 2));
  EXPECT_EQ(list({"a", "b"}).status().message(), "expected each once, found 'b' twice");
}

TEST(NumberTest, RangesIncludeTheirEnds) {
  for (const int n : {1, 2, 3}) EXPECT_EQ(*Between(1, 3)(n), n);
  EXPECT_EQ(Between(1, 3)(0).status().message(), "expected a number from 1 to 3, found 0");
  EXPECT_FALSE(Between(1, 3)(4).ok());
  EXPECT_TRUE(AtLeast(0.0)(0).ok());
  EXPECT_EQ(AtLeast(0.0)(-0.5).status().message(), "expected a number of at least 0, found -0.5");
  EXPECT_TRUE(Positive()(1e-300).ok());
  EXPECT_EQ(Positive()(0).status().message(), "expected a positive number, found 0");
}

TEST(NumberTest, IsFinite) {
  for (const double x : {kNan, kInfinity, -kInfinity}) {
    EXPECT_FALSE(AtLeast(0.0)(x).ok()) << x;
    EXPECT_FALSE(Positive()(x).ok()) << x;
    EXPECT_FALSE(Positive()(std::optional(x)).ok()) << x;
  }
  EXPECT_TRUE(Positive()(std::optional<double>()).ok()) << "none was given";
}

// --- --isa ---

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
