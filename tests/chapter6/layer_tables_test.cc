// The tables about single layers: histograms of activations and how different neurons are (6.2), and
// the gradient check (6.3).
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chapter6/initialization.h"
#include "chapter6/layer_signals.h"
#include "common/experiment/csv.h"
#include "common/experiment/mean_and_std.h"
#include "common/layers/activations.h"
#include "common/matrix/elementary.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/tables.h"
#include "tests/csv_table.h"

namespace dlfs {
namespace {

using ::testing::SizeIs;

// --- weight_init_activation_histogram, as its short run does ---

const std::vector<std::string> kActivations = {"sigmoid", "tanh", "relu"};
const std::vector<std::string> kInits = {"std=1", "xavier", "he"};
constexpr int kLayers = 3;

// The signals of both seeds, together.
std::vector<LayerSignal> SignalsOfSeeds(ActivationKind activation, const WeightInit& init) {
  const LayerStack stack = {.samples = 50, .nodes = 10, .layers = kLayers};
  std::vector<LayerSignal> both = Signals(activation, init, stack, 0);
  const std::vector<LayerSignal> second = Signals(activation, init, stack, 1);
  for (int l = 0; l < kLayers; ++l) {
    const auto append = [](std::vector<double>& to, const std::vector<double>& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(both[l].activations, second[l].activations);
    append(both[l].gradients, second[l].gradients);
    both[l].saturated = both[l].saturated / 2 + second[l].saturated / 2;
    both[l].dead = both[l].dead / 2 + second[l].dead / 2;
  }
  return both;
}

void AppendHistogram(Row layer, const std::vector<double>& values, double low, double high,
                     int bins, std::vector<Row>& rows) {
  const std::vector<size_t> counts = Histogram(values, low, high, bins);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), size_t{0}), 50 * 10 * 2) << "all values";
  layer.resize(6);
  for (int b = 0; b < bins; ++b) {
    layer[3] = ShortestDecimal(low + b * ((high - low) / bins));
    layer[4] = b + 1 < bins ? ShortestDecimal(low + (b + 1) * ((high - low) / bins))
                            : ShortestDecimal(high);
    layer[5] = std::to_string(counts[b]);
    rows.push_back(layer);
  }
}

TEST(HistogramTest, TablesAreOfTheSignalsOfAllSeeds) {
  constexpr WeightInit kKinds[] = {
      {WeightInit::Kind::kNormal, 1}, {WeightInit::Kind::kXavier}, {WeightInit::Kind::kHe}};
  std::vector<Row> activations, gradients, summary;
  for (const ActivationKind kind :
       {ActivationKind::kSigmoid, ActivationKind::kTanh, ActivationKind::kRelu}) {
    for (size_t i = 0; i < kInits.size(); ++i) {
      const std::vector<LayerSignal> signals = SignalsOfSeeds(kind, kKinds[i]);
      // Layers are to be compared, so their bins are the same; no activation is hidden.
      double high = 1;
      if (kind == ActivationKind::kRelu) {
        high = 0;
        for (const LayerSignal& s : signals) {
          high = std::max(high, *std::ranges::max_element(s.activations));
        }
      }
      for (int l = 0; l < kLayers; ++l) {
        const Row layer = {ActivationName(kind), kInits[i], absl::StrCat(l + 1)};
        AppendHistogram(layer, signals[l].activations, kind == ActivationKind::kTanh ? -1 : 0, high,
                        12, activations);
        std::vector<double> logs;
        for (const double g : signals[l].gradients) {
          logs.push_back(elementary::Log(std::abs(g)) / std::numbers::ln10);
        }
        AppendHistogram(layer, logs, -12, 6, 36, gradients);
        const MeanAndStd y(signals[l].activations), gradient(signals[l].gradients);
        summary.push_back(layer);
        for (const double x :
             {y.mean, y.std, signals[l].saturated, signals[l].dead, gradient.std}) {
          summary.back().push_back(ShortestDecimal(x));
        }
      }
    }
  }
  const std::string experiment = Tables(kHistogram);
  EXPECT_EQ(ReadCsv(experiment + ".csv").rows, activations);
  EXPECT_EQ(ReadCsv(experiment + "_gradient.csv").rows, gradients);
  EXPECT_EQ(ReadCsv(experiment + "_summary.csv").rows, summary);
}

TEST(HistogramTest, PrintedTableSaysWhatTheSummarySays) {
  const auto [experiment, out] = WriteTables(kHistogram);
  const CsvTable summary = ReadCsv(experiment + "_summary.csv");
  for (const std::string& activation : kActivations) {
    for (const std::string& init : kInits) {
      const std::vector<Row> rows = RowsOf(summary, {activation, init});
      // activation, init: y of layers 1, 2, 3; saturated %, dead %; gradient of layers 3, 1
      const Row printed = PrintedRow(out, activation +
                                              (activation == "relu"   ? "     "
                                               : activation == "tanh" ? "     "
                                                                      : "  ") +
                                              init);
      ASSERT_THAT(printed, SizeIs(9));
      for (int l = 0; l < kLayers; ++l) {
        EXPECT_NEAR(Number(printed[l]) / Number(rows[l][4]), 1, 0.051);
      }
      EXPECT_NEAR(Number(printed[3]), 100 * Number(rows[2][5]), 0.51);
      EXPECT_NEAR(Number(printed[5]), 100 * Number(rows[2][6]), 0.51);
      EXPECT_NEAR(Number(printed[7]) / Number(rows[2][7]), 1, 0.051);
      EXPECT_NEAR(Number(printed[8]) / Number(rows[0][7]), 1, 0.051);
    }
  }
}

TEST(HistogramTest, AnOverflowIsSaid) {
  const auto [experiment, out] =
      WriteTables(kHistogram, {"--activations=relu,tanh", "--inits=std=1e30,he"});
  EXPECT_THAT(PrintedRow(out, "relu     std=1e30"), testing::Contains("overflow").Times(3));
  EXPECT_THAT(PrintedRow(out, "tanh     std=1e30"), testing::Not(testing::Contains("overflow")));
  EXPECT_THAT(out,
              testing::ContainsRegex("\n  Overflow in layer 3: [0-9]+ values of y and dL/da are "
                                     "not finite numbers\nrelu     he "));
}

TEST(HistogramTest, ByDefaultAsInTheBook) {
  const CsvTable table =
      ReadCsv(Tables(kHistogram, {"--seeds=1", "--samples=1000", "--nodes=100", "--layers=5",
                                  "--bins=30", "--inits=std=1,std=0.01,xavier,he"}) +
              ".csv");
  // Figure 6-10: sigmoid with std 1 has most values at the ends; 6-11: with 0.01 none there.
  const auto at_ends = [&](const char* init) {
    const std::vector<Row> bins = RowsOf(table, {"sigmoid", init, "5"});
    return (Number(bins.front()[5]) + Number(bins.back()[5])) / (1000 * 100);
  };
  EXPECT_GT(at_ends("std=1"), 0.4);
  EXPECT_EQ(at_ends("std=0.01"), 0);
}

// --- weight_init_symmetry ---

TEST(SymmetryTest, EqualNeuronsAreNoBetterThanOne) {
  const auto [experiment, out] = WriteTables(kSymmetry, {"--iterations=300"});
  const std::string of_neurons = out.substr(out.find("seed 0 "));
  const CsvTable layers = ReadCsv(experiment + "_layers.csv");
  for (const char* init : {"zero", "constant=0.01", "he"}) {
    const Row printed = PrintedRow(of_neurons, init);
    ASSERT_THAT(printed, SizeIs(4));
    if (std::string(init) == "he") {
      EXPECT_GT(Number(printed[0]), Number(printed[1]) + 0.1);
    } else {
      EXPECT_EQ(printed[0], printed[1]);
    }
    const Row W2 = RowsOf(layers, {"0", init, "300", "2"})[0];
    EXPECT_NEAR(Number(printed[2]), Number(W2[4]), 5.1e-5);
    EXPECT_EQ(printed[3], W2[5]);
  }
}

// --- batch_norm_gradient_check ---

const std::vector<std::string> kParameters = {"W1", "b1",     "gamma1", "beta1", "W2",
                                              "b2", "gamma2", "beta2",  "W3",    "b3"};

// One run for all tests of it: it cannot be made short.
class GradientCheckTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { written_ = WriteTables(kGradientCheck, {"--samples=3"}); }

  static CsvTable Csv() { return ReadCsv(written_.experiment + ".csv"); }
  static CsvTable Summary() { return ReadCsv(written_.experiment + "_summary.csv"); }

  static Written written_;
};
Written GradientCheckTest::written_;

TEST_F(GradientCheckTest, ChecksEveryParameterOnSeveralSamplesAndOnOne) {
  std::vector<Row> rows;
  for (const char* samples : {"3", "1"}) {
    for (const std::string& parameter : kParameters) rows.push_back({parameter, samples});
  }
  EXPECT_EQ(FirstCells(Csv(), 2), rows);
  EXPECT_EQ(FirstCells(Summary(), 2), rows);
}

TEST_F(GradientCheckTest, BackPropagationIsRightOnSeveralSamples) {
  for (const std::string& parameter : kParameters) {
    const Row row = RowsOf(Csv(), {parameter, "3"})[0];
    EXPECT_LT(Number(row[2]), 1e-8);
    EXPECT_LT(Number(row[3]), 1e-3);
    // Batch norm subtracts what b1 and b2 add.
    const double gradient = Number(RowsOf(Summary(), {parameter, "3"})[0][2]);
    if (parameter == "b1" || parameter == "b2") {
      EXPECT_LT(gradient, 1e-12);
    } else {
      EXPECT_GT(gradient, 1e-3) << "the check of " << parameter << " means something";
      EXPECT_GT(Number(row[2]), 0) << "two different computations";
    }
  }
}

TEST_F(GradientCheckTest, OneSampleChecksNothing) {
  for (const std::string& parameter : kParameters) {
    const Row row = RowsOf(Csv(), {parameter, "1"})[0];
    const double gradient = Number(RowsOf(Summary(), {parameter, "1"})[0][2]);
    if (parameter == "b3") {
      EXPECT_GT(gradient, 0.1);
      EXPECT_LT(Number(row[3]), 1e-3);
      continue;
    }
    EXPECT_EQ(gradient, 0);
    // Half a slope of ReLU at its kink, where back-propagation has none.
    EXPECT_EQ(Number(row[2]) > 1e-3, parameter == "beta2");
    EXPECT_EQ(Number(row[3]), parameter == "beta2" ? 1 : 0);
  }
}

TEST_F(GradientCheckTest, SummaryAndPrintedTableSayTheSame) {
  EXPECT_EQ(Column(Csv(), "mean_abs_difference"), Column(Summary(), "mean_abs_difference"));
  for (const Row& row : Csv().rows) {
    const std::string table =
        written_.out.substr(written_.out.find(row[1] == "1" ? "\n1 sample " : "\n3 samples "));
    const Row printed = PrintedRow(table, row[0]);
    ASSERT_THAT(printed, SizeIs(4));
    const double gradient = Number(RowsOf(Summary(), {row[0], row[1]})[0][2]);
    EXPECT_NEAR(Number(printed[0]), gradient, 0.051 * gradient);
    EXPECT_NEAR(Number(printed[1]), Number(row[2]), 0.051 * Number(row[2]));
    EXPECT_NEAR(Number(printed[2]), Number(row[3]), 0.051 * Number(row[3]));
    if (row[1] == "1") {
      EXPECT_EQ(printed[3], "0") << "the book does not avoid kinks";
    }
  }
}

}  // namespace
}  // namespace dlfs
