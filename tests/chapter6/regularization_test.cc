#include "chapter6/regularization.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "chapter6/settings.h"
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
using ::testing::HasSubstr;

constexpr Penalty kNone = {}, kL1 = {Penalty::Kind::kL1, 0.3}, kL2 = {Penalty::Kind::kL2, 0.3};

TEST(PenaltyFromNameTest, KnowsEveryKindAndItsLambda) {
  const auto expect = [](absl::string_view name, Penalty::Kind kind, double lambda) {
    const absl::StatusOr<Penalty> penalty = PenaltyFromName(name);
    ASSERT_TRUE(penalty.ok()) << name;
    EXPECT_EQ(penalty->kind, kind) << name;
    EXPECT_EQ(penalty->lambda, lambda) << name;
    EXPECT_TRUE(absl::StartsWith(name, PenaltyName(kind))) << name;
  };
  expect("none", Penalty::Kind::kNone, 0);
  expect("l1=0.5", Penalty::Kind::kL1, 0.5);
  expect("l2=0.1", Penalty::Kind::kL2, 0.1);
  expect("l2=1e-4", Penalty::Kind::kL2, 1e-4);
  expect("l2=0", Penalty::Kind::kL2, 0);
}

class UnknownPenaltyTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, UnknownPenaltyTest,
                         testing::Values("", "l1", "l2", "L2", "L2=1", "l2=", "l1=-1", "l2=-1",
                                         "l2=nan", "l2=inf", "l2=1e999", "l2=1x", "l3=1", "none=1",
                                         "None"));

TEST_P(UnknownPenaltyTest, IsRejectedWithThePenaltiesThatThereAre) {
  const absl::StatusOr<Penalty> penalty = PenaltyFromName(GetParam());
  ASSERT_FALSE(penalty.ok());
  const std::string message(penalty.status().message());
  EXPECT_THAT(message, HasSubstr("'" + GetParam() + "'"));
  for (const char* name : {"none", "l1=", "l2="}) EXPECT_THAT(message, HasSubstr(name));
}

// Two weights and one parameter of every other kind. All elements, those of the padding too, are
// 1000 at the start, the weights' are then random.
template <typename T>
ParameterArena<T> ExampleArena(size_t cols) {
  ParameterArena<T> arena({{"W1", 3, cols, ParameterKind::kWeight},
                           {"b1", 1, cols, ParameterKind::kBias},
                           {"gamma1", 1, cols, ParameterKind::kScale},
                           {"beta1", 1, cols, ParameterKind::kShift},
                           {"W2", 2, cols, ParameterKind::kWeight}});
  for (T& value : arena.values()) value = 1000;
  golden::Fill(101, arena["W1"].value);
  golden::Fill(102, arena["W2"].value);
  return arena;
}

template <typename T>
void FillGradients(ParameterArena<T>& arena) {
  for (const Parameter<T>& parameter : arena.parameters()) golden::Fill(103, parameter.gradient);
}

TEST(PenaltyLossTest, IsThatByHand) {
  ParameterArena<double> arena({{"W1", 2, 2, ParameterKind::kWeight},
                                {"b1", 1, 2, ParameterKind::kBias},
                                {"gamma1", 1, 2, ParameterKind::kScale},
                                {"beta1", 1, 2, ParameterKind::kShift},
                                {"W2", 1, 1, ParameterKind::kWeight}});
  for (double& value : arena.values()) value = 1000;
  const MatrixView<double> W1 = arena["W1"].value;
  W1(0, 0) = 1;
  W1(0, 1) = -2;
  W1(1, 0) = 3;
  W1(1, 1) = 0;
  arena["W2"].value(0, 0) = -4;
  EXPECT_EQ(PenaltyLoss({}, arena), 0);
  EXPECT_DOUBLE_EQ(PenaltyLoss({Penalty::Kind::kL1, 0.1}, arena), 0.1 * (1 + 2 + 3 + 4));
  EXPECT_DOUBLE_EQ(PenaltyLoss({Penalty::Kind::kL2, 0.1}, arena), 0.05 * (1 + 4 + 9 + 16));
  EXPECT_EQ(PenaltyLoss({Penalty::Kind::kL2, 0}, arena), 0);
}

// W with rows narrower, as wide as, and wider than the eight sums of the loops.
class PenaltyTest : public testing::TestWithParam<size_t> {};
INSTANTIATE_TEST_SUITE_P(Columns, PenaltyTest, testing::Values(1, 7, 8, 9, 100));

TEST_P(PenaltyTest, LossIsTheSumOverTheWeightsAndNothingElse) {
  const auto compare = [&]<typename T>(T) {
    const ParameterArena<T> arena = ExampleArena<T>(GetParam());
    double squares = 0, magnitudes = 0;
    for (const char* name : {"W1", "W2"}) {
      for (double w : Elements(arena[name].value)) {
        squares += w * w;
        magnitudes += std::abs(w);
      }
    }
    EXPECT_NEAR(PenaltyLoss(kL1, arena), 0.3 * magnitudes, 1e-14 * magnitudes);
    EXPECT_NEAR(PenaltyLoss(kL2, arena), 0.5 * 0.3 * squares, 1e-14 * squares);
    EXPECT_EQ(PenaltyLoss(kNone, arena), 0);
  };
  compare(float());
  compare(double());
}

TEST_P(PenaltyTest, AddedGradientIsTheDerivativeOfTheLoss) {
  for (const Penalty& penalty : {kL1, kL2}) {
    SCOPED_TRACE(PenaltyName(penalty.kind));
    ParameterArena<double> arena = ExampleArena<double>(GetParam());
    AddPenaltyGradient(penalty, arena);
    for (const char* name : {"W1", "W2"}) {
      for (double w : Elements(arena[name].value)) ASSERT_GT(std::abs(w), 1e-4) << "near the kink";
      ExpectGradient([&] { return PenaltyLoss(penalty, arena); }, arena[name].value,
                     arena[name].gradient);
    }
  }
}

TEST_P(PenaltyTest, GradientIsAddedToThatOfTheWeightsAndOfNothingElse) {
  const auto compare = [&]<typename T>(T) {
    for (const Penalty& penalty : {kNone, kL1, kL2}) {
      ParameterArena<T> arena = ExampleArena<T>(GetParam());
      FillGradients(arena);
      AddPenaltyGradient(penalty, arena);
      const T lambda = static_cast<T>(0.3);
      for (const Parameter<T>& parameter : arena.parameters()) {
        Matrix<T> expected(parameter.value.rows(), parameter.value.cols());
        golden::Fill<T>(103, expected);
        for (size_t i = 0; i < expected.rows(); ++i) {
          for (size_t j = 0; parameter.kind == ParameterKind::kWeight && j < GetParam(); ++j) {
            const T w = parameter.value(i, j);
            if (penalty.kind == Penalty::Kind::kL1) expected(i, j) += w > 0 ? lambda : -lambda;
            if (penalty.kind == Penalty::Kind::kL2) expected(i, j) += lambda * w;
          }
        }
        EXPECT_EQ(Elements(parameter.gradient), Elements(expected.view())) << parameter.name;
      }
    }
  };
  compare(float());
  compare(double());
}

TEST_P(PenaltyTest, EveryInstructionSetGivesTheSameBits) {
  const auto all_results = [&]<typename T>(T) {
    std::vector<double> all;
    for (const Penalty& penalty : {kL1, kL2}) {
      ParameterArena<T> arena = ExampleArena<T>(GetParam());
      FillGradients(arena);
      all.push_back(PenaltyLoss(penalty, arena));
      AddPenaltyGradient(penalty, arena);
      all.insert(all.end(), arena.gradients().begin(), arena.gradients().end());
    }
    return all;
  };
  ExpectSameOnEveryIsa([&] { return all_results(float()); });
  ExpectSameOnEveryIsa([&] { return all_results(double()); });
}

TEST(AddPenaltyGradientTest, SignOf0Is0) {
  ParameterArena<double> arena({{"W1", 1, 2, ParameterKind::kWeight}});
  arena["W1"].value(0, 1) = -0.0;
  AddPenaltyGradient(kL1, arena);
  EXPECT_THAT(arena.gradients(), Each(0));
}

}  // namespace
}  // namespace dlfs
