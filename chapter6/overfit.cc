#include "chapter6/overfit.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/accuracy_curves.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/trainer.h"
#include "common/csv.h"
#include "common/interrupt.h"
#include "common/mean_and_std.h"
#include "common/progress.h"
#include "datasets/batch.h"

namespace dlfs {
namespace {

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/overfit.gp.inc"
    ;

void Train(const OverfitMethod& method, const EpochTraining& training, const ImageDataset& images,
           const Batch<float>& train, const Batch<float>& test, AccuracyCurve& curve,
           Progress& progress) {
  TrainNewNetwork(training,
                  {.batch_norm = method.batch_norm,
                   .penalty = method.penalty,
                   .dropout = method.dropout,
                   .dropout_seed = curve.seed},
                  {.kind = WeightInit::Kind::kHe}, images, curve.seed, progress,
                  [&](MultiLayerNetwork<float>& network, int epoch) {
                    curve.epochs.push_back(epoch);
                    curve.train.push_back(Accuracy(network, train));
                    curve.test.push_back(Accuracy(network, test));
                  });
}

}  // namespace

EpochTraining BookOverfitTraining(int epochs) {
  return {.hidden = {100, 100, 100, 100, 100, 100}, .train_size = 300, .epochs = epochs};
}

absl::Status CheckMethods(absl::string_view flag, const std::vector<std::string>& names,
                          const std::vector<OverfitMethod>& methods) {
  std::set<std::vector<std::string>> seen;
  for (size_t m = 0; m < methods.size(); ++m) {
    if (!seen.insert(methods[m].cells).second) {
      return FlagError(flag, "each once", absl::StrCat("'", names[m], "' twice"));
    }
  }
  return methods.empty() ? FlagError(flag, "at least one", "none") : absl::OkStatus();
}

absl::Status CompareOverfitting(const OverfitComparison& comparison, const Mnist& mnist,
                                Experiment& experiment) {
  const EpochTraining& training = comparison.training;
  if (absl::Status status = CheckTraining(training, mnist); !status.ok()) return status;
  AccuracyComparison curves_of = {
      .name = comparison.name,
      .method_columns = comparison.columns,
      .methods = {},
      .test_accuracy = true,
      .configuration = {absl::StrCat(Describe(training),
                                     " learning_rate=", ShortestDecimal(training.learning_rate))},
      .epochs = static_cast<size_t>(training.epochs)};
  for (const OverfitMethod& method : comparison.methods) curves_of.methods.push_back(method.cells);

  // What all networks share: the images as numbers, which each of them goes through again and again.
  const ImageDataset images = FirstImages(mnist.train, training.train_size);
  BatchBuffer<float> train_buffer(images, images.size());
  BatchBuffer<float> test_buffer(mnist.test, mnist.test.size());
  const Batch<float> train = train_buffer.GatherAll(), test = test_buffer.GatherAll();
  const auto curves =
      CompareAccuracyCurves(curves_of, experiment, [&](AccuracyCurve& curve, Progress& progress) {
        Train(comparison.methods[curve.method], training, images, train, test, curve, progress);
      });
  if (!curves.ok()) return curves.status();

  absl::PrintF("%-32s %16s %16s %8s\n", "accuracy in the last epoch", "training", "test", "gap");
  std::vector<std::string> names, cells;
  for (size_t m = 0; m < comparison.methods.size(); ++m) {
    const MeanAndStd of_train = LastAccuracy(*curves, m, &AccuracyCurve::train);
    const MeanAndStd of_test = LastAccuracy(*curves, m, &AccuracyCurve::test);
    const double gap = of_train.mean - of_test.mean;
    absl::PrintF("%-32s %s %s %8s\n", comparison.methods[m].name,
                 LastAccuracyCell(*curves, m, &AccuracyCurve::train),
                 LastAccuracyCell(*curves, m, &AccuracyCurve::test),
                 std::isnan(gap) ? "-" : absl::StrFormat("%.4f", gap));
    names.push_back(absl::StrCat("\"", comparison.methods[m].name, "\""));
    cells.push_back(absl::StrJoin(comparison.methods[m].cells, ","));
  }
  return experiment.Draw(
      {.name = comparison.name,
       .commands = absl::StrCat(kStyle, kCommands),
       .definitions = {{"methods", absl::StrJoin(cells, " ")},
                       {"names", absl::StrJoin(names, " ")},
                       {"columns", static_cast<double>(comparison.columns.size())},
                       {"seeds", static_cast<double>(experiment.seeds)},
                       {"last_epoch", training.epochs - 1.0},
                       {"point_interval",
                        std::max(1.0, training.epochs / training.evaluation_interval / 10.0)},
                       {"figure_title",
                        absl::StrCat(comparison.figure, comparison.figure.empty() ? "" : ": ",
                                     comparison.title, ", ", training.train_size, " images, ",
                                     training.optimizer, ", ", experiment.SeedsText())}},
       .pictures = {"", "_test"}});
}

absl::Status CompareOverfittingTwice(OverfitComparison comparison, bool with_adam,
                                     const Mnist& mnist, Experiment& experiment) {
  const absl::Status status = CompareOverfitting(comparison, mnist, experiment);
  if (!with_adam || comparison.training.optimizer == "adam") return status;
  if (!status.ok() || StopRequested()) return status;
  absl::PrintF("\n");
  comparison.name += "_adam";
  comparison.figure = "";  // the book has none
  comparison.training.optimizer = "adam";
  comparison.training.learning_rate = DefaultLearningRate("adam");
  comparison.training.epochs = (comparison.training.epochs + 2) / 3;
  return CompareOverfitting(comparison, mnist, experiment);
}

}  // namespace dlfs
