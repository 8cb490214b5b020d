#include "chapter6/search_table.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/example_search.h"

// What is refused, and how, is in search_table_damage_test.cc.
namespace dlfs {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr char kText[] =
    "# a search\n"
    "# seed=8\n"
    "# trials=3\n"
    "trial,learning_rate,weight_decay,epoch,validation_accuracy,train_accuracy\n"
    "0,0.01,1e-07,0,0.25,0.1\n"
    "0,0.01,1e-07,5,0.5,0.3\n"
    "1,0.005,2e-07,0,0.25,0.1\n"
    "1,0.005,2e-07,5,0.5,0.4\n"
    "2,0.0033333333333333335,3e-07,0,0.25,0.1\n"
    "2,0.0033333333333333335,3e-07,5,nan,nan\n";

// The rows of all trials, in their order.
std::string Rows(const SearchTable& table) {
  std::string rows;
  for (const auto& [number, trial] : table.trials) {
    EXPECT_EQ(trial.number, number);
    rows += SearchTableRows(trial);
  }
  return rows;
}

std::vector<size_t> Numbers(const SearchTable& table) {
  std::vector<size_t> numbers;
  for (const auto& [number, trial] : table.trials) numbers.push_back(number);
  return numbers;
}

TEST(SearchTableTest, IsWrittenAsHeadAndRows) {
  EXPECT_EQ(ExampleText({0, 1, 2}), kText);
  SearchTableFormat format = ExampleFormat(100);
  format.comments = {};
  EXPECT_THAT(SearchTableHead(format), StartsWith("# trials=100\ntrial,"));
  EXPECT_EQ(SearchTableRows({.number = 7, .tried = {1, 0}, .curve = {}}), "");
}

TEST(SearchTableTest, IsReadAsItWas) {
  const absl::StatusOr<SearchTable> table = ReadSearchTable(kText, ExampleFormat());
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_THAT(Numbers(*table), ::testing::ElementsAre(0, 1, 2));
  for (const size_t number : {0, 1}) {
    const Trial expected = ExampleTrial(number), &trial = table->trials.at(number);
    EXPECT_EQ(trial.number, number);
    EXPECT_EQ(trial.tried, expected.tried);
    EXPECT_EQ(trial.curve.epochs, expected.curve.epochs);
    EXPECT_EQ(trial.curve.validation, expected.curve.validation);
    EXPECT_EQ(trial.curve.train, expected.curve.train);
  }
  const TrialCurve& diverged = table->trials.at(2).curve;
  EXPECT_EQ(diverged.validation[0], 0.25);
  EXPECT_TRUE(std::isnan(diverged.validation[1]) && std::isnan(diverged.train[1]));
  EXPECT_TRUE(table->in_order);
  EXPECT_FALSE(table->shorter);
  EXPECT_EQ(table->torn, "");
  EXPECT_EQ(SearchTableHead(ExampleFormat()) + Rows(*table), kText);
}

TEST(SearchTableTest, EveryShareOfTheImagesIsReadAsItWas) {
  for (const size_t images : {1, 7, 100, 400, 59999}) {
    SearchTableFormat format = ExampleFormat(1);
    format.epochs.clear();
    format.validation_images = format.train_images = images;
    Trial trial = {.number = 0, .tried = {1.0 / 3, 0}, .curve = {}};
    for (size_t correct = 0; correct <= images; ++correct) {
      const double share = static_cast<double>(correct) / static_cast<double>(images);
      format.epochs.push_back(static_cast<int>(correct));
      trial.curve.epochs.push_back(static_cast<int>(correct));
      trial.curve.validation.push_back(share);
      trial.curve.train.push_back(share);
    }
    const std::string text = SearchTableHead(format) + SearchTableRows(trial);
    const absl::StatusOr<SearchTable> table = ReadSearchTable(text, format);
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_EQ(table->trials.at(0).curve.validation, trial.curve.validation);
    EXPECT_EQ(table->torn, "");
  }
}

TEST(SearchTableTest, TellsWhetherItsTrialsAreInOrder) {
  const auto in_order = [](const std::vector<size_t>& numbers) {
    const SearchTable table = ReadSearchTable(ExampleText(numbers), ExampleFormat()).value();
    EXPECT_EQ(table.trials.size(), numbers.size());
    return table.in_order;
  };
  EXPECT_TRUE(in_order({}));
  EXPECT_TRUE(in_order({2}));
  EXPECT_TRUE(in_order({0, 2}));
  EXPECT_FALSE(in_order({2, 0}));
  EXPECT_FALSE(in_order({1, 0, 2}));
  EXPECT_FALSE(in_order({0, 2, 1}));
}

TEST(SearchTableTest, IsContinuedByALongerSearchIfThatDoes) {
  const std::string text = ExampleText({1, 0}, 2);
  EXPECT_FALSE(ReadSearchTable(text, ExampleFormat(2, true)).value().shorter);
  const SearchTable table = ReadSearchTable(text, ExampleFormat(3, true)).value();
  EXPECT_TRUE(table.shorter);
  EXPECT_EQ(table.trials.size(), 2);
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadSearchTable(text, ExampleFormat(3, false)).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadSearchTable(text, ExampleFormat(1, true)).status()));
}

// As a run that is killed leaves it.
TEST(SearchTableTest, CutAnywhereHasTheTrialsThatAreComplete) {
  const std::string text = kText;
  const size_t head = SearchTableHead(ExampleFormat()).size();
  for (size_t size = 0; size <= text.size(); ++size) {
    SCOPED_TRACE(size);
    const std::string cut = text.substr(0, size);
    const absl::StatusOr<SearchTable> table = ReadSearchTable(cut, ExampleFormat());
    if (size < head) {
      EXPECT_TRUE(absl::IsDataLoss(table.status())) << table.status();
      EXPECT_THAT(std::string(table.status().message()), HasSubstr("the file ends in its head"));
      continue;
    }
    ASSERT_TRUE(table.ok()) << table.status();
    size_t trials = 0;
    while (trials < 3 && ExampleText({0, 1, 2}).find(SearchTableRows(ExampleTrial(trials))) +
                                 SearchTableRows(ExampleTrial(trials)).size() <=
                             size) {
      ++trials;
    }
    EXPECT_EQ(table->trials.size(), trials);
    const std::string complete = SearchTableHead(ExampleFormat()) + Rows(*table);
    EXPECT_EQ(complete, text.substr(0, complete.size()));
    EXPECT_EQ(table->torn.empty(), complete.size() == size);
  }
}

TEST(SearchTableTest, TornSaysWhere) {
  const auto torn = [](size_t size) {
    return ReadSearchTable(std::string(kText).substr(0, size), ExampleFormat()).value().torn;
  };
  const size_t second = std::string(kText).find("1,0.005");
  EXPECT_EQ(torn(second), "");
  EXPECT_EQ(torn(second + 7), "the trial from line 7 on ends after 0 of 2 rows and '1,0.005'");
  EXPECT_EQ(torn(second + 25), "the trial from line 7 on ends after 1 of 2 rows");
  EXPECT_EQ(torn(second + 26), "the trial from line 7 on ends after 1 of 2 rows and '1'");
}

// Nothing is silently taken for something else: what is read is in the text, byte for byte.
TEST(SearchTableTest, AnyOtherByteAnywhereIsAnErrorOrReadAsItIs) {
  const std::string text = kText;
  const std::string head = SearchTableHead(ExampleFormat());
  int read = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    for (const char byte : std::string("0123456789,.-+ent# \r\n\t\0x\xff", 25)) {
      if (byte == text[i]) continue;
      std::string changed = text;
      changed[i] = byte;
      const absl::StatusOr<SearchTable> table = ReadSearchTable(changed, ExampleFormat());
      if (!table.ok()) {
        EXPECT_THAT(std::string(table.status().message()), HasSubstr("line ")) << changed;
        continue;
      }
      ++read;
      const std::string again = head + Rows(*table);
      EXPECT_TRUE(table->in_order) << changed;
      EXPECT_EQ(again, changed.substr(0, again.size()));
      EXPECT_EQ(table->torn.empty(), again.size() == changed.size()) << changed;
      EXPECT_FALSE(table->shorter);
    }
  }
  EXPECT_GT(read, 0);
}

TEST(SearchTableTest, ATrialWithoutRowsIsNone) {
  EXPECT_THAT(ReadSearchTable(ExampleText({}), ExampleFormat()).value().trials, IsEmpty());
}

}  // namespace
}  // namespace dlfs
