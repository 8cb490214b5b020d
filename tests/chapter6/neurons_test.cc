#include "chapter6/neurons.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <ostream>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "common/experiment/isa_name.h"
#include "common/layers/parameter_arena.h"
#include "common/matrix/isa.h"
#include "common/matrix/matrix.h"
#include "common/matrix/random.h"
#include "datasets/batch.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/initialized_network.h"
#include "tests/chapter6/train_on_batch.h"
#include "tests/common/elements.h"
#include "tests/datasets/random_images.h"

namespace dlfs {
namespace {

using ::testing::Each;
using ::testing::FloatNear;
using ::testing::IsNan;
using ::testing::Not;
using ::testing::Pointwise;

// --- How different the neurons of a layer are ---

using Rows = std::vector<std::vector<float>>;

// Of a matrix with NaN in its padding.
double SpreadOf(const Rows& rows) {
  Matrix<float> W(rows.size(), rows.front().size());
  std::ranges::fill(W.view().flat(), std::numeric_limits<float>::quiet_NaN());
  for (size_t i = 0; i < rows.size(); ++i) std::ranges::copy(rows[i], W.view().row(i).begin());
  return NeuronSpread(W);
}

TEST(NeuronSpreadTest, ByHand) {
  EXPECT_DOUBLE_EQ(SpreadOf({{1, 3}}), std::sqrt(2.0 / 10));
  EXPECT_DOUBLE_EQ(SpreadOf({{1, 3}, {2, 2}}), std::sqrt(2.0 / 18));
  EXPECT_DOUBLE_EQ(SpreadOf({{1, 0, 0}, {0, 2, 0}}), std::sqrt((2.0 / 3 + 8.0 / 3) / 5));
  EXPECT_DOUBLE_EQ(SpreadOf({{1, -1}, {-4, 4}}), 1);
}

TEST(NeuronSpreadTest, OfEqualNeuronsIsExactly0) {
  const float largest = std::numeric_limits<float>::max();
  for (const float w : {0.1f, -7.3f, 1e-30f, 1e30f, largest}) {
    EXPECT_EQ(SpreadOf(Rows(5, std::vector<float>(7, w))), 0) << w;
  }
  EXPECT_EQ(SpreadOf({{0.1f, 0.1f, 0.1f}, {1e9f, 1e9f, 1e9f}, {-3.3f, -3.3f, -3.3f}}), 0);
}

TEST(NeuronSpreadTest, SeesADifferenceInTheLastBit) {
  EXPECT_GT(SpreadOf({{1, 1, std::nextafter(1.0f, 2.0f)}}), 0);
  EXPECT_GT(SpreadOf({{1e9f, 1e9f, 1e9f}, {1, 1, 2}}), 0);
}

TEST(NeuronSpreadTest, OfNothingIs0) {
  EXPECT_EQ(SpreadOf(Rows(3, {0, 0})), 0);
  EXPECT_EQ(SpreadOf(Rows(3, std::vector<float>())), 0);
  EXPECT_EQ(NeuronSpread(Matrix<float>(0, 3)), 0);
}

TEST(NeuronSpreadTest, OfWhatIsNotFiniteIsNan) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), HUGE_VALF, -HUGE_VALF}) {
    EXPECT_THAT(SpreadOf({{bad, 1}, {1, 1}}), IsNan());
    EXPECT_THAT(SpreadOf({{1, 1}, {1, bad}}), IsNan());
    EXPECT_THAT(SpreadOf({{bad, bad}}), IsNan());
  }
}

// The mean of n independent columns takes 1/n of their squared lengths: √(1 − 1/n) is left.
TEST(NeuronSpreadTest, OfIndependentNeuronsIsNearly1) {
  for (const size_t n_out : {2, 10, 100}) {
    ParameterArena<float> arena({{"W1", 2000, n_out, ParameterKind::kWeight}});
    InitializeWeights({WeightInit::Kind::kNormal, 0.01}, Random(0, kWeightStream), arena);
    EXPECT_NEAR(NeuronSpread(arena["W1"].value), std::sqrt(1 - 1 / static_cast<double>(n_out)),
                0.01);
  }
}

// --- Neurons that start equal ---

// Gives m its elements, row after row.
void Set(const std::vector<float>& elements, MatrixView<float> m) {
  ASSERT_EQ(elements.size(), m.rows() * m.cols());
  for (size_t i = 0; i < m.rows(); ++i) {
    std::copy_n(elements.begin() + i * m.cols(), m.cols(), m.row(i).begin());
  }
}

constexpr size_t kInputs = 5 * 7, kBatchSize = 9;

// A network of two hidden layers whose sizes are no multiples of a register.
NetworkConfig Config(ActivationKind activation, bool batch_norm = false) {
  return {.inputs = kInputs, .hidden = {19, 6}, .activation = activation, .batch_norm = batch_norm};
}

MultiLayerNetwork<float> Trained(const NetworkConfig& config, const std::string& init,
                                 const std::string& optimizer_name) {
  MultiLayerNetwork<float> network = InitializedNetwork(config, kBatchSize, init);
  const auto optimizer = MakeOptimizer<float>(optimizer_name, DefaultLearningRate(optimizer_name),
                                              network.arena().values().size());
  const ImageDataset images = RandomImages(50, 5, 7);
  BatchSampler<float> batches(images, kBatchSize, Random(0, kBatchStream));
  for (int t = 0; t < 10; ++t) TrainOnBatch(network, *optimizer, batches.Next());
  return network;
}

bool ColumnsAreEqual(ConstMatrixView<float> m) {
  for (size_t i = 0; i < m.rows(); ++i) {
    if (!std::ranges::all_of(m.row(i), [&](float x) { return x == m(i, 0); })) return false;
  }
  return true;
}

bool RowsAreEqual(ConstMatrixView<float> m) {
  for (size_t i = 1; i < m.rows(); ++i) {
    if (!std::ranges::equal(m.row(i), m.row(0))) return false;
  }
  return true;
}

// What each neuron of a hidden layer has of its own: a column of its W, an element of b, γ and β,
// and a row of the next W. The names of the parameters where neurons differ.
std::vector<std::string> WhereNeuronsDiffer(const MultiLayerNetwork<float>& network) {
  std::vector<std::string> different;
  for (const Parameter<float>& parameter : network.arena().parameters()) {
    const char layer = parameter.name.back();
    const bool rows = parameter.name == "W2" || parameter.name == "W3";
    if ((layer != '3' && !ColumnsAreEqual(parameter.value)) ||
        (rows && !RowsAreEqual(parameter.value))) {
      different.push_back(parameter.name);
    }
  }
  return different;
}

struct Start {
  ActivationKind activation;
  bool batch_norm;
  std::string init;
};
void PrintTo(const Start& start, std::ostream* out) { *out << start.init; }

std::vector<Isa> Isas() { return {SupportedIsas().begin(), SupportedIsas().end()}; }

using SymmetryCase = std::tuple<Start, std::string, Isa>;

std::string SymmetryTestName(const testing::TestParamInfo<SymmetryCase>& info) {
  const auto& [start, optimizer, isa] = info.param;
  std::string name =
      absl::StrCat(ActivationName(start.activation), start.batch_norm ? "_batch_norm_" : "_",
                   start.init, "_", optimizer, "_", IsaName(isa));
  std::ranges::replace_if(
      name, [](char c) { return !absl::ascii_isalnum(c); }, '_');
  return name;
}

class SymmetryTest : public testing::TestWithParam<SymmetryCase> {
 protected:
  SymmetryTest() { SetCurrentIsa(std::get<Isa>(GetParam())); }
  ~SymmetryTest() override { SetCurrentIsa(SupportedIsas().front()); }

  const std::string optimizer_ = std::get<std::string>(GetParam());
  const Start start_ = std::get<Start>(GetParam());
  const NetworkConfig config_ = Config(start_.activation, start_.batch_norm);
};

INSTANTIATE_TEST_SUITE_P(
    All, SymmetryTest,
    testing::Combine(testing::Values(Start{ActivationKind::kRelu, false, "constant=0.01"},
                                     Start{ActivationKind::kRelu, false, "constant=0.3"},
                                     Start{ActivationKind::kRelu, true, "constant=0.3"},
                                     Start{ActivationKind::kSigmoid, false, "zero"},
                                     Start{ActivationKind::kSigmoid, false, "constant=-0.1"},
                                     Start{ActivationKind::kSigmoid, true, "constant=0.1"},
                                     Start{ActivationKind::kTanh, false, "constant=-0.07"},
                                     Start{ActivationKind::kTanh, true, "constant=1"}),
                     testing::Values("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"),
                     testing::ValuesIn(Isas())),
    SymmetryTestName);

TEST_P(SymmetryTest, NeuronsThatStartEqualStayEqualToTheLastBit) {
  const MultiLayerNetwork<float> before = InitializedNetwork(config_, kBatchSize, start_.init);
  const MultiLayerNetwork<float> after = Trained(config_, start_.init, optimizer_);
  EXPECT_THAT(WhereNeuronsDiffer(after), testing::IsEmpty());
  for (const Parameter<float>& parameter : after.arena().parameters()) {
    // Batch norm takes away the mean, so what b adds, and the scale, which is all that W2 is where
    // neurons are equal, and nearly all that gamma1 is in front of ReLU: only rounding moves them.
    const std::set<std::string> idle = {"b1", "gamma1", "W2", "b2"};
    if (start_.batch_norm && idle.contains(parameter.name)) continue;
    EXPECT_NE(Elements(parameter.value), Elements(before.arena()[parameter.name].value))
        << parameter.name << " has learned nothing";
    EXPECT_THAT(Elements(parameter.value), Each(Not(IsNan())));
  }
}

TEST_P(SymmetryTest, NeuronsThatStartAtRandomDoNotBecomeEqual) {
  const MultiLayerNetwork<float> network = Trained(config_, "he", optimizer_);
  EXPECT_THAT(WhereNeuronsDiffer(network), testing::IsSupersetOf({"W1", "b1", "W2", "b2", "W3"}));
}

class ZeroWeightsTest : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, ZeroWeightsTest,
                         testing::Values("sgd", "momentum", "nesterov", "adagrad", "rmsprop",
                                         "adam"));

TEST_P(ZeroWeightsTest, WithReluOnlyTheLastBiasLearns) {
  const auto network = Trained(Config(ActivationKind::kRelu), "zero", GetParam());
  for (const Parameter<float>& parameter : network.arena().parameters()) {
    const std::vector<float> elements = Elements(parameter.value);
    if (parameter.name == "b3") {
      EXPECT_THAT(elements, Each(Not(0.0f)));
    } else {
      EXPECT_THAT(elements, Each(0.0f)) << parameter.name;
    }
  }
}

// --- The first neurons of the layers ---

TEST(FirstNeuronsTest, ByHand) {
  const NetworkConfig config = {.inputs = 3, .hidden = {2, 3}, .outputs = 2};
  MultiLayerNetwork<float> network(config, 4);
  Set({1, 10, 2, 20, 3, 30}, network.arena()["W1"].value);
  Set({4, 40}, network.arena()["b1"].value);
  Set({5, 50, 500, 6, 60, 600}, network.arena()["W2"].value);
  Set({7, 70, 700}, network.arena()["b2"].value);
  Set({1, 2, 10, 20, 100, 200}, network.arena()["W3"].value);
  Set({8, 9}, network.arena()["b3"].value);
  const MultiLayerNetwork<float> first = FirstNeurons(network, config);
  EXPECT_EQ(first.max_batch(), network.max_batch());
  const auto elements = [&](const char* name) { return Elements(first.arena()[name].value); };
  EXPECT_THAT(elements("W1"), testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(elements("b1"), testing::ElementsAre(4));
  EXPECT_THAT(elements("W2"), testing::ElementsAre(5 + 6));
  EXPECT_THAT(elements("b2"), testing::ElementsAre(7));
  EXPECT_THAT(elements("W3"), testing::ElementsAre(111, 222));
  EXPECT_THAT(elements("b3"), testing::ElementsAre(8, 9));
}

class FirstNeuronsTest : public testing::TestWithParam<ActivationKind> {
 protected:
  // The outputs of a trained network and of its first neurons.
  std::pair<std::vector<float>, std::vector<float>> Predictions(const std::string& init) {
    const NetworkConfig config = Config(GetParam());
    MultiLayerNetwork<float> network = Trained(config, init, "momentum");
    MultiLayerNetwork<float> first = FirstNeurons(network, config);
    const ImageDataset images = RandomImages(kBatchSize, 5, 7, 1);
    BatchBuffer<float> buffer(images, kBatchSize);
    const Batch<float> batch = buffer.GatherAll();
    return {Elements(network.Predict(batch.x)), Elements(first.Predict(batch.x))};
  }
};

INSTANTIATE_TEST_SUITE_P(All, FirstNeuronsTest,
                         testing::Values(ActivationKind::kRelu, ActivationKind::kSigmoid,
                                         ActivationKind::kTanh));

TEST_P(FirstNeuronsTest, ComputeWhatANetworkOfEqualNeuronsDoes) {
  for (const char* init : {"zero", "constant=0.02", "constant=0.2"}) {
    const auto [all, first] = Predictions(init);
    EXPECT_THAT(first, Pointwise(FloatNear(1e-4f), all)) << init;
  }
}

TEST_P(FirstNeuronsTest, DoNotStandForNeuronsThatDiffer) {
  const auto [all, first] = Predictions("he");
  EXPECT_THAT(first, Not(Pointwise(FloatNear(0.1f), all)));
}

TEST(FirstNeuronsTest, OfANetworkWithoutHiddenLayersOrWithBatchNormDie) {
  const NetworkConfig none = {.inputs = 3};
  const NetworkConfig batch_norm = {.inputs = 3, .hidden = {2}, .batch_norm = true};
  EXPECT_DEATH(FirstNeurons(MultiLayerNetwork<float>(none, 1), none), "check failed");
  EXPECT_DEATH(FirstNeurons(MultiLayerNetwork<float>(batch_norm, 1), batch_norm), "check failed");
}

}  // namespace
}  // namespace dlfs
