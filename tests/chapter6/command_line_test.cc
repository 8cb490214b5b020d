// What a user can get wrong on the command line, and reads then; and what --help says.
#include <filesystem>
#include <functional>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chapter6/optimizers.h"
#include "common/layers/activations.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

struct BadFlags {
  std::string name;
  Program program;
  std::vector<std::string> flags;
  int exit_status;                 // 1: Abseil's parser
  std::vector<std::string> error;  // parts of it
};
void PrintTo(const BadFlags& badflags, std::ostream* out) { *out << badflags.name; }

// Fails the test unless the program rejects them as it should, before anything is written.
void ExpectRejection(const BadFlags& bad) {
  const std::string output_dir = FreshDirectory() + "/out";
  std::vector<std::string> arguments = {"--output_dir=" + output_dir};
  arguments.insert(arguments.end(), bad.flags.begin(), bad.flags.end());
  const std::string error = Rejection(bad.program, arguments, bad.exit_status);
  for (const std::string& part : bad.error) EXPECT_THAT(error, testing::HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(output_dir));
}

class BadFlagsTest : public testing::TestWithParam<BadFlags> {};

TEST_P(BadFlagsTest, AreRejectedBeforeAnythingIsWritten) { ExpectRejection(GetParam()); }

// "3_optimizer_compare_mnist_threads_1": with a number, as some flags differ in their signs only.
std::string NameOfFlags(const testing::TestParamInfo<BadFlags>& info) {
  std::string name = absl::StrCat(info.index, "_", info.param.program.name);
  for (const char c : absl::StrJoin(info.param.flags, "_")) {
    if (absl::ascii_isalnum(c)) name.push_back(c);
    if (!absl::ascii_isalnum(c) && name.back() != '_') name.push_back('_');
  }
  return name;
}

// A wrong value, and parts of what is said of it.
BadFlags Bad(const Program& program, const std::string& flag,
             const std::vector<std::string>& error) {
  return {"", program, {flag}, 2, error};
}

// What Abseil's parser rejects.
BadFlags Unparsed(const Program& program, const std::string& flag,
                  const std::vector<std::string>& error) {
  return {"", program, {flag}, 1, error};
}

INSTANTIATE_TEST_SUITE_P(
    Common, BadFlagsTest,
    testing::Values(Unparsed(kMnist, "--batchsize=1", {"'batchsize'"}),
                    Unparsed(kNaive, "--batch_size=1", {"'batch_size'"}),
                    Bad(kMnist, "adam", {"expected only flags", "'adam'"}),
                    Bad(kMnist, "--threads=0", {"--threads: ", "found 0"}),
                    Bad(kMnist, "--threads=-1", {"--threads: ", "found -1"}),
                    Bad(kMnist, "--seeds=0", {"--seeds: ", "found 0"}),
                    Unparsed(kMnist, "--seed=-1", {"'-1'", "'seed'"}),
                    Bad(kMnist, "--isa=foo", {"--isa: ", "'foo'", "auto", "baseline"}),
                    Bad(kMnist, "--figure=jpeg",
                        {"--figure: expected one of svg, png, pdf, gif, terminal, none; found "
                         "'jpeg'"}),
                    Bad(kMnist, "--language=korean",
                        {"--language: expected one of en, ko; found 'korean'"})),
    NameOfFlags);

// --- 6.1 ---

constexpr char kRates[] = "--learning_rate: expected a positive number, or a list of name=number";

INSTANTIATE_TEST_SUITE_P(
    Optimizers, BadFlagsTest,
    testing::Values(
        Bad(kMnist, "--optimizers=sgd,adm",
            {"--optimizers: ", "sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw", "'adm'"}),
        Bad(kNaive, "--optimizers=Adam", {"'Adam'"}),
        Bad(kBoth, "--optimizers=sgd adam", {"'sgd adam'"}),
        Bad(kMnist, "--optimizers=sgd,adam,sgd",
            {"--optimizers: expected each once, found 'sgd' twice"}),
        Bad(kMnist, "--optimizers=", {"--optimizers: ", "at least one"}),

        Bad(kMnist, "--learning_rate=0", {kRates, "found '0'"}),
        Bad(kMnist, "--learning_rate=-1", {"'-1'"}), Bad(kMnist, "--learning_rate=nan", {"'nan'"}),
        Bad(kNaive, "--learning_rate=inf", {"'inf'"}),
        Bad(kNaive, "--learning_rate=abc", {"'abc'"}),
        Bad(kMnist, "--learning_rate=adam=", {"'adam='"}),
        Bad(kMnist, "--learning_rate=sgd=0", {"'sgd=0'"}),
        Bad(kMnist, "--learning_rate=sgd=1=2", {"'sgd=1=2'"}),
        Bad(kMnist, "--learning_rate=sgd=1,adam=x", {"adam=x"}),
        Bad(kMnist, "--learning_rate=0.1,0.2", {"'0.1'"}),
        Bad(kMnist, "--learning_rate=adam=1,adam=2", {"at most once", "'adam=2'"}),
        Bad(kMnist, "--learning_rate=foo=0.1",
            {"--learning_rate: ", "sgd momentum adagrad adam", "found 'foo=0.1'"}),
        BadFlags{"",
                 kMnist,
                 {"--optimizers=sgd", "--learning_rate=adam=0.1"},
                 2,
                 {"--learning_rate: ", "each of sgd at most once", "found 'adam=0.1'"}},
        Bad(kMnist, "--learning_rate_decay=-1",
            {"--learning_rate_decay: expected a number of at least 0, found -1"}),
        Bad(kNaive, "--learning_rate_decay=nan", {"found nan"}),
        Unparsed(kNaive, "--learning_rate_decay=x", {"'x'"}),

        Bad(kHistogram, "--iterations=5",
            {"--iterations: expected --during_training with it, found none"}),
        BadFlags{"",
                 kHistogram,
                 {"--during_training", "--inits=xavier,he"},
                 2,
                 {"--during_training: expected with it one name in --inits, found 2"}},
        BadFlags{"",
                 kHistogram,
                 {"--during_training", "--inits=he", "--samples=60001"},
                 2,
                 {"--samples: expected a number from 1 to 60000, found 60001"}},
        Bad(kNaive, "--function=hill",
            {"--function: expected one of valley, rosenbrock, saddle, plateau, beale; found "
             "'hill'"}),
        Bad(kNaive, "--start_x=1e308", {"--start_x: ", "1e+308"}),
        Bad(kNaive, "--start_y=nan", {"--start_y: ", "found nan"}),
        Bad(kNaive, "--points=0", {"--points: ", "found 0"}),

        Bad(kSurface, "--optimizers=adam,foo", {"--optimizers: ", "'foo'"}),
        Bad(kSurface, "--seeds=2", {"--seeds: expected 1: all paths have one start, found 2"}),
        Bad(kSurface, "--keep_every=0", {"--keep_every: expected a number of at least 1, found 0"}),
        BadFlags{"",
                 kSurface,
                 {"--iterations=2000", "--keep_every=16"},
                 2,
                 {"--keep_every: expected paths of at most 500 points and 1 GiB together, found "
                  "504 points of "}},
        BadFlags{"",
                 kSurface,
                 {"--iterations=2000", "--keep_every=50", "--hidden_sizes=3000"},
                 2,
                 {"--keep_every: ", "found 164 points of 2.9 GiB"}},
        Bad(kSurface, "--images=0", {"--images: expected a number of at least 1, found 0"}),
        Bad(kSurface, "--images=1001", {"--images: expected a number from 1 to 1000"}),
        Bad(kSurface, "--grid=10", {"--grid: expected a number from 11 to 101, found 10"}),
        Bad(kSurface, "--grid=102", {"--grid: ", "found 102"})),
    NameOfFlags);

// --- 6.2 ---

constexpr char kInitNames[] =
    "zero, constant=NUMBER, std=NUMBER (of at least 0), xavier, glorot, he";

INSTANTIATE_TEST_SUITE_P(
    WeightInit, BadFlagsTest,
    testing::Values(
        Bad(kInitCompare, "--inits=he,foo", {"--inits: ", kInitNames, "'foo'"}),
        Bad(kSymmetry, "--inits=He", {"--inits: ", kInitNames, "'He'"}),
        Bad(kHistogram, "--inits=0.01", {"--inits: ", "'0.01'"}),
        Bad(kInitCompare, "--inits=std=-1", {"--inits: ", "'std=-1'"}),
        Bad(kInitCompare, "--inits=std=nan", {"--inits: ", "'std=nan'"}),
        Bad(kSymmetry, "--inits=std=", {"--inits: ", "'std='"}),
        Bad(kSymmetry, "--inits=constant=x", {"--inits: ", "'constant=x'"}),
        Bad(kInitCompare, "--inits=he,xavier,he",
            {"--inits: expected each once, found 'he' twice"}),
        Bad(kHistogram, "--inits=he,he", {"--inits: ", "twice"}),
        Bad(kInitCompare, "--inits=std=0.1,std=0.10",
            {"--inits: expected each once, found 'std=0.10' twice"}),
        Bad(kSymmetry, "--inits=constant=0,constant=-0", {"--inits: ", "'constant=-0' twice"}),
        Bad(kHistogram, "--inits=zero,constant=0", {"--inits: ", "'constant=0' twice"}),
        Bad(kInitCompare, "--inits=", {"--inits: expected at least one"}),
        Bad(kSymmetry, "--inits=", {"--inits: "}), Bad(kHistogram, "--inits=", {"--inits: "}),
        Bad(kInitCompare, "--activation=foo",
            {"--activation: ", "relu", "sigmoid", "tanh", "'foo'"}),
        Bad(kSymmetry, "--activation=", {"--activation: ", "''"}),
        Bad(kHistogram, "--activations=tanh,foo", {"--activations: ", "relu", "'foo'"}),
        Bad(kHistogram, "--activations=tanh,tanh", {"--activations: expected each once"}),
        Bad(kHistogram, "--activations=", {"--activations: ", "none"}),
        Bad(kSymmetry, "--interval=0", {"--interval: expected a number of at least 1, found 0"}),
        Bad(kSymmetry,
            "--hidden_sizes=", {"--hidden_sizes: expected at least one hidden layer, found none"}),
        Bad(kHistogram, "--bins=0", {"--bins: expected a number from 1", "0"}),
        Bad(kHistogram, "--bins=1001", {"--bins: ", "to 1000", "1001"}),
        Bad(kHistogram, "--layers=0", {"--layers: ", "found 0"}),
        Bad(kHistogram, "--layers=-1", {"--layers: ", "found -1"}),
        Bad(kHistogram, "--nodes=0", {"--nodes: ", "found 0"}),
        Bad(kHistogram, "--samples=0", {"--samples: ", "found 0"}),
        Unparsed(kHistogram, "--samples=x", {"'x'", "'samples'"}),
        Unparsed(kHistogram, "--epochs=1", {"'epochs'"}),
        BadFlags{
            "",
            kHistogram,
            {"--samples=100000", "--nodes=1000"},
            2,
            {"--samples: expected samples x nodes x layers x seeds x threads that take at most "
             "2 GiB, found "}}),
    NameOfFlags);

// --- 6.3 and 6.4 ---

INSTANTIATE_TEST_SUITE_P(
    BatchNorm, BadFlagsTest,
    testing::Values(Bad(kGradientCheck, "--samples=1",
                        {"--samples: expected a number from 2 to 1000, found 1"}),
                    Bad(kGradientCheck, "--samples=1001", {"--samples: ", "1001"}),
                    BadFlags{"",
                             kGradientCheck,
                             {"--data_dir=" + SmallMnistDirectory(), "--samples=21"},
                             2,
                             {"--samples: expected a number from 2 to 20, found 21"}},
                    Bad(kGradientCheck, "--h=0", {"--h: expected a number from", "found 0"}),
                    Bad(kGradientCheck, "--h=-1e-5", {"--h: ", "found -1e-05"}),
                    Bad(kGradientCheck, "--h=nan", {"--h: ", "found nan"}),
                    Bad(kBatchNorm, "--init_std=0.1,-1",
                        {"--init_std: expected numbers of at least 0, found '-1'"}),
                    Bad(kBatchNorm, "--init_std=nan", {"--init_std: ", "'nan'"}),
                    Bad(kBatchNorm, "--init_std=inf", {"--init_std: ", "'inf'"}),
                    Bad(kBatchNorm, "--init_std=abc", {"--init_std: ", "'abc'"}),
                    Bad(kBatchNorm, "--init_std=0.1,1,0.10",
                        {"--init_std: expected each once, found '0.10' twice"}),
                    Bad(kBatchNorm, "--init_std=0,-0", {"--init_std: ", "'-0' twice"})),
    NameOfFlags);

INSTANTIATE_TEST_SUITE_P(
    Overfit, BadFlagsTest,
    testing::Values(
        Bad(kWeightDecay, "--penalties=none,l3=1",
            {"--penalties: ", "none, l1=LAMBDA, l2=LAMBDA, decoupled=LAMBDA", "'l3=1'"}),
        Bad(kWeightDecay, "--penalties=l2=-1", {"'l2=-1'"}),
        Bad(kWeightDecay, "--penalties=l1=nan", {"'l1=nan'"}),
        Bad(kWeightDecay, "--penalties=l2", {"--penalties: ", "'l2'"}),
        Bad(kWeightDecay, "--penalties=", {"--penalties: ", "at least one"}),
        Bad(kWeightDecay, "--penalties=none,", {"--penalties: ", "''"}),
        Bad(kWeightDecay, "--penalties=l2=1,none,l2=1",
            {"--penalties: expected each once, found 'l2=1' twice"}),
        Bad(kWeightDecay, "--penalties=l2=0.1,l2=0.10", {"--penalties: expected each once"}),
        Bad(kWeightDecay, "--penalties=l2=0,l2=-0", {"--penalties: ", "'l2=-0' twice"}),
        Bad(kDropout, "--dropouts=foo", {"--dropouts: ", "none, standard, inverted", "'foo'"}),
        Bad(kDropout, "--dropouts=none,none", {"--dropouts: ", "twice"}),
        Bad(kDropout, "--dropouts=", {"--dropouts: ", "at least one"}),
        Bad(kDropout, "--dropout_ratio=1",
            {"--dropout_ratio: expected a number from 0 to below 1, found 1"}),
        Bad(kDropout, "--dropout_ratio=-0.1", {"--dropout_ratio: "}),
        Bad(kDropout, "--dropout_ratio=nan", {"--dropout_ratio: ", "nan"}),
        Bad(kOverfit, "--dropout_ratio=1", {"--dropout_ratio: "}),
        Bad(kOverfit, "--techniques=dropout,foo",
            {"--techniques: ",
             "none, weight_decay, decoupled_weight_decay, dropout, inverted_dropout, batch_norm",
             "'foo'"}),
        Bad(kOverfit, "--techniques=decoupled_weight_decay+weight_decay",
            {"--techniques: expected one kind of weight decay", "_decay'"}),
        Bad(kOverfit, "--techniques=dropout+inverted_dropout",
            {"--techniques: expected one kind of dropout", "_dropout'"}),
        Bad(kOverfit, "--techniques=none+dropout", {"'none+dropout'"}),
        Bad(kOverfit, "--techniques=dropout+none", {"'dropout+none'"}),
        Bad(kOverfit, "--techniques=dropout+dropout",
            {"--techniques: expected each part once, found 'dropout+dropout'"}),
        Bad(kOverfit, "--techniques=dropout+", {"'dropout+'"}),
        Bad(kOverfit, "--techniques=none,none", {"'none' twice"}),
        Bad(kOverfit, "--techniques=dropout+batch_norm,batch_norm+dropout", {"twice"}),
        Bad(kOverfit, "--techniques=", {"--techniques: ", "none"}),
        Bad(kOverfit, "--weight_decay=-1",
            {"--weight_decay: expected a number of at least 0, found -1"}),
        Bad(kOverfit, "--weight_decay=inf", {"found inf"}),
        Bad(kOverfit, "--weight_decay=nan", {"--weight_decay: "})),
    NameOfFlags);

// --- The flags that several programs have ---

class SharedFlagsTest : public testing::TestWithParam<Program> {
 protected:
  static void ExpectRejections(const std::vector<BadFlags>& all) {
    for (const BadFlags& bad : all) {
      SCOPED_TRACE(bad.flags.back());
      ExpectRejection(bad);
    }
  }

  static std::vector<BadFlags> OfNetworks(const Program& program) {
    return {Bad(program, "--batch_size=0",
                {"--batch_size: expected a number from 1 to 60000, found 0"}),
            Bad(program, "--batch_size=-5", {"--batch_size: ", "found -5"}),
            Bad(program, "--batch_size=60001", {"--batch_size: ", "found 60001"}),
            Bad(program, "--batch_size=2147483647", {"--batch_size: ", "found 2147483647"}),
            Unparsed(program, "--batch_size=abc", {"'abc'", "'batch_size'"}),
            Bad(program, "--hidden_sizes=100,0",
                {"--hidden_sizes: expected numbers from 1 to 10000, found '0'"}),
            Bad(program, "--hidden_sizes=abc", {"--hidden_sizes: ", "found 'abc'"}),
            Bad(program, "--hidden_sizes=-3", {"--hidden_sizes: ", "found '-3'"}),
            Bad(program, "--hidden_sizes=10000,10000,10000,10000",
                {"--hidden_sizes: expected a network that takes at most 2 GiB", "found one of"}),
            // One takes 4 * 7.84 million floats.
            {"",
             program,
             {"--hidden_sizes=10000", "--batch_size=1", "--threads=100"},
             2,
             {"--hidden_sizes: expected networks that together take at most 16 GiB with "
              "--batch_size=1 and --threads=100, found up to 199 of 0.16 GiB each"}}};
  }
};

using LossFlagsTest = SharedFlagsTest;
INSTANTIATE_TEST_SUITE_P(All, LossFlagsTest,
                         testing::Values(kMnist, kBoth, kSymmetry, kInitCompare, kSurface), NameOf);

TEST_P(LossFlagsTest, AreRejectedBeforeAnythingIsWritten) {
  const Program& program = GetParam();
  ExpectRejections(OfNetworks(program));
  ExpectRejections(
      {Bad(program, "--iterations=0",
           {"--iterations: expected a number from 1 to 10000000, found 0"}),
       Bad(program, "--learning_rate=0", {"--learning_rate: expected a positive number"}),
       Bad(program, "--learning_rate=nan", {"--learning_rate: "})});
}

using AccuracyFlagsTest = SharedFlagsTest;
INSTANTIATE_TEST_SUITE_P(All, AccuracyFlagsTest,
                         testing::Values(kBatchNorm, kWeightDecay, kDropout, kOverfit), NameOf);

TEST_P(AccuracyFlagsTest, AreRejectedBeforeAnythingIsWritten) {
  const Program& program = GetParam();
  ExpectRejections(OfNetworks(program));
  ExpectRejections(
      {Bad(program, "--train_size=0", {"--train_size: ", "found 0"}),
       Bad(program, "--train_size=1001",
           {"--train_size: expected a number from 1 to 1000, found 1001"}),
       {"",
        program,
        {"--data_dir=" + SmallMnistDirectory(), "--train_size=21"},
        2,
        {absl::StrCat("--train_size: expected a number from 1 to ", kSmallTrain)}},
       Bad(program, "--epochs=0", {"--epochs: ", "found 0"}),
       Bad(program, "--epochs=-1", {"--epochs: ", "found -1"}),
       Bad(program, "--evaluation_interval=0",
           {"--evaluation_interval: expected a number of at least 1, found 0"}),
       Bad(program, "--optimizer=foo", {"--optimizer: ", "nesterov", "'foo'"}),
       Bad(program, "--learning_rate=0", {"--learning_rate: expected a positive number, found 0"}),
       Bad(program, "--learning_rate=nan", {"--learning_rate: ", "nan"}),
       Unparsed(program, "--learning_rate=x", {"'x'", "'learning_rate'"})});
}

using SearchCompareFlagsTest = SharedFlagsTest;
INSTANTIATE_TEST_SUITE_P(All, SearchCompareFlagsTest, testing::Values(kSearchCompare), NameOf);

TEST_P(SearchCompareFlagsTest, AreRejectedBeforeAnythingIsWritten) {
  ExpectRejections(OfNetworks(kSearchCompare));
  ExpectRejections(
      {Bad(kSearchCompare, "--methods=random,foo",
           {"--methods: expected one of random, grid, bayesian, halving; found 'foo'"}),
       Bad(kSearchCompare, "--methods=", {"--methods: expected at least one, found none"}),
       Bad(kSearchCompare, "--methods=grid,grid", {"--methods: ", "'grid' twice"}),
       Bad(kSearchCompare, "--trials=0", {"--trials: expected numbers from 1 to 300, found '0'"}),
       Bad(kSearchCompare, "--trials=9,301", {"--trials: ", "found '301'"}),
       Bad(kSearchCompare, "--trials=9,9", {"--trials: ", "'9' twice"}),
       Bad(kSearchCompare, "--trials=x", {"--trials: ", "found 'x'"}),
       Bad(kSearchCompare, "--learning_rate_range=1:0", {"--learning_rate_range: ", "'1:0'"}),
       Bad(kSearchCompare, "--scale=foo", {"--scale: expected one of log, uniform"}),
       Bad(kSearchCompare, "--validation_share=1", {"--validation_share: "}),
       Bad(kSearchCompare, "--epochs=10001", {"--epochs: ", "found 10001"})});
}

// --- 6.5 ---

// What a user can get wrong in the flags of 6.5, and what they read then.

struct BadSearch {
  std::string name;
  std::vector<std::string> flags;
  std::vector<std::string> error;
  int exit_status = 2;
};
void PrintTo(const BadSearch& bad, std::ostream* out) { *out << bad.name; }

class BadSearchFlagsTest : public testing::TestWithParam<BadSearch> {};

TEST_P(BadSearchFlagsTest, AreRejectedBeforeAnythingIsWritten) {
  const auto& [name, flags, error, exit_status] = GetParam();
  ExpectRejection({name, kSearch, flags, exit_status, error});
}

std::string NameOfSearch(const testing::TestParamInfo<BadSearch>& test) { return test.param.name; }

constexpr char kTwoNumbers[] = "expected a range LOW:HIGH of two numbers, such as 1e-6:0.01, found";
constexpr char kOrder[] = "expected a range LOW:HIGH with LOW below HIGH, found";
constexpr char kAbove0[] = "expected a range above 0, as its scale is logarithmic, found";

INSTANTIATE_TEST_SUITE_P(
    LearningRates, BadSearchFlagsTest,
    testing::Values(
        BadSearch{
            "None", {"--learning_rate_range="}, {"--learning_rate_range: ", kTwoNumbers, "''"}},
        BadSearch{"One", {"--learning_rate_range=0.1"}, {"--learning_rate_range: ", kTwoNumbers}},
        BadSearch{"Three", {"--learning_rate_range=1:2:3"}, {kTwoNumbers, "'1:2:3'"}},
        BadSearch{"NoLow", {"--learning_rate_range=:1"}, {kTwoNumbers, "':1'"}},
        BadSearch{"NoHigh", {"--learning_rate_range=1:"}, {kTwoNumbers, "'1:'"}},
        BadSearch{"Words", {"--learning_rate_range=low:high"}, {kTwoNumbers, "'low:high'"}},
        BadSearch{"Nan", {"--learning_rate_range=nan:1"}, {kTwoNumbers, "'nan:1'"}},
        BadSearch{"Infinite", {"--learning_rate_range=1:inf"}, {kTwoNumbers, "'1:inf'"}},
        BadSearch{"Reversed", {"--learning_rate_range=0.1:0.01"}, {kOrder, "'0.1:0.01'"}},
        BadSearch{"Equal", {"--learning_rate_range=0.1:0.10"}, {kOrder, "'0.1:0.10'"}},
        BadSearch{"LogOf0", {"--learning_rate_range=0:0.1"}, {kAbove0, "'0:0.1'"}},
        BadSearch{"LogOfNegative", {"--learning_rate_range=-1:0.1"}, {kAbove0, "'-1:0.1'"}},
        BadSearch{"Negative",
                  {"--scale=uniform", "--learning_rate_range=-1:0.1"},
                  {"--learning_rate_range: expected a number of at least 0, found -1"}}),
    NameOfSearch);

INSTANTIATE_TEST_SUITE_P(
    WeightDecays, BadSearchFlagsTest,
    testing::Values(
        BadSearch{"Words", {"--weight_decay_range=a:b"}, {"--weight_decay_range: ", kTwoNumbers}},
        BadSearch{"Reversed", {"--weight_decay_range=1:0.1"}, {"--weight_decay_range: ", kOrder}},
        BadSearch{"Equal", {"--weight_decay_range=1:1"}, {"--weight_decay_range: ", kOrder}},
        BadSearch{"LogOf0", {"--weight_decay_range=0:1"}, {"--weight_decay_range: ", kAbove0}},
        BadSearch{"Negative",
                  {"--scale=uniform", "--weight_decay_range=-0.5:1"},
                  {"--weight_decay_range: expected a number of at least 0, found -0.5"}}),
    NameOfSearch);

INSTANTIATE_TEST_SUITE_P(
    Searches, BadSearchFlagsTest,
    testing::Values(
        BadSearch{"Scale", {"--scale=foo"}, {"--scale: expected one of log, uniform; found 'foo'"}},
        BadSearch{"Method",
                  {"--method=foo"},
                  {"--method: expected one of random, grid, bayesian, halving; found 'foo'"}},
        BadSearch{"NoTrial", {"--trials=0"}, {"--trials: expected a number from 1 to ", "found 0"}},
        BadSearch{"NegativeTrials", {"--trials=-5"}, {"--trials: ", "found -5"}},
        BadSearch{"TrialsNotANumber", {"--trials=x"}, {"'x'", "'trials'"}, 1},
        BadSearch{"NoRound", {"--rounds=0"}, {"--rounds: expected a number from 1 to ", "found 0"}},
        BadSearch{"NegativeRounds", {"--rounds=-1"}, {"--rounds: ", "found -1"}},
        BadSearch{"TrialsThatAreNoGrid",
                  {"--method=grid", "--trials=10"},
                  {"--trials: expected a number ", "with --method=grid a square number (1, 4, 9",
                   "found 10"}},
        BadSearch{
            "TooManyBayesianTrials",
            {"--method=bayesian", "--trials=501"},
            {"--trials: expected a number ", "with --method=bayesian at most 500", "found 501"}},
        BadSearch{"PartOfABayesianSearch",
                  {"--method=bayesian", "--only_trials=0:4"},
                  {"--only_trials: expected --method=random or grid, whose trials do not depend on "
                   "each other, found --method=bayesian"}},
        BadSearch{"PartsOfABayesianSearch",
                  {"--method=bayesian", "--merge=a.csv"},
                  {"--merge: expected --method=random or grid, whose trials do not depend on each "
                   "other, found --method=bayesian"}},
        BadSearch{"PartOfHalving",
                  {"--method=halving", "--only_trials=0:4"},
                  {"--only_trials: expected --method=random or grid, whose trials do not depend on "
                   "each other, found --method=halving"}},
        BadSearch{
            "TooManyTrialsOfHalving",
            {"--method=halving", "--trials=1001"},
            {"--trials: expected a number ", "with --method=halving at most 1000", "found 1001"}},
        BadSearch{"RoundsOfHalving",
                  {"--method=halving", "--rounds=2"},
                  {"--rounds: expected 1 with --method=halving, ", "found 2"}},
        BadSearch{"RoundsOfABayesianSearch",
                  {"--method=bayesian", "--rounds=2"},
                  {"--rounds: expected 1 with --method=bayesian, ", "found 2"}},
        BadSearch{"MergeOfNoFile",
                  {"--merge=a.csv,"},
                  {"--merge: expected paths of files, separated by commas, found an empty one"}},
        BadSearch{"ThereIsNoLearningRate", {"--learning_rate=0.1"}, {"'learning_rate'"}, 1}),
    NameOfSearch);

constexpr char kShare[] =
    "--validation_share: expected a share, above 0 and below 1, that leaves an image for "
    "validation "
    "and one to learn from, found ";

INSTANTIATE_TEST_SUITE_P(
    Images, BadSearchFlagsTest,
    testing::Values(BadSearch{"Share0", {"--validation_share=0"}, {kShare}},
                    BadSearch{"Share1", {"--validation_share=1"}, {kShare}},
                    BadSearch{"ShareAbove1", {"--validation_share=1.5"}, {kShare, "found 1.5"}},
                    BadSearch{"NegativeShare", {"--validation_share=-0.1"}, {kShare, "found -0.1"}},
                    BadSearch{"ShareNan", {"--validation_share=nan"}, {kShare, "found nan"}},
                    BadSearch{"NoneForValidation",
                              {"--train_size=10", "--validation_share=0.04"},
                              {kShare, "found 0.04 of 10 images"}},
                    BadSearch{"NoneToLearnFrom",
                              {"--train_size=10", "--validation_share=0.96"},
                              {kShare, "found 0.96 of 10 images"}},
                    BadSearch{"OneImage", {"--train_size=1"}, {kShare, "found 0.2 of 1 images"}},
                    BadSearch{"NoImage", {"--train_size=0"}, {"--train_size: ", "found 0"}},
                    BadSearch{"MoreThanThereAre",
                              {"--train_size=1001"},
                              {"--train_size: expected a number from 1 to 1000, found 1001"}}),
    NameOfSearch);

constexpr char kPart[] = "--only_trials: expected FIRST:LAST with 0 <= FIRST <= LAST <= 99, found ";
constexpr char kOneRound[] = "--only_trials: expected a search of one round and one seed, found ";

INSTANTIATE_TEST_SUITE_P(
    Parts, BadSearchFlagsTest,
    testing::Values(
        BadSearch{"Reversed", {"--only_trials=5:4"}, {kPart, "'5:4'"}},
        BadSearch{"BeyondTheLast", {"--only_trials=99:100"}, {kPart, "'99:100'"}},
        BadSearch{"Negative", {"--only_trials=-1:4"}, {kPart, "'-1:4'"}},
        BadSearch{"One", {"--only_trials=5"}, {kPart, "'5'"}},
        BadSearch{"NoLast", {"--only_trials=5:"}, {kPart, "'5:'"}},
        BadSearch{"Words", {"--only_trials=a:b"}, {kPart, "'a:b'"}},
        BadSearch{"OfTwoRounds", {"--only_trials=0:4", "--rounds=2"}, {kOneRound, "--rounds=2"}},
        BadSearch{"OfTwoSeeds", {"--only_trials=0:4", "--seeds=2"}, {kOneRound, "--seeds=2"}}),
    NameOfSearch);

INSTANTIATE_TEST_SUITE_P(
    Training, BadSearchFlagsTest,
    testing::Values(
        BadSearch{"NoEpoch", {"--epochs=0"}, {"--epochs: ", "found 0"}},
        BadSearch{"NegativeEpochs", {"--epochs=-1"}, {"--epochs: ", "found -1"}},
        BadSearch{"Batch0", {"--batch_size=0"}, {"--batch_size: ", "found 0"}},
        BadSearch{"BatchTooLarge",
                  {"--batch_size=2147483647"},
                  {"--batch_size: expected a number from 1 to 60000, found 2147483647"}},
        BadSearch{"Interval0",
                  {"--evaluation_interval=0"},
                  {"--evaluation_interval: expected a number of at least 1, found 0"}},
        BadSearch{"Optimizer", {"--optimizer=foo"}, {"--optimizer: ", "nesterov", "'foo'"}},
        BadSearch{"HiddenSize0", {"--hidden_sizes=0"}, {"--hidden_sizes: ", "'0'"}},
        BadSearch{"TooLarge",
                  {"--hidden_sizes=10000,10000,10000,10000"},
                  {"--hidden_sizes: expected a network that takes at most 2 GiB"}}),
    NameOfSearch);

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

// --- Directories ---

// What can be wrong with --data_dir and --output_dir, and what a user reads then.

struct BadData {
  std::string name;
  std::function<void(const std::string& directory)> spoil;  // a small good data set
  std::string blamed;                                       // the file
  std::vector<std::string> error;
};

class BadDataTest : public testing::TestWithParam<BadData> {};

TEST_P(BadDataTest, IsNamed) {
  const std::string directory = SmallMnistDirectory();
  const std::string output_dir = FreshDirectory() + "/out";
  GetParam().spoil(directory);
  const std::string error =
      Rejection(kMnist, {"--data_dir=" + directory, "--output_dir=" + output_dir}, 1);
  EXPECT_THAT(error, HasSubstr(directory + GetParam().blamed));
  for (const std::string& part : GetParam().error) EXPECT_THAT(error, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(output_dir));
}

constexpr char kTrainImages[] = "/train-images-idx3-ubyte";
constexpr char kTrainLabels[] = "/train-labels-idx1-ubyte";
constexpr char kTestImages[] = "/t10k-images-idx3-ubyte";
constexpr char kTestLabels[] = "/t10k-labels-idx1-ubyte";

INSTANTIATE_TEST_SUITE_P(
    All, BadDataTest,
    testing::Values(BadData{"NoDirectory",
                            [](const std::string& directory) {
                              std::filesystem::remove_all(directory);
                            },
                            "",
                            {"--data_dir: expected a directory", "does not exist"}},
                    BadData{"ALinkToItself",
                            [](const std::string& directory) {
                              std::filesystem::remove_all(directory);
                              std::filesystem::create_symlink(directory, directory);
                            },
                            ": Too many levels of symbolic links",
                            {"--data_dir: expected a directory"}},
                    BadData{"AFile",
                            [](const std::string& directory) {
                              std::filesystem::remove_all(directory);
                              WriteFile(directory, "");
                            },
                            "",
                            {"--data_dir: expected a directory", "is not a directory"}},
                    BadData{"NotDecompressed",
                            [](const std::string& directory) {
                              std::filesystem::rename(directory + kTrainImages,
                                                      directory + kTrainImages + ".gz");
                            },
                            kTrainImages,
                            {"no such file", "gunzip "}},
                    BadData{"StillCompressed",
                            [](const std::string& directory) {
                              WriteFile(directory + kTestLabels, "\x1f\x8b\x08");
                            },
                            kTestLabels,
                            {"gzip-compressed", "gunzip "}},
                    BadData{"CutOff",
                            [](const std::string& directory) {
                              std::filesystem::resize_file(directory + kTestImages, 100);
                            },
                            kTestImages,
                            {"expected 10 x 28 x 28 bytes", "found 84", "cut off"}},
                    BadData{"OneLabelMissing",
                            [](const std::string& directory) {
                              WriteFile(directory + kTrainLabels, IdxLabels(kSmallTrain - 1));
                            },
                            kTrainLabels,
                            {"expected 20 labels", "found 19"}},
                    BadData{"LabelAbove9",
                            [](const std::string& directory) {
                              WriteFile(
                                  directory + kTestLabels,
                                  Idx(kIdxLabels, {kSmallTest}, std::string(kSmallTest, '\x0b')));
                            },
                            kTestLabels,
                            {"expected labels from 0 to 9", "found label 11 of image 0"}},
                    BadData{"ImagesOfAnotherSize",
                            [](const std::string& directory) {
                              WriteFile(directory + kTestImages, IdxImages(kSmallTest, 32, 32));
                            },
                            kTestImages,
                            {"expected images of 28 x 28 pixels", "found 32 x 32"}}),
    [](const auto& info) { return info.param.name; });

class ProgramTest : public testing::TestWithParam<Program> {};

TEST_P(ProgramTest, NamesADataDirectoryThatDoesNotExist) {
  const std::string directory = FreshDirectory() + "/missing",
                    output_dir = FreshDirectory() + "/out";
  const std::string error =
      Rejection(GetParam(), {"--data_dir=" + directory, "--output_dir=" + output_dir}, 1);
  EXPECT_THAT(error, HasSubstr("--data_dir: expected a directory"));
  EXPECT_THAT(error, HasSubstr(directory));
  EXPECT_FALSE(std::filesystem::exists(output_dir));
}

INSTANTIATE_TEST_SUITE_P(All, ProgramTest, testing::ValuesIn(ProgramsThatReadMnist()), NameOf);

// --- Small data sets ---

class BatchTest : public testing::TestWithParam<Program> {};

// It is drawn with replacement.
TEST_P(BatchTest, MayBeLargerThanTheDataSet) {
  Command command =
      ShortRun(GetParam(), {"--data_dir=" + SmallMnistDirectory(), "--figure=none",
                            "--output_dir=" + FreshDirectory(),
                            absl::StrCat("--batch_size=", kSmallTrain + 1), "--seeds=1"});
  const bool has_train_size =
      absl::StrContains(absl::StrJoin(GetParam().short_run, " "), "--train_size=");
  if (has_train_size) command.arguments.push_back(absl::StrCat("--train_size=", kSmallTrain));
  const Outcome outcome = RunBinary(command);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
}

INSTANTIATE_TEST_SUITE_P(All, BatchTest,
                         testing::Values(kMnist, kSymmetry, kInitCompare, kBatchNorm, kWeightDecay,
                                         kDropout, kOverfit, kSearch, kSurface, kSearchCompare),
                         NameOf);

TEST(OneImageTest, IsTooFewForTheCheckOfGradients) {
  const std::string directory = SmallMnistDirectory();
  WriteFile(directory + kTrainImages, IdxImages(1, 28, 28));
  WriteFile(directory + kTrainLabels, IdxLabels(1));
  EXPECT_THAT(Rejection(kGradientCheck, {"--data_dir=" + directory}, 1),
              HasSubstr("--data_dir: expected at least 2 training images, found 1"));
}

// --- The output directory ---

struct BadOutput {
  std::string name;
  std::function<std::string()> directory;
  std::string error;
};

class BadOutputTest : public testing::TestWithParam<BadOutput> {};

TEST_P(BadOutputTest, IsRejectedBeforeTheRun) {
  const std::string directory = GetParam().directory();
  std::vector<Program> programs = Programs();
  programs.push_back(kBoth);
  for (const Program& program : programs) {
    SCOPED_TRACE(program.name);
    const std::string error = Rejection(program, {"--output_dir=" + directory}, 1);
    EXPECT_THAT(error, HasSubstr("--output_dir: expected a directory"));
    EXPECT_THAT(error, HasSubstr(absl::StrCat("found ", directory, GetParam().error)));
  }
}

std::string AFile() {
  const std::string file = FreshDirectory() + "/file";
  WriteFile(file, "");
  return file;
}

std::string ALinkToItself() {
  const std::string link = FreshDirectory() + "/link";
  std::filesystem::create_symlink(link, link);
  return link;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadOutputTest,
    testing::Values(
        BadOutput{"AFile", AFile, ", which is not a directory"},
        BadOutput{"BelowAFile", [] { return AFile() + "/out"; }, ": Not a directory"},
        BadOutput{"CannotBeMade", [] { return "/proc/nope"; }, ": No such file or directory"},
        BadOutput{"CannotBeWrittenTo", [] { return "/proc"; }, ": "},
        BadOutput{"NameTooLong", [] { return FreshDirectory() + "/" + std::string(300, 'a'); },
                  ": File name too long"},
        BadOutput{"ALinkToItself", ALinkToItself, ": Too many levels of symbolic links"}),
    [](const auto& info) { return info.param.name; });

// --- --help ---

// What --help says: the sections and figures of the book, the flags, and the book's values.

struct Help {
  Program program;
  std::vector<std::string> texts;
};

class HelpTest : public testing::TestWithParam<Help> {};

// Lines are broken at spaces.
std::string OnOneLine(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (!space || line.empty() || line.back() != ' ') line.push_back(space ? ' ' : c);
  }
  return line;
}

TEST_P(HelpTest, ListsTheFlagsWithTheValuesOfTheBook) {
  const Outcome help = RunExperiment(GetParam().program.name, {"--help"});
  EXPECT_EQ(help.exit_status, 1);
  EXPECT_EQ(help.err, "");
  const std::string out = OnOneLine(help.out);
  for (const std::string& text : GetParam().texts) EXPECT_THAT(out, HasSubstr(text));
  for (const char* text :
       {"--seed (decides every random number of the run); default: 0;", "; default: 1;",
        "--threads (", "--isa (", "--output_dir (", "--data_dir (", "--figure ("}) {
    EXPECT_THAT(out, HasSubstr(text));
  }
  EXPECT_THAT(out, Not(HasSubstr("--flagfile")));
}

std::string Default(const std::string& value) { return "; default: " + value + ";"; }

INSTANTIATE_TEST_SUITE_P(
    All, HelpTest,
    testing::Values(
        Help{kNaive,
             {"figures 6-1 to 6-8", "--function (", Default("\"valley\""), "--optimizers (",
              "--points ("}},
        Help{kMnist,
             {"figure 6-9",
              "--batch_size (images in a mini-batch, at most 60000; drawn with replacement, so "
              "also more than there are); default: 128;",
              "--optimizers (which optimizers", "--iterations (", Default("2000"),
              "--hidden_sizes (", Default("100,100,100,100"), "--learning_rate (",
              "--learning_rate_decay ("}},
        Help{kSurface,
             {"as figure 6-8", "figure 6-9", "--optimizers (", "--keep_every (", Default("50"),
              "--images (", Default("1000"), "--grid (", Default("51"), "--iterations (",
              Default("2000"), Default("100,100,100,100")}},
        Help{kBoth,
             {"figures 6-1 to 6-8", "figure 6-9", "--points (", "--iterations (", Default("2000")}},
        Help{kSymmetry,
             {"6.2.1", "--inits (", Default("zero,constant=0.01,he"), "--interval (", Default("20"),
              "--learning_rate (", Default("0.01"), "--activation (", Default("\"relu\"")}},
        Help{kHistogram,
             {"figures 6-10 to 6-14", "--samples (", Default("1000"), "--nodes (", Default("100"),
              "--layers (", Default("5"), "--bins (", Default("30"), Default("sigmoid,tanh,relu"),
              Default("std=1,std=0.01,xavier,he")}},
        Help{kInitCompare,
             {"figure 6-15", Default("std=0.01,xavier,he"), "--iterations (", Default("2000"),
              "--batch_size (", Default("128"), Default("100,100,100,100"), Default("0.01")}},
        Help{kGradientCheck, {"6.3", "--samples (", Default("10"), "--h (", Default("1e-05")}},
        Help{kBatchNorm,
             {"figures 6-18 and 6-19", "--init_std (", "--epochs (", Default("20"),
              "--train_size (", Default("1000"), Default("100,100,100,100,100"),
              "--batch_size (images in a mini-batch, at most 60000; drawn with replacement, so "
              "also more than there are); default: 100;",
              Default("\"sgd\"")}},
        Help{kWeightDecay,
             {"figures 6-20 and 6-21", "--penalties (", Default("none,l2=0.1,l1=0.01"),
              "--epochs (how many epochs a network learns); default: 201;", Default("300"),
              Default("100,100,100,100,100,100"), "--evaluation_interval ("}},
        Help{kDropout,
             {"figure 6-23", "--dropouts (", Default("none,standard,inverted"), "--dropout_ratio (",
              Default("0.2"), "--epochs (how many epochs a network learns); default: 301;",
              Default("300"), "--with_adam (", Default("true")}},
        Help{kOverfit,
             {"--techniques (", "--weight_decay (", Default("0.1"), "--dropout_ratio (",
              Default("0.2"), "--epochs (how many epochs a network learns); default: 201;",
              "--evaluation_interval (epochs from one evaluation to the next); default: 5;",
              "--with_adam (", Default("true")}},
        Help{kSearch,
             {"6.5.2, figure 6-24",
              "it goes on with what is missing when it is started again",
              "--trials (how many settings to try, in each round); default: 100;",
              "--rounds (",
              "--method (",
              Default("\"random\""),
              "--learning_rate_range (",
              Default("\"1e-06:0.01\""),
              "--weight_decay_range (",
              Default("\"1e-08:1e-04\""),
              "--scale (",
              Default("\"log\""),
              "--same_start (",
              Default("false"),
              "--validation_share (",
              Default("0.2"),
              "--only_trials (",
              "--merge (",
              "--train_size (how many images of the training data are used, the first ones); "
              "default: 500;",
              "--epochs (how many epochs a network learns); default: 50;",
              "--batch_size (images in a mini-batch, at most 60000; drawn with replacement, so "
              "also more than there are); default: 100;",
              "--evaluation_interval (",
              Default("100,100,100,100,100,100"),
              "--optimizer (",
              Default("\"sgd\"")}},
        Help{kSearchCompare,
             {"6.5.2", "--methods (", Default("random,grid,bayesian,halving"), "--trials (",
              Default("9,16,25,100"), Default("\"1e-06:0.01\""), "--scale (",
              "--epochs (how many epochs a whole trial takes); default: 50;"}}),
    [](const auto& info) { return info.param.program.name; });

// --- Names that a flag takes come from the lists in the code ---

void ExpectNames(const Program& program, const std::string& flag,
                 const std::vector<std::string>& names) {
  const std::string out = OnOneLine(RunExperiment(program.name, {"--help"}).out);
  const size_t begin = out.find("--" + flag + " (");
  ASSERT_NE(begin, out.npos);
  const std::string text = out.substr(begin, out.find("); default:", begin) - begin);
  EXPECT_THAT(text, HasSubstr(absl::StrJoin(names, ", ")));
}

TEST(NamesTest, OfOptimizers) {
  const std::vector<std::string> names(OptimizerNames().begin(), OptimizerNames().end());
  for (const Program& program : {kNaive, kMnist, kBoth, kSurface}) {
    ExpectNames(program, "optimizers", names);
  }
  for (const Program& program : {kBatchNorm, kWeightDecay, kDropout, kOverfit, kSearch}) {
    ExpectNames(program, "optimizer", names);
  }
}

TEST(NamesTest, OfActivationsAndInits) {
  const std::vector<std::string> names(std::begin(kActivationNames), std::end(kActivationNames));
  for (const Program& program : {kSymmetry, kInitCompare}) {
    ExpectNames(program, "activation", names);
    ExpectNames(program, "inits", {"zero, constant=NUMBER, std=NUMBER, xavier, glorot, he"});
  }
  ExpectNames(kHistogram, "activations", names);
  ExpectNames(kHistogram, "inits", {"zero, constant=NUMBER, std=NUMBER, xavier, glorot, he"});
}

}  // namespace
}  // namespace dlfs
