// Over five seeds the experiments come out as the book's own Python does: its means and standard
// deviations between seeds are those of the book's code in NumPy (README.md, "True to the book").
// The random numbers are not the same, so a mean of ours may be off by chance: two means of five
// runs differ by more than twice the spread between runs in one case of 600.
#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "chapter6/hyperparameter_optimization.h"
#include "chapter6/overfit.h"
#include "chapter6/regularization.h"
#include "chapter6/weight_init_compare.h"
#include "common/experiment.h"
#include "datasets/mnist.h"
#include "gtest/gtest.h"
#include "tests/csv_table.h"
#include "tests/files.h"

namespace dlfs {
namespace {

constexpr double kSpreads = 2;

const Mnist& SharedMnist() {
  static const Mnist* mnist = new Mnist(LoadMnist("").value());
  return *mnist;
}

Experiment FiveSeeds() {
  Experiment experiment;
  experiment.seeds = 5;
  experiment.threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  experiment.output_dir = FreshDirectory();
  return experiment;
}

// The row of a summary that starts with these cells.
std::vector<std::string> RowOf(const CsvTable& summary, const std::vector<std::string>& start) {
  for (const std::vector<std::string>& row : summary.rows) {
    if (std::equal(start.begin(), start.end(), row.begin())) return row;
  }
  ADD_FAILURE() << "no such row";
  return std::vector<std::string>(10, "nan");
}

struct Book {
  double mean, std;
};

void ExpectNear(const std::string& mean, Book book) {
  EXPECT_NEAR(Number(mean), book.mean, kSpreads * book.std);
}

TEST(WeightInitCompareTest, LossesAreTheBooks) {
  Experiment experiment = FiveSeeds();
  ASSERT_TRUE(RunWeightInitCompare({}, SharedMnist(), experiment).ok());
  const CsvTable summary = ReadCsv(experiment.output_dir + "/weight_init_compare_summary.csv");
  ExpectNear(RowOf(summary, {"std=0.01", "500"})[2], {2.301, 0.001});
  ExpectNear(RowOf(summary, {"std=0.01", "1999"})[2], {2.302, 0.001});
  ExpectNear(RowOf(summary, {"xavier", "500"})[2], {1.00, 0.24});
  ExpectNear(RowOf(summary, {"xavier", "1999"})[2], {0.283, 0.025});
  ExpectNear(RowOf(summary, {"he", "500"})[2], {0.39, 0.02});
  ExpectNear(RowOf(summary, {"he", "1999"})[2], {0.190, 0.031});
}

// The best of a search is 0.80 and 0.76 in two runs of the book's code.
TEST(HyperparameterOptimizationTest, TheBestTrialsAreAsGoodAndWhereTheyAreInTheBook) {
  Experiment experiment = FiveSeeds();
  experiment.seeds = 3;
  ASSERT_TRUE(RunHyperparameterOptimization({}, SharedMnist(), experiment).ok());
  const std::string path = experiment.output_dir + "/hyperparameter_optimization";
  double sum = 0;
  const CsvTable best = ReadCsv(path + "_best.csv");
  ASSERT_EQ(best.rows.size(), 3);
  for (const std::vector<std::string>& row : best.rows) sum += Number(row[4]);
  EXPECT_GT(sum / 3, 0.70);
  EXPECT_LT(sum / 3, 0.88);
  for (const std::vector<std::string>& row : ReadCsv(path + "_trials.csv").rows) {
    if (Number(row[1]) > 10) continue;
    EXPECT_GT(Number(row[4]), 1e-3) << "trial " << row[3];
  }
}

// The accuracies in the last epoch, of one method.
std::vector<std::string> LastAccuracies(OverfitMethod method, int epochs) {
  Experiment experiment = FiveSeeds();
  OverfitComparison comparison = {.name = "overfit",
                                  .figure = "",
                                  .title = "",
                                  .columns = {"method"},
                                  .methods = {method},
                                  .training = BookOverfitTraining(epochs)};
  comparison.training.evaluation_interval = epochs;
  EXPECT_TRUE(CompareOverfitting(comparison, SharedMnist(), experiment).ok());
  return RowOf(ReadCsv(experiment.output_dir + "/overfit_summary.csv"),
               {"this", std::to_string(epochs - 1)});
}

// For this network the book's runs are known as "train 1.00, test 0.72 to 0.76" (3 seeds).
TEST(OverfitTest, WithoutDecayEveryImageIsLearnedByHeart) {
  const std::vector<std::string> row = LastAccuracies({.name = "", .cells = {"this"}}, 201);
  EXPECT_EQ(Number(row[2]), 1);
  EXPECT_NEAR(Number(row[4]), 0.74, 0.02);
}

TEST(OverfitTest, WeightDecayClosesTheGapAsInTheBook) {
  const std::vector<std::string> row =
      LastAccuracies({.name = "", .cells = {"this"}, .penalty = {Penalty::Kind::kL2, 0.1}}, 201);
  ExpectNear(row[2], {0.893, 0.019});
  ExpectNear(row[4], {0.714, 0.014});
}

TEST(OverfitTest, DropoutStillUnderfitsAsInTheBook) {
  const std::vector<std::string> row = LastAccuracies(
      {.name = "", .cells = {"this"}, .dropout = {DropoutChoice::Kind::kStandard, 0.2}}, 301);
  ExpectNear(row[2], {0.63, 0.05});
  ExpectNear(row[4], {0.52, 0.04});
}

}  // namespace
}  // namespace dlfs
