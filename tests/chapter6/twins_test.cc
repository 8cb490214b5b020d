// The tables of 6.1.8, 6.2.1, 6.2.4, 6.3.2 and 6.4, all digits of them, against loops that are
// written out here: no other settings, seeds or order of steps leads to these numbers.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chapter6/initialization.h"
#include "chapter6/loss_plane.h"
#include "chapter6/network.h"
#include "chapter6/neurons.h"
#include "chapter6/optimizers.h"
#include "chapter6/regularization.h"
#include "common/experiment/csv.h"
#include "common/experiment/mean_and_std.h"
#include "common/experiment/smooth_curve.h"
#include "common/layers/activations.h"
#include "common/matrix/matrix_rank.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "datasets/mnist.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/csv_table.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

using ::testing::SizeIs;

const Mnist& SharedMnist() {
  static const Mnist* mnist = new Mnist(LoadMnist("").value());
  return *mnist;
}

constexpr WeightInit kHe = {WeightInit::Kind::kHe};
constexpr uint64_t kSeeds[] = {3, 4};
const std::vector<std::string> kSeedFlags = {kAllImages, "--seed=3", "--seeds=2"};

// --- weight_init_activation_histogram --during_training ---

// The activations of layers of 10 tanh units for 50 images as a mini-batch, layer after layer.
std::vector<std::vector<float>> TanhActivations(MultiLayerNetwork<float>& network,
                                                bool batch_norm) {
  BatchBuffer<float> buffer(SharedMnist().train, 50);
  ConstMatrixView<float> x = buffer.GatherRange(0, 50).x;
  std::vector<std::vector<float>> all;
  size_t l = 0;
  for (int hidden = 0; hidden < 3; ++hidden) {
    for (int i = 0; i < (batch_norm ? 3 : 2); ++i) {
      x = network.layers()[l++]->Forward(x, Mode::kTraining);
    }
    std::vector<float>& y = all.emplace_back();
    for (size_t row = 0; row < 50; ++row) y.insert(y.end(), x.row(row).begin(), x.row(row).end());
  }
  return all;
}

TEST(ActivationsInTrainingTest, AreThoseOfNetworksThatLearn) {
  const std::string experiment =
      Tables(kHistogram, {kAllImages, "--during_training", "--activations=tanh", "--inits=std=0.2",
                          "--iterations=3", "--samples=50", "--nodes=10", "--layers=3", "--bins=8",
                          "--seed=3", "--seeds=2"});
  std::vector<Row> rows;
  for (const bool batch_norm : {false, true}) {
    int counts[4][3][8] = {};  // iteration, layer, bin
    for (const uint64_t seed : kSeeds) {
      MultiLayerNetwork<float> network(
          {.hidden = {10, 10, 10}, .activation = ActivationKind::kTanh, .batch_norm = batch_norm},
          100);
      InitializeWeights({WeightInit::Kind::kNormal, 0.2}, Random(seed, kWeightStream),
                        network.arena());
      const auto sgd = MakeOptimizer<float>("sgd", 0.01, network.arena().values().size());
      BatchSampler<float> batches(SharedMnist().train, 100, Random(seed, kBatchStream));
      for (int t = 0; t <= 3; ++t) {
        const std::vector<std::vector<float>> layers = TanhActivations(network, batch_norm);
        for (size_t l = 0; l < 3; ++l) {
          for (const float y : layers[l])
            ++counts[t][l][std::min(7, static_cast<int>((y + 1) * 4))];
        }
        const Batch<float> batch = batches.Next();
        network.Gradient(batch.x, batch.labels);
        sgd->Step(network.arena().values(), network.arena().gradients());
      }
    }
    for (int t = 0; t <= 3; ++t) {
      for (int l = 0; l < 3; ++l) {
        for (int b = 0; b < 8; ++b) {
          rows.push_back({"tanh", "std=0.2", batch_norm ? "1" : "0", absl::StrCat(t),
                          absl::StrCat(l + 1), ShortestDecimal(-1 + b * 0.25),
                          ShortestDecimal(-1 + (b + 1) * 0.25), absl::StrCat(counts[t][l][b])});
        }
      }
    }
  }
  EXPECT_EQ(ReadCsv(experiment + "_training.csv").rows, rows);
}

// --- Losses ---

struct LossMethod {
  std::string name;
  std::string optimizer;
  double learning_rate;
  WeightInit init = kHe;
};

struct LossTwin {
  std::string name;
  Program program;
  std::vector<std::string> flags;
  std::vector<LossMethod> methods;
  double decay = 0;
  ActivationKind activation = ActivationKind::kRelu;
};

void PrintTo(const LossTwin& twin, std::ostream* out) { *out << twin.name; }

class LossTwinTest : public testing::TestWithParam<LossTwin> {};

TEST_P(LossTwinTest, LearnsWhatTheTablesSay) {
  constexpr int kBatch = 50, kIterations = 12, kInterval = 5;
  const LossTwin& twin = GetParam();
  std::vector<std::string> flags = kSeedFlags;
  flags.insert(flags.end(), {"--batch_size=50", "--iterations=12", "--hidden_sizes=20,15"});
  flags.insert(flags.end(), twin.flags.begin(), twin.flags.end());
  const auto [experiment, out] = WriteTables(twin.program, flags);

  std::vector<Row> rows, layers;
  std::vector<std::vector<double>> test_accuracies(twin.methods.size());
  std::vector<double> of_first_neurons;
  for (const uint64_t seed : kSeeds) {
    for (size_t m = 0; m < twin.methods.size(); ++m) {
      const LossMethod& method = twin.methods[m];
      const NetworkConfig config = {.hidden = {20, 15}, .activation = twin.activation};
      MultiLayerNetwork<float> network(config, kBatch);
      InitializeWeights(method.init, Random(seed, kWeightStream), network.arena());
      const auto optimizer = MakeOptimizer<float>(method.optimizer, method.learning_rate,
                                                  network.arena().values().size());
      BatchSampler<float> batches(SharedMnist().train, kBatch, Random(seed, kBatchStream));
      const auto look_at_layers = [&](int t) {
        for (const int layer : {1, 2, 3}) {
          const ConstMatrixView<float> W = network.arena()[absl::StrCat("W", layer)].value;
          layers.push_back({absl::StrCat(seed), method.name, absl::StrCat(t), absl::StrCat(layer),
                            ShortestDecimal(NeuronSpread(W)), absl::StrCat(*MatrixRank(W))});
        }
      };
      std::vector<double> losses;
      for (int t = 0; t < kIterations; ++t) {
        if (t % kInterval == 0) look_at_layers(t);
        const Batch<float> batch = batches.Next();
        network.Gradient(batch.x, batch.labels);
        optimizer->set_learning_rate(method.learning_rate / (1 + twin.decay * t));
        optimizer->Step(network.arena().values(), network.arena().gradients());
        losses.push_back(network.Loss(batch.x, batch.labels));
      }
      look_at_layers(kIterations);
      test_accuracies[m].push_back(*Accuracy(network, SharedMnist().test));
      MultiLayerNetwork<float> first_neurons = FirstNeurons(network, config);
      of_first_neurons.push_back(*Accuracy(first_neurons, SharedMnist().test));
      const std::vector<double> smoothed = SmoothCurve(losses);
      for (int t = 0; t < kIterations; ++t) {
        rows.push_back({absl::StrCat(seed), method.name, absl::StrCat(t),
                        ShortestDecimal(losses[t]), ShortestDecimal(smoothed[t])});
      }
    }
  }

  EXPECT_EQ(ReadCsv(experiment + ".csv").rows, rows);
  for (size_t m = 0; m < twin.methods.size(); ++m) {
    const std::vector<std::string> printed = PrintedRow(out, twin.methods[m].name);
    const MeanAndStd accuracy(test_accuracies[m]);
    ExpectPrinted(printed, 4, ShortestDecimal(accuracy.mean), ShortestDecimal(accuracy.std));
  }
  if (twin.program.name != kSymmetry.name) return;
  EXPECT_EQ(ReadCsv(experiment + "_layers.csv").rows, layers);
  const std::string of_neurons = out.substr(out.find("\nseed 3 "));
  for (size_t m = 0; m < twin.methods.size(); ++m) {
    const std::vector<std::string> printed = PrintedRow(of_neurons, twin.methods[m].name);
    ASSERT_THAT(printed, SizeIs(4));
    EXPECT_NEAR(Number(printed[0]), test_accuracies[m][0], 5.1e-5);
    EXPECT_NEAR(Number(printed[1]), of_first_neurons[m], 5.1e-5);
  }
}

constexpr WeightInit Std(double std) { return {WeightInit::Kind::kNormal, std}; }
constexpr WeightInit Constant(double value) { return {WeightInit::Kind::kConstant, value}; }
constexpr WeightInit kXavier = {WeightInit::Kind::kXavier}, kGlorot = {WeightInit::Kind::kGlorot};

INSTANTIATE_TEST_SUITE_P(
    All, LossTwinTest,
    testing::Values(
        LossTwin{"BookRates",
                 kMnist,
                 {},
                 {{"sgd", "sgd", 0.01},
                  {"momentum", "momentum", 0.01},
                  {"adagrad", "adagrad", 0.01},
                  {"adam", "adam", 0.001}}},
        LossTwin{
            "RatesOfSomeAndDecay",
            kMnist,
            {"--optimizers=rmsprop,adam,nesterov", "--learning_rate=adam=0.02,nesterov=0.03",
             "--learning_rate_decay=0.25"},
            {{"rmsprop", "rmsprop", 0.01}, {"adam", "adam", 0.02}, {"nesterov", "nesterov", 0.03}},
            0.25},
        LossTwin{"OneRateForAll",
                 kMnist,
                 {"--optimizers=adam,sgd", "--learning_rate=0.05"},
                 {{"adam", "adam", 0.05}, {"sgd", "sgd", 0.05}}},
        LossTwin{"InitsOfTheBook",
                 kInitCompare,
                 {},
                 {{"std=0.01", "sgd", 0.01, Std(0.01)},
                  {"xavier", "sgd", 0.01, kXavier},
                  {"he", "sgd", 0.01, kHe}}},
        LossTwin{"Inits",
                 kInitCompare,
                 {"--inits=glorot,std=0.3,zero", "--learning_rate=0.2", "--activation=tanh"},
                 {{"glorot", "sgd", 0.2, kGlorot},
                  {"std=0.3", "sgd", 0.2, Std(0.3)},
                  {"zero", "sgd", 0.2, Constant(0)}},
                 0,
                 ActivationKind::kTanh},
        LossTwin{"SymmetryOfTheBook",
                 kSymmetry,
                 {"--interval=5"},
                 {{"zero", "sgd", 0.01, Constant(0)},
                  {"constant=0.01", "sgd", 0.01, Constant(0.01)},
                  {"he", "sgd", 0.01, kHe}}},
        LossTwin{"Symmetry",
                 kSymmetry,
                 {"--inits=he,constant=0.1", "--learning_rate=0.2", "--activation=sigmoid",
                  "--interval=5"},
                 {{"he", "sgd", 0.2, kHe}, {"constant=0.1", "sgd", 0.2, Constant(0.1)}},
                 0,
                 ActivationKind::kSigmoid}),
    [](const auto& info) { return info.param.name; });

// --- loss_surface ---

// The mean loss of the first images of MNIST, those of a block added to those before.
double MeanLoss(MultiLayerNetwork<float>& network, size_t images) {
  BatchBuffer<float> buffer(SharedMnist().train, kEvaluationBatch);
  double sum = 0;
  for (size_t begin = 0; begin < images; begin += kEvaluationBatch) {
    const size_t count = std::min(kEvaluationBatch, images - begin);
    const Batch<float> batch = buffer.GatherRange(begin, count);
    sum += network.Loss(batch.x, batch.labels) * static_cast<double>(count);
  }
  return sum / static_cast<double>(images);
}

// The elements of a network's parameters, without padding.
std::vector<float> Elements(MultiLayerNetwork<float>& network) {
  std::vector<float> elements;
  for (const Parameter<float>& parameter : network.arena().parameters()) {
    for (size_t i = 0; i < parameter.value.rows(); ++i) {
      const std::span<float> row = parameter.value.row(i);
      elements.insert(elements.end(), row.begin(), row.end());
    }
  }
  return elements;
}

TEST(LossSurfaceTwinTest, IsWhatTheTablesSay) {
  constexpr int kBatch = 50, kIterations = 12, kKeepEvery = 5, kPoints = 4;
  constexpr size_t kImages = 300, kGrid = 11;
  const std::vector<LossMethod> methods = {{"adagrad", "adagrad", 0.02}, {"sgd", "sgd", 0.3}};
  const auto [experiment, out] = WriteTables(
      kSurface, {kAllImages, "--seed=3", "--batch_size=50", "--iterations=12", "--keep_every=5",
                 "--hidden_sizes=20,15", "--images=300", "--grid=11", "--optimizers=adagrad,sgd",
                 "--learning_rate=adagrad=0.02,sgd=0.3", "--learning_rate_decay=0.25"});

  const NetworkConfig config = {.hidden = {20, 15}};
  MultiLayerNetwork<float> start(config, kBatch);
  InitializeWeights(kHe, Random(3, kWeightStream), start.arena());
  const std::span<const float> theta0 = start.arena().values();
  Matrix<double> differences(methods.size() * kPoints, theta0.size());
  std::vector<double> losses, distances;
  for (const LossMethod& method : methods) {
    MultiLayerNetwork<float> network(config, kBatch);
    InitializeWeights(kHe, Random(3, kWeightStream), network.arena());
    const std::span<const float> theta = network.arena().values();
    const auto optimizer =
        MakeOptimizer<float>(method.optimizer, method.learning_rate, theta.size());
    BatchSampler<float> batches(SharedMnist().train, kBatch, Random(3, kBatchStream));
    for (int t = 0; t <= kIterations; ++t) {
      if (t % kKeepEvery == 0 || t == kIterations) {
        for (size_t i = 0; i < theta.size(); ++i) {
          differences(losses.size(), i) = double{theta[i]} - double{theta0[i]};
        }
        losses.push_back(MeanLoss(network, kImages));
      }
      const Batch<float> batch = batches.Next();
      if (t == kIterations) break;
      network.Gradient(batch.x, batch.labels);
      optimizer->set_learning_rate(method.learning_rate / (1 + 0.25 * t));
      optimizer->Step(network.arena().values(), network.arena().gradients());
    }
    const std::vector<float> first = Elements(start), last = Elements(network);
    double squares = 0;
    for (size_t i = 0; i < first.size(); ++i) {
      squares += (double{last[i]} - first[i]) * (double{last[i]} - first[i]);
    }
    distances.push_back(std::sqrt(squares));
  }

  const LossPlane plane = PlaneOfPaths(differences).value();
  std::vector<Row> rows;
  for (size_t m = 0; m < methods.size(); ++m) {
    for (size_t p = 0; p < kPoints; ++p) {
      const size_t i = m * kPoints + p;
      rows.push_back({methods[m].name, absl::StrCat(std::min<size_t>(p * kKeepEvery, kIterations)),
                      ShortestDecimal(plane.projections(i, 0)),
                      ShortestDecimal(plane.projections(i, 1)), ShortestDecimal(losses[i])});
    }
  }
  EXPECT_EQ(ReadCsv(experiment + ".csv").rows, rows);

  MultiLayerNetwork<float> on_plane(config, kBatch);
  const auto surface = [&](double a, double b) {
    PointOfPlane(plane, theta0, a, b, on_plane.arena().values());
    return MeanLoss(on_plane, kImages);
  };
  const PlaneGrid grid = GridAround(plane, kGrid);
  std::vector<Row> grid_rows;
  for (size_t j = 0; j < kGrid; ++j) {
    for (size_t i = 0; i < kGrid; ++i) {
      grid_rows.push_back({ShortestDecimal(grid.a(i)), ShortestDecimal(grid.b(j)),
                           ShortestDecimal(surface(grid.a(i), grid.b(j)))});
    }
  }
  const CsvTable written = ReadCsv(experiment + "_grid.csv");
  EXPECT_EQ(written.rows, grid_rows);
  // The start is a point of the surface, which there is the loss of a network, to the last bit.
  EXPECT_EQ(RowsOf(written, {"0", "0"}), (std::vector<Row>{{"0", "0", rows[0][4]}}));

  for (size_t m = 0; m < methods.size(); ++m) {
    const Row printed = PrintedRow(out, methods[m].name);
    ASSERT_THAT(printed, SizeIs(4));
    const size_t last = m * kPoints + kPoints - 1;
    const double a = plane.projections(last, 0), b = plane.projections(last, 1);
    EXPECT_NEAR(Number(printed[0]) / distances[m], 1, 5.1e-4);
    EXPECT_NEAR(Number(printed[1]) / std::sqrt(a * a + b * b), 1, 5.1e-4);
    EXPECT_NEAR(Number(printed[2]), losses[last], 5.1e-5);
    EXPECT_NEAR(Number(printed[3]), surface(a, b), 5.1e-5);
    EXPECT_GT(std::abs(Number(printed[3]) - Number(printed[2])), 1e-3) << "they are not the same";
  }
  EXPECT_THAT(out, testing::HasSubstr(absl::StrFormat(
                       "\nThe plane holds %.0f %% of the squared distances from the start.\n",
                       100 * plane.share)));
}

TEST(LossSurfaceTest, APathEndsWhereItsNetworkDiverges) {
  const auto [experiment, out] = WriteTables(kSurface, {"--learning_rate=sgd=1e30"});
  const CsvTable paths = ReadCsv(experiment + ".csv");
  EXPECT_THAT(RowsOf(paths, {"sgd"}), SizeIs(1));
  EXPECT_THAT(RowsOf(paths, {"adam"}), SizeIs(6));
  EXPECT_THAT(out, testing::HasSubstr("\n  Diverged after iteration 0; the path ends there\n"));
  EXPECT_THAT(ReadFile(experiment + ".gp"), testing::HasSubstr("\ndiverged = 'sgd '\n"));
}

TEST(LossSurfaceTest, OnePointMakesNoPlane) {
  const std::string directory = FreshDirectory();
  const Outcome outcome = RunWithoutProgress(
      ShortRun(kSurface, {"--optimizers=adam", "--iterations=1", "--output_dir=" + directory}));
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.err, testing::MatchesRegex("loss_surface: expected paths that span a plane, "
                                                 "found points on a line; [^\n]+\n"));
}

// --- Accuracies ---

struct AccuracyMethod {
  Row cells;
  NetworkConfig network = {};
  Penalty penalty = {};
  WeightInit init = kHe;
};

// Given by the flags that it is made of.
struct Learning {
  int train_size = 100, batch_size = 20, epochs = 8, evaluation_interval = 1;
  std::string optimizer = "sgd";
  double learning_rate = 0.1;
};

struct AccuracyTwin {
  std::string name;
  Program program;
  std::vector<std::string> flags;
  std::vector<AccuracyMethod> methods;
  Learning learning = {};
  bool with_adam = false;  // the second comparison
};

void PrintTo(const AccuracyTwin& twin, std::ostream* out) { *out << twin.name; }

class AccuracyTwinTest : public testing::TestWithParam<AccuracyTwin> {
 protected:
  // The rows of the runs, with test accuracies or whether it has diverged.
  static std::vector<Row> Rows(const Learning& learning) {
    const AccuracyTwin& twin = GetParam();
    const ImageDataset images = FirstImages(SharedMnist().train, learning.train_size);
    const int per_epoch = std::max(learning.train_size / learning.batch_size, 1);
    std::vector<Row> rows;
    for (const uint64_t seed : kSeeds) {
      for (const AccuracyMethod& method : twin.methods) {
        NetworkConfig config = method.network;
        config.hidden = {20, 20};
        config.dropout_seed = seed;
        MultiLayerNetwork<float> network(config, learning.batch_size);
        InitializeWeights(method.init, Random(seed, kWeightStream), network.arena());
        const auto optimizer = MakeOptimizer<float>(learning.optimizer, learning.learning_rate,
                                                    network.arena().values().size());
        BatchSampler<float> batches(images, learning.batch_size, Random(seed, kBatchStream));
        for (int epoch = 0; epoch < learning.epochs; ++epoch) {
          // The first evaluation is after one iteration, the next ones an epoch later.
          for (int i = 0; i < (epoch == 0 ? 1 : per_epoch); ++i) {
            const Batch<float> batch = batches.Next();
            network.Gradient(batch.x, batch.labels);
            AddPenaltyGradient(method.penalty, network.arena());
            DecayWeights(method.penalty, learning.learning_rate, network.arena());
            optimizer->Step(network.arena().values(), network.arena().gradients());
          }
          if (epoch % learning.evaluation_interval != 0 && epoch + 1 != learning.epochs) continue;
          Row row = {absl::StrCat(seed)};
          row.insert(row.end(), method.cells.begin(), method.cells.end());
          row.push_back(absl::StrCat(epoch));
          row.push_back(ShortestDecimal(*Accuracy(network, images)));
          row.push_back(twin.program.name == kBatchNorm.name
                            ? absl::StrCat(row.back() == "nan" ? 1 : 0)
                            : ShortestDecimal(*Accuracy(network, SharedMnist().test)));
          rows.push_back(row);
        }
      }
    }
    return rows;
  }
};

TEST_P(AccuracyTwinTest, LearnsWhatTheTablesSay) {
  const AccuracyTwin& twin = GetParam();
  const Learning& learning = twin.learning;
  std::vector<std::string> flags = kSeedFlags;
  flags.insert(flags.end(),
               {"--hidden_sizes=20,20", absl::StrCat("--train_size=", learning.train_size),
                absl::StrCat("--batch_size=", learning.batch_size),
                absl::StrCat("--epochs=", learning.epochs),
                absl::StrCat("--evaluation_interval=", learning.evaluation_interval),
                absl::StrCat("--optimizer=", learning.optimizer)});
  if (learning.learning_rate != DefaultLearningRate(learning.optimizer)) {
    flags.push_back(absl::StrCat("--learning_rate=", learning.learning_rate));
  }
  flags.insert(flags.end(), twin.flags.begin(), twin.flags.end());
  const std::string experiment = Tables(twin.program, flags);
  EXPECT_EQ(ReadCsv(experiment + ".csv").rows, Rows(learning));
  if (!twin.with_adam) return;
  Learning adam = learning;
  adam.optimizer = "adam";
  adam.learning_rate = 0.001;
  adam.epochs = (learning.epochs + 2) / 3;
  EXPECT_EQ(ReadCsv(experiment + "_adam.csv").rows, Rows(adam));
}

constexpr Penalty kL1 = {Penalty::Kind::kL1, 0.02}, kL2 = {Penalty::Kind::kL2, 0.3},
                  kDecoupled = {Penalty::Kind::kDecoupled, 0.3};
constexpr DropoutChoice kStandard = {DropoutChoice::Kind::kStandard, 0.3},
                        kInverted = {DropoutChoice::Kind::kInverted, 0.3};

const std::vector<AccuracyMethod> kStds = {
    {{"0.1", "0"}, {}, {}, Std(0.1)},
    {{"0.1", "1"}, {.batch_norm = true}, {}, Std(0.1)},
    {{"0.02", "0"}, {}, {}, Std(0.02)},
    {{"0.02", "1"}, {.batch_norm = true}, {}, Std(0.02)},
};
const std::vector<AccuracyMethod> kPenalties = {{{"l1", "0.02"}, {}, kL1},
                                                {{"none", "0"}},
                                                {{"l2", "0.3"}, {}, kL2},
                                                {{"decoupled", "0.3"}, {}, kDecoupled}};
const std::vector<AccuracyMethod> kDropouts = {{{"none", "0"}},
                                               {{"standard", "0.3"}, {.dropout = kStandard}},
                                               {{"inverted", "0.3"}, {.dropout = kInverted}}};
const std::vector<AccuracyMethod> kTechniques = {
    {{"weight_decay"}, {}, kL2},
    {{"decoupled_weight_decay"}, {}, kDecoupled},
    {{"none"}},
    {{"batch_norm+dropout+weight_decay"}, {.batch_norm = true, .dropout = kStandard}, kL2},
    {{"dropout"}, {.dropout = kStandard}},
    {{"inverted_dropout"}, {.dropout = kInverted}},
    {{"batch_norm"}, {.batch_norm = true}}};

const std::vector<std::string> kStdFlags = {"--init_std=0.1,0.02"},
                               kPenaltyFlags = {"--penalties=l1=0.02,none,l2=0.3,decoupled=0.3"},
                               kDropoutFlags = {"--dropout_ratio=0.3"};

INSTANTIATE_TEST_SUITE_P(
    All, AccuracyTwinTest,
    testing::Values(
        AccuracyTwin{"BatchNorm", kBatchNorm, kStdFlags, kStds},
        AccuracyTwin{"BatchNormWithMomentum",
                     kBatchNorm,
                     kStdFlags,
                     kStds,
                     {.evaluation_interval = 3, .optimizer = "momentum", .learning_rate = 0.01}},
        AccuracyTwin{"Penalties", kWeightDecay, kPenaltyFlags, kPenalties},
        // The epochs have 3 iterations; 0, 3, 6 and the last one, 7, are evaluated.
        AccuracyTwin{"EpochsThatAreNoWholeMiniBatches",
                     kWeightDecay,
                     kPenaltyFlags,
                     kPenalties,
                     {.batch_size = 30,
                      .evaluation_interval = 3,
                      .optimizer = "adam",
                      .learning_rate = 0.001}},
        AccuracyTwin{"EpochsShorterThanAMiniBatch",
                     kWeightDecay,
                     kPenaltyFlags,
                     kPenalties,
                     {.train_size = 20, .batch_size = 50, .epochs = 5, .evaluation_interval = 9}},
        AccuracyTwin{"Dropouts", kDropout, kDropoutFlags, kDropouts, {}, true},
        AccuracyTwin{"DropoutsWithoutAdam",
                     kDropout,
                     {"--dropout_ratio=0.3", "--nowith_adam"},
                     kDropouts,
                     {.epochs = 3, .learning_rate = 0.01}},
        AccuracyTwin{"Techniques",
                     kOverfit,
                     {"--techniques=weight_decay,decoupled_weight_decay,none,"
                      "dropout+weight_decay+batch_norm,dropout,inverted_dropout,batch_norm",
                      "--dropout_ratio=0.3", "--weight_decay=0.3"},
                     kTechniques,
                     {.epochs = 5, .evaluation_interval = 2},
                     true}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dlfs
