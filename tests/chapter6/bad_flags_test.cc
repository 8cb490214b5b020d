// What a user can get wrong in the flags of the experiments, and what they read then.
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::HasSubstr;

struct BadFlags {
  std::string name;
  std::string program;
  std::vector<std::string> flags;
  int exit_status;  // 1: Abseil's parser
  std::vector<std::string> error;
};

class BadFlagsTest : public testing::TestWithParam<BadFlags> {};

TEST_P(BadFlagsTest, AreRejectedBeforeAnythingIsWritten) {
  const std::string output_dir = FreshDirectory() + "/out";
  std::vector<std::string> arguments = {"--output_dir=" + output_dir};
  arguments.insert(arguments.end(), GetParam().flags.begin(), GetParam().flags.end());
  const std::string error = Rejection(GetParam().program, arguments, GetParam().exit_status);
  for (const std::string& part : GetParam().error) EXPECT_THAT(error, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(output_dir));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFlagsTest,
    testing::Values(
        BadFlags{"UnknownFlag", kMnist.name, {"--batchsize=1"}, 1, {"'batchsize'"}},
        BadFlags{"FlagOfAnotherExperiment", kNaive.name, {"--batch_size=1"}, 1, {"'batch_size'"}},
        BadFlags{"PositionalArgument", kMnist.name, {"adam"}, 2, {"expected only flags", "'adam'"}},

        BadFlags{"UnknownOptimizer",
                 kMnist.name,
                 {"--optimizers=sgd,adm"},
                 2,
                 {"--optimizers: ", "sgd, momentum, nesterov, adagrad, rmsprop, adam", "'adm'"}},
        BadFlags{"UnknownOptimizerOnF", kNaive.name, {"--optimizers=Adam"}, 2, {"'Adam'"}},
        BadFlags{"UnknownOptimizerOnBoth", kBoth, {"--optimizers=sgd adam"}, 2, {"'sgd adam'"}},
        BadFlags{"SameOptimizerTwice",
                 kMnist.name,
                 {"--optimizers=sgd,adam,sgd"},
                 2,
                 {"--optimizers: expected each once, found 'sgd' twice"}},
        BadFlags{
            "NoOptimizer", kMnist.name, {"--optimizers="}, 2, {"--optimizers: ", "at least one"}},

        BadFlags{"BatchOfNone",
                 kMnist.name,
                 {"--batch_size=0"},
                 2,
                 {"--batch_size: expected a number of at least 1, found 0"}},
        BadFlags{
            "BatchAboveTheDataSetOnBoth", kBoth, {"--batch_size=60001"}, 2, {"--batch_size: "}},
        BadFlags{"NetworkThatDoesNotFitIntoMemory",
                 kMnist.name,
                 {"--hidden_sizes=10000,10000,10000,10000"},
                 2,
                 {"--hidden_sizes: expected a network that takes at most 2 GiB", "found one of"}},
        BadFlags{"StartFarAway", kNaive.name, {"--start_x=1e308"}, 2, {"--start_x: ", "1e+308"}},
        BadFlags{"StartNowhere", kNaive.name, {"--start_y=nan"}, 2, {"--start_y: ", "nan"}},
        BadFlags{"BatchOfNoneOnBoth", kBoth, {"--batch_size=0"}, 2, {"--batch_size: "}},
        BadFlags{
            "NegativeBatch", kMnist.name, {"--batch_size=-5"}, 2, {"--batch_size: ", "found -5"}},
        BadFlags{"BatchAboveTheDataSet",
                 kMnist.name,
                 {"--batch_size=60001"},
                 2,
                 {"--batch_size: expected a number from 1 to 60000, found 60001"}},
        BadFlags{
            "BatchNotANumber", kMnist.name, {"--batch_size=abc"}, 1, {"'abc'", "'batch_size'"}},

        BadFlags{
            "LearningRate0",
            kMnist.name,
            {"--learning_rate=0"},
            2,
            {"--learning_rate: expected a positive number, or a list of name=number, found '0'"}},
        BadFlags{"LearningRateNegative", kMnist.name, {"--learning_rate=-1"}, 2, {"'-1'"}},
        BadFlags{"LearningRateNan", kMnist.name, {"--learning_rate=nan"}, 2, {"'nan'"}},
        BadFlags{"LearningRateInfinite", kNaive.name, {"--learning_rate=inf"}, 2, {"'inf'"}},
        BadFlags{"LearningRateNotANumber", kNaive.name, {"--learning_rate=abc"}, 2, {"'abc'"}},
        BadFlags{"LearningRateMissing", kMnist.name, {"--learning_rate=adam="}, 2, {"'adam='"}},
        BadFlags{"LearningRate0OfOne", kMnist.name, {"--learning_rate=sgd=0"}, 2, {"'sgd=0'"}},
        BadFlags{"LearningRateTwice", kMnist.name, {"--learning_rate=sgd=1=2"}, 2, {"'sgd=1=2'"}},
        BadFlags{
            "LearningRateSecondBad", kMnist.name, {"--learning_rate=sgd=1,adam=x"}, 2, {"adam=x"}},
        BadFlags{
            "LearningRatesWithoutNames", kMnist.name, {"--learning_rate=0.1,0.2"}, 2, {"'0.1'"}},
        BadFlags{"LearningRateSaidTwice",
                 kMnist.name,
                 {"--learning_rate=adam=1,adam=2"},
                 2,
                 {"at most once", "'adam=2'"}},
        BadFlags{"LearningRateOfNoOptimizer",
                 kMnist.name,
                 {"--learning_rate=foo=0.1"},
                 2,
                 {"--learning_rate: ", "sgd momentum adagrad adam", "found 'foo=0.1'"}},
        BadFlags{"LearningRateOfOneLeftOut",
                 kMnist.name,
                 {"--optimizers=sgd", "--learning_rate=adam=0.1"},
                 2,
                 {"--learning_rate: ", "each of sgd at most once", "found 'adam=0.1'"}},
        BadFlags{"NegativeDecay",
                 kMnist.name,
                 {"--learning_rate_decay=-1"},
                 2,
                 {"--learning_rate_decay: expected a number of at least 0, found -1"}},
        BadFlags{"DecayNan", kNaive.name, {"--learning_rate_decay=nan"}, 2, {"found nan"}},
        BadFlags{"DecayNotANumber", kNaive.name, {"--learning_rate_decay=x"}, 1, {"'x'"}},

        BadFlags{"HiddenSize0",
                 kMnist.name,
                 {"--hidden_sizes=100,0"},
                 2,
                 {"--hidden_sizes: expected numbers from 1 to 10000, found '0'"}},
        BadFlags{"HiddenSizeNotANumber", kMnist.name, {"--hidden_sizes=abc"}, 2, {"found 'abc'"}},
        BadFlags{"NegativeHiddenSize", kMnist.name, {"--hidden_sizes=-3"}, 2, {"found '-3'"}},
        BadFlags{"NoIteration",
                 kMnist.name,
                 {"--iterations=0"},
                 2,
                 {"--iterations: expected a number from 1 to 10000000, found 0"}},
        BadFlags{"NoPoint", kNaive.name, {"--points=0"}, 2, {"--points: ", "found 0"}},
        BadFlags{"StartNan", kNaive.name, {"--start_y=nan"}, 2, {"--start_y: ", "found nan"}},

        BadFlags{"NoThread", kMnist.name, {"--threads=0"}, 2, {"--threads: ", "found 0"}},
        BadFlags{"NegativeThreads", kMnist.name, {"--threads=-1"}, 2, {"--threads: ", "found -1"}},
        BadFlags{"NoSeed", kMnist.name, {"--seeds=0"}, 2, {"--seeds: ", "found 0"}},
        BadFlags{"NegativeSeed", kMnist.name, {"--seed=-1"}, 1, {"'-1'", "'seed'"}},
        BadFlags{
            "UnknownIsa", kMnist.name, {"--isa=foo"}, 2, {"--isa: ", "'foo'", "auto", "baseline"}},
        BadFlags{"UnknownFigure",
                 kMnist.name,
                 {"--figure=gif"},
                 2,
                 {"--figure: expected one of svg, png, pdf, terminal, none; found 'gif'"}}),
    [](const auto& info) { return info.param.name; });

TEST(CommandLineTest, HelpSaysWhatTheFlagsMean) {
  const Outcome help = RunExperiment(kMnist.name, {"--help"});
  EXPECT_EQ(help.exit_status, 1);
  EXPECT_EQ(help.err, "");
  for (const char* text :
       {"figure 6-9", "--batch_size (images in a mini-batch); default: 128",
        "--optimizers (which optimizers", "--seed (decides every random number of the run)",
        "--hidden_sizes (", "--iterations (", "--learning_rate (", "--learning_rate_decay (",
        "--data_dir (", "--figure (", "--isa (", "--output_dir (", "--seeds (", "--threads ("}) {
    EXPECT_THAT(help.out, HasSubstr(text));
  }
}

}  // namespace
}  // namespace dlfs
