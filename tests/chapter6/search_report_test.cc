// What is printed of the ranges: where in them the best tenth of the trials is.
#include "chapter6/search_report.h"

#include <ostream>
#include <string>
#include <vector>

#include "chapter6/hyperparameter_search.h"
#include "common/experiment/experiment.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::ContainsRegex;

constexpr SearchRange kRange = {1e-6, 1};

// What is printed of a round whose best trials are those with these learning rates, given as
// positions in the range; all others, and all weight decays, are in its middle.
std::string Printed(size_t trials, const std::vector<double>& best) {
  SearchRound round = {
      .seed = 0, .round = 1, .first_trial = 0, .learning_rate = kRange, .weight_decay = kRange};
  for (size_t i = 0; i < trials; ++i) {
    const bool is_good = i < best.size();
    const double accuracy = is_good ? 0.9 : 0.5;
    round.trials.push_back({.number = i,
                            .learning_rate = kRange.At(is_good ? best[i] : 0.5),
                            .weight_decay = kRange.At(0.5),
                            .validation = {accuracy},
                            .train = {accuracy}});
  }
  Experiment experiment;
  experiment.name = "search";
  experiment.output_dir = FreshDirectory();
  testing::internal::CaptureStdout();
  // The script of the figure is not linked here; all that is printed comes before it.
  ReportSearches(
      {{.seed = 0, .rounds = {round}}},
      {.figure = "", .images = 120, .validation_images = 20, .test_images = 10, .epochs = {0}},
      experiment)
      .IgnoreError();
  return testing::internal::GetCapturedStdout();
}

struct Judged {
  std::string name;
  std::vector<double> best;
  std::string judgement;
};
void PrintTo(const Judged& judged, std::ostream* out) { *out << judged.name; }

class JudgementTest : public testing::TestWithParam<Judged> {};

INSTANTIATE_TEST_SUITE_P(
    All, JudgementTest,
    testing::Values(Judged{"Inside", {0.4, 0.45, 0.5, 0.55, 0.6}, "well inside the range"},
                    Judged{"Everywhere", {0.1, 0.3, 0.5, 0.7, 0.9}, "nearly the whole range"},
                    Judged{"AtTheUpperEnd", {0.8, 0.85, 0.9, 0.95, 1}, "up to the upper end"},
                    Judged{"AtTheLowerEnd", {0, 0.05, 0.1, 0.15, 0.2}, "down to the lower end"}),
    [](const auto& info) { return info.param.name; });

TEST_P(JudgementTest, SaysWhereTheBestTenthIs) {
  EXPECT_THAT(Printed(50, GetParam().best),
              ContainsRegex("\n +learning_rate +[^ ]+ to [^ ]+, " + GetParam().judgement +
                            "[^\n]*\n +weight_decay +0.001 to 0.001, well inside the range\n"));
}

TEST(JudgementOfFewTest, IsNone) {
  EXPECT_THAT(Printed(40, {0.4, 0.45, 0.5, 0.55}),
              ContainsRegex("\n +learning_rate +[^ ]+ to [^ ]+\n +weight_decay +[^ ]+ to [^ ]+\n"));
}

}  // namespace
}  // namespace dlfs
