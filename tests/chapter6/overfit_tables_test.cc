// The tables of 6.3.2 and 6.4: that the networks are what their rows say.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/regularization.h"
#include "chapter6/trainer.h"
#include "common/random.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "datasets/mnist.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/tables.h"
#include "tests/csv_table.h"

namespace dlfs {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// More images and neurons than in other short runs, so that what is compared differs.
const std::vector<std::string> kLonger = {"--hidden_sizes=20,20", "--train_size=100",
                                          "--batch_size=20", "--epochs=10", "--learning_rate=0.1"};

CsvTable LongerRun(const Program& program, const std::vector<std::string>& flags,
                   const std::string& suffix = "") {
  std::vector<std::string> arguments = kLonger;
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return ReadCsv(absl::StrCat(Tables(program, arguments), suffix, ".csv"));
}

// --- A naive twin: the accuracies of a network, by hand ---

struct Twin {
  std::string name;
  Program program;
  std::vector<std::string> flags;
  Row method;  // its cells
  NetworkConfig network;
  std::string optimizer = "sgd";
  WeightInit init = {.kind = WeightInit::Kind::kHe};
};

class TwinTest : public testing::TestWithParam<Twin> {};

TEST_P(TwinTest, LearnsWhatTheTableSays) {
  const bool adam = GetParam().optimizer == "adam";
  std::vector<std::string> flags = GetParam().flags;
  const CsvTable table = LongerRun(GetParam().program, flags, adam ? "_adam" : "");
  Row method = {"1"};
  method.insert(method.end(), GetParam().method.begin(), GetParam().method.end());
  const std::vector<Row> rows = RowsOf(table, method);

  constexpr uint64_t kSeed = 1;
  constexpr size_t kBatch = 20, kImages = 100;
  const Mnist mnist = LoadMnist("").value();
  const ImageDataset images = FirstImages(mnist.train, kImages);
  NetworkConfig config = GetParam().network;
  config.hidden = {20, 20};
  config.dropout_seed = kSeed;
  MultiLayerNetwork<float> network(config, kBatch);
  Random weights(kSeed, kWeightStream);
  InitializeWeights(GetParam().init, weights, network.arena());
  const auto optimizer = MakeOptimizer<float>(GetParam().optimizer, adam ? 0.001 : 0.1,
                                              network.arena().values().size())
                             .value();
  BatchSampler<float> batches(images, kBatch, Random(kSeed, kBatchStream));
  const size_t epochs = adam ? 4 : 10;
  ASSERT_THAT(rows, SizeIs(epochs));
  for (size_t epoch = 0; epoch < epochs; ++epoch) {
    // The first evaluation is after one iteration, the next ones an epoch later.
    for (size_t i = 0; i < (epoch == 0 ? 1 : kImages / kBatch); ++i) {
      TrainOnBatch(network, *optimizer, batches.Next());
    }
    Row expected = method;
    expected.push_back(absl::StrCat(epoch));
    ASSERT_TRUE(std::equal(expected.begin(), expected.end(), rows[epoch].begin()));
    EXPECT_EQ(Number(rows[epoch][expected.size()]), Accuracy(network, images));
    if (GetParam().program.name == kBatchNorm.name) continue;  // no test accuracy
    EXPECT_EQ(Number(rows[epoch][expected.size() + 1]), Accuracy(network, mnist.test));
  }
}

constexpr Penalty kL1 = {Penalty::Kind::kL1, 0.02}, kL2 = {Penalty::Kind::kL2, 0.3};
constexpr DropoutChoice kStandard = {DropoutChoice::Kind::kStandard, 0.3},
                        kInverted = {DropoutChoice::Kind::kInverted, 0.3};

INSTANTIATE_TEST_SUITE_P(
    All, TwinTest,
    testing::Values(
        Twin{"NoPenalty", kWeightDecay, {}, {"none", "0"}, {}},
        Twin{"L1", kWeightDecay, {"--penalties=none,l1=0.02"}, {"l1", "0.02"}, {.penalty = kL1}},
        Twin{"L2", kWeightDecay, {"--penalties=l2=0.3,none"}, {"l2", "0.3"}, {.penalty = kL2}},
        Twin{"Dropout",
             kDropout,
             {"--dropout_ratio=0.3", "--nowith_adam"},
             {"standard", "0.3"},
             {.dropout = kStandard}},
        Twin{"InvertedDropout",
             kDropout,
             {"--dropout_ratio=0.3", "--nowith_adam"},
             {"inverted", "0.3"},
             {.dropout = kInverted}},
        Twin{"InvertedDropoutWithAdam",
             kDropout,
             {"--dropout_ratio=0.3"},
             {"inverted", "0.3"},
             {.dropout = kInverted},
             "adam"},
        Twin{"EverythingWithAdam",
             kOverfit,
             {"--techniques=batch_norm+dropout+weight_decay", "--dropout_ratio=0.3",
              "--weight_decay=0.3"},
             {"batch_norm+dropout+weight_decay"},
             {.batch_norm = true, .penalty = kL2, .dropout = kStandard},
             "adam"},
        Twin{"WeightDecay",
             kOverfit,
             {"--techniques=weight_decay", "--weight_decay=0.3", "--nowith_adam"},
             {"weight_decay"},
             {.penalty = kL2}},
        Twin{"BatchNorm",
             kOverfit,
             {"--techniques=none,batch_norm", "--nowith_adam"},
             {"batch_norm"},
             {.batch_norm = true}},
        Twin{"WithBatchNorm",
             kBatchNorm,
             {"--init_std=0.1,0.2"},
             {"0.2", "1"},
             {.batch_norm = true},
             "sgd",
             {WeightInit::Kind::kNormal, 0.2}},
        Twin{"WithoutBatchNorm",
             kBatchNorm,
             {"--init_std=0.1,0.2"},
             {"0.2", "0"},
             {},
             "sgd",
             {WeightInit::Kind::kNormal, 0.2}}),
    [](const auto& info) { return info.param.name; });

// --- Methods that do nothing ---

struct Idle {
  std::string name;
  Program program;
  std::vector<std::string> flags;
  size_t columns;  // of the seed and the method
};

class IdleTest : public testing::TestWithParam<Idle> {};

TEST_P(IdleTest, AllNetworksOfASeedAreTheSame) {
  for (const Table& table : GetParam().program.tables) {
    if (!table.header.starts_with("seed,")) continue;
    const CsvTable csv = LongerRun(GetParam().program, GetParam().flags, table.suffix);
    const size_t columns = GetParam().columns;
    for (const Row& row : csv.rows) {
      // The same epoch of the seed's first network.
      const Row& first = *std::ranges::find_if(csv.rows, [&](const Row& other) {
        return other[0] == row[0] && other[columns] == row[columns];
      });
      EXPECT_TRUE(std::equal(row.begin() + columns, row.end(), first.begin() + columns));
    }
    EXPECT_NE(csv.rows.front()[1], csv.rows.back()[1]);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, IdleTest,
    testing::Values(Idle{"Lambda0", kWeightDecay, {"--penalties=none,l2=0,l1=0"}, 3},
                    Idle{"DropoutRatio0", kDropout, {"--dropout_ratio=0"}, 3},
                    Idle{"Both0",
                         kOverfit,
                         {"--techniques=none,weight_decay,dropout", "--dropout_ratio=0",
                          "--weight_decay=0"},
                         2}),
    [](const auto& info) { return info.param.name; });

// --- The order of the methods ---

TEST(OverfitTest, MethodsAreInTheOrderOfTheFlagAndDoNotDependOnEachOther) {
  const CsvTable some = LongerRun(kWeightDecay, {"--penalties=l1=0.5,none,l2=0.25"});
  std::vector<Row> methods;
  for (const Row& row : some.rows) {
    if (row[0] == "0" && row[3] == "0") methods.push_back({row[1], row[2]});
  }
  EXPECT_THAT(methods, ElementsAre(ElementsAre("l1", "0.5"), ElementsAre("none", "0"),
                                   ElementsAre("l2", "0.25")));
  const CsvTable one = LongerRun(kWeightDecay, {"--penalties=l2=0.25"});
  EXPECT_EQ(RowsOf(some, {"1", "l2"}), RowsOf(one, {"1", "l2"}));
}

TEST(OverfitTest, StrongPenaltiesKeepANetworkFromLearning) {
  const CsvTable table = LongerRun(kWeightDecay, {"--penalties=none,l2=5,l1=1"});
  const auto last = [&](const char* penalty) {
    return Number(RowsOf(table, {"0", penalty}).back()[4]);
  };
  EXPECT_GT(last("none"), 0.5);
  EXPECT_LT(last("l2"), 0.3);
  EXPECT_LT(last("l1"), 0.3);
}

}  // namespace
}  // namespace dlfs
