#include "chapter6/initialization.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "chapter6/settings.h"
#include "common/experiment/mean_and_std.h"
#include "common/layers/parameter_arena.h"
#include "common/matrix/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/elements.h"

namespace dlfs {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Parameters that are all 7 at the start, then initialised from seed 1.
template <typename T>
class InitializedLayer {
 public:
  // W1: [n_in, n_out], b1: [1, n_out]
  InitializedLayer(const std::string& init, size_t n_in, size_t n_out)
      : InitializedLayer(init, {{"W1", n_in, n_out, ParameterKind::kWeight},
                                {"b1", 1, n_out, ParameterKind::kBias}}) {}

  InitializedLayer(const std::string& init, const std::vector<ParameterShape>& shapes)
      : arena_(shapes) {
    for (T& value : arena_.values()) value = 7;
    InitializeWeights(WeightInitFromName(init).value(), Random(1, kWeightStream), arena_);
  }

  std::vector<double> Elements(const std::string& name) const {
    const std::vector<T> elements = dlfs::Elements(arena_[name].value);
    return {elements.begin(), elements.end()};
  }

 private:
  ParameterArena<T> arena_;
};

struct Normal {
  std::string name;
  double (*std)(double n_in, double n_out);
};

class NormalWeightsTest : public testing::TestWithParam<std::tuple<Normal, size_t>> {};

INSTANTIATE_TEST_SUITE_P(
    All, NormalWeightsTest,
    testing::Combine(
        testing::Values(Normal{"std=0.01", [](double, double) { return 0.01; }},
                        Normal{"std=1", [](double, double) { return 1.0; }},
                        Normal{"xavier", [](double n, double) { return 1 / std::sqrt(n); }},
                        Normal{"glorot", [](double n, double m) { return std::sqrt(2 / (n + m)); }},
                        Normal{"he", [](double n, double) { return std::sqrt(2) / std::sqrt(n); }}),
        testing::Values(1, 10, 100, 784)));

// Mean and standard deviation within 4 standard errors, and the fourth moment of a normal value.
TEST_P(NormalWeightsTest, HaveTheMomentsOfTheirFormula) {
  const auto& [normal, n_in] = GetParam();
  const size_t n_out = 200000 / n_in;
  const InitializedLayer<double> layer(normal.name, n_in, n_out);
  const std::vector<double> W = layer.Elements("W1");
  const double std = normal.std(static_cast<double>(n_in), static_cast<double>(n_out));
  const double size = static_cast<double>(W.size());
  const MeanAndStd measured(W);
  EXPECT_NEAR(measured.mean, 0, 4 * std / std::sqrt(size));
  EXPECT_NEAR(measured.std, std, 4 * std / std::sqrt(2 * size));
  double fourth = 0;
  for (double w : W) fourth += std::pow(w / std, 4) / size;
  EXPECT_NEAR(fourth, 3, 4 * std::sqrt(96 / size));
  EXPECT_THAT(layer.Elements("b1"), Each(0));
}

TEST(ConstantWeightsTest, AreAllTheSame) {
  EXPECT_THAT(InitializedLayer<float>("zero", 5, 4).Elements("W1"), Each(0));
  EXPECT_THAT(InitializedLayer<float>("constant=0.5", 5, 4).Elements("W1"), Each(0.5));
  EXPECT_THAT(InitializedLayer<float>("constant=0.5", 5, 4).Elements("b1"), Each(0));
}

TEST(InitializeWeightsTest, SchemesDifferInScaleOnly) {
  const std::vector<double> unit = InitializedLayer<double>("std=1", 6, 3).Elements("W1");
  const std::vector<double> he = InitializedLayer<double>("he", 6, 3).Elements("W1");
  for (size_t i = 0; i < unit.size(); ++i) EXPECT_DOUBLE_EQ(he[i], std::sqrt(2.0 / 6) * unit[i]);
}

TEST(InitializeWeightsTest, EachLayerHasTheStandardDeviationOfItsOwnShape) {
  const InitializedLayer<double> layers("he", {{"W1", 400, 100, ParameterKind::kWeight},
                                               {"W2", 100, 25, ParameterKind::kWeight},
                                               {"W3", 25, 1600, ParameterKind::kWeight}});
  for (const auto& [name, n_in] : {std::pair{"W1", 400.0}, {"W2", 100.0}, {"W3", 25.0}}) {
    const std::vector<double> W = layers.Elements(name);
    const double std = std::sqrt(2 / n_in), size = static_cast<double>(W.size());
    EXPECT_NEAR(MeanAndStd(W).std, std, 4 * std / std::sqrt(2 * size)) << name;
  }
}

TEST(InitializeWeightsTest, FloatAndDoubleStartFromTheSameWeights) {
  const std::vector<double> f = InitializedLayer<float>("he", 5, 3).Elements("W1");
  const std::vector<double> d = InitializedLayer<double>("he", 5, 3).Elements("W1");
  for (size_t i = 0; i < d.size(); ++i) EXPECT_EQ(f[i], static_cast<float>(d[i]));
}

class BatchNormInitTest : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, BatchNormInitTest,
                         testing::Values("zero", "constant=0.5", "std=0.01", "xavier", "glorot",
                                         "he"));

// γ and β take no random number: the weights after them are the same as without them.
TEST_P(BatchNormInitTest, GammaIs1AndBetaIs0AndTheWeightsAreAsWithoutThem) {
  const ParameterShape W1 = {"W1", 6, 3, ParameterKind::kWeight};
  const ParameterShape gamma1 = {"gamma1", 1, 3, ParameterKind::kScale};
  const ParameterShape beta1 = {"beta1", 1, 3, ParameterKind::kShift};
  const ParameterShape W2 = {"W2", 3, 4, ParameterKind::kWeight};
  const InitializedLayer<double> with(GetParam(), {W1, gamma1, beta1, W2}),
      without(GetParam(), {W1, W2});
  EXPECT_THAT(with.Elements("gamma1"), ElementsAre(1, 1, 1));
  EXPECT_THAT(with.Elements("beta1"), ElementsAre(0, 0, 0));
  EXPECT_EQ(with.Elements("W1"), without.Elements("W1"));
  EXPECT_EQ(with.Elements("W2"), without.Elements("W2"));
}

class UnknownInitTest : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, UnknownInitTest,
                         testing::Values("", "He", "std", "std=", "std=-1", "std=nan", "std=inf",
                                         "std=1x", "std= 1", "std=\t1", "std=1\n", "constant=1\r",
                                         "constant=", "constant=nan", "zero=1"));

TEST_P(UnknownInitTest, IsRejectedWithTheNamesThatThereAre) {
  const auto init = WeightInitFromName(GetParam());
  ASSERT_FALSE(init.ok());
  const std::string message(init.status().message());
  EXPECT_THAT(message, HasSubstr("'" + GetParam() + "'"));
  for (const char* name : {"zero", "constant=", "std=", "xavier", "glorot", "he;"}) {
    EXPECT_THAT(message, HasSubstr(name));
  }
}

}  // namespace
}  // namespace dlfs
