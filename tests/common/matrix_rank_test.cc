#include "common/matrix/matrix_rank.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <ostream>
#include <tuple>
#include <utility>

#include "common/matrix/matrix.h"
#include "common/matrix/random.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kUlp = 0x1p-23f;

// A matrix with these elements, and NaN in its padding. f: a function of row and column
template <typename F>
Matrix<float> MatrixOf(size_t rows, size_t cols, F&& f) {
  Matrix<float> m(rows, cols);
  std::ranges::fill(m.view().flat(), kNan);
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < cols; ++j) m(i, j) = static_cast<float>(f(i, j));
  }
  return m;
}

Matrix<float> Transposed(const Matrix<float>& m) {
  return MatrixOf(m.cols(), m.rows(), [&](size_t i, size_t j) { return m(j, i); });
}

// Each element from N(0, std²).
Matrix<float> RandomMatrix(size_t rows, size_t cols, double std = 1) {
  Random random(rows, cols);
  return MatrixOf(rows, cols, [&](size_t, size_t) { return std * random.Normal(); });
}

// Σ_k u_k v_kᵀ, each element rounded to a float once. u, v: random vectors
Matrix<float> SumOfOuterProducts(size_t terms, size_t rows, size_t cols) {
  const Matrix<float> u = RandomMatrix(rows, terms), v = RandomMatrix(cols, terms);
  return MatrixOf(rows, cols, [&](size_t i, size_t j) {
    double sum = 0;
    for (size_t k = 0; k < terms; ++k) sum += double{u(i, k)} * v(j, k);
    return sum;
  });
}

struct Shape {
  size_t rows, cols;
};
void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.rows << "x" << shape.cols; }

class MatrixRankShapeTest : public testing::TestWithParam<Shape> {
 protected:
  const size_t rows_ = GetParam().rows, cols_ = GetParam().cols, largest_ = std::min(rows_, cols_);
};

INSTANTIATE_TEST_SUITE_P(All, MatrixRankShapeTest,
                         testing::Values(Shape{0, 0}, Shape{0, 5}, Shape{5, 0}, Shape{1, 1},
                                         Shape{1, 33}, Shape{33, 1}, Shape{5, 5}, Shape{7, 40},
                                         Shape{40, 7}, Shape{64, 48}, Shape{300, 20}),
                         testing::PrintToStringParamName());

TEST_P(MatrixRankShapeTest, OfZerosIs0) {
  EXPECT_EQ(MatrixRank(MatrixOf(rows_, cols_, [](size_t, size_t) { return 0; })), 0);
}

TEST_P(MatrixRankShapeTest, OfEqualColumnsIs1) {
  const auto row_only = [](size_t i, size_t) { return 0.1 + 0.3 * static_cast<double>(i); };
  EXPECT_EQ(MatrixRank(MatrixOf(rows_, cols_, row_only)), std::min<size_t>(largest_, 1));
}

TEST_P(MatrixRankShapeTest, OfEqualRowsIs1) {
  const auto column_only = [](size_t, size_t j) { return 0.1 + 0.3 * static_cast<double>(j); };
  EXPECT_EQ(MatrixRank(MatrixOf(rows_, cols_, column_only)), std::min<size_t>(largest_, 1));
}

TEST_P(MatrixRankShapeTest, OfRandomElementsIsFull) {
  EXPECT_EQ(MatrixRank(RandomMatrix(rows_, cols_)), largest_);
}

TEST_P(MatrixRankShapeTest, OfASumOfOuterProductsIsTheirNumber) {
  for (size_t terms = 0; terms <= largest_ + 2; terms += largest_ > 10 ? 7 : 1) {
    EXPECT_EQ(MatrixRank(SumOfOuterProducts(terms, rows_, cols_)), std::min(terms, largest_));
  }
}

TEST_P(MatrixRankShapeTest, AScaleChangesNothing) {
  const Matrix<float> m = SumOfOuterProducts(3, rows_, cols_);
  for (const float scale : {1e-20f, 0x1p-60f, -1.0f, 1e20f}) {
    const auto scaled = MatrixOf(rows_, cols_, [&](size_t i, size_t j) { return scale * m(i, j); });
    EXPECT_EQ(MatrixRank(scaled), std::min<size_t>(largest_, 3)) << scale;
  }
}

TEST_P(MatrixRankShapeTest, AnyElementThatIsNotFiniteMakesIt0) {
  Matrix<float> m = RandomMatrix(rows_, cols_);
  for (size_t e = 0; e < rows_ * cols_; ++e) {
    float& element = m(e / cols_, e % cols_);
    for (const float bad : {kNan, kInfinity, -kInfinity}) {
      const float good = std::exchange(element, bad);
      ASSERT_EQ(MatrixRank(m), 0) << bad << " at " << e;
      element = good;
    }
  }
}

// What a layer starts from (6.2.2): the smallest singular value of a square one is small.
class InitialWeightsRankTest : public testing::TestWithParam<std::tuple<Shape, double>> {};

INSTANTIATE_TEST_SUITE_P(All, InitialWeightsRankTest,
                         testing::Combine(testing::Values(Shape{100, 100}, Shape{784, 100},
                                                          Shape{100, 784}, Shape{100, 10}),
                                          testing::Values(1.0, 0.01, 1e-30)));

TEST_P(InitialWeightsRankTest, IsFull) {
  const auto& [shape, std] = GetParam();
  EXPECT_EQ(MatrixRank(RandomMatrix(shape.rows, shape.cols, std)),
            std::min(shape.rows, shape.cols));
}

// 50 x 10, whose last column is Σ_j (j − 4) column_j + `new_part` times a random column.
Matrix<float> WithLastColumnOfOthers(double new_part) {
  const Matrix<float> m = RandomMatrix(50, 10);
  return MatrixOf(50, 10, [&](size_t i, size_t j) {
    if (j < 9) return double{m(i, j)};
    double sum = new_part * m(i, 9);
    for (size_t k = 0; k < 9; ++k) sum += (static_cast<double>(k) - 4) * m(i, k);
    return sum;
  });
}

TEST(MatrixRankTest, AColumnMadeOfTheOthersAndRoundedDoesNotCount) {
  EXPECT_EQ(MatrixRank(WithLastColumnOfOthers(0)), 9);
  EXPECT_EQ(MatrixRank(WithLastColumnOfOthers(1e-9)), 9);
}

TEST(MatrixRankTest, AColumnWithAThousandthOfItsOwnCounts) {
  EXPECT_EQ(MatrixRank(WithLastColumnOfOthers(1e-3)), 10);
}

// diag(largest, length) with zeros around it.
Matrix<float> Diagonal(size_t rows, size_t cols, float largest, float length) {
  return MatrixOf(rows, cols, [&](size_t i, size_t j) {
    return i != j || i > 1 ? 0 : i == 0 ? largest : length;
  });
}

TEST(MatrixRankTest, CountsWhatIsLongerThanTheRoundingOfTheLongestColumn) {
  for (const Shape& shape : {Shape{2, 2}, Shape{2, 5}, Shape{5, 2}, Shape{5, 5}}) {
    for (const float largest : {1.0f, 1000.0f}) {
      const float limit = static_cast<float>(std::max(shape.rows, shape.cols)) * kUlp * largest;
      const float longer = std::nextafter(limit, kInfinity);
      EXPECT_EQ(MatrixRank(Diagonal(shape.rows, shape.cols, largest, limit)), 1);
      EXPECT_EQ(MatrixRank(Diagonal(shape.rows, shape.cols, largest, longer)), 2);
    }
  }
}

TEST(MatrixRankTest, OrderOfTheColumnsDoesNotMatter) {
  EXPECT_EQ(MatrixRank(Diagonal(2, 2, 1e-10f, 1)), 1);
  EXPECT_EQ(MatrixRank(Diagonal(2, 2, 1, 1e-10f)), 1);
  EXPECT_EQ(MatrixRank(Diagonal(2, 2, 0, 1)), 1);
}

TEST(MatrixRankTest, IsThatOfTheTransposedMatrix) {
  for (const size_t terms : {1, 4, 11}) {
    const Matrix<float> m = SumOfOuterProducts(terms, 30, 12);
    EXPECT_EQ(MatrixRank(m), MatrixRank(Transposed(m)));
  }
}

// Where the mean of a neuron's weights is much larger than their spread.
TEST(MatrixRankTest, ALargeCommonPartDoesNotHideTheRest) {
  const Matrix<float> m = RandomMatrix(20, 20);
  const auto moved = MatrixOf(20, 20, [&](size_t i, size_t j) { return 1000 + m(i, j); });
  EXPECT_EQ(MatrixRank(moved), 20);
}

// --- A rank that is asked to stop ---

int asked, yes_from;  // how often stop() was asked, and from which time on it says yes

bool Stop() { return ++asked >= yes_from; }

// It is asked before each 128 rows, and before each column.
TEST(MatrixRankTest, IsNoneWhereItWasStopped) {
  constexpr int kQuestions = 3 + 20;
  const Matrix<float> m = RandomMatrix(300, 20);
  for (yes_from = 1; yes_from <= kQuestions; ++yes_from) {
    asked = 0;
    EXPECT_EQ(MatrixRank(m, Stop), std::nullopt) << yes_from;
    EXPECT_EQ(asked, yes_from);
  }
  asked = 0;
  EXPECT_EQ(MatrixRank(m, Stop), 20);
  EXPECT_EQ(asked, kQuestions);
}

}  // namespace
}  // namespace dlfs
