// What a user can get wrong in the flags of 6.5, and what they read then.
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/bad_flags.h"
#include "tests/chapter6/experiments.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

struct Bad {
  std::string name;
  std::vector<std::string> flags;
  std::vector<std::string> error;
  int exit_status = 2;
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class BadSearchFlagsTest : public testing::TestWithParam<Bad> {};

TEST_P(BadSearchFlagsTest, AreRejectedBeforeAnythingIsWritten) {
  const auto& [name, flags, error, exit_status] = GetParam();
  ExpectRejection({name, kSearch, flags, exit_status, error});
}

std::string NameOf(const testing::TestParamInfo<Bad>& test) { return test.param.name; }

constexpr char kTwoNumbers[] = "expected a range LOW:HIGH of two numbers, such as 1e-6:0.01, found";
constexpr char kOrder[] = "expected a range LOW:HIGH with LOW below HIGH, found";
constexpr char kAbove0[] = "expected a range above 0, as its scale is logarithmic, found";

INSTANTIATE_TEST_SUITE_P(
    LearningRates, BadSearchFlagsTest,
    testing::Values(
        Bad{"None", {"--learning_rate_range="}, {"--learning_rate_range: ", kTwoNumbers, "''"}},
        Bad{"One", {"--learning_rate_range=0.1"}, {"--learning_rate_range: ", kTwoNumbers}},
        Bad{"Three", {"--learning_rate_range=1:2:3"}, {kTwoNumbers, "'1:2:3'"}},
        Bad{"NoLow", {"--learning_rate_range=:1"}, {kTwoNumbers, "':1'"}},
        Bad{"NoHigh", {"--learning_rate_range=1:"}, {kTwoNumbers, "'1:'"}},
        Bad{"Words", {"--learning_rate_range=low:high"}, {kTwoNumbers, "'low:high'"}},
        Bad{"Nan", {"--learning_rate_range=nan:1"}, {kTwoNumbers, "'nan:1'"}},
        Bad{"Infinite", {"--learning_rate_range=1:inf"}, {kTwoNumbers, "'1:inf'"}},
        Bad{"Reversed", {"--learning_rate_range=0.1:0.01"}, {kOrder, "'0.1:0.01'"}},
        Bad{"Equal", {"--learning_rate_range=0.1:0.10"}, {kOrder, "'0.1:0.10'"}},
        Bad{"LogOf0", {"--learning_rate_range=0:0.1"}, {kAbove0, "'0:0.1'"}},
        Bad{"LogOfNegative", {"--learning_rate_range=-1:0.1"}, {kAbove0, "'-1:0.1'"}},
        Bad{"Negative",
            {"--scale=uniform", "--learning_rate_range=-1:0.1"},
            {"--learning_rate_range: expected a number of at least 0, found -1"}}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    WeightDecays, BadSearchFlagsTest,
    testing::Values(
        Bad{"Words", {"--weight_decay_range=a:b"}, {"--weight_decay_range: ", kTwoNumbers}},
        Bad{"Reversed", {"--weight_decay_range=1:0.1"}, {"--weight_decay_range: ", kOrder}},
        Bad{"Equal", {"--weight_decay_range=1:1"}, {"--weight_decay_range: ", kOrder}},
        Bad{"LogOf0", {"--weight_decay_range=0:1"}, {"--weight_decay_range: ", kAbove0}},
        Bad{"Negative",
            {"--scale=uniform", "--weight_decay_range=-0.5:1"},
            {"--weight_decay_range: expected a number of at least 0, found -0.5"}}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Searches, BadSearchFlagsTest,
    testing::Values(
        Bad{"Scale", {"--scale=foo"}, {"--scale: expected one of log, uniform; found 'foo'"}},
        Bad{"Method", {"--method=foo"}, {"--method: expected one of random, grid; found 'foo'"}},
        Bad{"NoTrial", {"--trials=0"}, {"--trials: expected a number from 1 to ", "found 0"}},
        Bad{"NegativeTrials", {"--trials=-5"}, {"--trials: ", "found -5"}},
        Bad{"TrialsNotANumber", {"--trials=x"}, {"'x'", "'trials'"}, 1},
        Bad{"NoRound", {"--rounds=0"}, {"--rounds: expected a number from 1 to ", "found 0"}},
        Bad{"NegativeRounds", {"--rounds=-1"}, {"--rounds: ", "found -1"}},
        Bad{"TrialsThatAreNoGrid",
            {"--method=grid", "--trials=10"},
            {"--trials: expected a number ", "with --method=grid a square number (1, 4, 9",
             "found 10"}},
        Bad{"MergeOfNoFile",
            {"--merge=a.csv,"},
            {"--merge: expected paths of files, separated by commas, found an empty one"}},
        Bad{"ThereIsNoLearningRate", {"--learning_rate=0.1"}, {"'learning_rate'"}, 1}),
    NameOf);

constexpr char kShare[] =
    "--validation_share: expected a share, above 0 and below 1, that leaves an image for "
    "validation "
    "and one to learn from, found ";

INSTANTIATE_TEST_SUITE_P(
    Images, BadSearchFlagsTest,
    testing::Values(Bad{"Share0", {"--validation_share=0"}, {kShare}},
                    Bad{"Share1", {"--validation_share=1"}, {kShare}},
                    Bad{"ShareAbove1", {"--validation_share=1.5"}, {kShare, "found 1.5"}},
                    Bad{"NegativeShare", {"--validation_share=-0.1"}, {kShare, "found -0.1"}},
                    Bad{"ShareNan", {"--validation_share=nan"}, {kShare, "found nan"}},
                    Bad{"NoneForValidation",
                        {"--train_size=10", "--validation_share=0.04"},
                        {kShare, "found 0.04 of 10 images"}},
                    Bad{"NoneToLearnFrom",
                        {"--train_size=10", "--validation_share=0.96"},
                        {kShare, "found 0.96 of 10 images"}},
                    Bad{"OneImage", {"--train_size=1"}, {kShare, "found 0.2 of 1 images"}},
                    Bad{"NoImage", {"--train_size=0"}, {"--train_size: ", "found 0"}},
                    Bad{"MoreThanThereAre",
                        {"--train_size=60001"},
                        {"--train_size: expected a number from 1 to 60000, found 60001"}}),
    NameOf);

constexpr char kPart[] = "--only_trials: expected FIRST:LAST with 0 <= FIRST <= LAST <= 99, found ";
constexpr char kOneRound[] = "--only_trials: expected a search of one round and one seed, found ";

INSTANTIATE_TEST_SUITE_P(
    Parts, BadSearchFlagsTest,
    testing::Values(
        Bad{"Reversed", {"--only_trials=5:4"}, {kPart, "'5:4'"}},
        Bad{"BeyondTheLast", {"--only_trials=99:100"}, {kPart, "'99:100'"}},
        Bad{"Negative", {"--only_trials=-1:4"}, {kPart, "'-1:4'"}},
        Bad{"One", {"--only_trials=5"}, {kPart, "'5'"}},
        Bad{"NoLast", {"--only_trials=5:"}, {kPart, "'5:'"}},
        Bad{"Words", {"--only_trials=a:b"}, {kPart, "'a:b'"}},
        Bad{"OfTwoRounds", {"--only_trials=0:4", "--rounds=2"}, {kOneRound, "--rounds=2"}},
        Bad{"OfTwoSeeds", {"--only_trials=0:4", "--seeds=2"}, {kOneRound, "--seeds=2"}}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Training, BadSearchFlagsTest,
    testing::Values(Bad{"NoEpoch", {"--epochs=0"}, {"--epochs: ", "found 0"}},
                    Bad{"NegativeEpochs", {"--epochs=-1"}, {"--epochs: ", "found -1"}},
                    Bad{"Batch0", {"--batch_size=0"}, {"--batch_size: ", "found 0"}},
                    Bad{"BatchTooLarge",
                        {"--batch_size=2147483647"},
                        {"--batch_size: expected a number from 1 to 60000, found 2147483647"}},
                    Bad{"Interval0",
                        {"--evaluation_interval=0"},
                        {"--evaluation_interval: expected a number of at least 1, found 0"}},
                    Bad{"Optimizer", {"--optimizer=foo"}, {"--optimizer: ", "nesterov", "'foo'"}},
                    Bad{"HiddenSize0", {"--hidden_sizes=0"}, {"--hidden_sizes: ", "'0'"}},
                    Bad{"TooLarge",
                        {"--hidden_sizes=10000,10000,10000,10000"},
                        {"--hidden_sizes: expected a network that takes at most 2 GiB"}}),
    NameOf);

TEST(BadTrainSizeTest, MoreThanAnotherDataSetHas) {
  ExpectRejection(
      {"",
       kSearch,
       {"--data_dir=" + SmallMnistDirectory(), "--train_size=21"},
       2,
       {absl::StrCat("--train_size: expected a number from 1 to ", kSmallTrain, ", found 21")}});
}

TEST(BadMergeTest, NamesAFileThatIsMissing) {
  const std::string directory = FreshDirectory(), missing = directory + "/part.csv";
  const Outcome outcome = RunExperiment(
      kSearch.name, {"--merge=" + missing, "--epochs=1000000", "--output_dir=" + directory});
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.err, AllOf(MatchesRegex("[^\n]+\n"), HasSubstr(missing + ": "),
                                 HasSubstr("No such file")));
  EXPECT_FALSE(std::filesystem::exists(directory + "/hyperparameter_optimization.csv"));
}

}  // namespace
}  // namespace dlfs
