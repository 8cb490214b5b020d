// What a user can get wrong in the flags of 6.1 to 6.4, and what they read then.
#include "tests/chapter6/bad_flags.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/datasets/idx_files.h"

namespace dlfs {
namespace {

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
                    Bad(kMnist, "--figure=gif",
                        {"--figure: expected one of svg, png, pdf, terminal, none; found 'gif'"})),
    NameOfFlags);

// --- 6.1 ---

constexpr char kRates[] = "--learning_rate: expected a positive number, or a list of name=number";

INSTANTIATE_TEST_SUITE_P(
    Optimizers, BadFlagsTest,
    testing::Values(
        Bad(kMnist, "--optimizers=sgd,adm",
            {"--optimizers: ", "sgd, momentum, nesterov, adagrad, rmsprop, adam", "'adm'"}),
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

        Bad(kNaive, "--start_x=1e308", {"--start_x: ", "1e+308"}),
        Bad(kNaive, "--start_y=nan", {"--start_y: ", "found nan"}),
        Bad(kNaive, "--points=0", {"--points: ", "found 0"})),
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
            {"--penalties: ", "none, l1=LAMBDA, l2=LAMBDA", "'l3=1'"}),
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
            {"--techniques: ", "none, weight_decay, dropout, batch_norm", "'foo'"}),
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
                         testing::Values(kMnist, kBoth, kSymmetry, kInitCompare), NameOf);

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
       Bad(program, "--train_size=60001",
           {"--train_size: expected a number from 1 to 60000, found 60001"}),
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

}  // namespace
}  // namespace dlfs
