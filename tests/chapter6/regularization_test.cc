#include "chapter6/regularization.h"

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "chapter6/optimizers.h"
#include "chapter6/settings.h"
#include "common/layers/parameter_arena.h"
#include "common/matrix/matrix.h"
#include "common/matrix/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/elements.h"
#include "tests/common/every_isa.h"
#include "tests/common/gradient_check.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

using ::testing::AnyOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Ne;

constexpr Penalty kNone = {}, kL1 = {Penalty::Kind::kL1, 0.3}, kL2 = {Penalty::Kind::kL2, 0.3},
                  kDecoupled = {Penalty::Kind::kDecoupled, 0.3};

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
  expect("decoupled=0.1", Penalty::Kind::kDecoupled, 0.1);
}

class UnknownPenaltyTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, UnknownPenaltyTest,
                         testing::Values("", "l1", "l2", "L2", "L2=1", "l2=", "l1=-1", "l2=-1",
                                         "l2=nan", "l2=inf", "l2=1e999", "l2=1x", "l3=1", "none=1",
                                         "None", "decoupled", "decoupled=-1"));

TEST_P(UnknownPenaltyTest, IsRejectedWithThePenaltiesThatThereAre) {
  const absl::StatusOr<Penalty> penalty = PenaltyFromName(GetParam());
  ASSERT_FALSE(penalty.ok());
  const std::string message(penalty.status().message());
  EXPECT_THAT(message, HasSubstr("'" + GetParam() + "'"));
  for (const char* name : {"none", "l1=", "l2=", "decoupled="})
    EXPECT_THAT(message, HasSubstr(name));
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
    EXPECT_EQ(PenaltyLoss(kDecoupled, arena), 0);
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
    for (const Penalty& penalty : {kNone, kL1, kL2, kDecoupled}) {
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
    for (const Penalty& penalty : {kL1, kL2, kDecoupled}) {
      ParameterArena<T> arena = ExampleArena<T>(GetParam());
      FillGradients(arena);
      all.push_back(PenaltyLoss(penalty, arena));
      AddPenaltyGradient(penalty, arena);
      DecayWeights(penalty, 0.01, arena);
      all.insert(all.end(), arena.gradients().begin(), arena.gradients().end());
      all.insert(all.end(), arena.values().begin(), arena.values().end());
    }
    return all;
  };
  ExpectSameOnEveryIsa([&] { return all_results(float()); });
  ExpectSameOnEveryIsa([&] { return all_results(double()); });
}

TEST_P(PenaltyTest, OnlyDecoupledDecaysWeightsAndNothingElse) {
  const auto compare = [&]<typename T>(T) {
    for (const Penalty& penalty : {kNone, kL1, kL2, kDecoupled}) {
      ParameterArena<T> arena = ExampleArena<T>(GetParam());
      const ParameterArena<T> before = ExampleArena<T>(GetParam());
      DecayWeights(penalty, 0.5, arena);
      const T share = penalty.kind == Penalty::Kind::kDecoupled ? static_cast<T>(0.5 * 0.3) : T(0);
      for (const Parameter<T>& parameter : arena.parameters()) {
        const MatrixView<T> W = before[parameter.name].value;
        for (size_t i = 0; i < W.rows(); ++i) {
          for (size_t j = 0; j < W.cols(); ++j) {
            const T lost = parameter.kind == ParameterKind::kWeight ? share * W(i, j) : T(0);
            EXPECT_EQ(parameter.value(i, j), W(i, j) - lost) << parameter.name;
          }
        }
      }
    }
  };
  compare(float());
  compare(double());
}

// Steps from W1 = (1, -2), whose second gradient is 0, with the gradients of f(W) = W_0².
std::vector<double> AfterSteps(std::string_view optimizer, double eta, const Penalty& penalty,
                               int steps) {
  ParameterArena<double> arena({{"W1", 1, 2, ParameterKind::kWeight}});
  const MatrixView<double> W = arena["W1"].value;
  W(0, 0) = 1;
  W(0, 1) = -2;
  const auto update = MakeOptimizer<double>(optimizer, eta, arena.values().size());
  for (int t = 0; t < steps; ++t) {
    arena["W1"].gradient(0, 0) = 2 * W(0, 0);
    arena["W1"].gradient(0, 1) = 0;
    AddPenaltyGradient(penalty, arena);
    DecayWeights(penalty, eta, arena);
    update->Step(arena.values(), arena.gradients());
  }
  return Elements(W);
}

TEST(DecoupledWeightDecayTest, IsTheL2PenaltyWithSgd) {
  const std::vector<double> l2 = AfterSteps("sgd", 0.1, kL2, 20);
  const std::vector<double> decoupled = AfterSteps("sgd", 0.1, kDecoupled, 20);
  for (size_t i = 0; i < 2; ++i) EXPECT_NEAR(decoupled[i], l2[i], 1e-15) << i;
  EXPECT_GT(std::abs(AfterSteps("sgd", 0.1, kNone, 20)[1] - l2[1]), 0.1);
}

// AdamW as algorithm 2 of the paper has it, with bias-corrected m and v.
TEST(DecoupledWeightDecayTest, IsAdamWWithAdam) {
  constexpr double kEta = 0.1, kLambda = 0.3, kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-7;
  constexpr int kSteps = 20;
  double W = 1, m = 0, v = 0;
  for (int t = 1; t <= kSteps; ++t) {
    const double g = 2 * W;
    m = kBeta1 * m + (1 - kBeta1) * g;
    v = kBeta2 * v + (1 - kBeta2) * g * g;
    const double m_hat = m / (1 - std::pow(kBeta1, t)), v_hat = v / (1 - std::pow(kBeta2, t));
    // ε stands beside √v in our Adam (optimizers.cc), so beside √v̂ it is larger.
    const double epsilon = kEpsilon / std::sqrt(1 - std::pow(kBeta2, t));
    W = W - kEta * (m_hat / (std::sqrt(v_hat) + epsilon) + kLambda * W);
  }
  const std::vector<double> ours = AfterSteps("adam", kEta, kDecoupled, kSteps);
  EXPECT_NEAR(ours[0], W, 1e-14);
  EXPECT_NEAR(ours[1], -2 * std::pow(1 - kEta * kLambda, kSteps), 1e-14);  // it has no gradient
  EXPECT_GT(std::abs(AfterSteps("adam", kEta, kL2, kSteps)[1] - ours[1]), 0.1);
}

TEST(AddPenaltyGradientTest, SignOf0Is0) {
  ParameterArena<double> arena({{"W1", 1, 2, ParameterKind::kWeight}});
  arena["W1"].value(0, 1) = -0.0;
  AddPenaltyGradient(kL1, arena);
  EXPECT_THAT(arena.gradients(), Each(0));
}

// --- Dropout ---

using Kind = DropoutChoice::Kind;

TEST(DropoutKindFromNameTest, KnowsEveryKindByItsName) {
  EXPECT_EQ(DropoutKindFromName("none").value(), Kind::kNone);
  EXPECT_EQ(DropoutKindFromName("standard").value(), Kind::kStandard);
  EXPECT_EQ(DropoutKindFromName("inverted").value(), Kind::kInverted);
  for (Kind kind : {Kind::kNone, Kind::kStandard, Kind::kInverted}) {
    EXPECT_EQ(DropoutKindFromName(kDropoutNames[static_cast<size_t>(kind)]).value(), kind);
  }
}

class UnknownDropoutTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, UnknownDropoutTest,
                         testing::Values("", "Standard", "standard=0.2", "inverse", "0.2"));

TEST_P(UnknownDropoutTest, IsRejectedWithTheNamesThatThereAre) {
  const absl::StatusOr<Kind> kind = DropoutKindFromName(GetParam());
  ASSERT_FALSE(kind.ok());
  const std::string message(kind.status().message());
  EXPECT_THAT(message, HasSubstr("'" + GetParam() + "'"));
  for (const char* name : {"none", "standard", "inverted"}) EXPECT_THAT(message, HasSubstr(name));
}

constexpr size_t kRows = 6, kUnits = 11;

template <typename T>
Dropout<T> MakeDropout(Kind kind, double ratio = 0.3, size_t rows = kRows, size_t units = kUnits,
                       uint64_t stream = kDropoutStream) {
  return Dropout<T>({kind, ratio}, rows, units, Random(5, stream));
}

template <typename T>
Matrix<T> Ones(size_t rows, size_t cols) {
  Matrix<T> ones(rows, cols);
  for (T& element : ones.view().flat()) element = 1;
  return ones;
}

// The next mask of a standard dropout, 0s and 1s, row after row.
template <typename T>
std::vector<T> NextMask(Dropout<T>& dropout, size_t rows = kRows, size_t units = kUnits) {
  return Elements(dropout.Forward(Ones<T>(rows, units), Mode::kTraining));
}

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

class DropoutRatioTest : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(All, DropoutRatioTest, testing::Values(0, 0.1, 0.3, 0.9));

TEST_P(DropoutRatioTest, IsTheShareThatIsLeftOut) {
  constexpr size_t kMany = 200 * 500;
  Dropout<double> dropout = MakeDropout<double>(Kind::kStandard, GetParam(), 200, 500);
  for (int step = 0; step < 3; ++step) {
    const std::vector<double> mask = NextMask(dropout, 200, 500);
    EXPECT_THAT(mask, Each(AnyOf(0, 1)));
    EXPECT_NEAR(1 - Mean(mask), GetParam(),
                4 * std::sqrt(GetParam() * (1 - GetParam()) / kMany) + 1e-15);
  }
}

// The correlation of the masks of neighbours in a row, in a column, and in successive steps is 0 to
// 4 standard errors.
TEST(DropoutTest, MasksAreIndependentBetweenColumnsRowsAndSteps) {
  constexpr size_t kMany = 200 * 500;
  Dropout<double> dropout = MakeDropout<double>(Kind::kStandard, 0.3, 200, 500);
  std::vector<double> masks = NextMask(dropout, 200, 500);
  for (double mask : NextMask(dropout, 200, 500)) masks.push_back(mask);
  for (size_t distance : {size_t{1}, size_t{500}, kMany}) {
    double covariance = 0;
    for (size_t e = 0; e < kMany; ++e) {
      covariance += (masks[e] - 0.7) * (masks[e + distance] - 0.7) / kMany;
    }
    EXPECT_NEAR(covariance / (0.3 * 0.7), 0, 4 / std::sqrt(kMany)) << distance;
  }
}

// Both kinds, with an x whose padding is not a number.
class DropoutKindTest : public testing::TestWithParam<Kind> {
 protected:
  DropoutKindTest() {
    for (double& element : x_.view().flat()) element = std::nan("");
    golden::Fill<double>(101, x_);
    golden::Fill<double>(102, dy_);
  }

  static Dropout<double> Make(double ratio = 0.3) { return MakeDropout<double>(GetParam(), ratio); }

  // What an element that is kept is multiplied by, in training and in evaluation.
  const double kept_ = GetParam() == Kind::kInverted ? 1 / (1 - 0.3) : 1;
  const double in_evaluation_ = GetParam() == Kind::kInverted ? 1 : 1 - 0.3;
  Matrix<double> x_{kRows, kUnits}, dy_{kRows, kUnits};
};
INSTANTIATE_TEST_SUITE_P(All, DropoutKindTest, testing::Values(Kind::kStandard, Kind::kInverted),
                         [](const auto& info) {
                           return kDropoutNames[static_cast<size_t>(info.param)];
                         });

TEST_P(DropoutKindTest, ForwardAndBackwardMultiplyByTheSameMask) {
  Dropout<double> standard = MakeDropout<double>(Kind::kStandard), dropout = Make();
  for (int step = 0; step < 3; ++step) {
    const std::vector<double> mask = NextMask(standard);
    EXPECT_THAT(mask, testing::Contains(0));
    const ConstMatrixView<double> y = dropout.Forward(x_, Mode::kTraining);
    const ConstMatrixView<double> dx = dropout.Backward(dy_);
    for (size_t i = 0; i < kRows; ++i) {
      for (size_t j = 0; j < kUnits; ++j) {
        const double scale = mask[i * kUnits + j] * kept_;
        EXPECT_EQ(y(i, j), scale * x_(i, j));
        EXPECT_EQ(dx(i, j), scale * dy_(i, j));
      }
    }
  }
}

// A layer made anew from the same Random draws the same mask.
TEST_P(DropoutKindTest, BackwardIsTheGradientForTheMaskOfForward) {
  Dropout<double> dropout = Make();
  dropout.Forward(x_, Mode::kTraining);
  const auto loss = [&] {
    Dropout<double> same = Make();
    return Dot(same.Forward(x_, Mode::kTraining), dy_);
  };
  ExpectGradient(loss, x_, dropout.Backward(dy_));
}

TEST_P(DropoutKindTest, EvaluationIsTheMeanOfTraining) {
  Dropout<double> dropout = Make();
  const std::vector<double> y = Elements(dropout.Forward(x_, Mode::kEvaluation));
  const std::vector<double> x = Elements(x_.view());
  for (size_t e = 0; e < y.size(); ++e) EXPECT_EQ(y[e], in_evaluation_ * x[e]);

  constexpr int kSteps = 10000;
  std::vector<double> mean(y.size());
  for (int step = 0; step < kSteps; ++step) {
    const std::vector<double> trained = Elements(dropout.Forward(x_, Mode::kTraining));
    for (size_t e = 0; e < y.size(); ++e) mean[e] += trained[e] / kSteps;
  }
  for (size_t e = 0; e < y.size(); ++e) {
    EXPECT_NEAR(mean[e], y[e], 4 * kept_ * std::abs(x[e]) * std::sqrt(0.3 * 0.7 / kSteps));
  }
}

TEST_P(DropoutKindTest, EvaluationDrawsNoRandomNumbers) {
  Dropout<double> dropout = Make(), disturbed = Make();
  for (int step = 0; step < 3; ++step) {
    disturbed.Forward(x_, Mode::kEvaluation);
    EXPECT_EQ(Elements(disturbed.Forward(x_, Mode::kTraining)),
              Elements(dropout.Forward(x_, Mode::kTraining)));
  }
}

TEST_P(DropoutKindTest, Ratio0IsTheIdentity) {
  Dropout<double> dropout = Make(0);
  EXPECT_EQ(Elements(dropout.Forward(x_, Mode::kTraining)), Elements(x_.view()));
  EXPECT_EQ(Elements(dropout.Backward(dy_)), Elements(dy_.view()));
  EXPECT_EQ(Elements(dropout.Forward(x_, Mode::kEvaluation)), Elements(x_.view()));
}

TEST_P(DropoutKindTest, BackwardWithoutATrainingForwardDies) {
  Dropout<double> dropout = Make();
  EXPECT_DEATH(dropout.Backward(dy_), "check failed");
  dropout.Forward(x_, Mode::kTraining);
  dropout.Forward(x_, Mode::kEvaluation);
  EXPECT_DEATH(dropout.Backward(dy_), "check failed");
}

TEST_P(DropoutKindTest, ABatchTooLargeOrOfOtherWidthDies) {
  Dropout<double> dropout = Make();
  const Matrix<double> tall(kRows + 1, kUnits), wide(kRows, kUnits + 1);
  EXPECT_DEATH(dropout.Forward(tall, Mode::kTraining), "check failed");
  EXPECT_DEATH(dropout.Forward(wide, Mode::kTraining), "check failed");
  dropout.Forward(x_, Mode::kTraining);
  EXPECT_DEATH(dropout.Backward(wide), "check failed");
}

TEST_P(DropoutKindTest, EveryInstructionSetGivesTheSameBits) {
  const auto all_results = []<typename T>(T) {
    Matrix<T> x(kRows, kUnits), dy(kRows, kUnits);
    golden::Fill<T>(101, x);
    golden::Fill<T>(102, dy);
    Dropout<T> dropout = MakeDropout<T>(GetParam());
    std::vector<std::vector<T>> all = {Elements(dropout.Forward(x, Mode::kTraining))};
    all.push_back(Elements(dropout.Backward(dy)));
    all.push_back(Elements(dropout.Forward(x, Mode::kEvaluation)));
    return all;
  };
  ExpectSameOnEveryIsa([&] { return all_results(float()); });
  ExpectSameOnEveryIsa([&] { return all_results(double()); });
}

TEST(DropoutMaskTest, FollowsFromTheRandomNumbersOnly) {
  Dropout<double> dropout = MakeDropout<double>(Kind::kStandard);
  const std::vector<double> first = NextMask(dropout), second = NextMask(dropout);
  EXPECT_THAT(second, Ne(first));

  Dropout<double> same = MakeDropout<double>(Kind::kStandard);
  EXPECT_EQ(NextMask(same), first);
  EXPECT_EQ(NextMask(same), second);

  Dropout<double> other =
      MakeDropout<double>(Kind::kStandard, 0.3, kRows, kUnits, kDropoutStream + 1);
  EXPECT_THAT(NextMask(other), Ne(first));
}

// The elements take the random numbers in their order, whatever the padding between the rows; it
// differs between the shapes and between float and double.
TEST(DropoutMaskTest, DoesNotDependOnPadding) {
  Dropout<double> dropout = MakeDropout<double>(Kind::kStandard);
  const std::vector<double> mask = NextMask(dropout);
  Dropout<float> of_float = MakeDropout<float>(Kind::kStandard);
  EXPECT_THAT(NextMask(of_float), testing::ElementsAreArray(mask));
  Dropout<double> transposed = MakeDropout<double>(Kind::kStandard, 0.3, kUnits, kRows);
  EXPECT_EQ(NextMask(transposed, kUnits, kRows), mask);
}

TEST(DropoutMaskTest, OfTwoSmallBatchesIsThatOfOneLargeBatch) {
  Dropout<double> large = MakeDropout<double>(Kind::kStandard);
  Dropout<double> small = MakeDropout<double>(Kind::kStandard);
  std::vector<double> masks;
  for (size_t rows : {size_t{2}, kRows - 2}) {
    const Matrix<double> ones = Ones<double>(rows, kUnits);
    const std::vector<double> mask = Elements(small.Forward(ones, Mode::kTraining));
    EXPECT_EQ(Elements(small.Backward(ones)), mask);
    masks.insert(masks.end(), mask.begin(), mask.end());
  }
  EXPECT_EQ(masks, NextMask(large));
}

TEST(DropoutTest, RefusesARatioOutsideOf0To1AndNoKind) {
  EXPECT_DEATH(MakeDropout<double>(Kind::kStandard, 1), "check failed");
  EXPECT_DEATH(MakeDropout<double>(Kind::kStandard, -0.1), "check failed");
  EXPECT_DEATH(MakeDropout<double>(Kind::kNone), "check failed");
}

}  // namespace
}  // namespace dlfs
