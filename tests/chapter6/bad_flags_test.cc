// What a user can get wrong in the flags that all experiments have, and in those of 6.1, and what
// they read then.
#include "tests/chapter6/bad_flags.h"

#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"

namespace dlfs {
namespace {

class BadFlagsTest : public testing::TestWithParam<BadFlags> {};

TEST_P(BadFlagsTest, AreRejectedBeforeAnythingIsWritten) { ExpectRejection(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, BadFlagsTest,
    testing::Values(
        BadFlags{"UnknownFlag", kMnist, {"--batchsize=1"}, 1, {"'batchsize'"}},
        BadFlags{"FlagOfAnotherExperiment", kNaive, {"--batch_size=1"}, 1, {"'batch_size'"}},
        BadFlags{"PositionalArgument", kMnist, {"adam"}, 2, {"expected only flags", "'adam'"}},

        BadFlags{"UnknownOptimizer",
                 kMnist,
                 {"--optimizers=sgd,adm"},
                 2,
                 {"--optimizers: ", "sgd, momentum, nesterov, adagrad, rmsprop, adam", "'adm'"}},
        BadFlags{"UnknownOptimizerOnF", kNaive, {"--optimizers=Adam"}, 2, {"'Adam'"}},
        BadFlags{"UnknownOptimizerOnBoth", kBoth, {"--optimizers=sgd adam"}, 2, {"'sgd adam'"}},
        BadFlags{"SameOptimizerTwice",
                 kMnist,
                 {"--optimizers=sgd,adam,sgd"},
                 2,
                 {"--optimizers: expected each once, found 'sgd' twice"}},
        BadFlags{"NoOptimizer", kMnist, {"--optimizers="}, 2, {"--optimizers: ", "at least one"}},

        BadFlags{"BatchOfNone",
                 kMnist,
                 {"--batch_size=0"},
                 2,
                 {"--batch_size: expected a number of at least 1, found 0"}},
        BadFlags{
            "BatchAboveTheDataSetOnBoth", kBoth, {"--batch_size=60001"}, 2, {"--batch_size: "}},
        BadFlags{"NetworkThatDoesNotFitIntoMemory",
                 kMnist,
                 {"--hidden_sizes=10000,10000,10000,10000"},
                 2,
                 {"--hidden_sizes: expected a network that takes at most 2 GiB", "found one of"}},
        BadFlags{"StartFarAway", kNaive, {"--start_x=1e308"}, 2, {"--start_x: ", "1e+308"}},
        BadFlags{"StartNowhere", kNaive, {"--start_y=nan"}, 2, {"--start_y: ", "nan"}},
        BadFlags{"BatchOfNoneOnBoth", kBoth, {"--batch_size=0"}, 2, {"--batch_size: "}},
        BadFlags{"NegativeBatch", kMnist, {"--batch_size=-5"}, 2, {"--batch_size: ", "found -5"}},
        BadFlags{"BatchAboveTheDataSet",
                 kMnist,
                 {"--batch_size=60001"},
                 2,
                 {"--batch_size: expected a number from 1 to 60000, found 60001"}},
        BadFlags{"BatchNotANumber", kMnist, {"--batch_size=abc"}, 1, {"'abc'", "'batch_size'"}},

        BadFlags{
            "LearningRate0",
            kMnist,
            {"--learning_rate=0"},
            2,
            {"--learning_rate: expected a positive number, or a list of name=number, found '0'"}},
        BadFlags{"LearningRateNegative", kMnist, {"--learning_rate=-1"}, 2, {"'-1'"}},
        BadFlags{"LearningRateNan", kMnist, {"--learning_rate=nan"}, 2, {"'nan'"}},
        BadFlags{"LearningRateInfinite", kNaive, {"--learning_rate=inf"}, 2, {"'inf'"}},
        BadFlags{"LearningRateNotANumber", kNaive, {"--learning_rate=abc"}, 2, {"'abc'"}},
        BadFlags{"LearningRateMissing", kMnist, {"--learning_rate=adam="}, 2, {"'adam='"}},
        BadFlags{"LearningRate0OfOne", kMnist, {"--learning_rate=sgd=0"}, 2, {"'sgd=0'"}},
        BadFlags{"LearningRateTwice", kMnist, {"--learning_rate=sgd=1=2"}, 2, {"'sgd=1=2'"}},
        BadFlags{"LearningRateSecondBad", kMnist, {"--learning_rate=sgd=1,adam=x"}, 2, {"adam=x"}},
        BadFlags{"LearningRatesWithoutNames", kMnist, {"--learning_rate=0.1,0.2"}, 2, {"'0.1'"}},
        BadFlags{"LearningRateSaidTwice",
                 kMnist,
                 {"--learning_rate=adam=1,adam=2"},
                 2,
                 {"at most once", "'adam=2'"}},
        BadFlags{"LearningRateOfNoOptimizer",
                 kMnist,
                 {"--learning_rate=foo=0.1"},
                 2,
                 {"--learning_rate: ", "sgd momentum adagrad adam", "found 'foo=0.1'"}},
        BadFlags{"LearningRateOfOneLeftOut",
                 kMnist,
                 {"--optimizers=sgd", "--learning_rate=adam=0.1"},
                 2,
                 {"--learning_rate: ", "each of sgd at most once", "found 'adam=0.1'"}},
        BadFlags{"NegativeDecay",
                 kMnist,
                 {"--learning_rate_decay=-1"},
                 2,
                 {"--learning_rate_decay: expected a number of at least 0, found -1"}},
        BadFlags{"DecayNan", kNaive, {"--learning_rate_decay=nan"}, 2, {"found nan"}},
        BadFlags{"DecayNotANumber", kNaive, {"--learning_rate_decay=x"}, 1, {"'x'"}},

        BadFlags{"HiddenSize0",
                 kMnist,
                 {"--hidden_sizes=100,0"},
                 2,
                 {"--hidden_sizes: expected numbers from 1 to 10000, found '0'"}},
        BadFlags{"HiddenSizeNotANumber", kMnist, {"--hidden_sizes=abc"}, 2, {"found 'abc'"}},
        BadFlags{"NegativeHiddenSize", kMnist, {"--hidden_sizes=-3"}, 2, {"found '-3'"}},
        BadFlags{"NoIteration",
                 kMnist,
                 {"--iterations=0"},
                 2,
                 {"--iterations: expected a number from 1 to 10000000, found 0"}},
        BadFlags{"NoPoint", kNaive, {"--points=0"}, 2, {"--points: ", "found 0"}},
        BadFlags{"StartNan", kNaive, {"--start_y=nan"}, 2, {"--start_y: ", "found nan"}},

        BadFlags{"NoThread", kMnist, {"--threads=0"}, 2, {"--threads: ", "found 0"}},
        BadFlags{"NegativeThreads", kMnist, {"--threads=-1"}, 2, {"--threads: ", "found -1"}},
        BadFlags{"NoSeed", kMnist, {"--seeds=0"}, 2, {"--seeds: ", "found 0"}},
        BadFlags{"NegativeSeed", kMnist, {"--seed=-1"}, 1, {"'-1'", "'seed'"}},
        BadFlags{"UnknownIsa", kMnist, {"--isa=foo"}, 2, {"--isa: ", "'foo'", "auto", "baseline"}},
        BadFlags{"UnknownFigure",
                 kMnist,
                 {"--figure=gif"},
                 2,
                 {"--figure: expected one of svg, png, pdf, terminal, none; found 'gif'"}}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dlfs
