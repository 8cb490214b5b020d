#include "common/pointwise_kernel.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "common/isa.h"
#include "common/matrix.h"
#include "common/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/kernels.h"

namespace dlfs {
namespace {

using ::testing::Each;
using ::testing::ElementsAreArray;

constexpr size_t kMaxSize = 70;  // more than four of the widest registers, and every remainder

template <typename K>
class PointwiseKernelTest : public KernelTest<K> {
 protected:
  using T = typename K::T;

  std::vector<T> Normal(size_t size) {
    std::vector<T> values(size);
    for (T& value : values) value = static_cast<T>(random_.Normal());
    return values;
  }

 private:
  Random random_{0, 0};
};
TYPED_TEST_SUITE(PointwiseKernelTest, Kernels, KernelName);

TYPED_TEST(PointwiseKernelTest, Relu) {
  using T = typename TestFixture::T;
  for (size_t size = 0; size <= kMaxSize; ++size) {
    const std::vector<T> x = this->Normal(size);
    std::vector<T> y(size + 1, -1), expected(size + 1, -1);  // the last is not the kernel's
    for (size_t i = 0; i < size; ++i) expected[i] = x[i] > 0 ? x[i] : 0;
    DLFS_DISPATCH(Relu(size, x.data(), y.data()));
    EXPECT_THAT(y, ElementsAreArray(expected));
  }
}

TYPED_TEST(PointwiseKernelTest, ReluOfSpecialValues) {
  using T = typename TestFixture::T;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  const auto relu_of_all = [](T value) {
    const std::vector<T> x(kMaxSize, value);
    std::vector<T> y(kMaxSize, -1);
    DLFS_DISPATCH(Relu(x.size(), x.data(), y.data()));
    return y;
  };
  EXPECT_THAT(relu_of_all(0), Each(0));
  EXPECT_THAT(relu_of_all(-T(0)), Each(0));
  EXPECT_THAT(relu_of_all(kInfinity), Each(kInfinity));
  EXPECT_THAT(relu_of_all(-kInfinity), Each(0));
  EXPECT_THAT(relu_of_all(std::nan("")), Each(testing::IsNan()));
}

TYPED_TEST(PointwiseKernelTest, ReluGradient) {
  using T = typename TestFixture::T;
  for (size_t size = 0; size <= kMaxSize; ++size) {
    const std::vector<T> dy = this->Normal(size);
    std::vector<T> y = this->Normal(size);
    for (size_t i = 0; i < size; i += 3) y[i] = 0;
    std::vector<T> dx(size + 1, -1), expected(size + 1, -1);
    for (size_t i = 0; i < size; ++i) expected[i] = y[i] > 0 ? dy[i] : 0;
    DLFS_DISPATCH(ReluGradient(size, y.data(), dy.data(), dx.data()));
    EXPECT_THAT(dx, ElementsAreArray(expected));
  }
}

TYPED_TEST(PointwiseKernelTest, ColumnSums) {
  using T = typename TestFixture::T;
  for (size_t rows = 0; rows <= kMaxSize; ++rows) {
    for (size_t stride : {PaddedColumns<T>(1), PaddedColumns<T>(kMaxSize)}) {
      const std::vector<T> x = this->Normal(rows * stride);
      std::vector<T> sums(stride + 1, -1), expected(stride + 1, -1);
      for (size_t j = 0; j < stride; ++j) {
        expected[j] = 0;
        for (size_t i = 0; i < rows; ++i) expected[j] += x[i * stride + j];
      }
      DLFS_DISPATCH(ColumnSums(rows, stride, x.data(), sums.data()));
      EXPECT_THAT(sums, ElementsAreArray(expected)) << rows << " x " << stride;
    }
  }
}

TYPED_TEST(PointwiseKernelTest, ScaleBytesIsADivisionInFloat) {
  using T = typename TestFixture::T;
  std::vector<uint8_t> p(256);
  std::iota(p.begin(), p.end(), 0);
  std::vector<T> expected;
  for (uint8_t byte : p) expected.push_back(static_cast<float>(byte) / 255.0f);
  for (size_t size = 0; size <= p.size(); ++size) {
    std::vector<T> x(size + 1, -1);
    DLFS_DISPATCH(ScaleBytes(size, p.data(), x.data()));
    EXPECT_EQ(x.back(), -1);
    x.pop_back();
    EXPECT_THAT(x, ElementsAreArray(expected.begin(), expected.begin() + size));
  }
}

}  // namespace
}  // namespace dlfs
