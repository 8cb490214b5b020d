#include "common/matrix/matrix.h"

#include <cstdint>
#include <tuple>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
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

}  // namespace
}  // namespace dlfs
