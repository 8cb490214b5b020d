#include "common/matrix/matrix_product.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "common/matrix/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/kernels.h"

namespace dlfs {
namespace {

// A [rows, cols] matrix with at least `spare` columns of padding. All of it is NaN, the padding
// too, but for what is copied from the upper left corner of another matrix.
template <typename T>
class Corner {
 public:
  Corner(size_t rows, size_t cols, size_t spare)
      : buffer_(rows, cols + spare),
        view_(buffer_.view().data(), rows, cols, buffer_.view().stride()) {
    std::ranges::fill(view_.flat(), std::numeric_limits<T>::quiet_NaN());
  }
  Corner(const Matrix<T>& from, size_t rows, size_t cols, size_t spare)
      : Corner(rows, cols, spare) {
    for (size_t i = 0; i < rows; ++i)
      std::ranges::copy(from.view().row(i).first(cols), &view_(i, 0));
  }

  MatrixView<T> view() const { return view_; }
  operator ConstMatrixView<T>() const { return view_; }
  operator MatrixView<T>() const { return view_; }

 private:
  Matrix<T> buffer_;
  MatrixView<T> view_;
};

// Whether two numbers have the same bits, or are both NaN, of which there are many.
template <typename T>
bool Same(T x, T y) {
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
  return std::bit_cast<Bits>(x) == std::bit_cast<Bits>(y) || (std::isnan(x) && std::isnan(y));
}

MATCHER_P(IsCornerOf, whole, "") {
  for (size_t i = 0; i < arg.rows(); ++i) {
    for (size_t j = 0; j < arg.cols(); ++j) {
      if (Same(arg(i, j), whole(i, j))) continue;
      *result_listener << "[" << i << ", " << j << "] is " << arg(i, j) << ", not " << whole(i, j);
      return false;
    }
  }
  return true;
}

// The naive twin: random A and B, and their product for k = 0, then 1, 2, ... . The product of the
// first m rows of A and the first n columns of B is the corner [m, n] of the whole one, so that one
// twin serves for all shapes up to its own.
template <typename T>
class Twin {
 public:
  Twin(size_t m, size_t n, size_t k)
      : a_(m, k),
        a_transposed_(k, m),
        b_(k, n),
        b_transposed_(n, k),
        init_(m, n),
        product_(m, n),
        sum_(m, n),
        row_sum_(m, n) {
    Random random(0, 0);
    for (size_t i = 0; i < m; ++i) {
      for (size_t l = 0; l < k; ++l) SetA(i, l, static_cast<T>(random.Normal()));
      for (size_t j = 0; j < n; ++j) sum_(i, j) = init_(i, j) = static_cast<T>(random.Normal());
      for (size_t j = 0; j < n; ++j) row_sum_(i, j) = init_(0, j);
    }
    for (size_t l = 0; l < k; ++l) {
      for (size_t j = 0; j < n; ++j) SetB(l, j, static_cast<T>(random.Normal()));
    }
  }

  void SetA(size_t i, size_t l, T value) { a_(i, l) = a_transposed_(l, i) = value; }
  void SetB(size_t l, size_t j, T value) { b_(l, j) = b_transposed_(j, l) = value; }

  // From k to k + 1.
  void AddStep() {
    for (Matrix<T>* c : {&product_, &sum_, &row_sum_}) {
      for (size_t i = 0; i < c->rows(); ++i) {
        for (size_t j = 0; j < c->cols(); ++j) {
          (*c)(i, j) = MultiplyAdd(a_(i, k_), b_(k_, j), (*c)(i, j));
        }
      }
    }
    ++k_;
  }

  // Compares all forms of [m, k] x [k, n] with the twin. `spare`: how much wider rows are made.
  void Check(size_t m, size_t n, size_t spare) const {
    SCOPED_TRACE(testing::Message() << "[" << m << ", " << k_ << "] x [" << k_ << ", " << n << "], "
                                    << spare << " spare columns");
    const Corner<T> a(a_, m, k_, spare), a_transposed(a_transposed_, k_, m, spare);
    const Corner<T> b(b_, k_, n, spare), b_transposed(b_transposed_, n, k_, spare);
    const struct {
      void (*multiply)(ConstMatrixView<T>, ConstMatrixView<T>, MatrixView<T>, Output);
      const Corner<T>&a, &b;
    } forms[] = {{Multiply<T>, a, b},
                 {MultiplyTransposedA<T>, a_transposed, b},
                 {MultiplyTransposedB<T>, a, b_transposed}};
    for (const auto& form : forms) {
      const Corner<T> c(m, n, spare);
      form.multiply(form.a, form.b, c, Output::kOverwrite);
      ASSERT_THAT(c.view(), IsCornerOf(product_.view()));

      const Corner<T> accumulated(init_, m, n, spare);
      form.multiply(form.a, form.b, accumulated, Output::kAccumulate);
      ASSERT_THAT(accumulated.view(), IsCornerOf(sum_.view()));
    }
    const Corner<T> row(init_, 1, n, spare), c(m, n, spare);
    MultiplyAddRow<T>(a, b, row, c);
    ASSERT_THAT(c.view(), IsCornerOf(row_sum_.view()));
  }

 private:
  static T MultiplyAdd(T a, T b, T c) {
    return HasFma(CurrentIsa()) ? std::fma(a, b, c) : a * b + c;
  }

  Matrix<T> a_, a_transposed_;  // [m, k], [k, m]
  Matrix<T> b_, b_transposed_;  // [k, n], [n, k]
  Matrix<T> init_;              // [m, n]; row 0 is also the row that is added to all
  Matrix<T> product_;           // A B
  Matrix<T> sum_;               // init + A B
  Matrix<T> row_sum_;           // row 0 of init + A B
  size_t k_ = 0;
};

// Since both AVX sets agree with the same twin to the last bit, they agree with each other.
template <typename K>
class MatrixProductTest : public KernelTest<K> {};
TYPED_TEST_SUITE(MatrixProductTest, Kernels, KernelName);

// No tile has more than 12 rows or 64 columns: two whole ones and every remainder, in each
// direction.
TYPED_TEST(MatrixProductTest, EveryRemainderOfTheTiles) {
  constexpr size_t kRows = 2 * 12 + 1, kColumns = 2 * 64 + 1, kDepth = 17;
  Twin<typename TestFixture::T> twin(kRows, kColumns, kDepth);
  for (size_t k = 0; k <= kDepth; ++k) {
    for (size_t m = 0; m <= kRows; ++m) {
      for (size_t n = 0; n <= kColumns; ++n) {
        ASSERT_NO_FATAL_FAILURE(twin.Check(m, n, /*spare=*/0));
      }
    }
    if (k < kDepth) twin.AddStep();
  }
}

TYPED_TEST(MatrixProductTest, EveryShapeUpTo40WithWideRows) {
  constexpr size_t kSize = 40;
  Twin<typename TestFixture::T> twin(kSize, kSize, kSize);
  for (size_t k = 1; k <= kSize; ++k) {
    twin.AddStep();
    for (size_t m = 1; m <= kSize; ++m) {
      for (size_t n = 1; n <= kSize; ++n) {
        ASSERT_NO_FATAL_FAILURE(twin.Check(m, n, /*spare=*/17));
      }
    }
  }
}

// The chapter's networks, forward and backward; around the 256 at which the kernels cut k, the 144
// at which they cut m, and the 256 (float) or 128 (double) at which they cut n. Rows of more than
// 1024 bytes are packed.
TYPED_TEST(MatrixProductTest, LargeShapes) {
  const struct {
    size_t m, n, k;
  } shapes[] = {{128, 100, 784}, {784, 100, 128}, {128, 100, 100}, {100, 100, 128}, {128, 784, 100},
                {128, 10, 100},  {7, 70, 255},    {7, 70, 256},    {7, 70, 257},    {7, 70, 600},
                {143, 30, 20},   {144, 100, 20},  {145, 100, 20},  {300, 131, 270}, {150, 260, 30},
                {20, 255, 30},   {20, 256, 30},   {150, 523, 260}};
  for (const auto& [m, n, k] : shapes) {
    Twin<typename TestFixture::T> twin(m, n, k);
    for (size_t l = 0; l < k; ++l) twin.AddStep();
    twin.Check(m, n, /*spare=*/0);
    twin.Check(m, n, /*spare=*/300);
  }
}

TYPED_TEST(MatrixProductTest, NanAndInfinityGoThrough) {
  using T = typename TestFixture::T;
  constexpr size_t kSize = 20;
  Twin<T> twin(kSize, kSize, kSize);
  twin.SetA(1, 2, std::numeric_limits<T>::quiet_NaN());
  twin.SetA(3, 5, std::numeric_limits<T>::infinity());
  twin.SetB(4, 6, -std::numeric_limits<T>::infinity());
  twin.SetA(7, 4, 0);  // times the infinity of B
  for (size_t l = 0; l < kSize; ++l) twin.AddStep();
  twin.Check(kSize, kSize, /*spare=*/0);
}

TEST(MatrixProductDeathTest, ShapesThatDoNotFitDie) {
  const Matrix<float> a(3, 4), b(4, 5), row(1, 5);
  Matrix<float> c(3, 5), square(4, 4);
  EXPECT_DEATH(Multiply<float>(a, a, c), "check failed");
  EXPECT_DEATH(Multiply<float>(a, b, square), "check failed");
  EXPECT_DEATH(MultiplyTransposedA<float>(a, b, square), "check failed");
  EXPECT_DEATH(MultiplyTransposedB<float>(a, b, c), "check failed");
  EXPECT_DEATH(MultiplyAddRow<float>(a, b, b, c), "check failed");
  EXPECT_DEATH(MultiplyAddRow<float>(a, b, a.view().Rows(0, 1), c), "check failed");
}

}  // namespace
}  // namespace dlfs
