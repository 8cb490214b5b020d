#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "chapter6/search_table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/example_search.h"

namespace dlfs {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Lines 1 and 2 are comments, 3 is "# trials=3", 4 the columns, 5 and 6 trial 0, and so on.
struct Damage {
  std::string name;
  size_t line;              // this line, from 1 ...
  std::string replacement;  // ... becomes this one, or these, or nothing at all for "-"
  std::string message;      // how the error starts
  absl::StatusCode code = absl::StatusCode::kDataLoss;
};
void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

class DamagedTableTest : public testing::TestWithParam<Damage> {};

TEST_P(DamagedTableTest, IsAnErrorThatNamesTheLine) {
  std::vector<std::string> lines = absl::StrSplit(ExampleText({0, 1, 2}), '\n');
  const auto line = lines.begin() + static_cast<std::ptrdiff_t>(GetParam().line) - 1;
  if (GetParam().replacement == "-") {
    lines.erase(line);
  } else {
    *line = GetParam().replacement;
  }
  const absl::Status status = ReadSearchTable(absl::StrJoin(lines, "\n"), ExampleFormat()).status();
  EXPECT_EQ(status.code(), GetParam().code) << status;
  EXPECT_THAT(std::string(status.message()), StartsWith(GetParam().message));
}

constexpr auto kOther = absl::StatusCode::kFailedPrecondition;

INSTANTIATE_TEST_SUITE_P(
    Settings, DamagedTableTest,
    testing::Values(Damage{"AnotherComment", 2, "# seed=9",
                           "line 2 says '# seed=9', but this search is '# seed=8'", kOther},
                    Damage{"LongerComment", 2, "# seed=80", "line 2 says '# seed=80', but", kOther},
                    Damage{"NoSignOfAComment", 1, "a search", "line 1 says 'a search', but",
                           kOther},
                    Damage{"MissingComment", 1, "-", "line 1 says '# seed=8', but", kOther},
                    Damage{"FewerTrials", 3, "# trials=2",
                           "line 3: it is of a search of 2 trials, this one has 3", kOther},
                    Damage{"MoreTrials", 3, "# trials=4",
                           "line 3: it is of a search of 4 trials, this one has 3", kOther}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Head, DamagedTableTest,
    testing::Values(
        Damage{"OneCommentMore", 2, "# seed=8\n# x=1",
               "line 3: expected '# trials=' and a number, found '# x=1'"},
        Damage{"NoTrials", 3, "# trials=0", "line 3: expected '# trials=' and a number, found '#"},
        Damage{"NoNumberOfTrials", 3, "# trials=", "line 3: expected '# trials=' and a number"},
        Damage{"LeadingZero", 3, "# trials=03", "line 3: expected '# trials=' and a number"},
        Damage{"SpaceBehind", 3, "# trials=3 ", "line 3: expected '# trials=' and a number"},
        Damage{"Negative", 3, "# trials=-3", "line 3: expected '# trials=' and a number"},
        Damage{"MoreThan64Bits", 3, "# trials=18446744073709551619",
               "line 3: expected '# trials='"},
        Damage{"MissingTrials", 3, "-", "line 3: expected '# trials=' and a number, found 'trial,"},
        Damage{"MissingColumns", 4, "-", "line 4: expected 'trial,learning_rate,"},
        Damage{"OtherColumns", 4, "trial,learning_rate,weight_decay,epoch,validation,train",
               "line 4: expected 'trial,learning_rate,"},
        Damage{"ColumnsOfWindows", 4,
               "trial,learning_rate,weight_decay,epoch,validation_accuracy,train_accuracy\r",
               "line 4: expected 'trial,learning_rate,"},
        Damage{"HeadTwice", 5, SearchTableHead(ExampleFormat()), "line 5: expected 6 cells"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rows, DamagedTableTest,
    testing::Values(
        Damage{"FirstRowMissing", 5, "-", "line 5: expected epoch 0, found '5'"},
        Damage{"LastRowMissing", 6, "-", "line 6: expected epoch 5 of trial 0, found '1,0.005"},
        Damage{"RowTwice", 5, "0,0.01,1e-07,0,0.25,0.1\n0,0.01,1e-07,0,0.25,0.1",
               "line 6: expected epoch 5, found '0'"},
        Damage{"TrialTwice", 8,
               "1,0.005,2e-07,5,0.5,0.4\n0,0.01,1e-07,0,0.25,0.1\n"
               "0,0.01,1e-07,5,0.5,0.3",
               "line 9: trial 0 is there twice"},
        Damage{"SameTrialAfterwards", 8,
               "1,0.005,2e-07,5,0.5,0.4\n1,0.005,2e-07,0,0.25,0.1\n"
               "1,0.005,2e-07,5,0.5,0.4",
               "line 9: trial 1 is there twice"},
        Damage{"BlankLine", 6, "\n0,0.01,1e-07,5,0.5,0.3", "line 6: expected 6 cells, found ''"},
        Damage{"BlankLineAtTheEnd", 11, "\n", "line 11: expected 6 cells, found ''"},
        Damage{"Comment", 7, "# seed=8\n1,0.005,2e-07,0,0.25,0.1", "line 7: expected 6 cells"},
        Damage{"MissingCell", 6, "0,0.01,1e-07,5,0.5", "line 6: expected 6 cells, found '0,"},
        Damage{"ExtraCell", 6, "0,0.01,1e-07,5,0.5,0.3,1", "line 6: expected 6 cells, found '0,"},
        Damage{"OtherRate", 6, "0,0.02,1e-07,5,0.5,0.3", "line 6: expected epoch 5 of trial 0"},
        Damage{"OtherDecay", 6, "0,0.01,1e-06,5,0.5,0.3", "line 6: expected epoch 5 of trial 0"},
        Damage{"OtherTrial", 6, "1,0.01,1e-07,5,0.5,0.3", "line 6: expected epoch 5 of trial 0"},
        Damage{"OtherEpoch", 6, "0,0.01,1e-07,4,0.5,0.3", "line 6: expected epoch 5, found '4'"},
        Damage{"EpochWithZero", 6, "0,0.01,1e-07,05,0.5,0.3", "line 6: expected epoch 5, found"},
        Damage{"NulByte", 5, std::string("0,0.01,1e-07,0,0.25,0.1\0", 24),
               "line 5: expected a share of 10 images"},
        Damage{"OfWindows", 5, "0,0.01,1e-07,0,0.25,0.1\r", "line 5: expected a share of 10"}),
    [](const auto& info) { return info.param.name; });

// One cell of line 5 becomes something else.
struct BadCell {
  size_t column;
  std::string expected;
  std::vector<std::string> bad;
};
void PrintTo(const BadCell& cell, std::ostream* out) { *out << cell.expected; }

class BadCellTest : public testing::TestWithParam<BadCell> {};

// 0.8 would be a share of 10 images, but is never written so, nor is 0.3 + 0.1 - 0.1.
INSTANTIATE_TEST_SUITE_P(
    All, BadCellTest,
    testing::Values(
        BadCell{
            0, "a trial from 0 to 2", {"", "3", "-1", "00", "0.0", " 0", "+0", "x", "99999999999"}},
        BadCell{1, "a learning rate", {"", "0.010", "1e-2", "nan", "inf", "1e999", "+0.01", "0x1"}},
        BadCell{
            2, "a weight decay", {"", "1e-7", "1e-070", "nan", "-inf", " 1e-07", "1e-07 ", "x"}},
        BadCell{4,
                "a share of 4 images",
                {"", "0.50", ".5", "0.3", "0.2", "1.25", "2", "-0.5", "-0", "NaN", "-nan", "inf",
                 "0.5 ", "5e-1"}},
        BadCell{5,
                "a share of 10 images",
                {"", "0.80", "0.25", "0.30000000000000004", "1.1", "1.0", "-0.1", "-0", "nan(1)",
                 "0.1\v"}}));

TEST_P(BadCellTest, IsAnErrorThatShowsIt) {
  for (const std::string& bad : GetParam().bad) {
    std::vector<std::string> lines = absl::StrSplit(ExampleText({0, 1, 2}), '\n');
    std::vector<std::string> cells = absl::StrSplit(lines[4], ',');
    cells[GetParam().column] = bad;
    lines[4] = absl::StrJoin(cells, ",");
    const absl::Status status =
        ReadSearchTable(absl::StrJoin(lines, "\n"), ExampleFormat()).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_EQ(status.message(), absl::StrCat("line 5: expected ", GetParam().expected, ", found '",
                                             absl::CEscape(bad), "'"));
  }
}

TEST(SearchTableHeadDamageTest, ATableOfFewerTrialsHasNoneBeyondThem) {
  std::string text = ExampleText({0, 1, 2}, 2);
  const absl::Status status = ReadSearchTable(text, ExampleFormat(3, true)).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_EQ(status.message(), "line 9: expected a trial from 0 to 1, found '2'");
}

TEST(SearchTableHeadDamageTest, ATextOfWindowsIsNotTaken) {
  const std::string text = absl::StrReplaceAll(ExampleText({0, 1, 2}), {{"\n", "\r\n"}});
  EXPECT_THAT(std::string(ReadSearchTable(text, ExampleFormat()).status().message()),
              HasSubstr("line 1 says '# a search\\r'"));
}

TEST(SearchTableHeadDamageTest, BytesThatAreNoTextAreShownAsNumbers) {
  const absl::Status status = ReadSearchTable("\xff\x1b\n", ExampleFormat()).status();
  EXPECT_THAT(std::string(status.message()), StartsWith("line 1 says '\\377\\033', but"));
}

TEST(SearchTableHeadDamageTest, ALongLineIsShownInPart) {
  const std::string text = ExampleText({}) + std::string(1'000'000, 'x') + "\n";
  const absl::Status status = ReadSearchTable(text, ExampleFormat()).status();
  EXPECT_EQ(status.message(), "line 5: expected 6 cells, found '" + std::string(100, 'x') + "'");
}

}  // namespace
}  // namespace dlfs
