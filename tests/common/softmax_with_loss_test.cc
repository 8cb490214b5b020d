#include "common/layers/softmax_with_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/gradient_check.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsNan;

constexpr size_t kMaxBatch = 5, kClasses = 3;
constexpr uint8_t kLabels[kMaxBatch] = {2, 0, 1, 1, 2};

template <typename T>
class SoftmaxWithLossTest : public testing::Test {
 protected:
  SoftmaxWithLossTest() { golden::Fill(101, a_.view(), 0.5); }

  // The loss of one row of logits.
  double LossOf(std::vector<T> logits, uint8_t label) {
    Matrix<T> a(1, kClasses);
    std::ranges::copy(logits, a.view().row(0).begin());
    label_ = label;
    return softmax_.Forward(a, std::span(&label_, 1));
  }

  Matrix<T> a_{kMaxBatch, kClasses};
  uint8_t label_;
  SoftmaxWithLoss<T> softmax_{kMaxBatch, kClasses};
};
using Elements = testing::Types<float, double>;
TYPED_TEST_SUITE(SoftmaxWithLossTest, Elements);

TYPED_TEST(SoftmaxWithLossTest, LossIsTheMeanCrossEntropy) {
  for (size_t batch : {size_t{1}, size_t{3}, kMaxBatch}) {
    double expected = 0;
    for (size_t i = 0; i < batch; ++i) {
      double sum = 0;
      for (TypeParam a_ij : this->a_.view().row(i)) sum += std::exp(double{a_ij});
      expected -= std::log(std::exp(double{this->a_(i, kLabels[i])}) / sum + 1e-7) / batch;
    }
    const double loss =
        this->softmax_.Forward(this->a_.view().Rows(0, batch), std::span(kLabels).first(batch));
    EXPECT_NEAR(loss, expected, 4 * std::numeric_limits<TypeParam>::epsilon());
  }
}

// Softmax is the gradient plus the labels; so its rows sum to 1 where the gradient's sum to 0.
TYPED_TEST(SoftmaxWithLossTest, ProbabilitiesSumTo1) {
  this->softmax_.Forward(this->a_, kLabels);
  const ConstMatrixView<TypeParam> da = this->softmax_.Backward();
  for (size_t i = 0; i < kMaxBatch; ++i) {
    double sum = 0;
    for (size_t j = 0; j < kClasses; ++j) {
      const double y = kMaxBatch * da(i, j) + (j == kLabels[i] ? 1 : 0);
      EXPECT_THAT(y, testing::AllOf(testing::Gt(0), testing::Lt(1)));
      sum += y;
    }
    EXPECT_NEAR(sum, 1, 8 * std::numeric_limits<TypeParam>::epsilon());
  }
}

TYPED_TEST(SoftmaxWithLossTest, ExtremeLogitsAreSafe) {
  constexpr double kWorst = 16.118095650958319;  // −ln 1e-7
  EXPECT_NEAR(this->LossOf({1e4, 0, -1e4}, 0), 0, 2e-7);
  EXPECT_THAT(this->softmax_.Backward().row(0), ElementsAre(0, 0, 0));
  EXPECT_NEAR(this->LossOf({1e4, 0, -1e4}, 2), kWorst, 1e-9);
  EXPECT_THAT(this->softmax_.Backward().row(0), ElementsAre(1, 0, -1));
  EXPECT_NEAR(this->LossOf({-1e4, -1e4, -1e4}, 1), std::log(3), 1e-6);
}

// As far apart as numbers can be.
TYPED_TEST(SoftmaxWithLossTest, TheLargestLogitsAreExact) {
  constexpr TypeParam kMax = std::numeric_limits<TypeParam>::max();
  const double kBest = -std::log(1 + 1e-7);
  const double kWorst = -std::log(1e-7);
  EXPECT_DOUBLE_EQ(this->LossOf({kMax, -kMax, 0}, 0), kBest);
  EXPECT_THAT(this->softmax_.Backward().row(0), ElementsAre(0, 0, 0));
  EXPECT_DOUBLE_EQ(this->LossOf({kMax, -kMax, 0}, 1), kWorst);
  EXPECT_THAT(this->softmax_.Backward().row(0), ElementsAre(1, -1, 0));
  EXPECT_DOUBLE_EQ(this->LossOf({kMax, kMax, -kMax}, 1), -std::log(0.5 + 1e-7));
  EXPECT_THAT(this->softmax_.Backward().row(0), ElementsAre(0.5, -0.5, 0));
  EXPECT_NEAR(this->LossOf({-kMax, -kMax, -kMax}, 1), -std::log(1 / 3.0 + 1e-7), 1e-7);
}

TYPED_TEST(SoftmaxWithLossTest, WhatIsNotFiniteMakesTheLossNan) {
  constexpr TypeParam kNan = std::numeric_limits<TypeParam>::quiet_NaN();
  constexpr TypeParam kInfinity = std::numeric_limits<TypeParam>::infinity();
  EXPECT_THAT(this->LossOf({kNan, 0, 0}, 1), IsNan());
  EXPECT_THAT(this->LossOf({0, kNan, 0}, 2), IsNan());
  EXPECT_THAT(this->LossOf({0, 0, kInfinity}, 2), IsNan());
  EXPECT_THAT(this->LossOf({-kInfinity, -kInfinity, -kInfinity}, 0), IsNan());
  EXPECT_THAT(this->LossOf({1, 2, -kInfinity}, 0), IsNan());
  EXPECT_THAT(this->softmax_.Backward().row(0), testing::Each(IsNan()));
}

TYPED_TEST(SoftmaxWithLossTest, WhatDoesNotFitDies) {
  const Matrix<TypeParam> tall(kMaxBatch + 1, kClasses), wide(1, kClasses + 1);
  const std::vector<uint8_t> labels(kMaxBatch + 1);
  EXPECT_DEATH(this->softmax_.Forward(this->a_, labels), "check failed");
  EXPECT_DEATH(this->softmax_.Forward(tall, labels), "check failed");
  EXPECT_DEATH(this->softmax_.Forward(wide, std::span(kLabels).first(1)), "check failed");
  EXPECT_DEATH(this->LossOf({0, 0, 0}, kClasses), "check failed");
}

using SoftmaxWithLossGradientTest = SoftmaxWithLossTest<double>;

// The gradient does not know of the 1e-7 in the loss, which these moderate logits make no more than
// that.
TEST_F(SoftmaxWithLossGradientTest, BackwardIsTheGradient) {
  for (size_t batch : {size_t{1}, size_t{3}, kMaxBatch}) {
    const MatrixView<double> a = a_.view().Rows(0, batch);
    const auto loss = [&] { return softmax_.Forward(a, std::span(kLabels).first(batch)); };
    loss();
    ExpectGradient(loss, a, softmax_.Backward());
  }
}

}  // namespace
}  // namespace dlfs
