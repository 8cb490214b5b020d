// 6.3.2, figures 6-18 and 6-19: learning with and without batch normalisation, from weights of
// different standard deviations.
//
//   bazel run //chapter6:batch_norm_compare
//
// Writes batch_norm_compare.csv (seed,init_std,batch_norm,epoch,train_accuracy,diverged) and
// batch_norm_compare_summary.csv
// (init_std,batch_norm,epoch,train_mean,train_std,test_mean,test_std,diverged), and the figure: a
// panel for each standard deviation. Prints the last accuracies. A network that diverges is a
// result: its accuracy is NaN from then on, and the panel says so.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/epochs.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/settings.h"
#include "common/experiment/comparison.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/table_cell.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"

namespace dlfs {
namespace {

absl::StatusOr<std::vector<double>> ReadStds(const std::vector<std::string>& texts) {
  if (texts.empty()) return std::vector<double>(std::begin(kBookStds), std::end(kBookStds));
  return ListOf{InitStd}(texts);
}

}  // namespace
}  // namespace dlfs

SETTING(std::vector<std::string>, init_std, {}, dlfs::ReadStds,
        "the standard deviation of the initial weights, or a list of them, a panel each; default: "
        "the 16 of figure 6-19, from 1 to 0.0001");
SETTING(int, train_size, 1000, dlfs::AtMostTrainingImages,
        "how many images of the training data are used, the first ones");
SETTING(int, epochs, 20, dlfs::Between(1, 1000000), "how many epochs a network learns");
SETTING(int, evaluation_interval, 1, dlfs::AtLeast(1), "epochs from one evaluation to the next");
SETTING(int, batch_size, 100, dlfs::BatchSize(), dlfs::kBatchSizeHelp);
SETTING(std::vector<std::string>, hidden_sizes, dlfs::Sizes({100, 100, 100, 100, 100}),
        dlfs::HiddenSizes(batch_size), "the neurons of each hidden layer");
SETTING(std::string, optimizer, "sgd", dlfs::OptimizerName,
        absl::StrCat("the optimizer, one of ", dlfs::OptimizerList()));
SETTING(std::optional<double>, learning_rate, std::nullopt, dlfs::Positive(),
        absl::StrCat("the learning rate; default: the book's of the optimizer: ",
                     dlfs::LearningRateList()));

namespace dlfs {
namespace {

MNIST_EXPERIMENT(batch_norm_compare,
                 "6.3.2, figures 6-18 and 6-19: learning with and without batch normalisation, "
                 "from weights of different standard deviations.") {
  const ImageDataset images = FirstImages(mnist.train, train_size);
  const int64_t per_epoch = IterationsPerEpoch(train_size, batch_size);
  const double eta = learning_rate->value_or(DefaultLearningRate(*optimizer));

  // Two methods for each standard deviation: without batch norm and with.
  ComparisonOptions options = {.columns = {"init_std", "batch_norm"},
                               .recorded = Recorded::kTrainAccuracy,
                               .iterations = IterationsOf(epochs, per_epoch)};
  for (const double std : *init_std) {
    for (const char* batch_norm : {"0", "1"}) {
      options.methods.push_back({ShortestDecimal(std), batch_norm});
    }
  }
  experiment.configuration.push_back(absl::StrCat("learning_rate=", ShortestDecimal(eta)));
  Comparison comparison(experiment, options);

  // All networks of a seed start from the same random numbers, differently scaled, and see the same
  // mini-batches.
  const absl::Status status = comparison.ForEach([&](Run& run) {
    MultiLayerNetwork<float> network({.hidden = hidden_sizes, .batch_norm = run.method() % 2 == 1},
                                     batch_size);
    InitializeWeights({WeightInit::Kind::kNormal, (*init_std)[run.method() / 2]},
                      Random(run.seed(), kWeightStream), network.arena());
    const auto update = MakeOptimizer<float>(*optimizer, eta, network.arena().values().size());
    BatchSampler<float> batches(images, batch_size, Random(run.seed(), kBatchStream));

    for (const int64_t i : run.Iterations(options.iterations)) {
      const Batch<float> batch = batches.Next();
      network.Gradient(batch.x, batch.labels);
      update->Step(network.arena().values(), network.arena().gradients());
      const int64_t epoch = i / per_epoch;
      if (i % per_epoch == 0 && IsEvaluated(epoch, epochs, evaluation_interval)) {
        run.Record(epoch, Accuracy(network, images, StopRequested));
      }
    }
  });
  if (!status.ok()) return status;

  absl::PrintF("training accuracy in the last epoch\n%10s %18s %18s\n", "init std",
               "without batch norm", "with");
  std::vector<std::string> stds, titles;
  size_t alone = 0;  // in figure 6-18: the one nearest, as a factor, to Xavier's √(1/100)
  const auto from_xavier = [&](size_t i) {
    const double std = (*init_std)[i];
    return std::max(std / 0.1, 0.1 / std);
  };
  for (size_t i = 0; i < init_std->size(); ++i) {
    stds.push_back(ShortestDecimal((*init_std)[i]));
    titles.push_back(absl::StrFormat("%.4g", (*init_std)[i]));
    absl::PrintF("%10s   %s   %s\n", titles.back(), TableCell(comparison.LastTrain(2 * i)),
                 TableCell(comparison.LastTrain(2 * i + 1)));
    if (from_xavier(i) < from_xavier(alone)) alone = i;
  }
  const bool is_the_books = AreDefault(train_size, epochs, evaluation_interval, batch_size,
                                       hidden_sizes, optimizer, learning_rate);
  return experiment.Draw(
      {{"methods", "1 0"},  // of the column batch_norm
       {"init_stds", absl::StrJoin(stds, " ")},
       {"init_std_titles", absl::StrJoin(titles, " ")},
       {"alone", static_cast<double>(alone + 1)},
       {"book", is_the_books ? 1.0 : 0.0},
       {"last_epoch", epochs - 1.0},
       {"seeds", static_cast<double>(experiment.seeds)},
       {"seeds_text", experiment.SeedsText()}},
      stds.size() > 1 ? std::vector<std::string>{"", "_one"} : std::vector<std::string>{""});
}

}  // namespace
}  // namespace dlfs
