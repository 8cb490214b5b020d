#include "chapter6/batchnorm.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "common/layers/parameter_arena.h"
#include "common/matrix/matrix.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/elements.h"
#include "tests/common/every_isa.h"
#include "tests/common/gradient_check.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

using ::testing::Each;
using ::testing::IsNan;
using ::testing::Pointwise;

// A layer with γ and β that are neither 1 nor 0, and what goes into it. The padding of all of these
// is not a number.
template <typename T>
struct Example {
  Example(size_t N, size_t units, double x_scale = 1, double momentum = 0.9)
      : arena({{"gamma", 1, units, ParameterKind::kScale},
               {"beta", 1, units, ParameterKind::kShift}}),
        x(N, units),
        dy(N, units),
        layer(arena["gamma"], arena["beta"], N, momentum) {
    for (const MatrixView<T> m : {gamma.value, beta.value, x.view(), dy.view()}) {
      for (T& element : m.flat()) element = std::numeric_limits<T>::quiet_NaN();
    }
    golden::Fill<T>(101, gamma.value);
    golden::Fill<T>(102, beta.value);
    golden::Fill<T>(103, x, x_scale);
    golden::Fill<T>(104, dy);
  }

  ConstMatrixView<T> Train() { return layer.Forward(x, Mode::kTraining); }
  ConstMatrixView<T> Evaluate() { return layer.Forward(x, Mode::kEvaluation); }
  ConstMatrixView<T> Backward() { return layer.Backward(dy); }

  ParameterArena<T> arena;
  const Parameter<T> gamma = arena["gamma"], beta = arena["beta"];  // [1, units]
  Matrix<T> x, dy;                                                  // [N, units]
  BatchNorm<T> layer;
};

std::vector<double> Column(ConstMatrixView<double> m, size_t j) {
  std::vector<double> column;
  for (size_t i = 0; i < m.rows(); ++i) column.push_back(m(i, j));
  return column;
}

// Every number of the file: three steps of training, each compared in full, then evaluation.
TEST(BatchNormTest, ComputesTheNumbersOfTheBook) {
  Example<double> e(6, 5);
  for (size_t j = 0; j < 5; ++j) e.gamma.value(0, j) = 1 + golden::Element(2, 0, j, 0.1);
  golden::Fill(3, e.beta.value);

  std::map<std::string, ConstMatrixView<double>> actual;
  size_t compared = 0;
  const auto compare = [&](size_t step) {
    for (const golden::Row& row : golden::Read("batch_norm.csv")) {
      if (golden::Index(row, "step") != step) continue;
      const std::string& what = row.at("what");
      const double expected = golden::Number(row, "value");
      // What is 0 in exact arithmetic is noise of about 1e-16.
      EXPECT_NEAR(actual.at(what)(golden::Index(row, "row"), golden::Index(row, "col")), expected,
                  std::max(1e-10 * std::abs(expected), 1e-15))
          << what << " of step " << step;
      ++compared;
    }
  };

  for (int s = 0; s < 3; ++s) {
    golden::Fill<double>(20 + s, e.x, 1 + s);
    for (double& element : e.x.view().flat()) element += s;
    golden::Fill<double>(30 + s, e.dy);
    actual["out"] = e.Train();
    actual["dx"] = e.Backward();
    actual["dgamma"] = e.gamma.gradient;
    actual["dbeta"] = e.beta.gradient;
    actual["running_mean"] = e.layer.running_mean();
    actual["running_var"] = e.layer.running_var();
    compare(s);
  }
  golden::Fill<double>(23, e.x);
  actual = {{"eval_out", e.Evaluate()}};
  compare(3);
  EXPECT_EQ(compared, 3 * (2 * 30 + 4 * 5) + 30);
  EXPECT_EQ(compared, golden::Read("batch_norm.csv").size());
}

struct Shape {
  size_t N, units;
};
void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.N << "x" << shape.units; }

class BatchNormShapeTest : public testing::TestWithParam<Shape> {};
INSTANTIATE_TEST_SUITE_P(All, BatchNormShapeTest,
                         testing::Values(Shape{2, 1}, Shape{2, 17}, Shape{3, 7}, Shape{5, 8},
                                         Shape{9, 16}, Shape{64, 1}, Shape{100, 33}),
                         testing::PrintToStringParamName());

TEST_P(BatchNormShapeTest, ColumnsGetTheMeanBetaAndTheStandardDeviationGamma) {
  Example<double> e(GetParam().N, GetParam().units, 100);  // a scale at which ε is nothing
  const ConstMatrixView<double> y = e.Train();
  ASSERT_TRUE(SameShape(y, e.x.view()));
  for (size_t j = 0; j < y.cols(); ++j) {
    const double beta = e.beta.value(0, j), N = static_cast<double>(y.rows());
    double mean = 0, var = 0;
    for (double y_ij : Column(y, j)) mean += y_ij / N;
    for (double y_ij : Column(y, j)) var += (y_ij - beta) * (y_ij - beta) / N;
    EXPECT_NEAR(mean, beta, 1e-13);
    EXPECT_NEAR(std::sqrt(var), std::abs(e.gamma.value(0, j)), 1e-6);
  }
}

TEST_P(BatchNormShapeTest, BackwardIsTheGradient) {
  Example<double> e(GetParam().N, GetParam().units);
  if (GetParam().N == 2) {
    // x_hat is 1 and -1 but for ε: dx is not 0 only where the two rows are near to each other.
    for (size_t j = 0; j < e.x.cols(); ++j) e.x(1, j) = e.x(0, j) + 0.08;
  }
  const auto loss = [&] { return Dot(e.Train(), e.dy); };
  loss();
  const ConstMatrixView<double> dx = e.Backward();
  ExpectGradient(loss, e.x, dx);
  ExpectGradient(loss, e.gamma.value, e.gamma.gradient);
  ExpectGradient(loss, e.beta.value, e.beta.gradient);
}

TEST_P(BatchNormShapeTest, EveryInstructionSetGivesTheSameBits) {
  const auto all_results = [&]<typename T>(T) {
    Example<T> e(GetParam().N, GetParam().units);
    std::vector<T> all = Elements(e.Train());
    for (const ConstMatrixView<T> more :
         {e.Backward(), ConstMatrixView<T>(e.gamma.gradient), ConstMatrixView<T>(e.beta.gradient),
          e.layer.running_mean(), e.layer.running_var(), e.Evaluate()}) {
      for (T element : Elements(more)) all.push_back(element);
    }
    return all;
  };
  ExpectSameOnEveryIsa([&] { return all_results(float()); });
  ExpectSameOnEveryIsa([&] { return all_results(double()); });
}

TEST_P(BatchNormShapeTest, FloatIsNearDouble) {
  Example<float> f(GetParam().N, GetParam().units);
  Example<double> d(GetParam().N, GetParam().units);
  EXPECT_THAT(Elements(f.Train()), Pointwise(testing::FloatNear(2e-5), Elements(d.Train())));
}

// By hand: μ 2, 4, 1 and σ² 1, 16, 0 of three batches, with momentum 0.9.
TEST(BatchNormTest, RunningStatisticsTakeATenthOfEachTrainingBatch) {
  Example<double> e(4, 1);
  EXPECT_EQ(e.layer.running_mean()(0, 0), 0);
  EXPECT_EQ(e.layer.running_var()(0, 0), 0);
  const auto train = [&](const std::vector<double>& batch, double mean, double var) {
    for (size_t i = 0; i < batch.size(); ++i) e.x(i, 0) = batch[i];
    e.layer.Forward(e.x.view().Rows(0, batch.size()), Mode::kTraining);
    EXPECT_DOUBLE_EQ(e.layer.running_mean()(0, 0), mean);
    EXPECT_DOUBLE_EQ(e.layer.running_var()(0, 0), var);
  };
  train({1, 3}, 0.2, 0.1);
  train({0, 8, 0, 8}, 0.58, 1.69);
  train({1}, 0.622, 1.521);
}

TEST(BatchNormTest, Momentum1KeepsTheRunningStatistics) {
  Example<double> e(6, 5, 1, 1.0);
  e.Train();
  EXPECT_THAT(Elements(e.layer.running_mean()), Each(0));
  EXPECT_THAT(Elements(e.layer.running_var()), Each(0));
}

TEST(BatchNormTest, EvaluationDoesNotMoveTheRunningStatisticsAndTakesEachRowByItself) {
  Example<double> e(6, 5);
  e.Train();
  const std::vector<double> mean = Elements(e.layer.running_mean());
  const std::vector<double> var = Elements(e.layer.running_var());
  golden::Fill<double>(105, e.x, 3);
  const std::vector<double> together = Elements(e.Evaluate());
  std::vector<double> alone;
  for (size_t i = 0; i < e.x.rows(); ++i) {
    const auto y = Elements(e.layer.Forward(e.x.view().Rows(i, 1), Mode::kEvaluation));
    alone.insert(alone.end(), y.begin(), y.end());
  }
  EXPECT_EQ(alone, together);
  EXPECT_EQ(Elements(e.layer.running_mean()), mean);
  EXPECT_EQ(Elements(e.layer.running_var()), var);
}

TEST(BatchNormTest, ABatchOf1IsBetaAndOnlyBetaHasAGradient) {
  Example<double> e(1, 9);
  EXPECT_EQ(Elements(e.Train()), Elements(e.beta.value));
  EXPECT_THAT(Elements(e.Backward()), Each(0));
  EXPECT_THAT(Elements(e.gamma.gradient), Each(0));
  EXPECT_EQ(Elements(e.beta.gradient), Elements(e.dy.view()));
}

TEST(BatchNormTest, ASmallerBatchIsAsThatOfALayerMadeForIt) {
  Example<double> large(7, 5), small(3, 5);
  large.Train();  // leaves its traces in every buffer
  large.Backward();
  EXPECT_EQ(Elements(large.layer.Forward(small.x, Mode::kTraining)), Elements(small.Train()));
  EXPECT_EQ(Elements(large.layer.Backward(small.dy)), Elements(small.Backward()));
  EXPECT_EQ(Elements(large.gamma.gradient), Elements(small.gamma.gradient));
  EXPECT_EQ(Elements(large.beta.gradient), Elements(small.beta.gradient));
}

// The variance of what is far from 0 stays exact to what the rounding of x leaves of it: it is not
// the difference of the mean square and the squared mean.
TEST(BatchNormTest, AConstantAddedToXChangesNothing) {
  const auto compare = [](auto tolerance) {
    Example<decltype(tolerance)> e(8, 5);
    const auto y = Elements(e.Train());
    for (auto& x : e.x.view().flat()) x += 1000;
    const auto moved = Elements(e.Train());
    for (size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(moved[i], y[i], tolerance);
  };
  compare(1e-3f);
  compare(1e-11);
}

TEST(BatchNormTest, AScaleOfXHardlyChangesAnything) {
  Example<double> e(8, 5), scaled(8, 5, 100);
  EXPECT_THAT(Elements(scaled.Train()), Pointwise(testing::DoubleNear(1e-5), Elements(e.Train())));
}

// The variance 0: ε keeps the division finite.
TEST(BatchNormTest, AConstantColumnBecomesBeta) {
  Example<double> e(6, 5);
  for (size_t i = 0; i < 6; ++i) e.x(i, 3) = 4;
  EXPECT_THAT(Column(e.Train(), 3), Each(e.beta.value(0, 3)));
  const std::vector<double> dx = Column(e.Backward(), 3);
  const double mean_dy = e.beta.gradient(0, 3) / 6;
  for (size_t i = 0; i < 6; ++i) {
    const double expected = e.gamma.value(0, 3) * (e.dy(i, 3) - mean_dy) / 1e-3;
    EXPECT_NEAR(dx[i], expected, 1e-12 * std::abs(expected));
  }
  EXPECT_EQ(e.gamma.gradient(0, 3), 0);
}

TEST(BatchNormTest, NanStaysInItsColumn) {
  Example<double> e(6, 5), same(6, 5);
  e.x(2, 3) = std::numeric_limits<double>::quiet_NaN();
  const ConstMatrixView<double> y = e.Train(), expected_y = same.Train();
  const ConstMatrixView<double> dx = e.Backward(), expected_dx = same.Backward();
  EXPECT_THAT(Column(y, 3), Each(testing::IsNan()));
  EXPECT_THAT(Column(dx, 3), Each(testing::IsNan()));
  for (size_t j : {0, 1, 2, 4}) {
    EXPECT_EQ(Column(y, j), Column(expected_y, j));
    EXPECT_EQ(Column(dx, j), Column(expected_dx, j));
  }
}

// The variance of these numbers is more than a float can hold, the numbers are not.
TEST(BatchNormTest, AnOverflowIsNotHidden) {
  Example<float> example(4, 3, 1e25);
  const ConstMatrixView<float> y = example.Train();
  for (size_t i = 0; i < y.rows(); ++i) EXPECT_THAT(y.row(i), Each(IsNan()));
  EXPECT_THAT(example.Evaluate().row(0), Each(IsNan()));
}

TEST(BatchNormTest, BackwardWithoutATrainingForwardDies) {
  Example<double> e(6, 5);
  EXPECT_DEATH(e.Backward(), "check failed");
  e.Train();
  e.Evaluate();
  EXPECT_DEATH(e.Backward(), "check failed");
}

TEST(BatchNormTest, ShapesThatDoNotFitDie) {
  Example<double> e(6, 5);
  const Matrix<double> tall(7, 5), wide(6, 6);
  EXPECT_DEATH(e.layer.Forward(tall, Mode::kTraining), "check failed");
  EXPECT_DEATH(e.layer.Forward(wide, Mode::kTraining), "check failed");
  e.Train();
  EXPECT_DEATH(e.layer.Backward(wide), "check failed");
  const ParameterArena<double> other({{"beta", 1, 4, ParameterKind::kShift}});
  EXPECT_DEATH(BatchNorm<double>(e.gamma, other["beta"], 6), "check failed");
}

}  // namespace
}  // namespace dlfs
