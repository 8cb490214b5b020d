#include "chapter6/search_round.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr double kDiverged = NAN;

// A round whose trials have these validation accuracies; the i-th tries 10^-(i + 1) and 10^-(i + 3).
SearchRound Round(const std::vector<double>& accuracies) {
  SearchRound round = {.seed = 3,
                       .round = 1,
                       .first_trial = 40,
                       .learning_rate = {1e-40, 1},
                       .weight_decay = {1e-50, 1}};
  for (size_t i = 0; i < accuracies.size(); ++i) {
    const double exponent = -static_cast<double>(i) - 1;
    round.trials.push_back(
        {.number = round.first_trial + i,
         .tried = {.learning_rate = std::pow(10, exponent),
                   .weight_decay = std::pow(10, exponent - 2)},
         .curve = {.epochs = {0}, .validation = {accuracies[i]}, .train = {accuracies[i]}}});
  }
  return round;
}

std::vector<size_t> Numbers(const std::vector<const Trial*>& trials) {
  std::vector<size_t> numbers;
  for (const Trial* trial : trials) numbers.push_back(trial->number);
  return numbers;
}

TEST(BestTenthTest, IsATenth) {
  std::vector<double> accuracies(39, 0.1);
  for (const size_t good : {30, 2, 17}) accuracies[good] = 0.5;
  accuracies[17] = 0.6;
  EXPECT_THAT(Numbers(BestTenth(Round(accuracies))), ElementsAre(57, 42, 70));
}

TEST(BestTenthTest, IsAtLeastTwoIfThereAreSoMany) {
  EXPECT_THAT(Numbers(BestTenth(Round({0.1, 0.3, 0.2}))), ElementsAre(41, 42));
  EXPECT_THAT(Numbers(BestTenth(Round({0.1}))), ElementsAre(40));
}

TEST(BestTenthTest, HasNoneThatHasDiverged) {
  EXPECT_THAT(Numbers(BestTenth(Round({kDiverged, 0.1, kDiverged}))), ElementsAre(41));
  EXPECT_THAT(Numbers(BestTenth(Round({kDiverged, kDiverged}))), ElementsAre());
}

TEST(NextRoundTest, IsAroundTheBestTenth) {
  const SearchRound round = Round({0.1, 0.3, 0.1, 0.1, 0.4, 0.1});  // 1e-2 and 1e-5 are the best
  const SearchRound next = NextRound(round);
  EXPECT_EQ(next.seed, 3);
  EXPECT_EQ(next.round, 2);
  EXPECT_EQ(next.first_trial, 46);
  EXPECT_EQ(next.learning_rate, NarrowRange(round.learning_rate, std::vector{1e-2, 1e-5}));
  EXPECT_EQ(next.weight_decay, NarrowRange(round.weight_decay, std::vector{1e-4, 1e-7}));
  EXPECT_TRUE(next.trials.empty());
}

TEST(NextRoundTest, OfTrialsThatHaveAllDivergedHasTheSameRanges) {
  const SearchRound round = Round({kDiverged, kDiverged, kDiverged});
  EXPECT_EQ(NextRound(round).learning_rate, round.learning_rate);
  EXPECT_EQ(NextRound(round).weight_decay, round.weight_decay);
}

TEST(MedianValidationTest, IsTheMiddleOrTheMeanOfTheTwo) {
  EXPECT_EQ(MedianValidation(Round({0.1, 0.7, 0.2})), 0.2);
  EXPECT_EQ(MedianValidation(Round({0.5, 0.1, 0.7, 0.25})), 0.375);
  EXPECT_TRUE(std::isnan(MedianValidation(Round({0.5, kDiverged, kDiverged}))));
}

TEST(CheckTriedTest, KnowsWhatATrialOfTheRoundTries) {
  const HyperparameterOptimizationConfig config;
  const SearchRound round = FirstRound(config, 7, 100);
  const SearchRange ranges[] = {config.learning_rate, config.weight_decay};
  const std::vector<double> point = RandomPoint(ranges, 7, 5);
  Trial trial = {
      .number = 105, .tried = {.learning_rate = point[0], .weight_decay = point[1]}, .curve = {}};
  EXPECT_TRUE(CheckTried(config, round, "a.csv", trial).ok());
  trial.tried.weight_decay *= 1.0000001;
  const absl::Status status = CheckTried(config, round, "a.csv", trial);
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), StartsWith("a.csv is damaged: trial 105 has "));
  EXPECT_THAT(std::string(status.message()), HasSubstr("this search tries the learning rate "));
}

// A later round goes on with the points of its seed, in its own ranges.
TEST(CheckTriedTest, ALaterRoundTriesPointsOfItsOwn) {
  HyperparameterOptimizationConfig config;
  config.trials = 10;
  SearchRound second = FirstRound(config, 7, 110);
  second.round = 2;
  second.learning_rate = {0.001, 0.002};
  const SearchRange ranges[] = {second.learning_rate, second.weight_decay};
  const std::vector<double> point = RandomPoint(ranges, 7, 15);
  const Trial trial = {
      .number = 115, .tried = {.learning_rate = point[0], .weight_decay = point[1]}, .curve = {}};
  const absl::Status status = CheckTried(config, second, "a.csv", trial);
  EXPECT_TRUE(status.ok()) << status;
}

}  // namespace
}  // namespace dlfs
