// What --help says: the sections and figures of the book, the flags, and the book's values.
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "chapter6/optimizers.h"
#include "common/layers/activations.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"

namespace dlfs {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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
        Help{kNaive, {"figures 6-1 to 6-8", "--optimizers (", "--points (", Default("30")}},
        Help{kMnist,
             {"figure 6-9",
              "--batch_size (images in a mini-batch, at most 60000; drawn with replacement, so "
              "also more than there are); default: 128;",
              "--optimizers (which optimizers", "--iterations (", Default("2000"),
              "--hidden_sizes (", Default("100,100,100,100"), "--learning_rate (",
              "--learning_rate_decay ("}},
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
              Default("\"sgd\"")}}),
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
  for (const Program& program : {kNaive, kMnist, kBoth}) ExpectNames(program, "optimizers", names);
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
