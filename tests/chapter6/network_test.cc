#include "chapter6/network.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/golden_network.h"
#include "tests/common/gradient_check.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

constexpr size_t kRows = 7;

// The network and the mini-batch of network_gradients.csv.
class GoldenNetwork {
 public:
  explicit GoldenNetwork(ActivationKind activation)
      : network({.inputs = 5, .hidden = {4, 3}, .outputs = 3, .activation = activation}, kRows),
        x(kRows, 5) {
    golden::FillParameters(network.arena(), 0.1);
    golden::Fill<double>(90, x);
    for (size_t i = 0; i < kRows; ++i) labels.push_back(static_cast<uint8_t>(2 * i % 3));
  }

  MultiLayerNetwork<double> network;
  Matrix<double> x;
  std::vector<uint8_t> labels;
};

struct NamedActivation {
  std::string name;
  ActivationKind kind;
};

void PrintTo(const NamedActivation& activation, std::ostream* out) { *out << activation.name; }

class GoldenGradientTest : public testing::TestWithParam<NamedActivation> {};

INSTANTIATE_TEST_SUITE_P(, GoldenGradientTest,
                         testing::Values(NamedActivation{"relu", ActivationKind::kRelu},
                                         NamedActivation{"sigmoid", ActivationKind::kSigmoid}),
                         [](const auto& info) { return info.param.name; });

TEST_P(GoldenGradientTest, LossAndGradientsAreThoseOfTheBook) {
  GoldenNetwork g(GetParam().kind);
  const double loss = g.network.Gradient(g.x, g.labels);
  size_t compared = 0;
  for (const golden::Row& row : golden::Read("network_gradients.csv")) {
    if (row.at("network") != GetParam().name + "/decay=0/bn=0") continue;
    const std::string& what = row.at("what");
    const double actual = what == "loss_train"
                              ? loss
                              : g.network.arena()[what.substr(1)].gradient(
                                    golden::Index(row, "row"), golden::Index(row, "col"));
    const double expected = golden::Number(row, "value");
    EXPECT_NEAR(actual, expected, std::max(1e-9 * std::abs(expected), 1e-15)) << what;
    ++compared;
  }
  EXPECT_EQ(compared, 1 + 20 + 4 + 12 + 3 + 9 + 3);
}

// The mean cross entropy without the book's 1e-7 in the logarithm, which its gradient ignores: what
// back-propagation is the exact gradient of.
double ExactLoss(MultiLayerNetwork<double>& network, ConstMatrixView<double> x,
                 const std::vector<uint8_t>& labels) {
  const ConstMatrixView<double> a = network.Predict(x);
  double loss = 0;
  for (size_t i = 0; i < a.rows(); ++i) {
    double sum = 0;
    for (double a_ij : a.row(i)) sum += std::exp(a_ij);
    loss += (std::log(sum) - a(i, labels[i])) / static_cast<double>(a.rows());
  }
  return loss;
}

class NumericalGradientTest : public testing::TestWithParam<NamedActivation> {};

INSTANTIATE_TEST_SUITE_P(, NumericalGradientTest,
                         testing::Values(NamedActivation{"relu", ActivationKind::kRelu},
                                         NamedActivation{"sigmoid", ActivationKind::kSigmoid},
                                         NamedActivation{"tanh", ActivationKind::kTanh}),
                         [](const auto& info) { return info.param.name; });

TEST_P(NumericalGradientTest, BackPropagationAgreesWithCentralDifferences) {
  GoldenNetwork g(GetParam().kind);
  g.network.Gradient(g.x, g.labels);
  for (const Parameter<double>& parameter : g.network.arena().parameters()) {
    SCOPED_TRACE(parameter.name);
    ExpectGradient([&] { return ExactLoss(g.network, g.x, g.labels); }, parameter.value,
                   parameter.gradient);
  }
}

TEST(MultiLayerNetworkTest, SmallerBatchGivesTheSameRows) {
  GoldenNetwork g(ActivationKind::kRelu);
  std::vector<double> all;
  const ConstMatrixView<double> y = g.network.Predict(g.x);
  for (double y_j : y.row(2)) all.push_back(y_j);
  const ConstMatrixView<double> y2 = g.network.Predict(g.x.view().Rows(2, 1));
  EXPECT_THAT(std::vector<double>(y2.row(0).begin(), y2.row(0).end()), testing::Eq(all));
}

TEST(MultiLayerNetworkTest, CountsRowsWithTheLargestOutputAtTheLabel) {
  GoldenNetwork g(ActivationKind::kRelu);
  const ConstMatrixView<double> y = g.network.Predict(g.x);
  std::vector<uint8_t> best, worst;
  for (size_t i = 0; i < kRows; ++i) {
    best.push_back(std::max_element(y.row(i).begin(), y.row(i).end()) - y.row(i).begin());
    worst.push_back(std::min_element(y.row(i).begin(), y.row(i).end()) - y.row(i).begin());
  }
  EXPECT_EQ(g.network.CountCorrect(g.x, best), kRows);
  EXPECT_EQ(g.network.CountCorrect(g.x, worst), 0);
}

// The book's argmax makes class 0 of a row of NaN, so that a diverged network seems to know the
// zeros.
TEST(MultiLayerNetworkTest, DivergedNetworkHasNoCorrectRows) {
  GoldenNetwork g(ActivationKind::kRelu);
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

}  // namespace
}  // namespace dlfs
