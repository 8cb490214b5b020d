#include "chapter6/network.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chapter6/gradient_check.h"
#include "chapter6/optimizers.h"
#include "common/experiment/experiment.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/golden_network.h"
#include "tests/chapter6/initialized_network.h"
#include "tests/chapter6/train_on_batch.h"
#include "tests/common/elements.h"
#include "tests/common/gradient_check.h"
#include "tests/datasets/random_images.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::Gt;
using ::testing::Lt;

constexpr size_t kRows = 7;

// The network and the mini-batch of network_gradients.csv.
class GoldenNetwork {
 public:
  explicit GoldenNetwork(NetworkConfig config)
      : network((config.inputs = 5, config.hidden = {4, 3}, config.outputs = 3, config), kRows),
        x(kRows, 5) {
    golden::FillParameters(network.arena(), 0.1);
    golden::Fill<double>(90, x);
    for (size_t i = 0; i < kRows; ++i) labels.push_back(static_cast<uint8_t>(2 * i % 3));
  }

  MultiLayerNetwork<double> network;
  Matrix<double> x;
  std::vector<uint8_t> labels;
};

constexpr Penalty kL2 = {Penalty::Kind::kL2, 0.1};

// A network as network_gradients.csv names it.
struct GoldenCase {
  std::string name;
  ActivationKind activation;
  Penalty penalty;
  bool batch_norm;
};

void PrintTo(const GoldenCase& golden, std::ostream* out) { *out << golden.name; }

class GoldenGradientTest : public testing::TestWithParam<GoldenCase> {};

INSTANTIATE_TEST_SUITE_P(
    All, GoldenGradientTest,
    testing::Values(GoldenCase{"relu/decay=0/bn=0", ActivationKind::kRelu, {}, false},
                    GoldenCase{"relu/decay=0/bn=1", ActivationKind::kRelu, {}, true},
                    GoldenCase{"relu/decay=0.1/bn=0", ActivationKind::kRelu, kL2, false},
                    GoldenCase{"relu/decay=0.1/bn=1", ActivationKind::kRelu, kL2, true},
                    GoldenCase{"sigmoid/decay=0/bn=0", ActivationKind::kSigmoid, {}, false},
                    GoldenCase{"sigmoid/decay=0/bn=1", ActivationKind::kSigmoid, {}, true},
                    GoldenCase{"sigmoid/decay=0.1/bn=0", ActivationKind::kSigmoid, kL2, false},
                    GoldenCase{"sigmoid/decay=0.1/bn=1", ActivationKind::kSigmoid, kL2, true}));

TEST_P(GoldenGradientTest, LossAndGradientsAreThoseOfTheBook) {
  GoldenNetwork g({.activation = GetParam().activation, .batch_norm = GetParam().batch_norm});
  const double loss =
      g.network.Gradient(g.x, g.labels) + PenaltyLoss(GetParam().penalty, g.network.arena());
  AddPenaltyGradient(GetParam().penalty, g.network.arena());
  size_t compared = 0;
  for (const golden::Row& row : golden::Read("network_gradients.csv")) {
    if (row.at("network") != GetParam().name) continue;
    const std::string& what = row.at("what");
    const double actual = what == "loss_train"
                              ? loss
                              : g.network.arena()[what.substr(1)].gradient(
                                    golden::Index(row, "row"), golden::Index(row, "col"));
    const double expected = golden::Number(row, "value");
    // What is 0 in exact arithmetic is noise of about 1e-17.
    EXPECT_NEAR(actual, expected, std::max(1e-9 * std::abs(expected), 1e-15)) << what;
    ++compared;
  }
  const size_t of_batch_norm = 2 * (4 + 3);
  EXPECT_EQ(compared, 1 + 20 + 4 + 12 + 3 + 9 + 3 + (GetParam().batch_norm ? of_batch_norm : 0));
}

// The mean cross entropy in training, without the book's 1e-7 in the logarithm, which its gradient
// ignores: what back-propagation is the exact gradient of.
double ExactLoss(MultiLayerNetwork<double>& network, ConstMatrixView<double> x,
                 const std::vector<uint8_t>& labels) {
  const ConstMatrixView<double> a = network.Predict(x, Mode::kTraining);
  double loss = 0;
  for (size_t i = 0; i < a.rows(); ++i) {
    double sum = 0;
    for (double a_ij : a.row(i)) sum += std::exp(a_ij);
    loss += (std::log(sum) - a(i, labels[i])) / static_cast<double>(a.rows());
  }
  return loss;
}

struct CheckedNetwork {
  std::string name;
  NetworkConfig config;
  Penalty penalty = {};
};

void PrintTo(const CheckedNetwork& checked, std::ostream* out) { *out << checked.name; }

class NumericalGradientTest : public testing::TestWithParam<CheckedNetwork> {};

INSTANTIATE_TEST_SUITE_P(
    All, NumericalGradientTest,
    testing::Values(CheckedNetwork{"relu", {}},
                    CheckedNetwork{"sigmoid", {.activation = ActivationKind::kSigmoid}},
                    CheckedNetwork{"tanh", {.activation = ActivationKind::kTanh}},
                    CheckedNetwork{"l1", {}, {Penalty::Kind::kL1, 0.3}},
                    CheckedNetwork{"l2", {}, {Penalty::Kind::kL2, 0.3}},
                    CheckedNetwork{"batch_norm", {.batch_norm = true}},
                    CheckedNetwork{"everything",
                                   {.activation = ActivationKind::kTanh, .batch_norm = true},
                                   {Penalty::Kind::kL2, 0.2}}),
    [](const auto& info) { return info.param.name; });

TEST_P(NumericalGradientTest, BackPropagationAgreesWithCentralDifferences) {
  GoldenNetwork g(GetParam().config);
  g.network.Gradient(g.x, g.labels);
  AddPenaltyGradient(GetParam().penalty, g.network.arena());
  for (const Parameter<double>& parameter : g.network.arena().parameters()) {
    // Batch norm subtracts what b adds: its gradient is 0.
    const bool hidden_bias = parameter.name == "b1" || parameter.name == "b2";
    if (GetParam().config.batch_norm && hidden_bias) continue;
    SCOPED_TRACE(parameter.name);
    ExpectGradient(
        [&] {
          return ExactLoss(g.network, g.x, g.labels) +
                 PenaltyLoss(GetParam().penalty, g.network.arena());
        },
        parameter.value, parameter.gradient);
  }
}

// What standard dropout does not scale, the weights behind it can: then both are the same function,
// while the networks learn and when they are used.
TEST(DropoutTest, StandardAndInvertedAgreeUpToTheScaleOfTheWeights) {
  constexpr double kRatio = 0.3;
  GoldenNetwork standard({.dropout = {DropoutChoice::Kind::kStandard, kRatio}, .dropout_seed = 1});
  GoldenNetwork inverted({.dropout = {DropoutChoice::Kind::kInverted, kRatio}, .dropout_seed = 1});
  for (const char* name : {"W2", "W3"}) {
    for (double& w : standard.network.arena()[name].value.flat()) w /= 1 - kRatio;
  }
  std::vector<double> losses;
  for (Mode mode : {Mode::kEvaluation, Mode::kTraining, Mode::kTraining}) {
    losses.push_back(standard.network.Loss(standard.x, standard.labels, mode));
    EXPECT_DOUBLE_EQ(losses.back(), inverted.network.Loss(inverted.x, inverted.labels, mode));
  }
  EXPECT_NE(losses[0], losses[1]);
  EXPECT_NE(losses[1], losses[2]) << "another mask";
}

TEST(DropoutTest, EachLayerAndSeedHasMasksOfItsOwn) {
  constexpr size_t kUnits = 20;
  const auto mask = [](uint64_t seed, size_t hidden_layer) {
    const MultiLayerNetwork<double> network({.hidden = {kUnits, kUnits},
                                             .dropout = {DropoutChoice::Kind::kStandard, 0.3},
                                             .dropout_seed = seed},
                                            1);
    Matrix<double> ones(1, kUnits);
    for (double& one : ones.view().row(0)) one = 1;
    // Affine, ReLU, dropout, Affine, ...
    const auto y = network.layers()[3 * hidden_layer - 1]->Forward(ones, Mode::kTraining);
    return std::vector<double>(y.row(0).begin(), y.row(0).end());
  };
  EXPECT_EQ(mask(1, 1), mask(1, 1));
  EXPECT_NE(mask(1, 1), mask(1, 2));
  EXPECT_NE(mask(1, 1), mask(2, 1));
}

// With the momentum 0 the running statistics are those of the last batch, with 1 they stay.
TEST(BatchNormTest, HasTheMomentumOfTheConfiguration) {
  GoldenNetwork last({.batch_norm = true, .batch_norm_momentum = 0});
  const double training = last.network.Gradient(last.x, last.labels);
  EXPECT_DOUBLE_EQ(last.network.Loss(last.x, last.labels, Mode::kEvaluation), training);

  GoldenNetwork first({.batch_norm = true, .batch_norm_momentum = 1});
  const double before = first.network.Loss(first.x, first.labels, Mode::kEvaluation);
  first.network.Gradient(first.x, first.labels);
  EXPECT_EQ(first.network.Loss(first.x, first.labels, Mode::kEvaluation), before);
}

TEST(MultiLayerNetworkTest, SmallerBatchGivesTheSameRows) {
  GoldenNetwork g({});
  std::vector<double> all;
  const ConstMatrixView<double> y = g.network.Predict(g.x);
  for (double y_j : y.row(2)) all.push_back(y_j);
  const ConstMatrixView<double> y2 = g.network.Predict(g.x.view().Rows(2, 1));
  EXPECT_THAT(std::vector<double>(y2.row(0).begin(), y2.row(0).end()), testing::Eq(all));
}

// The class of each row that has the largest output.
std::vector<uint8_t> Classes(ConstMatrixView<double> y) {
  std::vector<uint8_t> classes;
  for (size_t i = 0; i < y.rows(); ++i) {
    classes.push_back(static_cast<uint8_t>(std::ranges::max_element(y.row(i)) - y.row(i).begin()));
  }
  return classes;
}

TEST(MultiLayerNetworkTest, TakesABlockOfAnEvaluationHoweverSmallTheMiniBatches) {
  const NetworkConfig config = {.inputs = 6, .hidden = {5}, .outputs = 4};
  EXPECT_EQ(MultiLayerNetwork<float>(config, 1).max_batch(), kEvaluationBatch);
  EXPECT_EQ(MultiLayerNetwork<float>(config, 1000).max_batch(), 1000);
}

TEST(MultiLayerNetworkTest, CountsRowsWithTheLargestOutputAtTheLabel) {
  GoldenNetwork g({});
  const std::vector<uint8_t> right = Classes(g.network.Predict(g.x));
  std::vector<uint8_t> wrong = right;
  for (uint8_t& label : wrong) label = static_cast<uint8_t>((label + 1) % 3);
  EXPECT_EQ(g.network.CountCorrect(g.x, right), kRows);
  EXPECT_EQ(g.network.CountCorrect(g.x, wrong), 0);
}

// Without masks, and with the running statistics, which it does not move.
TEST(MultiLayerNetworkTest, CountsInEvaluationMode) {
  GoldenNetwork g({.batch_norm = true, .dropout = {DropoutChoice::Kind::kStandard, 0.5}});
  g.network.Gradient(g.x, g.labels);
  const std::vector<uint8_t> classes = Classes(g.network.Predict(g.x, Mode::kEvaluation));
  for (int time = 0; time < 5; ++time) EXPECT_EQ(g.network.CountCorrect(g.x, classes), kRows);
}

// The book's argmax makes class 0 of a row of NaN, so that a diverged network seems to know the
// zeros.
TEST(MultiLayerNetworkTest, DivergedNetworkHasNoCorrectRows) {
  GoldenNetwork g({});
  std::fill(g.network.arena().values().begin(), g.network.arena().values().end(),
            std::numeric_limits<double>::quiet_NaN());
  const std::vector<uint8_t> zeros(kRows, 0);
  EXPECT_EQ(g.network.CountCorrect(g.x, zeros), std::nullopt);
  EXPECT_TRUE(std::isnan(g.network.Loss(g.x, zeros)));
}

TEST(MultiLayerNetworkTest, CountsOperations) {
  const MultiLayerNetwork<float> network({.hidden = {100, 100, 100, 100}}, 1);
  // 784 x 100, three times 100 x 100, 100 x 10; the first layer has no dx.
  EXPECT_EQ(network.ForwardFlops(), 2 * (78400 + 30000 + 1000));
  EXPECT_EQ(network.GradientFlops(), 3 * network.ForwardFlops() - 2 * 78400);
}

// --- A step of training ---

class TrainOnBatchTest : public testing::Test {
 protected:
  const ImageDataset images_ = RandomImages(8, 2, 5);
  BatchBuffer<float> buffer_{images_, 8};
  const Batch<float> batch_ = buffer_.GatherAll();
  MultiLayerNetwork<float> network_ = InitializedNetwork({.inputs = 10, .hidden = {7}}, 8);
  std::unique_ptr<Optimizer<float>> sgd_ =
      MakeOptimizer<float>("sgd", 0.25, network_.arena().values().size());
};

TEST_F(TrainOnBatchTest, ReturnsTheLossBeforeTheStep) {
  const double before = network_.Loss(batch_.x, batch_.labels);
  EXPECT_EQ(TrainOnBatch(network_, *sgd_, batch_), before);
  EXPECT_THAT(network_.Loss(batch_.x, batch_.labels), AllOf(Gt(0), Lt(before)));
}

TEST_F(TrainOnBatchTest, IsOneStepAlongTheGradientOfTheBatch) {
  const std::vector<float> W = Elements(network_.arena()["W1"].value);
  TrainOnBatch(network_, *sgd_, batch_);
  const std::vector<float> updated = Elements(network_.arena()["W1"].value);
  // A second network computes the gradient at the old W.
  MultiLayerNetwork<float> same = InitializedNetwork({.inputs = 10, .hidden = {7}}, 8);
  same.Gradient(batch_.x, batch_.labels);
  const std::vector<float> dW = Elements(same.arena()["W1"].gradient);
  for (size_t e = 0; e < W.size(); ++e) EXPECT_FLOAT_EQ(updated[e], W[e] - 0.25f * dW[e]);
}

// --- The check of gradients ---

// A small network, with an h so large that some of the differences cross the kink of a ReLU.
std::vector<CheckedParameter> Check(Kinks kinks) {
  Experiment experiment;
  experiment.threads = 2;
  return CheckGradients({.hidden = {8, 6}, .samples = 50, .h = 1e-2, .kinks = kinks},
                        RandomImages(50, 28, 28), 1, experiment)
      .value();
}

CheckedParameter Together(const std::vector<CheckedParameter>& parameters) {
  CheckedParameter all;
  for (const CheckedParameter& parameter : parameters) all.Add(parameter);
  return all;
}

TEST(CheckGradientsTest, ComparesEveryElementOfEachParameter) {
  std::vector<std::string> names;
  for (const CheckedParameter& parameter : Check(Kinks::kAvoid)) {
    EXPECT_EQ(parameter.elements, parameter.size) << parameter.name;
    names.push_back(parameter.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"W1", "b1", "gamma1", "beta1", "W2", "b2", "gamma2",
                                             "beta2", "W3", "b3"}));
}

TEST(CheckGradientsTest, AvoidsKinksOrNot) {
  const CheckedParameter avoided = Together(Check(Kinks::kAvoid));
  const CheckedParameter ignored = Together(Check(Kinks::kIgnore));
  EXPECT_GT(avoided.at_kinks, 0);
  EXPECT_EQ(ignored.at_kinks, 0);
  EXPECT_LT(avoided.sum_of_differences, ignored.sum_of_differences / 100);
  EXPECT_LT(avoided.max_relative_error, 0.1);
  EXPECT_GT(ignored.max_relative_error, 1);
}

TEST(CheckedParameterTest, WhatIsNotANumberIsTheLargestError) {
  const CheckedParameter good = {.largest_gradient = 1, .max_relative_error = 2};
  const CheckedParameter bad = {.largest_gradient = NAN, .max_relative_error = NAN};
  for (const std::vector<CheckedParameter>& parameters :
       {std::vector{good, bad}, std::vector{bad, good}}) {
    EXPECT_TRUE(std::isnan(Together(parameters).largest_gradient));
    EXPECT_TRUE(std::isnan(Together(parameters).max_relative_error));
  }
  EXPECT_EQ(Together({good, {.max_relative_error = 1}}).max_relative_error, 2);
}

}  // namespace
}  // namespace dlfs
