#include "chapter6/layer_signals.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <ostream>
#include <vector>

#include "chapter6/initialization.h"
#include "common/experiment/mean_and_std.h"
#include "common/layers/activations.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::Le;
using ::testing::SizeIs;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(HistogramTest, ByHand) {
  EXPECT_THAT(Histogram({0, 0.1, 0.24, 0.25, 0.5, 0.99}, 0, 1, 4), ElementsAre(3, 1, 1, 1));
  EXPECT_THAT(Histogram({-1, -0.6, 0, 2, 2.9}, -1, 3, 2), ElementsAre(3, 2));
  EXPECT_THAT(Histogram({}, 0, 1, 3), ElementsAre(0, 0, 0));
}

TEST(HistogramTest, TheUpperEdgeIsInTheLastBinAndEachOtherInTheBinAboveIt) {
  EXPECT_THAT(Histogram({0, 1, 2, 3, 4}, 0, 4, 4), ElementsAre(1, 1, 1, 2));
}

TEST(HistogramTest, WhatIsOutsideIsInTheFirstOrLastBin) {
  EXPECT_THAT(Histogram({-kInfinity, -1e300, -0.01, 1.01, 5, 1e300, kInfinity}, 0, 1, 3),
              ElementsAre(3, 0, 4));
}

TEST(HistogramTest, NanIsNowhere) {
  EXPECT_THAT(Histogram({std::nan(""), 0.5, -std::nan("")}, 0, 1, 2), ElementsAre(0, 1));
}

constexpr WeightInit kHe = {WeightInit::Kind::kHe}, kXavier = {WeightInit::Kind::kXavier};
constexpr WeightInit Std(double std) { return {WeightInit::Kind::kNormal, std}; }
constexpr WeightInit Constant(double value) { return {WeightInit::Kind::kConstant, value}; }

constexpr ActivationKind kAll[] = {ActivationKind::kRelu, ActivationKind::kSigmoid,
                                   ActivationKind::kTanh};

TEST(SignalsTest, AreOfEachLayerAndHaveItsSize) {
  for (ActivationKind activation : kAll) {
    const auto signals = Signals(activation, kHe, {.samples = 7, .nodes = 5, .layers = 3}, 0);
    ASSERT_THAT(signals, SizeIs(3));
    for (const LayerSignal& signal : signals) {
      EXPECT_THAT(signal.activations, SizeIs(7 * 5));
      EXPECT_THAT(signal.gradients, SizeIs(7 * 5));
    }
  }
}

TEST(SignalsTest, AreDecidedByTheSeed) {
  const LayerStack stack = {.samples = 7, .nodes = 5, .layers = 2};
  const auto numbers = [&](uint64_t seed) {
    std::vector<std::vector<double>> all;
    for (const LayerSignal& signal : Signals(ActivationKind::kTanh, kHe, stack, seed)) {
      all.push_back(signal.activations);
      all.push_back(signal.gradients);
    }
    return all;
  };
  const auto some = numbers(3), others = numbers(4);
  EXPECT_EQ(some, numbers(3));
  for (size_t i = 0; i < some.size(); ++i) EXPECT_NE(some[i], others[i]);
}

TEST(SignalsTest, ReluPassesTheGradientExactlyWhereItIsActive) {
  for (const LayerSignal& signal : Signals(ActivationKind::kRelu, kHe, {}, 0)) {
    size_t active = 0, passed = 0, both = 0;
    for (size_t i = 0; i < signal.activations.size(); ++i) {
      const bool is_active = signal.activations[i] > 0, is_passed = signal.gradients[i] != 0;
      active += is_active;
      passed += is_passed;
      both += is_active && is_passed;
    }
    EXPECT_EQ(both, active);
    EXPECT_EQ(both, passed);
    EXPECT_NEAR(static_cast<double>(active) / 100'000, 0.5, 0.25);
  }
}

// One layer of one node with the weight 1: y = max(x, 0), and where that is not 0, ∂L/∂a = ∂L/∂y.
TEST(SignalsTest, TheGradientOfTheLossHasNothingToDoWithTheInputs) {
  const LayerStack stack = {.samples = 10'000, .nodes = 1, .layers = 1};
  const auto signals = Signals(ActivationKind::kRelu, Constant(1), stack, 0);
  std::vector<double> x, dy, product;
  for (int i = 0; i < stack.samples; ++i) {
    if (signals[0].activations[i] == 0) continue;
    x.push_back(signals[0].activations[i]);
    dy.push_back(signals[0].gradients[i]);
    product.push_back(x.back() * dy.back());
  }
  // Within 4 standard errors for about 5,000 values; x is half of a normal distribution.
  EXPECT_NEAR(MeanAndStd(x).mean, std::sqrt(2 / std::numbers::pi), 0.035);
  EXPECT_NEAR(MeanAndStd(dy).mean, 0, 0.06);
  EXPECT_NEAR(MeanAndStd(dy).std, 1, 0.04);
  EXPECT_NEAR(MeanAndStd(product).mean, 0, 0.06);
}

TEST(SignalsTest, SmallWeightsLeaveEverySigmoidNearOneHalf) {
  for (const LayerSignal& signal : Signals(ActivationKind::kSigmoid, Std(0.01), {}, 0)) {
    EXPECT_THAT(signal.activations, Each(AllOf(Ge(0.3), Le(0.7))));
    EXPECT_EQ(signal.saturated, 0);
  }
}

// a ~ N(0, 100): |a| > ln((1 + √0.9) / (1 − √0.9)) = 3.64, where the sigmoid's derivative is less
// than a tenth of 1/4, for 71.6 % of them. Behind it a ~ N(0, ~50).
TEST(SignalsTest, WeightsOfStd1SaturateMostSigmoids) {
  const auto signals = Signals(ActivationKind::kSigmoid, Std(1), {}, 0);
  EXPECT_NEAR(signals[0].saturated, 0.716, 0.02);
  for (const LayerSignal& signal : signals) EXPECT_GT(signal.saturated, 0.5);
}

// From y alone: the derivative is less than a tenth of its largest outside these limits.
bool IsSaturated(ActivationKind activation, double y) {
  const double limit = std::sqrt(0.9);
  if (activation == ActivationKind::kTanh) return std::abs(y) > limit;
  if (activation == ActivationKind::kSigmoid) return std::abs(2 * y - 1) > limit;
  return y == 0;
}

TEST(SignalsTest, SaturatedAndDeadAreSharesOfTheActivations) {
  const LayerStack stack = {.samples = 3, .nodes = 40, .layers = 3};
  for (ActivationKind activation : kAll) {
    for (const LayerSignal& signal : Signals(activation, Std(1), stack, 0)) {
      double saturated = 0, dead = 0;
      for (int j = 0; j < stack.nodes; ++j) {
        int samples = 0;
        for (int i = 0; i < stack.samples; ++i) {
          samples += IsSaturated(activation, signal.activations[i * stack.nodes + j]);
        }
        saturated += samples / 120.0;
        dead += samples == stack.samples ? 1 / 40.0 : 0;
      }
      EXPECT_NEAR(signal.saturated, saturated, 1e-12);
      EXPECT_NEAR(signal.dead, dead, 1e-12);
      EXPECT_THAT(saturated, AllOf(Ge(0.1), Le(0.95)));
      EXPECT_THAT(dead, AllOf(Ge(1 / 40.0), Le(0.9)));
    }
  }
}

// Every node of a layer is max(−Σ x, 0): the same, and dead behind the next weights.
TEST(SignalsTest, NegativeWeightsKillReluInTheSecondLayer) {
  const auto signals =
      Signals(ActivationKind::kRelu, Constant(-1), {.samples = 50, .nodes = 4, .layers = 3}, 0);
  EXPECT_NEAR(signals[0].saturated, 0.5, 0.25);
  EXPECT_EQ(signals[0].dead, 0);
  for (int l : {1, 2}) {
    EXPECT_THAT(signals[l].activations, Each(0));
    EXPECT_EQ(signals[l].saturated, 1);
    EXPECT_EQ(signals[l].dead, 1);
  }
  for (const LayerSignal& signal : signals) EXPECT_THAT(signal.gradients, Each(0));
}

TEST(SignalsTest, ZeroWeightsStopTheGradientBehindTheLastLayer) {
  const auto signals =
      Signals(ActivationKind::kSigmoid, Constant(0), {.samples = 5, .nodes = 4, .layers = 3}, 0);
  for (const LayerSignal& signal : signals) {
    EXPECT_THAT(signal.activations, Each(0.5));
    EXPECT_EQ(signal.saturated, 0);
    EXPECT_EQ(signal.dead, 0);
  }
  EXPECT_THAT(signals[0].gradients, Each(0));
  EXPECT_THAT(signals[1].gradients, Each(0));
  EXPECT_THAT(signals[2].gradients, Each(testing::Ne(0)));
}

double Apply(ActivationKind activation, double a) {
  if (activation == ActivationKind::kTanh) return std::tanh(a);
  if (activation == ActivationKind::kSigmoid) return 1 / (1 + std::exp(-a));
  return std::max(a, 0.0);
}

// One node a layer, with the weight w: a of a layer is w y of the layer before, and the gradient
// there that of the layer behind it times the derivative of w h(a).
TEST(SignalsTest, OfOneNodeALayerAreTheChainRule) {
  constexpr double kW = 1.5, kH = 1e-5;
  const LayerStack stack = {.samples = 20, .nodes = 1, .layers = 4};
  for (ActivationKind activation : kAll) {
    const auto signals = Signals(activation, Constant(kW), stack, 0);
    for (int l = 1; l + 1 < stack.layers; ++l) {
      for (int i = 0; i < stack.samples; ++i) {
        const double a = kW * signals[l - 1].activations[i];
        EXPECT_NEAR(signals[l].activations[i], Apply(activation, a), 1e-6 * (1 + std::abs(a)));
        if (activation == ActivationKind::kRelu && a == 0) continue;  // the kink
        const double derivative =
            kW * (Apply(activation, a + kH) - Apply(activation, a - kH)) / (2 * kH);
        const double behind = signals[l + 1].gradients[i];
        EXPECT_NEAR(signals[l].gradients[i], derivative * behind, 1e-5 * std::abs(behind));
      }
    }
  }
}

// --- What section 6.2 and the papers of Glorot and He derive ---

double MeanSquare(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value * value / static_cast<double>(values.size());
  return sum;
}

// What the mean over all weights is, as a factor a layer. Signals with 100 seeds, each of few
// samples: what differs is mostly due to the weights.
struct Factor {
  ActivationKind activation;
  WeightInit init;
  double first_activation;  // mean square behind the first layer, where x ~ N(0, 1)
  double of_activation;     // from one layer to the next
  double last_gradient;     // mean square in front of the last layer's activation function
  double of_gradient;       // from one layer to the one before
};
void PrintTo(const Factor& factor, std::ostream* out) {
  *out << ActivationName(factor.activation) << " " << static_cast<int>(factor.init.kind);
}

class FactorTest : public testing::TestWithParam<Factor> {
 protected:
  static constexpr int kSeeds = 100, kLayers = 5;

  // To 4 standard errors of the mean over the seeds, which are small, and to what the theory leaves
  // out: 1 %.
  void ExpectMean(const std::vector<double>& squares, double expected) {
    const MeanAndStd measured(squares);
    const double standard_error = measured.std / std::sqrt(kSeeds);
    EXPECT_LT(standard_error, 0.06 * expected);
    EXPECT_NEAR(measured.mean, expected, 4 * standard_error + 0.01 * expected);
  }
};

// For n = 100 nodes and weights of variance s², the mean square of a layer's a is n s² times that
// of its input. ReLU halves it and the gradient's; tanh ≈ its argument, where that is small; the
// sigmoid's output is then ≈ 1/2, its derivative 1/4.
INSTANTIATE_TEST_SUITE_P(
    All, FactorTest,
    testing::Values(Factor{ActivationKind::kRelu, kHe, 1, 1, 0.5, 1},
                    Factor{ActivationKind::kRelu, kXavier, 0.5, 0.5, 0.5, 0.5},
                    Factor{ActivationKind::kRelu, Std(1), 50, 50, 0.5, 50},
                    Factor{ActivationKind::kRelu, Std(0.01), 0.005, 0.005, 0.5, 0.005},
                    Factor{ActivationKind::kTanh, Std(0.01), 0.01, 0.01, 1, 0.01},
                    Factor{ActivationKind::kSigmoid, Std(0.01), 0.25, 1, 1.0 / 16, 0.01 / 16}));

TEST_P(FactorTest, OfActivationsAndGradientIsAsTheTheorySays) {
  const LayerStack stack = {.samples = 50, .nodes = 100, .layers = kLayers};
  std::vector<std::vector<double>> activations(kLayers), gradients(kLayers);  // [layer][seed]
  for (int seed = 0; seed < kSeeds; ++seed) {
    const auto signals = Signals(GetParam().activation, GetParam().init, stack, seed);
    for (int l = 0; l < kLayers; ++l) {
      activations[l].push_back(MeanSquare(signals[l].activations));
      gradients[l].push_back(MeanSquare(signals[l].gradients));
    }
  }
  double activation = GetParam().first_activation, gradient = GetParam().last_gradient;
  for (int l = 0; l < kLayers; ++l) {
    ExpectMean(activations[l], activation);
    ExpectMean(gradients[kLayers - 1 - l], gradient);
    activation *= GetParam().of_activation;
    gradient *= GetParam().of_gradient;
  }
}

}  // namespace
}  // namespace dlfs
