#include "common/matrix/matrix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/matrix/elementary.h"
#include "common/matrix/matrix_rank.h"
#include "common/matrix/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/every_isa.h"

namespace dlfs {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsNan;
using ::testing::Lt;
using ::testing::SizeIs;

template <typename T>
class MatrixTest : public testing::Test {
 protected:
  static constexpr size_t kLanes = kRowAlignment / sizeof(T);
};
using Elements = testing::Types<float, double>;
TYPED_TEST_SUITE(MatrixTest, Elements);

TYPED_TEST(MatrixTest, PadsRowsToWholeRegisters) {
  constexpr size_t kLanes = TestFixture::kLanes;
  EXPECT_EQ(PaddedColumns<TypeParam>(0), 0);
  EXPECT_EQ(PaddedColumns<TypeParam>(1), kLanes);
  EXPECT_EQ(PaddedColumns<TypeParam>(kLanes), kLanes);
  EXPECT_EQ(PaddedColumns<TypeParam>(kLanes + 1), 2 * kLanes);
}

TYPED_TEST(MatrixTest, EveryRowIsAligned) {
  for (size_t cols = 1; cols <= 2 * TestFixture::kLanes + 1; ++cols) {
    const Matrix<TypeParam> m(3, cols);
    EXPECT_EQ(m.view().stride(), PaddedColumns<TypeParam>(cols));
    for (size_t i = 0; i < m.rows(); ++i) {
      EXPECT_EQ(reinterpret_cast<uintptr_t>(&m(i, 0)) % kRowAlignment, 0) << cols;
    }
  }
}

TYPED_TEST(MatrixTest, IsZeroAtTheStart) {
  for (int repeat = 0; repeat < 2; ++repeat) {
    Matrix<TypeParam> m(40, 40);
    EXPECT_THAT(m.view().flat(), Each(0));
    std::ranges::fill(m.view().flat(), TypeParam(1));  // for the next one to find in its memory
  }
}

TYPED_TEST(MatrixTest, ViewsSeeTheSameElements) {
  Matrix<TypeParam> m(3, 2);
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 2; ++j) m(i, j) = static_cast<TypeParam>(10 * i + j);
  }
  const ConstMatrixView<TypeParam> view = m;
  EXPECT_THAT(view.row(2), ElementsAre(20, 21));
  EXPECT_THAT(view.flat(), SizeIs(3 * TestFixture::kLanes));
  EXPECT_EQ(view.flat()[TestFixture::kLanes + 1], 11);

  const ConstMatrixView<TypeParam> last_two = view.Rows(1, 2);
  EXPECT_EQ(last_two.rows(), 2);
  EXPECT_EQ(last_two.stride(), view.stride());
  EXPECT_EQ(&last_two(0, 0), &m(1, 0));
}

TYPED_TEST(MatrixTest, MovesWithoutCopying) {
  Matrix<TypeParam> from(3, 2);
  const TypeParam* const data = from.view().data();

  Matrix<TypeParam> constructed(std::move(from));
  EXPECT_EQ(constructed.view().data(), data);
  EXPECT_EQ(from.view().data(), nullptr);
  EXPECT_EQ(from.rows(), 0);

  Matrix<TypeParam> assigned(1, 1);
  assigned = std::move(constructed);
  EXPECT_EQ(assigned.view().data(), data);
  EXPECT_EQ(std::tuple(assigned.rows(), assigned.cols()), std::tuple(3, 2));
  EXPECT_EQ(constructed.rows(), 0);
}

TYPED_TEST(MatrixTest, CanBeEmpty) {
  const Matrix<TypeParam> nothing, no_rows(0, 3), no_columns(3, 0);
  for (const Matrix<TypeParam>* m : {&nothing, &no_rows, &no_columns}) {
    EXPECT_THAT(m->view().flat(), SizeIs(0));
  }
  EXPECT_EQ(no_rows.view().Rows(0, 0).cols(), 3);
  EXPECT_EQ(no_columns.rows(), 3);
}

TYPED_TEST(MatrixTest, ShapesAreComparedWithoutStrides) {
  Matrix<TypeParam> m(2, 3), transposed(3, 2), buffer(2, 40);
  const MatrixView<TypeParam> wide(buffer.view().data(), 2, 3, buffer.view().stride());
  EXPECT_TRUE(SameShape(m.view(), wide));
  EXPECT_FALSE(SameShape(m.view(), transposed.view()));
  EXPECT_FALSE(SameShape(m.view(), wide.Rows(0, 1)));
}

TYPED_TEST(MatrixTest, ViewsThatCannotBeDie) {
  Matrix<TypeParam> m(3, 2);
  TypeParam* const data = m.view().data();
  EXPECT_DEATH(m.view().Rows(2, 2), "check failed");
  EXPECT_DEATH(MatrixView<TypeParam>(data, 1, 2, TestFixture::kLanes + 1), "check failed");
  EXPECT_DEATH(MatrixView<TypeParam>(data, 1, 2, 0), "check failed");
}

// --- exp, log and tanh ---

using elementary::Exp, elementary::Log, elementary::Tanh;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kMax = std::numeric_limits<double>::max();
constexpr double kDenormalMin = std::numeric_limits<double>::denorm_min();

// The distance between two results in units in the last place of the exact one.
double Ulps(double value, long double exact) {
  const double rounded = std::fabs(static_cast<double>(exact));
  return static_cast<double>(std::fabs(value - exact) /
                             (std::nextafter(rounded, kInfinity) - rounded));
}

struct Function {
  const char* name;
  double (*ours)(double);
  long double (*exact)(long double);
  double (*spacing)(double);  // maps [from, to] to the arguments
  double from, to;
};
double Linear(double x) { return x; }
double Geometric(double x) { return std::exp2(x); }
double NegativeGeometric(double x) { return -std::exp2(x); }

class AccuracyTest : public testing::TestWithParam<Function> {};
INSTANTIATE_TEST_SUITE_P(
    Elementary, AccuracyTest,
    testing::Values(Function{"Exp", Exp, std::exp, Linear, -708, 709.78},
                    Function{"ExpOfDenormalResult", Exp, std::exp, Linear, -746, -708},
                    Function{"ExpNear0", Exp, std::exp, Geometric, -60, 0},
                    Function{"ExpNearMinus0", Exp, std::exp, NegativeGeometric, -60, 0},
                    Function{"Log", Log, std::log, Geometric, -1022, 1024 - 1e-9},
                    Function{"LogOfDenormals", Log, std::log, Geometric, -1074, -1022},
                    Function{"LogNear1", Log, std::log, Linear, 0.5, 2},
                    Function{"Tanh", Tanh, std::tanh, Linear, -25, 25},
                    Function{"TanhWhereTheFormulasMeet", Tanh, std::tanh, Linear, 0.4, 0.8},
                    Function{"TanhNear0", Tanh, std::tanh, Geometric, -1074, 0},
                    Function{"TanhNearMinus0", Tanh, std::tanh, NegativeGeometric, -60, 0}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_P(AccuracyTest, IsWithin2Ulps) {
  const Function& f = GetParam();
  constexpr int kSteps = 1'000'003;
  double worst = 0, worst_x = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double x = f.spacing(std::lerp(f.from, f.to, static_cast<double>(i) / kSteps));
    const double ulps = Ulps(f.ours(x), f.exact(x));
    if (!(ulps <= worst)) {
      worst = ulps;
      worst_x = x;
    }
  }
  EXPECT_LT(worst, 2) << "at " << worst_x;
}

// More numbers than the widest registers hold, and every remainder; in place as well.
TEST(Exp, ManyAreTheSameAsOne) {
  constexpr size_t kMaxSize = 35;
  for (size_t size = 0; size <= kMaxSize; ++size) {
    std::vector<double> x(size), expected(size);
    for (size_t i = 0; i < size; ++i) {
      x[i] = -750 + 1500.0 * static_cast<double>(i) / kMaxSize;
      expected[i] = Exp(x[i]);
    }
    std::vector<double> y(size);
    Exp(x, y);
    EXPECT_EQ(y, expected);
    Exp(x, x);
    EXPECT_EQ(x, expected);
  }
}

TEST(Exp, IsTheSameOnEveryIsa) {
  ExpectSameOnEveryIsa([] {
    std::vector<double> y(10'001);
    for (size_t i = 0; i < y.size(); ++i) y[i] = -750 + 0.15 * static_cast<double>(i);
    Exp(y, y);
    return y;
  });
}

TEST(Exp, SpecialValues) {
  EXPECT_EQ(Exp(0), 1);
  EXPECT_EQ(Exp(-0.0), 1);
  EXPECT_EQ(Exp(kDenormalMin), 1);
  EXPECT_EQ(Exp(kInfinity), kInfinity);
  EXPECT_EQ(Exp(-kInfinity), 0);
  EXPECT_THAT(Exp(kNan), IsNan());
}

TEST(Exp, OverflowsAndUnderflowsWhereTheResultDoes) {
  constexpr double kLargest = 0x1.62e42fefa39efp+9;    // the last x below ln(max)
  constexpr double kSmallest = -0x1.74910d52d3051p+9;  // the first x above ln(denormal min / 2)
  EXPECT_LT(Exp(kLargest), kInfinity);
  EXPECT_EQ(Exp(std::nextafter(kLargest, kInfinity)), kInfinity);
  EXPECT_EQ(Exp(kMax), kInfinity);
  EXPECT_EQ(Exp(kSmallest), kDenormalMin);
  EXPECT_EQ(Exp(std::nextafter(kSmallest, -kInfinity)), 0);
  EXPECT_EQ(Exp(-kMax), 0);
}

TEST(Log, SpecialValues) {
  EXPECT_EQ(Log(1), 0);
  EXPECT_EQ(Log(0), -kInfinity);
  EXPECT_EQ(Log(-0.0), -kInfinity);
  EXPECT_EQ(Log(kInfinity), kInfinity);
  EXPECT_THAT(Log(-kDenormalMin), IsNan());
  EXPECT_THAT(Log(-kInfinity), IsNan());
  EXPECT_THAT(Log(kNan), IsNan());
}

TEST(Tanh, SpecialValues) {
  EXPECT_FALSE(std::signbit(Tanh(0.0)));
  EXPECT_TRUE(std::signbit(Tanh(-0.0)));
  EXPECT_EQ(Tanh(-0.0), 0);
  EXPECT_EQ(Tanh(kDenormalMin), kDenormalMin);
  EXPECT_EQ(Tanh(kMax), 1);
  EXPECT_EQ(Tanh(kInfinity), 1);
  EXPECT_EQ(Tanh(-kInfinity), -1);
  EXPECT_THAT(Tanh(kNan), IsNan());
}

TEST(Tanh, IsOdd) {
  for (double x = 0.001; x < 30; x *= 1.01) EXPECT_EQ(Tanh(-x), -Tanh(x)) << x;
}

// --- Random numbers ---

constexpr size_t kSamples = 1'000'000;

template <typename Draw>
auto Sample(size_t size, Draw draw) {
  std::vector<decltype(draw())> sample(size);
  std::ranges::generate(sample, draw);
  return sample;
}

// Random123's known answer for Philox4x32 with 10 rounds, counter 0 and key 0.
TEST(Random, IsPhilox) {
  Random random(0, 0);
  EXPECT_THAT(Sample(4, [&] { return random.Bits32(); }),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
}

// If one of these changes, so does the result of every experiment.
TEST(Random, NumbersAreTheSameForEver) {
  Random uniform(1, 2), normal(1, 2), integer(1, 2);
  EXPECT_THAT(Sample(3, [&] { return uniform.Uniform(); }),
              ElementsAre(0x1.ce6809a33b717p-1, 0x1.f838b90a0afdcp-3, 0x1.6f6982f6c12c1p-1));
  EXPECT_THAT(Sample(3, [&] { return normal.Normal(); }),
              ElementsAre(0x1.7d4cf3e968311p-2, -0x1.e019d9627ae21p-3, 0x1.d4a75ab7812aep-1));
  EXPECT_THAT(Sample(5, [&] { return integer.UniformInt(60000); }),
              ElementsAre(54188, 33030, 14772, 2353, 43056));
}

TEST(Random, SameSeedAndStreamAreTheSameNumbers) {
  Random one(7, 3), other(7, 3);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(one.Normal(), other.Normal());
}

// Each bit of a seed and of a stream, low or high, makes numbers that have nothing to do with those
// of the others.
TEST(Random, SeedsAndStreamsAreIndependent) {
  constexpr size_t kSize = 10'000;
  std::vector<std::vector<double>> samples;
  for (auto [seed, stream] : {std::pair<uint64_t, uint64_t>{0, 0},
                              {1, 0},
                              {uint64_t{1} << 63, 0},
                              {0, 1},
                              {0, uint64_t{1} << 63},
                              {1, 1}}) {
    Random random(seed, stream);
    samples.push_back(Sample(kSize, [&] { return random.Normal(); }));
  }
  for (size_t i = 0; i < samples.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const double correlation =
          std::inner_product(samples[i].begin(), samples[i].end(), samples[j].begin(), 0.0) / kSize;
      EXPECT_LT(std::fabs(correlation), 4 / std::sqrt(kSize)) << i << " and " << j;
    }
  }
}

TEST(Random, SuccessiveNumbersAreUncorrelated) {
  Random random(0, 0);
  const std::vector<double> sample = Sample(kSamples, [&] { return random.Normal(); });
  for (int lag : {1, 2, 3, 4}) {
    const double correlation =
        std::inner_product(sample.begin() + lag, sample.end(), sample.begin(), 0.0) / kSamples;
    EXPECT_LT(std::fabs(correlation), 4 / std::sqrt(kSamples)) << "lag " << lag;
  }
}

// Expects the first four moments (mean, variance, skewness, kurtosis) of a sample from a symmetric
// distribution within 4 standard errors. moments: E x^2, E x^4, E x^6, E x^8
void ExpectMoments(const std::vector<double>& sample, const std::array<double, 4>& moments) {
  const auto moment = [&](int p) { return p % 2 == 1 ? 0 : moments[p / 2 - 1]; };
  for (int p = 1; p <= 4; ++p) {
    double mean = 0;
    for (double x : sample) mean += std::pow(x, p) / sample.size();
    const double variance = moment(2 * p) - moment(p) * moment(p);
    EXPECT_NEAR(mean, moment(p), 4 * std::sqrt(variance / sample.size())) << "moment " << p;
  }
}

TEST(Random, UniformHasItsMoments) {
  Random random(0, 0);
  std::vector<double> sample = Sample(kSamples, [&] { return random.Uniform(); });
  EXPECT_THAT(sample, Each(AllOf(Ge(0), Lt(1))));
  for (double& x : sample) x = 2 * x - 1;
  ExpectMoments(sample, {1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9});
}

TEST(Random, NormalHasItsMoments) {
  Random random(0, 0);
  ExpectMoments(Sample(kSamples, [&] { return random.Normal(); }), {1, 3, 15, 105});
}

TEST(Random, UniformIsAMultipleOf2ToTheMinus53) {
  Random random(0, 0);
  bool uses_last_bit = false;
  for (int i = 0; i < 100; ++i) {
    const double multiple = std::ldexp(random.Uniform(), 53);
    EXPECT_EQ(multiple, std::floor(multiple));
    uses_last_bit |= std::fmod(multiple, 2) == 1;
  }
  EXPECT_TRUE(uses_last_bit);
}

// Pearson's χ² of equally likely classes.
double ChiSquare(const std::vector<int>& counts) {
  const double expected = static_cast<double>(kSamples) / static_cast<double>(counts.size());
  double sum = 0;
  for (int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

class UniformIntTest : public testing::TestWithParam<uint32_t> {};
// 3 · 2^30 is where a modulo, or a product without Lemire's rejection, makes every third number
// twice as frequent.
INSTANTIATE_TEST_SUITE_P(Random, UniformIntTest, testing::Values(3, 12, 60000, uint32_t{3} << 30));

TEST_P(UniformIntTest, IsInRangeAndUnbiased) {
  const uint32_t n = GetParam();
  Random random(0, 0);
  std::vector<int> remainders(3), thirds(3);
  for (size_t i = 0; i < kSamples; ++i) {
    const uint32_t value = random.UniformInt(n);
    ASSERT_LT(value, n);
    ++remainders[value % 3];
    ++thirds[value / (n / 3)];
  }
  constexpr double kOneInAThousand = 13.8;  // of χ² with 2 degrees of freedom
  EXPECT_LT(ChiSquare(remainders), kOneInAThousand);
  EXPECT_LT(ChiSquare(thirds), kOneInAThousand);
}

TEST(Random, UniformIntOf1Is0) {
  Random random(0, 0);
  EXPECT_THAT(Sample(100, [&] { return random.UniformInt(1); }), Each(0));
}

TEST(RandomDeathTest, UniformIntOf0Dies) {
  EXPECT_DEATH(Random(0, 0).UniformInt(0), "check failed");
}

// --- The rank ---

constexpr float kFloatNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kFloatInfinity = std::numeric_limits<float>::infinity();
constexpr float kUlp = 0x1p-23f;

// A matrix with these elements, and NaN in its padding. f: a function of row and column
template <typename F>
Matrix<float> MatrixOf(size_t rows, size_t cols, F&& f) {
  Matrix<float> m(rows, cols);
  std::ranges::fill(m.view().flat(), kFloatNan);
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
    for (const float bad : {kFloatNan, kFloatInfinity, -kFloatInfinity}) {
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
      const float longer = std::nextafter(limit, kFloatInfinity);
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
