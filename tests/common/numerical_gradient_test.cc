#include "common/layers/numerical_gradient.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

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
