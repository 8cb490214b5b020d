// The tables of 6.2 about layers: histograms of activations, and how different neurons are.
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
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
constexpr int kLayers = 3, kBins = 12, kBinsOfGradient = 36;
constexpr double kValues = 50 * 10 * 2;  // samples, nodes, seeds

std::vector<Row> LayersOfAll() {
  std::vector<Row> layers;
  for (const std::string& activation : kActivations) {
    for (const std::string& init : kInits) {
      for (int l = 1; l <= kLayers; ++l) layers.push_back({activation, init, absl::StrCat(l)});
    }
  }
  return layers;
}

// The bins of each layer are next to each other, in equal steps, and hold all values.
void ExpectHistograms(const CsvTable& table, int bins) {
  std::vector<Row> rows;
  for (const Row& layer : LayersOfAll()) rows.insert(rows.end(), bins, layer);
  ASSERT_EQ(FirstCells(table, 3), rows);
  for (const Row& layer : LayersOfAll()) {
    const std::vector<Row> of_layer = RowsOf(table, layer);
    const double low = Number(of_layer.front()[3]), high = Number(of_layer.back()[4]);
    double count = 0;
    for (int b = 0; b < bins; ++b) {
      const double step = (high - low) / bins;
      EXPECT_NEAR(Number(of_layer[b][3]), low + b * step, 1e-12);
      EXPECT_EQ(of_layer[b][3], b == 0 ? of_layer[0][3] : of_layer[b - 1][4]);
      EXPECT_GT(Number(of_layer[b][4]), Number(of_layer[b][3]));
      EXPECT_EQ(Number(of_layer[b][5]), std::round(Number(of_layer[b][5])));
      count += Number(of_layer[b][5]);
    }
    EXPECT_EQ(count, kValues);
    EXPECT_EQ(Number(of_layer.back()[4]), Number(RowsOf(table, {layer[0], layer[1]}).back()[4]))
        << "layers are to be compared, so their bins are the same";
  }
}

TEST(HistogramTest, BinsHoldAllActivations) {
  const CsvTable table = ReadCsv(Tables(kHistogram) + ".csv");
  ExpectHistograms(table, kBins);
  for (const auto& [activation, low, high] :
       {std::tuple("sigmoid", "0", "1"), std::tuple("tanh", "-1", "1")}) {
    for (const std::string& init : kInits) {
      EXPECT_EQ(RowsOf(table, {activation, init})[0][3], low);
      EXPECT_EQ(RowsOf(table, {activation, init}).back()[4], high);
    }
  }
  for (const Row& row : RowsOf(table, {"relu", "he", "1"})) EXPECT_GE(Number(row[3]), 0);
  EXPECT_GT(Number(RowsOf(table, {"relu", "he"}).back()[4]), 1) << "no activation is hidden";
}

TEST(HistogramTest, BinsHoldAllGradients) {
  const CsvTable table = ReadCsv(Tables(kHistogram) + "_gradient.csv");
  ExpectHistograms(table, kBinsOfGradient);
  EXPECT_EQ(table.rows.front()[3], "-12");
  EXPECT_EQ(table.rows.back()[4], "6");
}

TEST(HistogramTest, CountsOfTheSeedsAddUp) {
  const std::string both = Tables(kHistogram);
  const std::string first = Tables(kHistogram, {"--seeds=1"});
  const std::string second = Tables(kHistogram, {"--seeds=1", "--seed=1"});
  for (const char* suffix : {".csv", "_gradient.csv"}) {
    const auto rows = ReadCsv(both + suffix).rows;
    const auto rows_1 = ReadCsv(first + suffix).rows, rows_2 = ReadCsv(second + suffix).rows;
    for (size_t i = 0; i < rows.size(); ++i) {
      // ReLU's bins depend on the largest activation.
      if (rows[i][0] == "relu" && suffix[0] == '.') continue;
      EXPECT_EQ(Number(rows[i][5]), Number(rows_1[i][5]) + Number(rows_2[i][5]));
    }
  }
}

TEST(HistogramTest, SummaryAgreesWithTheBins) {
  const std::string experiment = Tables(kHistogram, {"--bins=1000"});
  const CsvTable table = ReadCsv(experiment + ".csv");
  const CsvTable summary = ReadCsv(experiment + "_summary.csv");
  ASSERT_EQ(FirstCells(summary, 3), LayersOfAll());
  for (const Row& row : summary.rows) {
    double sum = 0, squares = 0, saturated = 0, width = 0;
    for (const Row& bin : RowsOf(table, {row[0], row[1], row[2]})) {
      const double y = (Number(bin[3]) + Number(bin[4])) / 2, count = Number(bin[5]);
      sum += count * y;
      squares += count * y * y;
      width = Number(bin[4]) - Number(bin[3]);
      // Where the derivative of h is below a tenth of its largest.
      const double derivative = row[0] == "sigmoid" ? 4 * y * (1 - y)
                                : row[0] == "tanh"  ? 1 - y * y
                                                    : bin[3] != "0";
      if (derivative < 0.1) saturated += count;
    }
    EXPECT_NEAR(Number(row[3]), sum / kValues, width);
    EXPECT_NEAR(Number(row[4]), std::sqrt(squares / kValues - std::pow(sum / kValues, 2)), width);
    EXPECT_NEAR(Number(row[5]), saturated / kValues, 0.03) << "but for values in one bin";
    EXPECT_GE(Number(row[6]), 0);
    EXPECT_LE(Number(row[6]), Number(row[5])) << "a dead node is saturated for every sample";
    EXPECT_GT(Number(row[7]), 0);
  }
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

TEST(SymmetryTest, LooksAtEveryLayerAtEachIntervalAndAtTheEnd) {
  const CsvTable table = ReadCsv(Tables(kSymmetry) + "_layers.csv");
  std::vector<Row> rows;
  for (const char* seed : {"0", "1"}) {
    for (const char* init : {"zero", "constant=0.01", "he"}) {
      for (const char* iteration : {"0", "7", "14", "21", "28", "30"}) {
        for (const char* layer : {"1", "2", "3"}) rows.push_back({seed, init, iteration, layer});
      }
    }
  }
  EXPECT_EQ(FirstCells(table, 4), rows);
}

TEST(SymmetryTest, EqualNeuronsStayEqualAndRandomOnesDoNot) {
  const CsvTable table = ReadCsv(Tables(kSymmetry) + "_layers.csv");
  for (const Row& row : table.rows) {
    const bool hidden = row[3] != "3";
    const double spread = Number(row[4]), rank = Number(row[5]);
    if (row[1] == "he") {
      EXPECT_GT(spread, 0.9);
      EXPECT_EQ(rank, hidden ? 20 : 10);
    } else if (hidden) {
      EXPECT_EQ(spread, 0);
      EXPECT_EQ(rank, row[1] == "zero" ? 0 : 1);
    }
  }
}

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

}  // namespace
}  // namespace dlfs
