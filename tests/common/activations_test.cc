#include "common/layers/activations.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "common/matrix/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/gradient_check.h"
#include "tests/common/kernels.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsNan;
using ::testing::Not;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr size_t kMaxBatch = 40, kUnits = 11;  // more elements than Sigmoid computes at a time

// Each activation function in float and in double, with its formula.
template <typename T>
struct ReluOf {
  using Layer = Relu<T>;
  using Element = T;
  static double Formula(double x) { return x > 0 ? x : 0; }
  static constexpr double kAtMinusInfinity = 0, kAtInfinity = kInfinity;
};
template <typename T>
struct SigmoidOf {
  using Layer = Sigmoid<T>;
  using Element = T;
  static double Formula(double x) { return 1 / (1 + std::exp(-x)); }
  static constexpr double kAtMinusInfinity = 0, kAtInfinity = 1;
};
template <typename T>
struct TanhOf {
  using Layer = Tanh<T>;
  using Element = T;
  static double Formula(double x) { return std::tanh(x); }
  static constexpr double kAtMinusInfinity = -1, kAtInfinity = 1;
};

template <typename Function>
class ActivationTest : public testing::Test {
 protected:
  using T = typename Function::Element;

  ActivationTest() { golden::Fill(101, x_.view(), 2); }

  // h(value), through the layer.
  T At(double value) {
    Matrix<T> x(1, kUnits);
    x(0, kUnits - 1) = static_cast<T>(value);
    return layer_.Forward(x, Mode::kEvaluation)(0, kUnits - 1);
  }

  Matrix<T> x_{kMaxBatch, kUnits};
  typename Function::Layer layer_{kMaxBatch, kUnits};
};
using Functions = testing::Types<ReluOf<float>, ReluOf<double>, SigmoidOf<float>, SigmoidOf<double>,
                                 TanhOf<float>, TanhOf<double>>;
TYPED_TEST_SUITE(ActivationTest, Functions);

TYPED_TEST(ActivationTest, ForwardIsTheFormula) {
  using T = typename TestFixture::T;
  const ConstMatrixView<T> y = this->layer_.Forward(this->x_, Mode::kTraining);
  ASSERT_TRUE(SameShape(y, this->x_.view()));
  for (size_t i = 0; i < kMaxBatch; ++i) {
    for (size_t j = 0; j < kUnits; ++j) {
      const double expected = TypeParam::Formula(this->x_(i, j));
      EXPECT_NEAR(y(i, j), expected, 2 * std::numeric_limits<T>::epsilon() * std::fabs(expected));
    }
  }
}

TYPED_TEST(ActivationTest, SpecialValues) {
  EXPECT_EQ(this->At(-kInfinity), TypeParam::kAtMinusInfinity);
  EXPECT_EQ(this->At(kInfinity), TypeParam::kAtInfinity);
  EXPECT_EQ(this->At(-1e4), TypeParam::Formula(-1e4));
  EXPECT_EQ(this->At(1e4), TypeParam::Formula(1e4));
  EXPECT_EQ(this->At(0), TypeParam::Formula(0));
  EXPECT_THAT(this->At(std::nan("")), IsNan());
}

TYPED_TEST(ActivationTest, ABatchTooLargeOrOfOtherWidthDies) {
  using T = typename TestFixture::T;
  const Matrix<T> tall(kMaxBatch + 1, kUnits), wide(kMaxBatch, kUnits + 1);
  EXPECT_DEATH(this->layer_.Forward(tall, Mode::kTraining), "check failed");
  EXPECT_DEATH(this->layer_.Forward(wide, Mode::kTraining), "check failed");
  EXPECT_DEATH(this->layer_.Backward(wide), "check failed");
}

template <typename Function>
class ActivationGradientTest : public ActivationTest<Function> {};
using FunctionsOfDouble = testing::Types<ReluOf<double>, SigmoidOf<double>, TanhOf<double>>;
TYPED_TEST_SUITE(ActivationGradientTest, FunctionsOfDouble);

TYPED_TEST(ActivationGradientTest, BackwardIsTheGradient) {
  Matrix<double> dy(kMaxBatch, kUnits);
  golden::Fill(102, dy.view());
  for (size_t batch : {size_t{1}, size_t{4}, kMaxBatch}) {
    const MatrixView<double> x = this->x_.view().Rows(0, batch);
    const ConstMatrixView<double> dy_of_batch = dy.view().Rows(0, batch);
    for (size_t i = 0; i < batch; ++i) {
      EXPECT_THAT(x.row(i), Each(Not(DoubleNear(0, 0.001)))) << "too near to ReLU's kink";
    }
    const auto loss = [&] { return Dot(this->layer_.Forward(x, Mode::kTraining), dy_of_batch); };
    loss();
    ExpectGradient(loss, x, this->layer_.Backward(dy_of_batch));
  }
}

TEST(Relu, DerivativeAt0Is0) {
  Relu<double> relu(1, 2);
  Matrix<double> x(1, 2), dy(1, 2);
  x(0, 1) = -0.0;
  std::ranges::fill(dy.view().row(0), 1);
  relu.Forward(x, Mode::kTraining);
  EXPECT_THAT(relu.Backward(dy).row(0), ElementsAre(0, 0));
}

struct Named {
  const char* name;
  ActivationKind kind;
  double (*formula)(double x);
};

class ActivationNameTest : public testing::TestWithParam<Named> {
 protected:
  // MakeActivation's layer computes the formula, for as many rows and columns as asked.
  template <typename T>
  void ExpectFormula() {
    const auto layer = MakeActivation<T>(GetParam().kind, 2, kUnits);
    Matrix<T> x(2, kUnits);
    golden::Fill(103, x.view(), 2);
    const ConstMatrixView<T> y = layer->Forward(x, Mode::kTraining);
    ASSERT_TRUE(SameShape(y, x.view()));
    for (size_t j = 0; j < kUnits; ++j) {
      EXPECT_NEAR(y(1, j), GetParam().formula(x(1, j)), 1e-6);
    }
    EXPECT_DEATH(layer->Forward(Matrix<T>(3, kUnits), Mode::kTraining), "check failed");
  }
};

INSTANTIATE_TEST_SUITE_P(
    All, ActivationNameTest,
    testing::Values(Named{"relu", ActivationKind::kRelu, ReluOf<double>::Formula},
                    Named{"sigmoid", ActivationKind::kSigmoid, SigmoidOf<double>::Formula},
                    Named{"tanh", ActivationKind::kTanh, TanhOf<double>::Formula}),
    [](const auto& info) { return info.param.name; });

TEST_P(ActivationNameTest, NamesTheKind) {
  EXPECT_STREQ(ActivationName(GetParam().kind), GetParam().name);
}

TEST_P(ActivationNameTest, MakesTheLayer) {
  ExpectFormula<float>();
  ExpectFormula<double>();
}

// --- ReLU's loops, on every instruction set, for every size up to more than four of the widest
// registers ---

template <typename K>
class ReluKernelTest : public KernelTest<K> {
 protected:
  using T = typename K::T;

  static constexpr size_t kMaxSize = 70;

  Matrix<T> Normal(size_t size) {
    Matrix<T> x(1, size);
    for (T& element : x.view().row(0)) element = static_cast<T>(random_.Normal());
    return x;
  }

 private:
  Random random_{0, 0};
};
TYPED_TEST_SUITE(ReluKernelTest, Kernels, KernelName);

TYPED_TEST(ReluKernelTest, ForwardAndBackwardAreTheFormulas) {
  using T = typename TestFixture::T;
  for (size_t size = 1; size <= this->kMaxSize; ++size) {
    const Matrix<T> x = this->Normal(size), dy = this->Normal(size);
    std::vector<T> y, dx;
    for (size_t j = 0; j < size; ++j) {
      y.push_back(x(0, j) > 0 ? x(0, j) : 0);
      dx.push_back(x(0, j) > 0 ? dy(0, j) : 0);
    }
    Relu<T> relu(1, size);
    EXPECT_THAT(relu.Forward(x, Mode::kTraining).row(0), ElementsAreArray(y));
    EXPECT_THAT(relu.Backward(dy).row(0), ElementsAreArray(dx));
  }
}

TYPED_TEST(ReluKernelTest, SpecialValues) {
  using T = typename TestFixture::T;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  const auto relu_of_all = [&](T value) {
    Matrix<T> x(1, this->kMaxSize);
    std::ranges::fill(x.view().row(0), value);
    Relu<T> relu(1, this->kMaxSize);
    const std::span<const T> y = relu.Forward(x, Mode::kTraining).row(0);
    return std::vector<T>(y.begin(), y.end());
  };
  EXPECT_THAT(relu_of_all(0), Each(0));
  EXPECT_THAT(relu_of_all(-T(0)), Each(0));
  EXPECT_THAT(relu_of_all(kInfinity), Each(kInfinity));
  EXPECT_THAT(relu_of_all(-kInfinity), Each(0));
  EXPECT_THAT(relu_of_all(std::nan("")), Each(IsNan()));
}

}  // namespace
}  // namespace dlfs
