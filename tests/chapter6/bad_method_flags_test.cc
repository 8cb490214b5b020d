// What a user can get wrong in the flags of 6.2 to 6.4, and what they read then.
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/chapter6/bad_flags.h"
#include "tests/chapter6/experiments.h"
#include "tests/datasets/idx_files.h"

namespace dlfs {
namespace {

class BadFlagsTest : public testing::TestWithParam<BadFlags> {};

TEST_P(BadFlagsTest, AreRejectedBeforeAnythingIsWritten) { ExpectRejection(GetParam()); }

std::string NameOfFlags(const testing::TestParamInfo<BadFlags>& test) { return test.param.name; }

// --- 6.2 ---

constexpr char kInitNames[] =
    "zero, constant=NUMBER, std=NUMBER (of at least 0), xavier, glorot, he";

INSTANTIATE_TEST_SUITE_P(
    WeightInit, BadFlagsTest,
    testing::Values(
        BadFlags{"Init", kInitCompare, {"--inits=he,foo"}, 2, {"--inits: ", kInitNames, "'foo'"}},
        BadFlags{"InitOfSymmetry", kSymmetry, {"--inits=He"}, 2, {"--inits: ", kInitNames, "'He'"}},
        BadFlags{"InitOfHistogram", kHistogram, {"--inits=0.01"}, 2, {"--inits: ", "'0.01'"}},
        BadFlags{"NegativeStd", kInitCompare, {"--inits=std=-1"}, 2, {"--inits: ", "'std=-1'"}},
        BadFlags{"StdNan", kInitCompare, {"--inits=std=nan"}, 2, {"--inits: ", "'std=nan'"}},
        BadFlags{"NoStd", kSymmetry, {"--inits=std="}, 2, {"--inits: ", "'std='"}},
        BadFlags{"Constant", kSymmetry, {"--inits=constant=x"}, 2, {"--inits: ", "'constant=x'"}},
        BadFlags{"InitTwice",
                 kInitCompare,
                 {"--inits=he,xavier,he"},
                 2,
                 {"--inits: expected each once, found 'he' twice"}},
        BadFlags{"InitTwiceInHistogram", kHistogram, {"--inits=he,he"}, 2, {"--inits: ", "twice"}},
        BadFlags{"NoInit", kInitCompare, {"--inits="}, 2, {"--inits: expected at least one"}},
        BadFlags{"NoInitOfSymmetry", kSymmetry, {"--inits="}, 2, {"--inits: "}},
        BadFlags{"NoInitOfHistogram", kHistogram, {"--inits="}, 2, {"--inits: "}},

        BadFlags{"Activation",
                 kInitCompare,
                 {"--activation=foo"},
                 2,
                 {"--activation: ", "relu", "sigmoid", "tanh", "'foo'"}},
        BadFlags{"ActivationOfSymmetry", kSymmetry, {"--activation="}, 2, {"--activation: ", "''"}},
        BadFlags{"ActivationOfHistogram",
                 kHistogram,
                 {"--activations=tanh,foo"},
                 2,
                 {"--activations: ", "relu", "'foo'"}},
        BadFlags{"ActivationTwice",
                 kHistogram,
                 {"--activations=tanh,tanh"},
                 2,
                 {"--activations: expected each once"}},
        BadFlags{"NoActivation", kHistogram, {"--activations="}, 2, {"--activations: ", "none"}},

        BadFlags{"LearningRate0", kInitCompare, {"--learning_rate=0"}, 2, {"--learning_rate: "}},
        BadFlags{"LearningRateNan", kSymmetry, {"--learning_rate=nan"}, 2, {"--learning_rate: "}},
        BadFlags{"NoIteration", kInitCompare, {"--iterations=0"}, 2, {"--iterations: ", "found 0"}},
        BadFlags{"Batch0", kSymmetry, {"--batch_size=0"}, 2, {"--batch_size: ", "found 0"}},
        BadFlags{"BatchAboveTheData",
                 kInitCompare,
                 {"--batch_size=60001"},
                 2,
                 {"--batch_size: expected a number from 1 to 60000, found 60001"}},
        BadFlags{"BatchAboveTheDataOfSymmetry",
                 kSymmetry,
                 {"--batch_size=60001"},
                 2,
                 {"--batch_size: expected a number from 1 to 60000, found 60001"}},
        BadFlags{"Interval0",
                 kSymmetry,
                 {"--interval=0"},
                 2,
                 {"--interval: expected a number of at least 1, found 0"}},
        BadFlags{"NoHiddenLayer",
                 kSymmetry,
                 {"--hidden_sizes="},
                 2,
                 {"--hidden_sizes: expected at least one hidden layer, found none"}},

        BadFlags{"NoBin", kHistogram, {"--bins=0"}, 2, {"--bins: expected a number from 1", "0"}},
        BadFlags{"TooManyBins", kHistogram, {"--bins=1001"}, 2, {"--bins: ", "to 1000", "1001"}},
        BadFlags{"NoLayer", kHistogram, {"--layers=0"}, 2, {"--layers: ", "found 0"}},
        BadFlags{"NegativeLayers", kHistogram, {"--layers=-1"}, 2, {"--layers: ", "found -1"}},
        BadFlags{"NoNode", kHistogram, {"--nodes=0"}, 2, {"--nodes: ", "found 0"}},
        BadFlags{"NoSample", kHistogram, {"--samples=0"}, 2, {"--samples: ", "found 0"}},
        BadFlags{"SamplesNotANumber", kHistogram, {"--samples=x"}, 1, {"'x'", "'samples'"}},
        BadFlags{"HistogramHasNoNetwork", kHistogram, {"--epochs=1"}, 1, {"'epochs'"}}),
    NameOfFlags);

// --- 6.3 ---

INSTANTIATE_TEST_SUITE_P(
    BatchNorm, BadFlagsTest,
    testing::Values(
        BadFlags{"OneSample",
                 kGradientCheck,
                 {"--samples=1"},
                 2,
                 {"--samples: expected a number from 2 to 1000, found 1"}},
        BadFlags{"TooManySamples", kGradientCheck, {"--samples=1001"}, 2, {"--samples: ", "1001"}},
        BadFlags{"H0", kGradientCheck, {"--h=0"}, 2, {"--h: expected a number from", "found 0"}},
        BadFlags{"NegativeH", kGradientCheck, {"--h=-1e-5"}, 2, {"--h: ", "found -1e-05"}},
        BadFlags{"HNan", kGradientCheck, {"--h=nan"}, 2, {"--h: ", "found nan"}},

        BadFlags{"NegativeInitStd",
                 kBatchNorm,
                 {"--init_std=0.1,-1"},
                 2,
                 {"--init_std: expected numbers of at least 0, found '-1'"}},
        BadFlags{"InitStdNan", kBatchNorm, {"--init_std=nan"}, 2, {"--init_std: ", "'nan'"}},
        BadFlags{"InitStdInfinite", kBatchNorm, {"--init_std=inf"}, 2, {"--init_std: ", "'inf'"}},
        BadFlags{"InitStdNotANumber", kBatchNorm, {"--init_std=abc"}, 2, {"--init_std: ", "'abc'"}},
        BadFlags{"InitStdTwice",
                 kBatchNorm,
                 {"--init_std=0.1,1,0.10"},
                 2,
                 {"--init_std: expected each once, found '0.10' twice"}}),
    NameOfFlags);

// --- 6.4 ---

INSTANTIATE_TEST_SUITE_P(
    Overfit, BadFlagsTest,
    testing::Values(
        BadFlags{"Penalty",
                 kWeightDecay,
                 {"--penalties=none,l3=1"},
                 2,
                 {"--penalties: ", "none, l1=LAMBDA, l2=LAMBDA", "'l3=1'"}},
        BadFlags{"NegativeLambda", kWeightDecay, {"--penalties=l2=-1"}, 2, {"'l2=-1'"}},
        BadFlags{"LambdaNan", kWeightDecay, {"--penalties=l1=nan"}, 2, {"'l1=nan'"}},
        BadFlags{"NoLambda", kWeightDecay, {"--penalties=l2"}, 2, {"--penalties: ", "'l2'"}},
        BadFlags{"NoPenalty", kWeightDecay, {"--penalties="}, 2, {"--penalties: ", "at least one"}},
        BadFlags{"EmptyPenalty", kWeightDecay, {"--penalties=none,"}, 2, {"--penalties: ", "''"}},
        BadFlags{"PenaltyTwice",
                 kWeightDecay,
                 {"--penalties=l2=1,none,l2=1"},
                 2,
                 {"--penalties: expected each once, found 'l2=1' twice"}},

        BadFlags{"LambdaTwice",
                 kWeightDecay,
                 {"--epochs=1", "--penalties=l2=0.1,l2=0.10"},
                 2,
                 {"--penalties: expected each once"}},
        BadFlags{"Dropout",
                 kDropout,
                 {"--dropouts=foo"},
                 2,
                 {"--dropouts: ", "none, standard, inverted", "'foo'"}},
        BadFlags{"DropoutTwice", kDropout, {"--dropouts=none,none"}, 2, {"--dropouts: ", "twice"}},
        BadFlags{"NoDropout", kDropout, {"--dropouts="}, 2, {"--dropouts: ", "at least one"}},
        BadFlags{"RatioOf1",
                 kDropout,
                 {"--dropout_ratio=1"},
                 2,
                 {"--dropout_ratio: expected a number from 0 to below 1, found 1"}},
        BadFlags{"NegativeRatio", kDropout, {"--dropout_ratio=-0.1"}, 2, {"--dropout_ratio: "}},
        BadFlags{"RatioNan", kDropout, {"--dropout_ratio=nan"}, 2, {"--dropout_ratio: ", "nan"}},
        BadFlags{"RatioOf1InCompare", kOverfit, {"--dropout_ratio=1"}, 2, {"--dropout_ratio: "}},

        BadFlags{"Technique",
                 kOverfit,
                 {"--techniques=dropout,foo"},
                 2,
                 {"--techniques: ", "none, weight_decay, dropout, batch_norm", "'foo'"}},
        BadFlags{"NoneAndSome", kOverfit, {"--techniques=none+dropout"}, 2, {"'none+dropout'"}},
        BadFlags{"SomeAndNone", kOverfit, {"--techniques=dropout+none"}, 2, {"'dropout+none'"}},
        BadFlags{"TechniqueAndTheSame",
                 kOverfit,
                 {"--techniques=dropout+dropout"},
                 2,
                 {"--techniques: expected each part once, found 'dropout+dropout'"}},
        BadFlags{"TechniqueAndNothing", kOverfit, {"--techniques=dropout+"}, 2, {"'dropout+'"}},
        BadFlags{"TechniqueTwice", kOverfit, {"--techniques=none,none"}, 2, {"'none' twice"}},
        BadFlags{"NoTechnique", kOverfit, {"--techniques="}, 2, {"--techniques: ", "none"}},
        BadFlags{"NegativeWeightDecay",
                 kOverfit,
                 {"--weight_decay=-1"},
                 2,
                 {"--weight_decay: expected a number of at least 0, found -1"}},
        BadFlags{"WeightDecayInfinite", kOverfit, {"--weight_decay=inf"}, 2, {"found inf"}},
        BadFlags{"WeightDecayNan", kOverfit, {"--weight_decay=nan"}, 2, {"--weight_decay: "}}),
    NameOfFlags);

// --- The flags of all that learn epoch by epoch ---

class BadTrainingTest : public testing::TestWithParam<Program> {};

TEST_P(BadTrainingTest, IsRejectedBeforeAnythingIsWritten) {
  const std::string small = "--data_dir=" + SmallMnistDirectory();
  for (const BadFlags& bad :
       {BadFlags{"", GetParam(), {"--train_size=0"}, 2, {"--train_size: ", "found 0"}},
        BadFlags{"",
                 GetParam(),
                 {"--train_size=60001"},
                 2,
                 {"--train_size: expected a number from 1 to 60000, found 60001"}},
        BadFlags{"",
                 GetParam(),
                 {small, "--train_size=21"},
                 2,
                 {absl::StrCat("--train_size: expected a number from 1 to ", kSmallTrain)}},
        BadFlags{"", GetParam(), {"--epochs=0"}, 2, {"--epochs: ", "found 0"}},
        BadFlags{"", GetParam(), {"--epochs=-1"}, 2, {"--epochs: ", "found -1"}},
        BadFlags{"", GetParam(), {"--batch_size=0"}, 2, {"--batch_size: ", "found 0"}},
        BadFlags{"",
                 GetParam(),
                 {"--evaluation_interval=0"},
                 2,
                 {"--evaluation_interval: expected a number of at least 1, found 0"}},
        BadFlags{"", GetParam(), {"--optimizer=foo"}, 2, {"--optimizer: ", "nesterov", "'foo'"}},
        BadFlags{"",
                 GetParam(),
                 {"--learning_rate=0"},
                 2,
                 {"--learning_rate: expected a positive number, found 0"}},
        BadFlags{"", GetParam(), {"--learning_rate=nan"}, 2, {"--learning_rate: ", "nan"}},
        BadFlags{"", GetParam(), {"--learning_rate=x"}, 1, {"'x'", "'learning_rate'"}},
        BadFlags{"", GetParam(), {"--hidden_sizes=0"}, 2, {"--hidden_sizes: ", "'0'"}},
        BadFlags{"",
                 GetParam(),
                 {"--hidden_sizes=10000,10000,10000,10000"},
                 2,
                 {"--hidden_sizes: expected a network that takes at most 2 GiB"}}}) {
    SCOPED_TRACE(bad.flags.back());
    ExpectRejection(bad);
  }
}

INSTANTIATE_TEST_SUITE_P(All, BadTrainingTest,
                         testing::Values(kBatchNorm, kWeightDecay, kDropout, kOverfit), NameOf);

TEST(GradientCheckTest, MoreSamplesThanThereAre) {
  ExpectRejection({"",
                   kGradientCheck,
                   {"--data_dir=" + SmallMnistDirectory(), "--samples=21"},
                   2,
                   {"--samples: expected a number from 2 to 20, found 21"}});
}

}  // namespace
}  // namespace dlfs
