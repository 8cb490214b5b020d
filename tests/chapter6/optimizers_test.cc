#include "chapter6/optimizers.h"

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "common/matrix/isa.h"
#include "common/matrix/matrix.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

using ::testing::DoubleNear;

// |actual − expected| <= relative |expected|, but for what is 0 in exact arithmetic.
testing::Matcher<double> IsCloseTo(double expected, double relative) {
  return DoubleNear(expected, std::max(relative * std::abs(expected), 1e-15));
}

struct NameAndIsa {
  std::string name;
  Isa isa;
};

void PrintTo(const NameAndIsa& param, std::ostream* out) { *out << param.name; }

std::vector<NameAndIsa> AllNamesAndIsas() {
  std::vector<NameAndIsa> all;
  for (const char* name : OptimizerNames()) {
    for (Isa isa : SupportedIsas()) all.push_back({std::string(name), isa});
  }
  return all;
}

class EachOptimizerTest : public testing::TestWithParam<NameAndIsa> {
 protected:
  EachOptimizerTest() { SetCurrentIsa(GetParam().isa); }
  ~EachOptimizerTest() override { SetCurrentIsa(SupportedIsas().front()); }

  template <typename T>
  std::unique_ptr<Optimizer<T>> Make(size_t size) {
    return MakeOptimizer<T>(GetParam().name, DefaultLearningRate(GetParam().name), size);
  }
};

INSTANTIATE_TEST_SUITE_P(All, EachOptimizerTest, testing::ValuesIn(AllNamesAndIsas()),
                         [](const auto& info) {
                           return info.param.name + "_" + std::string(IsaName(info.param.isa));
                         });

TEST_P(EachOptimizerTest, TakesTheStepsOfTheBook) {
  if (GetParam().name == "adamw") GTEST_SKIP() << "is not in the book; AdamWTest";
  const auto optimizer = Make<double>(12);
  std::array<double, 12> W, dW;
  for (size_t e = 0; e < 12; ++e) W[e] = golden::Element(1, e / 4, e % 4);
  size_t compared = 0;
  int steps = 0;
  for (const golden::Row& row : golden::Read("optimizer_steps.csv")) {
    if (row.at("optimizer") != GetParam().name) continue;
    const int step = static_cast<int>(golden::Index(row, "step"));
    for (; steps < step; ++steps) {
      for (size_t e = 0; e < 12; ++e) dW[e] = golden::Element(10 + steps, e / 4, e % 4);
      optimizer->Step(W, dW);
    }
    const size_t e = golden::Index(row, "row") * 4 + golden::Index(row, "col");
    EXPECT_THAT(W[e], IsCloseTo(golden::Number(row, "value"), 1e-12)) << "step " << step;
    ++compared;
  }
  EXPECT_EQ(compared, 6 * 12);
}

// The square of this gradient is more than a float can hold. A weight that then stayed where it is
// would look as if it had learned.
TEST_P(EachOptimizerTest, AnOverflowIsNotHidden) {
  const auto optimizer = Make<float>(1);
  std::array<float, 1> W = {1};
  optimizer->Step(W, std::array<float, 1>{1e20f});
  EXPECT_NE(W[0], 1);
}

// Parameters do not influence each other, wherever they stand in a SIMD register.
TEST_P(EachOptimizerTest, TreatsEachParameterByItself) {
  constexpr size_t kSize = 37;
  std::vector<float> W(kSize), dW(kSize);
  for (size_t e = 0; e < kSize; ++e) W[e] = static_cast<float>(golden::Element(41, e, 0));
  std::vector<float> alone = W;
  const auto together = Make<float>(kSize);
  std::vector<std::unique_ptr<Optimizer<float>>> each;
  for (size_t e = 0; e < kSize; ++e) each.push_back(Make<float>(1));
  for (int step = 0; step < 5; ++step) {
    for (size_t e = 0; e < kSize; ++e)
      dW[e] = static_cast<float>(golden::Element(42 + step % 3, e, 0));
    together->Step(W, dW);
    for (size_t e = 0; e < kSize; ++e) {
      each[e]->Step(std::span(alone).subspan(e, 1), std::span(dW).subspan(e, 1));
    }
  }
  EXPECT_EQ(W, alone);
}

// From 0, so that W holds nothing but the steps.
TEST_P(EachOptimizerTest, FloatIsNearDouble) {
  const auto in_float = Make<float>(1);
  const auto in_double = Make<double>(1);
  std::array<float, 1> f = {0};
  std::array<double, 1> d = {0};
  for (double dW : {0.75, 0.5, 1.25}) {
    in_float->Step(f, std::array<float, 1>{static_cast<float>(dW)});
    in_double->Step(d, std::array<double, 1>{dW});
    EXPECT_THAT(f[0], IsCloseTo(d[0], 1e-6));
  }
}

TEST_P(EachOptimizerTest, StandsStillWithoutAGradientAtTheStart) {
  const auto optimizer = Make<double>(1);
  std::array<double, 1> W = {3};
  optimizer->Step(W, std::array<double, 1>{0});
  EXPECT_EQ(W[0], GetParam().name == "adamw" ? 3 - 0.001 * 0.01 * 3 : 3);  // which decays
}

TEST_P(EachOptimizerTest, RefusesAnotherSize) {
  const auto optimizer = Make<double>(2);
  std::array<double, 1> W = {3};
  EXPECT_DEATH(optimizer->Step(W, W), "check failed");
}

// Algorithm 2 of the paper, step by step, with its bias-corrected averages.
TEST(AdamWTest, IsAlgorithm2OfThePaper) {
  const double eta = 0.1, lambda = 0.01;
  const auto adamw = MakeOptimizer<double>("adamw", eta, 1);
  const auto adam = MakeOptimizer<double>("adam", eta, 1);
  std::array<double, 1> W = {2}, of_adam = {2};
  double expected = 2, m = 0, v = 0;
  for (int t = 1; t <= 20; ++t) {
    const double g = golden::Element(7, t, 0);
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const double m_hat = m / (1 - std::pow(0.9, t)), v_hat = v / (1 - std::pow(0.999, t));
    // The paper has its ε beside the root of v_hat; the book's Adam beside that of v.
    const double epsilon = 1e-7 / std::sqrt(1 - std::pow(0.999, t));
    expected -= eta * (m_hat / (std::sqrt(v_hat) + epsilon) + lambda * expected);
    adamw->Step(W, std::array<double, 1>{g});
    adam->Step(of_adam, std::array<double, 1>{g});
    EXPECT_THAT(W[0], IsCloseTo(expected, 1e-12)) << t;
  }
  EXPECT_GT(std::abs(W[0] - of_adam[0]), 0.01);
}

// What 6.1.5 says of the two: AdaGrad's steps go to 0 under a steady gradient, RMSProp's do not.
TEST(AdaGradTest, StepsGoToZeroAndThoseOfRmsPropDoNot) {
  const auto adagrad = MakeOptimizer<double>("adagrad", 0.01, 1);
  const auto rmsprop = MakeOptimizer<double>("rmsprop", 0.01, 1);
  std::array<double, 1> a = {0}, r = {0};
  const std::array<double, 1> dW = {1};
  for (int step = 0; step < 10000; ++step) {
    adagrad->Step(a, dW);
    rmsprop->Step(r, dW);
  }
  const double a_before = a[0], r_before = r[0];
  adagrad->Step(a, dW);
  rmsprop->Step(r, dW);
  EXPECT_THAT(a_before - a[0], IsCloseTo(0.01 / std::sqrt(10001), 1e-6));
  EXPECT_THAT(r_before - r[0], IsCloseTo(0.01, 1e-6));
}

TEST(OptimizerTest, LearningRateCanBeChangedBetweenSteps) {
  const auto sgd = MakeOptimizer<double>("sgd", 0.5, 1);
  std::array<double, 1> W = {0};
  const std::array<double, 1> dW = {1};
  sgd->Step(W, dW);
  sgd->set_learning_rate(0.25);
  sgd->Step(W, dW);
  EXPECT_EQ(W[0], -0.75);
}

TEST(DecayedLearningRateTest, FallsWithTheSteps) {
  EXPECT_EQ(DecayedLearningRate(0.1, 0, 1000), 0.1);
  EXPECT_EQ(DecayedLearningRate(0.1, 0.5, 0), 0.1);
  EXPECT_EQ(DecayedLearningRate(0.1, 0.5, 2), 0.05);
}

TEST(DefaultLearningRateTest, IsTheBooks) {
  for (const char* name : OptimizerNames()) {
    EXPECT_EQ(DefaultLearningRate(name), std::string(name).starts_with("adam") ? 0.001 : 0.01)
        << name;
  }
}

TEST(MakeOptimizerTest, UnknownNameDies) {
  EXPECT_DEATH(MakeOptimizer<float>("sdg", 0.01, 1), "check failed");
  EXPECT_DEATH(DefaultLearningRate(""), "check failed");
}

}  // namespace
}  // namespace dlfs
