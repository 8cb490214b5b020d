#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "common/layers/activations.h"
#include "common/layers/affine.h"
#include "common/layers/numerical_gradient.h"
#include "common/layers/parameter_arena.h"
#include "common/layers/softmax_with_loss.h"
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
using ::testing::SizeIs;

template <typename T>
class ParameterArenaTest : public testing::Test {
 protected:
  // [3, 17] takes two registers a row.
  const std::vector<ParameterShape> shapes_ = {{"W1", 3, 17, ParameterKind::kWeight},
                                               {"b1", 1, 17, ParameterKind::kBias},
                                               {"W2", 17, 1, ParameterKind::kWeight}};
  ParameterArena<T> arena_{shapes_};
};
using Elements = testing::Types<float, double>;
TYPED_TEST_SUITE(ParameterArenaTest, Elements);

TYPED_TEST(ParameterArenaTest, ParametersAreAsDescribed) {
  const auto& parameters = this->arena_.parameters();
  ASSERT_THAT(parameters, SizeIs(this->shapes_.size()));
  for (size_t p = 0; p < parameters.size(); ++p) {
    const ParameterShape& shape = this->shapes_[p];
    EXPECT_EQ(parameters[p].name, shape.name);
    EXPECT_EQ(parameters[p].kind, shape.kind);
    EXPECT_EQ(parameters[p].value.rows(), shape.rows);
    EXPECT_EQ(parameters[p].value.cols(), shape.cols);
    EXPECT_TRUE(SameShape(parameters[p].value, parameters[p].gradient));
    EXPECT_EQ(&this->arena_[shape.name], &parameters[p]);
  }
}

TYPED_TEST(ParameterArenaTest, ParametersFollowEachOtherAtTheSameOffsetsAsGradients) {
  auto values = this->arena_.values().begin();
  auto gradients = this->arena_.gradients().begin();
  for (const Parameter<TypeParam>& parameter : this->arena_.parameters()) {
    EXPECT_EQ(parameter.value.data(), &*values) << parameter.name;
    EXPECT_EQ(parameter.gradient.data(), &*gradients) << parameter.name;
    values += parameter.value.flat().size();
    gradients += parameter.gradient.flat().size();
  }
  EXPECT_EQ(values, this->arena_.values().end());
  EXPECT_EQ(gradients, this->arena_.gradients().end());
}

TYPED_TEST(ParameterArenaTest, IsZeroAtTheStart) {
  EXPECT_THAT(this->arena_.values(), Each(0));
  EXPECT_THAT(this->arena_.gradients(), Each(0));
}

TYPED_TEST(ParameterArenaTest, ParametersDoNotOverlap) {
  TypeParam next = 1;
  for (const Parameter<TypeParam>& parameter : this->arena_.parameters()) {
    for (const MatrixView<TypeParam>& view : {parameter.value, parameter.gradient}) {
      EXPECT_THAT(view.flat(), Each(0)) << parameter.name;
      std::ranges::fill(view.flat(), next++);
    }
  }
}

TYPED_TEST(ParameterArenaTest, RowsAreAligned) {
  for (const Parameter<TypeParam>& parameter : this->arena_.parameters()) {
    for (const MatrixView<TypeParam>& view : {parameter.value, parameter.gradient}) {
      EXPECT_EQ(reinterpret_cast<uintptr_t>(view.data()) % kRowAlignment, 0) << parameter.name;
      EXPECT_EQ(view.stride(), PaddedColumns<TypeParam>(view.cols())) << parameter.name;
    }
  }
}

TYPED_TEST(ParameterArenaTest, ViewsStayValidWhenTheArenaMoves) {
  const Parameter<TypeParam> W1 = this->arena_["W1"];
  W1.value(0, 0) = 1;
  const ParameterArena<TypeParam> moved = std::move(this->arena_);
  EXPECT_EQ(W1.value.data(), moved.values().data());
  EXPECT_EQ(moved["W1"].value(0, 0), 1);
}

TYPED_TEST(ParameterArenaTest, CanBeEmpty) {
  const ParameterArena<TypeParam> arena({});
  EXPECT_THAT(arena.values(), SizeIs(0));
  EXPECT_THAT(arena.parameters(), SizeIs(0));
}

TYPED_TEST(ParameterArenaTest, AnUnknownNameDies) {
  EXPECT_DEATH(this->arena_["W3"], "a parameter of that name");
}

// --- Affine ---

constexpr size_t kMaxBatch = 7, kInputs = 5, kOutputs = 9;

// L = Σ dy ∘ (x W + b)
class AffineTest : public testing::Test {
 protected:
  AffineTest() {
    golden::Fill(101, W_.value);
    golden::Fill(102, b_.value);
    golden::Fill(103, x_.view());
    golden::Fill(104, dy_.view());
  }

  double Loss(Affine<double>& affine, size_t batch) {
    return Dot(affine.Forward(x_.view().Rows(0, batch), Mode::kTraining),
               dy_.view().Rows(0, batch));
  }

  ParameterArena<double> arena_{
      {{"W", kInputs, kOutputs, ParameterKind::kWeight}, {"b", 1, kOutputs, ParameterKind::kBias}}};
  const Parameter<double> W_ = arena_["W"], b_ = arena_["b"];
  Matrix<double> x_{kMaxBatch, kInputs}, dy_{kMaxBatch, kOutputs};
};

TEST_F(AffineTest, ForwardIsXTimesWPlusB) {
  Affine<double> affine(W_, b_, kMaxBatch);
  const ConstMatrixView<double> y = affine.Forward(x_, Mode::kEvaluation);
  ASSERT_EQ(y.rows(), kMaxBatch);
  for (size_t i = 0; i < kMaxBatch; ++i) {
    for (size_t j = 0; j < kOutputs; ++j) {
      double expected = b_.value(0, j);
      for (size_t l = 0; l < kInputs; ++l) expected += x_(i, l) * W_.value(l, j);
      EXPECT_NEAR(y(i, j), expected, 1e-14) << i << ", " << j;
    }
  }
}

class AffineBatchTest : public AffineTest, public testing::WithParamInterface<size_t> {};
INSTANTIATE_TEST_SUITE_P(, AffineBatchTest, testing::Values(1, 3, kMaxBatch));

TEST_P(AffineBatchTest, BackwardIsTheGradient) {
  const size_t batch = GetParam();
  Affine<double> affine(W_, b_, kMaxBatch);
  const auto loss = [&] { return Loss(affine, batch); };
  loss();
  const ConstMatrixView<double> dx = affine.Backward(dy_.view().Rows(0, batch));
  ExpectGradient(loss, x_.view().Rows(0, batch), dx);
  ExpectGradient(loss, W_.value, W_.gradient);
  ExpectGradient(loss, b_.value, b_.gradient);
}

TEST_F(AffineTest, GradientsAreReplacedNotAddedUp) {
  Affine<double> affine(W_, b_, kMaxBatch);
  Loss(affine, kMaxBatch);
  affine.Backward(dy_);
  const std::vector<double> first(arena_.gradients().begin(), arena_.gradients().end());
  affine.Backward(dy_);
  EXPECT_THAT(arena_.gradients(), ElementsAreArray(first));
}

TEST_F(AffineTest, TheFirstLayerComputesNoInputGradient) {
  Affine<double> affine(W_, b_, kMaxBatch, Affine<double>::InputGradient::kNotNeeded);
  const auto loss = [&] { return Loss(affine, kMaxBatch); };
  loss();
  EXPECT_EQ(affine.Backward(dy_).rows(), 0);
  ExpectGradient(loss, W_.value, W_.gradient);
  ExpectGradient(loss, b_.value, b_.gradient);
}

TEST_F(AffineTest, ShapesThatDoNotFitDie) {
  EXPECT_DEATH(Affine<double>(W_, W_, kMaxBatch), "check failed");
  Affine<double> affine(W_, b_, kMaxBatch - 1);
  EXPECT_DEATH(affine.Forward(x_, Mode::kTraining), "check failed");
  Loss(affine, 3);
  EXPECT_DEATH(affine.Backward(dy_.view().Rows(0, 2)), "check failed");
}

// A wider dy would write its column sums beyond the bias.
TEST_F(AffineTest, AGradientWithWiderRowsDies) {
  Affine<double> affine(W_, b_, kMaxBatch);
  Loss(affine, kMaxBatch);
  Matrix<double> buffer(kMaxBatch, 10 * kOutputs);
  const ConstMatrixView<double> wide(buffer.view().data(), kMaxBatch, kOutputs,
                                     buffer.view().stride());
  EXPECT_DEATH(affine.Backward(wide), "check failed");
}

// db, on every instruction set, for widths around those of the registers and any number of rows.
template <typename K>
class ColumnSumsTest : public KernelTest<K> {};
TYPED_TEST_SUITE(ColumnSumsTest, Kernels, KernelName);

TYPED_TEST(ColumnSumsTest, AddTheRowsInOrder) {
  using T = typename TestFixture::T;
  constexpr size_t kMaxRows = 70;
  Random random(0, 0);
  for (size_t cols : {size_t{1}, size_t{17}, size_t{70}}) {
    ParameterArena<T> arena(
        {{"W", 1, cols, ParameterKind::kWeight}, {"b", 1, cols, ParameterKind::kBias}});
    Affine<T> affine(arena["W"], arena["b"], kMaxRows);
    const Matrix<T> x(kMaxRows, 1);
    Matrix<T> dy(kMaxRows, cols);
    for (T& element : dy.view().flat()) element = static_cast<T>(random.Normal());
    for (size_t rows = 1; rows <= kMaxRows; ++rows) {
      affine.Forward(x.view().Rows(0, rows), Mode::kTraining);
      affine.Backward(dy.view().Rows(0, rows));
      std::vector<T> sums(cols, 0);
      for (size_t i = 0; i < rows; ++i) {
        for (size_t j = 0; j < cols; ++j) sums[j] += dy(i, j);
      }
      ASSERT_THAT(arena["b"].gradient.row(0), ElementsAreArray(sums)) << rows << " x " << cols;
    }
  }
}

// --- Activations ---

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr size_t kRows = 40, kUnits = 11;  // more elements than Sigmoid computes at a time

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

  Matrix<T> x_{kRows, kUnits};
  typename Function::Layer layer_{kRows, kUnits};
};
using Functions = testing::Types<ReluOf<float>, ReluOf<double>, SigmoidOf<float>, SigmoidOf<double>,
                                 TanhOf<float>, TanhOf<double>>;
TYPED_TEST_SUITE(ActivationTest, Functions);

TYPED_TEST(ActivationTest, ForwardIsTheFormula) {
  using T = typename TestFixture::T;
  const ConstMatrixView<T> y = this->layer_.Forward(this->x_, Mode::kTraining);
  ASSERT_TRUE(SameShape(y, this->x_.view()));
  for (size_t i = 0; i < kRows; ++i) {
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
  const Matrix<T> tall(kRows + 1, kUnits), wide(kRows, kUnits + 1);
  EXPECT_DEATH(this->layer_.Forward(tall, Mode::kTraining), "check failed");
  EXPECT_DEATH(this->layer_.Forward(wide, Mode::kTraining), "check failed");
  EXPECT_DEATH(this->layer_.Backward(wide), "check failed");
}

template <typename Function>
class ActivationGradientTest : public ActivationTest<Function> {};
using FunctionsOfDouble = testing::Types<ReluOf<double>, SigmoidOf<double>, TanhOf<double>>;
TYPED_TEST_SUITE(ActivationGradientTest, FunctionsOfDouble);

TYPED_TEST(ActivationGradientTest, BackwardIsTheGradient) {
  Matrix<double> dy(kRows, kUnits);
  golden::Fill(102, dy.view());
  for (size_t batch : {size_t{1}, size_t{4}, kRows}) {
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

// --- Softmax with loss ---

constexpr size_t kImages = 5, kClasses = 3;
constexpr uint8_t kLabels[kImages] = {2, 0, 1, 1, 2};

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

  Matrix<T> a_{kImages, kClasses};
  uint8_t label_;
  SoftmaxWithLoss<T> softmax_{kImages, kClasses};
};
using Elements = testing::Types<float, double>;
TYPED_TEST_SUITE(SoftmaxWithLossTest, Elements);

TYPED_TEST(SoftmaxWithLossTest, LossIsTheMeanCrossEntropy) {
  for (size_t batch : {size_t{1}, size_t{3}, kImages}) {
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
  for (size_t i = 0; i < kImages; ++i) {
    double sum = 0;
    for (size_t j = 0; j < kClasses; ++j) {
      const double y = kImages * da(i, j) + (j == kLabels[i] ? 1 : 0);
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
  const Matrix<TypeParam> tall(kImages + 1, kClasses), wide(1, kClasses + 1);
  const std::vector<uint8_t> labels(kImages + 1);
  EXPECT_DEATH(this->softmax_.Forward(this->a_, labels), "check failed");
  EXPECT_DEATH(this->softmax_.Forward(tall, labels), "check failed");
  EXPECT_DEATH(this->softmax_.Forward(wide, std::span(kLabels).first(1)), "check failed");
  EXPECT_DEATH(this->LossOf({0, 0, 0}, kClasses), "check failed");
}

using SoftmaxWithLossGradientTest = SoftmaxWithLossTest<double>;

// The gradient does not know of the 1e-7 in the loss, which these moderate logits make no more than
// that.
TEST_F(SoftmaxWithLossGradientTest, BackwardIsTheGradient) {
  for (size_t batch : {size_t{1}, size_t{3}, kImages}) {
    const MatrixView<double> a = a_.view().Rows(0, batch);
    const auto loss = [&] { return softmax_.Forward(a, std::span(kLabels).first(batch)); };
    loss();
    ExpectGradient(loss, a, softmax_.Backward());
  }
}

// --- The numerical gradient ---

class NumericalGradientTest : public testing::Test {
 protected:
  NumericalGradientTest() { golden::Fill(101, x_.view()); }

  Matrix<double> x_{2, 3}, gradient_{2, 3};
};

// f = Σ_ij (1 + i + 2j) sin x_ij
TEST_F(NumericalGradientTest, IsThatOfAKnownFunction) {
  int calls = 0;
  const auto weight = [](size_t i, size_t j) { return 1.0 + i + 2 * j; };
  NumericalGradient(
      [&] {
        ++calls;
        double f = 0;
        for (size_t i = 0; i < 2; ++i) {
          for (size_t j = 0; j < 3; ++j) f += weight(i, j) * std::sin(x_(i, j));
        }
        return f;
      },
      x_, gradient_);
  for (size_t i = 0; i < 2; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(gradient_(i, j), weight(i, j) * std::cos(x_(i, j)), 1e-7) << i << ", " << j;
    }
  }
  EXPECT_EQ(calls, 2 * 2 * 3);
}

// Central differences have no error in the second order, but in the third: h².
TEST_F(NumericalGradientTest, ErrorIsTheSquareOfH) {
  Matrix<double> x(1, 1), gradient(1, 1);
  x(0, 0) = 2;
  const double h = 0.125;
  NumericalGradient([&] { return x(0, 0) * x(0, 0); }, x, gradient, h);
  EXPECT_EQ(gradient(0, 0), 2 * 2);
  NumericalGradient([&] { return std::pow(x(0, 0), 3); }, x, gradient, h);
  EXPECT_EQ(gradient(0, 0), 3 * 2 * 2 + h * h);
}

TEST_F(NumericalGradientTest, RestoresX) {
  Matrix<double> before(2, 3);
  golden::Fill(101, before.view());
  NumericalGradient([&] { return x_(1, 2); }, x_, gradient_);
  EXPECT_THAT(x_.view().flat(), testing::ElementsAreArray(before.view().flat()));
}

TEST_F(NumericalGradientTest, AGradientOfAnotherShapeDies) {
  Matrix<double> transposed(3, 2);
  EXPECT_DEATH(NumericalGradient([] { return 0.0; }, x_, transposed), "check failed");
}

}  // namespace
}  // namespace dlfs
