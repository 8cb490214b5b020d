#include "common/layers/affine.h"

#include <algorithm>
#include <vector>

#include "common/layers/parameter_arena.h"
#include "common/matrix/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/gradient_check.h"
#include "tests/common/kernels.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

using ::testing::ElementsAreArray;

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

}  // namespace
}  // namespace dlfs
