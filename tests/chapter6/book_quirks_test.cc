// Quirks of the book's code whose effect no program's flags can show, measured; what this prints
// stands in docs/en/quirks.md:
//   bazel run //tests/chapter6:book_quirks_test
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <numbers>
#include <numeric>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/epochs.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/settings.h"
#include "common/experiment/mean_and_std.h"
#include "common/experiment/smooth_curve.h"
#include "common/experiment/table_cell.h"
#include "common/layers/activations.h"
#include "common/layers/layer.h"
#include "common/layers/numerical_gradient.h"
#include "common/layers/softmax_with_loss.h"
#include "common/matrix/matrix.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"
#include "datasets/image_dataset.h"
#include "datasets/mnist.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/initialized_network.h"
#include "tests/chapter6/train_on_batch.h"

namespace dlfs {
namespace {

using ::testing::ElementsAre;

constexpr size_t kBatch = 128;  // of 6.1.8 and 6.2.4
constexpr uint64_t kSeeds = 5;

const Mnist& SharedMnist() {
  static const Mnist* mnist = new Mnist(LoadMnist("").value());
  return *mnist;
}

// f(0), ..., f(kSeeds - 1)
template <std::invocable<uint64_t> F>
std::vector<double> OfSeeds(F&& f) {
  std::vector<double> values;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) values.push_back(f(seed));
  return values;
}

// A network of 6.1.8 and 6.2.4, and what it learns with.
struct Learner {
  Learner(const std::string& optimizer_name, const std::string& init, uint64_t seed) {
    InitializeWeights(WeightInitFromName(init).value(), Random(seed, kWeightStream),
                      network.arena());
    optimizer = MakeOptimizer<float>(optimizer_name, DefaultLearningRate(optimizer_name),
                                     network.arena().values().size());
  }

  MultiLayerNetwork<float> network{{.hidden = {100, 100, 100, 100}}, kBatch};
  std::unique_ptr<Optimizer<float>> optimizer;
};

// --- An epoch of 2.34 iterations ---

// The book's loop evaluates where i % iterations_per_epoch, two doubles in Python, is 0. After how
// many iterations it has done so `evaluations` times; `most` if it has not by then.
int BookIterations(double iterations_per_epoch, int evaluations, int most) {
  for (int i = 0; i < most; ++i) {
    if (std::fmod(i, iterations_per_epoch) == 0 && --evaluations == 0) return i + 1;
  }
  return most;
}

TEST(BookQuirksTest, EpochsOfAFractionOfAnIterationAreHardlyEverEvaluated) {
  constexpr int kImages = 300, kEvaluations = 201, kMost = 1'000'000;
  absl::PrintF("300 images: iterations until 201 evaluations are done\n%10s %22s %12s %8s\n",
               "batch size", "iterations per epoch", "the book's", "ours");
  std::vector<int> book;
  std::vector<int64_t> ours;
  for (const int batch_size : {100, 128, 90}) {
    const double iterations_per_epoch = static_cast<double>(kImages) / batch_size;
    book.push_back(BookIterations(iterations_per_epoch, kEvaluations, kMost));
    ours.push_back(IterationsOf(kEvaluations, IterationsPerEpoch(kImages, batch_size)));
    absl::PrintF("%10d %22.5f %12s %8d\n", batch_size, iterations_per_epoch,
                 book.back() < kMost ? absl::StrFormat("%d", book.back()) : "> 1000000",
                 ours.back());
  }
  EXPECT_THAT(ours, ElementsAre(1 + 200 * 3, 1 + 200 * 2, 1 + 200 * 3));
  // 300 / 128 is 75 / 32, so that only every 75th i is a multiple; 300 / 90 has no exact multiple.
  EXPECT_THAT(book, ElementsAre(601, 1 + 200 * 75, kMost));
  EXPECT_EQ(BookIterations(300 / 90.0, 2, kMost), kMost);
}

// --- Mini-batches with replacement ---

// Images that are numbered by their two pixels.
ImageDataset NumberedImages(size_t count) {
  ImageDataset images = {.height = 1, .width = 2, .pixels = {}, .labels = {}};
  for (size_t i = 0; i < count; ++i) {
    images.pixels.push_back(static_cast<uint8_t>(i / 256));
    images.pixels.push_back(static_cast<uint8_t>(i % 256));
    images.labels.push_back(0);
  }
  return images;
}

TEST(BookQuirksTest, AnEpochSees63PercentOfTheImages) {
  constexpr size_t kImages = 60000;
  const ImageDataset images = NumberedImages(kImages);
  BatchSampler<float> batches(images, kBatch, Random(0, kBatchStream));
  std::vector<int> drawn(kImages);
  size_t iterations = 0;
  for (const size_t until : {kImages / kBatch, size_t{2000}}) {
    for (; iterations < until; ++iterations) {
      const ConstMatrixView<float> x = batches.Next().x;
      for (size_t i = 0; i < kBatch; ++i) {
        ++drawn[std::lround(255 * x(i, 0)) * 256 + std::lround(255 * x(i, 1))];
      }
    }
    const double seen = kImages - std::ranges::count(drawn, 0);
    const double epochs = static_cast<double>(iterations * kBatch) / kImages;
    absl::PrintF(
        "%d mini-batches, %.2f epochs: %.4f of the images seen, 1 - e^-%.2f = %.4f; "
        "one of them %d times\n",
        iterations, epochs, seen / kImages, epochs, 1 - std::exp(-epochs), std::ranges::max(drawn));
    EXPECT_NEAR(seen / kImages, 1 - std::exp(-epochs), 0.004);  // three standard deviations
  }
}

// --- The 1e-7 in the logarithm ---

TEST(BookQuirksTest, TheLossIsBoundedAndItsGradientIsNot) {
  Matrix<double> a(1, 2), differences(1, 2);
  const uint8_t label = 0;
  SoftmaxWithLoss<double> softmax(1, 2);
  const auto loss = [&] { return softmax.Forward(a, std::span(&label, 1)); };
  absl::PrintF("%13s %8s %13s   dL/da_t: %10s %20s\n", "a_other - a_t", "loss", "without 1e-7",
               "back-prop.", "central differences");
  for (const double wrong_by : {0.0, 10.0, 16.0, 20.0, 40.0}) {
    a(0, 1) = wrong_by;
    NumericalGradient(loss, a, differences);
    const double with = loss(), without = std::log1p(std::exp(wrong_by));
    const double y = std::exp(-without);
    const double gradient = softmax.Backward()(0, 0);
    absl::PrintF("%13g %8.4f %13.4f   %19.4g %20.3g\n", wrong_by, with, without, gradient,
                 differences(0, 0));
    EXPECT_NEAR(with, -std::log(y + 1e-7), 1e-12);
    EXPECT_NEAR(gradient, y - 1, 1e-12);                             // that of `without`
    EXPECT_NEAR(differences(0, 0), (y - 1) * y / (y + 1e-7), 1e-6);  // that of `with`
  }
  EXPECT_NEAR(loss(), 7 * std::numbers::ln10, 1e-9);

  a(0, 1) = -40;
  Matrix<float> a_float(1, 2);
  a_float(0, 1) = -40;
  const double in_float = SoftmaxWithLoss<float>(1, 2).Forward(a_float, std::span(&label, 1));
  const float numpy = -std::log(1.0f + 1e-7f);
  absl::PrintF(
      "loss of a perfect prediction: %.4g in double, %.4g in float; in NumPy's float32 "
      "it would be %.4g\n",
      loss(), in_float, numpy);
  EXPECT_NEAR(loss(), -1e-7, 1e-13);
  EXPECT_NEAR(in_float, -1e-7, 1e-13);
  EXPECT_FLOAT_EQ(numpy, -1.1920929e-7f);
}

// --- The derivative of ReLU at 0 ---

// How many inputs of ReLU are exactly 0.
size_t CountAtKink(MultiLayerNetwork<float>& network, ConstMatrixView<float> x) {
  size_t zeros = 0;
  for (const auto& layer : network.layers()) {
    if (dynamic_cast<const Relu<float>*>(layer.get()) != nullptr) {
      for (size_t i = 0; i < x.rows(); ++i) zeros += std::ranges::count(x.row(i), 0.0f);
    }
    x = layer->Forward(x, Mode::kTraining);
  }
  return zeros;
}

TEST(BookQuirksTest, OnlyBatchNormOnOneSampleIsAtTheKinkOfRelu) {
  constexpr size_t kImages = 10000;
  const ImageDataset images = FirstImages(SharedMnist().train, kImages);
  BatchBuffer<float> buffer(images, kImages);
  const Batch<float> all = buffer.GatherAll();
  auto plain = InitializedNetwork({.hidden = {100, 100, 100, 100}}, kImages);
  const size_t of_plain = CountAtKink(plain, all.x);
  absl::PrintF("inputs of ReLU that are exactly 0\nHe's weights, %d images: %d of %d\n", kImages,
               of_plain, 400 * kImages);
  EXPECT_EQ(of_plain, 0);

  auto with_batch_norm = InitializedNetwork({.hidden = {100, 100}, .batch_norm = true}, 10);
  for (const size_t samples : {1, 2, 10}) {
    const size_t zeros = CountAtKink(with_batch_norm, all.x.Rows(0, samples));
    absl::PrintF("with batch norm, %2d images: %d of %d\n", samples, zeros, 200 * samples);
    EXPECT_EQ(zeros, samples == 1 ? 200 : 0);
  }
  with_batch_norm.Gradient(all.x.Rows(0, 1), all.labels.first(1));
  std::vector<std::string> not_zero;
  for (const Parameter<float>& parameter : with_batch_norm.arena().parameters()) {
    const std::span<float> gradient = parameter.gradient.flat();
    if (std::ranges::any_of(gradient, [](float g) { return g != 0; })) {
      not_zero.push_back(parameter.name);
    }
  }
  absl::PrintF("parameters with a gradient on one image: %s\n", absl::StrJoin(not_zero, ", "));
  EXPECT_THAT(not_zero, ElementsAre("b3"));
}

// --- Losses ---

// Quirks of the book's code, measured: the loss that it records, and what it is compared with.

struct Method {
  std::string optimizer, init;

  auto operator<=>(const Method&) const = default;
};

// The loss of each mini-batch, before and after its update.
struct Losses {
  std::vector<double> before, after;
};

// The losses up to an iteration, and the 5 more that its smoothed one takes; learned once.
const Losses& Learn(const Method& method, uint64_t weights_seed, uint64_t batches_seed,
                    size_t until) {
  static auto* const learned = new std::map<std::tuple<Method, uint64_t, uint64_t>, Losses>;
  Losses& losses = (*learned)[{method, weights_seed, batches_seed}];
  const size_t iterations = until + 6;
  if (losses.after.size() >= iterations) return losses;
  losses = {};
  Learner learner(method.optimizer, method.init, weights_seed);
  BatchSampler<float> batches(SharedMnist().train, kBatch, Random(batches_seed, kBatchStream));
  for (size_t t = 0; t < iterations; ++t) {
    const Batch<float> batch = batches.Next();
    losses.before.push_back(TrainOnBatch(learner.network, *learner.optimizer, batch));
    losses.after.push_back(learner.network.Loss(batch.x, batch.labels));
  }
  return losses;
}

double SmoothedAt(size_t iteration, const std::vector<double>& curve) {
  return SmoothCurve(curve)[iteration];
}

// --- The loss after the update ---

constexpr size_t kUntil = 500;

TEST(BookQuirksTest, LossAfterTheUpdateFlattersAdaGrad) {
  absl::PrintF("smoothed loss, %d seeds\n%-8s %9s %17s %17s %8s\n", kSeeds, "", "iteration",
               "before the update", "after", "ratio");
  std::map<std::string, double> before_at_500, after_at_500;
  for (const char* optimizer : {"sgd", "adagrad", "adam"}) {
    for (const size_t t : {size_t{0}, size_t{100}, kUntil}) {
      const auto of_seeds = [&](std::vector<double> Losses::*losses) {
        return OfSeeds([&](uint64_t seed) {
          return SmoothedAt(t, Learn({optimizer, "he"}, seed, seed, kUntil).*losses);
        });
      };
      const std::vector<double> before = of_seeds(&Losses::before),
                                after = of_seeds(&Losses::after);
      before_at_500[optimizer] = MeanAndStd(before).mean;
      after_at_500[optimizer] = MeanAndStd(after).mean;
      absl::PrintF("%-8s %9d  %s  %s %8.2f\n", optimizer, t, TableCell(before), TableCell(after),
                   after_at_500[optimizer] / before_at_500[optimizer]);
    }
  }
  const auto ratio = [&](const char* optimizer) {
    return after_at_500[optimizer] / before_at_500[optimizer];
  };
  EXPECT_NEAR(ratio("sgd"), 0.93, 0.04);
  EXPECT_NEAR(ratio("adam"), 0.86, 0.06);
  EXPECT_NEAR(ratio("adagrad"), 0.55, 0.08);
  // AdaGrad is ahead of Adam after the update only.
  EXPECT_LT(after_at_500["adagrad"], 0.8 * after_at_500["adam"]);
  EXPECT_GT(before_at_500["adagrad"], 0.85 * before_at_500["adam"]);
}

// --- The ends of a smoothed curve ---

std::vector<double> SmoothFromRightToLeft(std::vector<double> curve) {
  std::ranges::reverse(curve);
  curve = SmoothCurve(curve);
  std::ranges::reverse(curve);
  return curve;
}

TEST(BookQuirksTest, SmoothingTreatsTheTwoEndsDifferently) {
  const std::vector<double>& loss = Learn({"sgd", "he"}, 0, 0, kUntil).after;
  std::vector<double> line(loss.size());
  std::iota(line.begin(), line.end(), 0);
  absl::PrintF("%-11s %9s %10s %9s %14s\n", "", "iteration", "unsmoothed", "smoothed",
               "right to left");
  for (const std::vector<double>& curve : {line, loss}) {
    const std::vector<double> smoothed = SmoothCurve(curve), other = SmoothFromRightToLeft(curve);
    size_t different = 0;
    for (size_t t = 0; t < curve.size(); ++t) different += std::abs(smoothed[t] - other[t]) > 1e-9;
    EXPECT_EQ(different, 10);  // five at each end
    for (const size_t t : {size_t{0}, size_t{4}, size_t{5}, curve.size() - 6, curve.size() - 1}) {
      absl::PrintF("%-11s %9d %10.4f %9.4f %14.4f\n", curve == line ? "a line" : "loss of SGD", t,
                   curve[t], smoothed[t], other[t]);
    }
    if (curve != line) continue;
    EXPECT_NEAR(smoothed.front() - other.front(), 0.44, 0.03);  // of an iteration
    EXPECT_NEAR(smoothed.back() - other.back(), 0.44, 0.03);
  }
}

// --- Initial weights of its own for each network ---

// How much the difference of two methods' losses scatters over the seeds.
struct Scatter {
  double all_shared, batches_shared, nothing_shared;
};

Scatter ScatterOfDifference(const Method& a, const Method& b) {
  constexpr size_t kAt = 300;
  const auto losses = [&](const Method& method, uint64_t first_weights) {
    return OfSeeds([&](uint64_t seed) {
      return SmoothedAt(kAt, Learn(method, first_weights + seed, seed, kAt).after);
    });
  };
  const std::vector<double> of_a = losses(a, 0), of_b = losses(b, 0);
  const std::vector<double> of_b_from_other_weights = losses(b, kSeeds);
  const auto paired = [&](const std::vector<double>& other) {
    return MeanAndStd(OfSeeds([&](uint64_t seed) { return of_a[seed] - other[seed]; }));
  };
  std::vector<double> unpaired;
  for (uint64_t i = 0; i < kSeeds; ++i) {
    for (uint64_t j = 0; j < kSeeds; ++j) {
      if (i != j) unpaired.push_back(of_a[i] - of_b[j]);
    }
  }
  const Scatter scatter = {paired(of_b).std, paired(of_b_from_other_weights).std,
                           MeanAndStd(unpaired).std};
  absl::PrintF("%8.4f %20.4f %20.4f %10.4f\n", paired(of_b).mean, scatter.all_shared,
               scatter.batches_shared, scatter.nothing_shared);
  return scatter;
}

TEST(BookQuirksTest, SharedWeightsMakeTheDifferenceOfTwoInitsScatterLess) {
  absl::PrintF(
      "difference of the smoothed losses at iteration 300, %d seeds, and its standard "
      "deviation where networks share\n%-15s %8s %20s %20s %10s\n",
      kSeeds, "", "mean", "weights and batches", "batches (the book)", "nothing");
  absl::PrintF("%-15s ", "Adam - AdaGrad");
  const Scatter optimizers = ScatterOfDifference({"adam", "he"}, {"adagrad", "he"});
  EXPECT_LT(1.3 * optimizers.all_shared, optimizers.nothing_shared);
  EXPECT_LT(1.3 * optimizers.batches_shared, optimizers.nothing_shared);
  absl::PrintF("%-15s ", "Xavier - Glorot");
  const Scatter inits = ScatterOfDifference({"sgd", "xavier"}, {"sgd", "glorot"});
  EXPECT_LT(2 * inits.all_shared, inits.batches_shared);
  EXPECT_LT(2 * inits.all_shared, inits.nothing_shared);
}

// --- Accuracies ---

// Quirks of the book's code, measured: what they do to accuracies.

// --- Mini-batches with replacement ---

double TestAccuracy(const ImageDataset& images, int epochs, bool shuffled, uint64_t seed) {
  Learner learner("adam", "he", seed);
  BatchSampler<float> with_replacement(images, kBatch, Random(seed, kBatchStream));
  BatchBuffer<float> buffer(images, kBatch);
  Random random(seed, kShuffleStream);
  std::vector<uint32_t> order(images.size()), keys(images.size());
  std::iota(order.begin(), order.end(), uint32_t{0});
  for (int epoch = 0; epoch < epochs; ++epoch) {
    std::ranges::generate(keys, [&] { return random.Bits32(); });
    std::ranges::sort(order, {}, [&](uint32_t row) { return std::pair(keys[row], row); });
    for (size_t begin = 0; begin + kBatch <= images.size(); begin += kBatch) {
      TrainOnBatch(learner.network, *learner.optimizer,
                   shuffled ? buffer.Gather(std::span(order).subspan(begin, kBatch))
                            : with_replacement.Next());
    }
  }
  return *Accuracy(learner.network, SharedMnist().test);
}

TEST(BookQuirksTest, ShuffledEpochsChangeLessThanAnotherSeed) {
  struct Setting {
    size_t images;
    int epochs;
    double at_least;
  };
  absl::PrintF("test accuracy, Adam, %d seeds\n%-23s %16s %16s %16s\n", kSeeds, "",
               "with replacement", "shuffled epochs", "difference");
  for (const auto& [count, epochs, at_least] : {Setting{60000, 1, 0.94}, Setting{1000, 20, 0.86}}) {
    const ImageDataset images = FirstImages(SharedMnist().train, count);
    const auto accuracies = [&, epochs = epochs](bool shuffled) {
      return OfSeeds([&](uint64_t seed) { return TestAccuracy(images, epochs, shuffled, seed); });
    };
    const std::vector<double> drawn = accuracies(false), shuffled = accuracies(true);
    const auto difference = OfSeeds([&](uint64_t seed) { return shuffled[seed] - drawn[seed]; });
    absl::PrintF("%5d images, %2d %-6s %s %s %s\n", count, epochs, epochs == 1 ? "epoch" : "epochs",
                 TableCell(drawn), TableCell(shuffled), TableCell(difference));
    EXPECT_GT(MeanAndStd(drawn).mean, at_least);
    EXPECT_LT(std::abs(MeanAndStd(difference).mean), MeanAndStd(drawn).std);
  }
}

// --- Running statistics that start at 0 ---

constexpr size_t kFewImages = 1000;  // of 6.3.2

// A network of 6.3.2, which learns for some epochs. Calls evaluate(network) after the first
// iteration, an epoch later, and so on.
template <std::invocable<MultiLayerNetwork<float>&> F>
void Learn(const NetworkConfig& batch_norm, double init_std, uint64_t seed, int epochs,
           const ImageDataset& images, F&& evaluate) {
  constexpr int kFewBatch = 100, kIterationsOfAnEpoch = kFewImages / kFewBatch;
  NetworkConfig config = batch_norm;
  config.hidden = {100, 100, 100, 100, 100};
  MultiLayerNetwork<float> network(config, kFewBatch);
  InitializeWeights({WeightInit::Kind::kNormal, init_std}, Random(seed, kWeightStream),
                    network.arena());
  const auto sgd = MakeOptimizer<float>("sgd", 0.01, network.arena().values().size());
  BatchSampler<float> batches(images, kFewBatch, Random(seed, kBatchStream));
  for (int i = 0; i <= (epochs - 1) * kIterationsOfAnEpoch; ++i) {
    TrainOnBatch(network, *sgd, batches.Next());
    if (i % kIterationsOfAnEpoch == 0) evaluate(network);
  }
}

TEST(BookQuirksTest, RunningStatisticsFromZeroUnderrateTheFirstEpochs) {
  constexpr int kEpochs = 6;
  constexpr double kInitStd = 0.013593563908785255;  // 10^(-28 / 15), of figure 6-19
  const ImageDataset images = FirstImages(SharedMnist().train, kFewImages);
  struct Curve {
    std::vector<double> accuracy;  // of each epoch
    std::vector<float> last_parameters;
  };
  const auto learn = [&](double momentum, uint64_t seed) {
    Curve curve;
    Learn({.batch_norm = true, .batch_norm_momentum = momentum}, kInitStd, seed, kEpochs, images,
          [&](MultiLayerNetwork<float>& network) {
            curve.accuracy.push_back(*Accuracy(network, images));
            curve.last_parameters = Values(network);
          });
    return curve;
  };
  std::vector<Curve> from_zero, of_last_batch;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    from_zero.push_back(learn(0.9, seed));
    of_last_batch.push_back(learn(0, seed));
    EXPECT_EQ(from_zero[seed].last_parameters, of_last_batch[seed].last_parameters);
  }

  absl::PrintF("training accuracy with batch norm, std %.4f, %d seeds\n%5s %7s %15s %16s %16s\n",
               kInitStd, kSeeds, "epoch", "updates", "1 - 0.9^updates", "from 0", "last batch's");
  std::vector<double> underrated;
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    const auto accuracies = [&](const std::vector<Curve>& curves) {
      return OfSeeds([&](uint64_t seed) { return curves[seed].accuracy[epoch]; });
    };
    const std::vector<double> zero = accuracies(from_zero), last = accuracies(of_last_batch);
    const int updates = 1 + 10 * epoch;
    absl::PrintF("%5d %7d %15.3f %s %s\n", epoch, updates, 1 - std::pow(0.9, updates),
                 TableCell(zero), TableCell(last));
    underrated.push_back(MeanAndStd(last).mean - MeanAndStd(zero).mean);
  }
  EXPECT_GT(underrated[0], 0.02);
  EXPECT_GT(underrated[1], 0.1);
  EXPECT_NEAR(underrated[5], 0, 0.04);
}

// --- NaN counted as class 0 ---

// As np.argmax: NaN is larger than anything, and the first of several is taken.
size_t NumPyArgmax(std::span<const float> y) {
  const auto nan = std::ranges::find_if(y, [](float y_j) { return std::isnan(y_j); });
  return (nan != y.end() ? nan : std::ranges::max_element(y)) - y.begin();
}

TEST(BookQuirksTest, ADivergedNetworkScoresTheShareOfZeros) {
  const ImageDataset images = FirstImages(SharedMnist().train, kFewImages);
  BatchBuffer<float> buffer(images, kFewImages);
  const Batch<float> all = buffer.GatherAll();
  const auto zeros = std::ranges::count(all.labels, 0);
  absl::PrintF("zeros among the first %d labels: %d\n", kFewImages, zeros);
  double ours = 0;
  int book = 0;
  int epoch = 0;
  Learn({}, 1, 0, 2, images, [&](MultiLayerNetwork<float>& network) {
    ours = *Accuracy(network, images);
    book = 0;
    for (size_t i = 0; i < kFewImages; ++i) {
      const auto y = network.Predict(all.x.Rows(i, 1)).row(0);
      book += NumPyArgmax(y) == all.labels[i];
    }
    absl::PrintF("std 1, epoch %d: accuracy %.3f, with NumPy's argmax %.3f\n", epoch++, ours,
                 static_cast<double>(book) / kFewImages);
  });
  EXPECT_TRUE(std::isnan(ours));
  EXPECT_EQ(book, zeros);
  EXPECT_EQ(zeros, 97);
}

}  // namespace
}  // namespace dlfs
