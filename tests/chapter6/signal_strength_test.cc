#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "chapter6/weight_init_activation_histogram.h"
#include "common/activations.h"
#include "common/mean_and_std.h"
#include "gtest/gtest.h"

// How the initial weights make the activations and the gradient grow or shrink from layer to layer,
// against what section 6.2 and the papers of Glorot and He derive.
namespace dlfs {
namespace {

double MeanSquare(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value * value / static_cast<double>(values.size());
  return sum;
}

// What the mean over all weights is, as a factor a layer. Signals with 100 seeds, each of few
// samples: what differs is mostly due to the weights.
struct Factor {
  ActivationKind activation;
  std::string init;
  double first_activation;  // mean square behind the first layer, where x ~ N(0, 1)
  double of_activation;     // from one layer to the next
  double last_gradient;     // mean square in front of the last layer's activation function
  double of_gradient;       // from one layer to the one before
};
void PrintTo(const Factor& factor, std::ostream* out) {
  *out << ActivationName(factor.activation) << " " << factor.init;
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
    testing::Values(Factor{ActivationKind::kRelu, "he", 1, 1, 0.5, 1},
                    Factor{ActivationKind::kRelu, "xavier", 0.5, 0.5, 0.5, 0.5},
                    Factor{ActivationKind::kRelu, "std=1", 50, 50, 0.5, 50},
                    Factor{ActivationKind::kRelu, "std=0.01", 0.005, 0.005, 0.5, 0.005},
                    Factor{ActivationKind::kTanh, "std=0.01", 0.01, 0.01, 1, 0.01},
                    Factor{ActivationKind::kSigmoid, "std=0.01", 0.25, 1, 1.0 / 16, 0.01 / 16}));

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
