// 6.4.3, figure 6-23: a network with six hidden layers learns 300 images by heart, and dropout
// against it.
//
//   bazel run //chapter6:overfit_dropout
//
// Writes overfit_dropout.csv (seed,dropout,ratio,epoch,train_accuracy,test_accuracy) and
// overfit_dropout_summary.csv
// (dropout,ratio,epoch,train_mean,train_std,test_mean,test_std,diverged), and the figure; and with
// Adam once more, in a third of the epochs, overfit_dropout_adam.*. With the book's SGD a network
// with dropout has not learned as much in these epochs as one without; with Adam both have, so that
// their test accuracies can be compared.

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chapter6/epochs.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/overfit_report.h"
#include "chapter6/regularization.h"
#include "chapter6/settings.h"
#include "common/experiment/comparison.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"

SETTING(std::vector<std::string>, dropouts,
        std::vector<std::string>({"none", "standard", "inverted"}),
        dlfs::ListOf{dlfs::DropoutKindFromName},
        "which kinds of dropout to compare: a list of none, standard (the book's), inverted");
SETTING(double, dropout_ratio, dlfs::DropoutChoice().ratio, dlfs::DropoutRatio(),
        "how many neurons of a hidden layer are left out in training, from 0 to below 1");
SETTING(bool, with_adam, true, dlfs::Anything(),
        "compare once more with Adam, in a third of the epochs, where dropout is ahead on the test "
        "images; writes overfit_dropout_adam.*");
SETTING(int, train_size, 300, dlfs::AtMostTrainingImages,
        "how many images of the training data are used, the first ones");
SETTING(int, epochs, 301, dlfs::Between(1, 1000000), "how many epochs a network learns");
SETTING(int, evaluation_interval, 1, dlfs::AtLeast(1), "epochs from one evaluation to the next");
SETTING(int, batch_size, 100, dlfs::BatchSize(), dlfs::kBatchSizeHelp);
SETTING(std::vector<std::string>, hidden_sizes, dlfs::Sizes({100, 100, 100, 100, 100, 100}),
        dlfs::HiddenSizes(batch_size), "the neurons of each hidden layer");
SETTING(std::string, optimizer, "sgd", dlfs::OptimizerName,
        absl::StrCat("the optimizer, one of ", dlfs::OptimizerList()));
SETTING(std::optional<double>, learning_rate, std::nullopt, dlfs::Positive(),
        absl::StrCat("the learning rate; default: the book's of the optimizer: ",
                     dlfs::LearningRateList()));

namespace dlfs {
namespace {

absl::Status Compare(const Mnist& mnist, const std::string& update_rule, double eta, int max_epochs,
                     const std::string& figure, Experiment& experiment) {
  const ImageDataset images = FirstImages(mnist.train, train_size);
  const int64_t per_epoch = IterationsPerEpoch(train_size, batch_size);

  ComparisonOptions options = {.columns = {"dropout", "ratio"},
                               .recorded = Recorded::kTrainTestAccuracy,
                               .iterations = IterationsOf(max_epochs, per_epoch)};
  std::vector<FigureText> names;
  for (const DropoutChoice::Kind kind : *dropouts) {
    const bool none = kind == DropoutChoice::Kind::kNone;
    const std::string name = kDropoutNames[static_cast<size_t>(kind)];
    const std::string ratio = ShortestDecimal(none ? 0 : *dropout_ratio);
    options.methods.push_back({name, ratio});
    names.push_back(none ? Translate("no dropout")
                         : Translate("%s dropout, %s", Translate(name), ratio));
  }
  experiment.configuration.push_back(absl::StrCat("learned with ", update_rule, ", learning_rate=",
                                                  ShortestDecimal(eta), ", epochs=", max_epochs));
  Comparison comparison(experiment, options);

  // All networks of a seed start from the same weights and see the same mini-batches.
  const absl::Status status = comparison.ForEach([&](Run& run) {
    MultiLayerNetwork<float> network({.hidden = hidden_sizes,
                                      .dropout = {(*dropouts)[run.method()], dropout_ratio},
                                      .dropout_seed = run.seed()},
                                     batch_size);
    InitializeWeights({WeightInit::Kind::kHe}, Random(run.seed(), kWeightStream), network.arena());
    const auto update = MakeOptimizer<float>(update_rule, eta, network.arena().values().size());
    BatchSampler<float> batches(images, batch_size, Random(run.seed(), kBatchStream));

    for (const int64_t i : run.Iterations(options.iterations)) {
      const Batch<float> batch = batches.Next();
      network.Gradient(batch.x, batch.labels);  // a mask is drawn for each image and layer
      update->Step(network.arena().values(), network.arena().gradients());
      const int64_t epoch = i / per_epoch;
      if (i % per_epoch == 0 && IsEvaluated(epoch, max_epochs, evaluation_interval)) {
        const auto train_accuracy = Accuracy(network, images, StopRequested);
        run.Record(epoch, train_accuracy, Accuracy(network, mnist.test, StopRequested));
      }
    }
  });
  if (!status.ok()) return status;
  return ReportOverfitting({.columns = options.columns,
                            .methods = options.methods,
                            .names = names,
                            .title = Translate("%sdropout, %s images, %s, %s", FigureNumber(figure),
                                               *train_size, update_rule, experiment.SeedsText()),
                            .epochs = max_epochs,
                            .evaluation_interval = evaluation_interval},
                           comparison, experiment);
}

MNIST_EXPERIMENT(overfit_dropout,
                 "6.4.3, figure 6-23: overfitting on few images, and dropout against it.") {
  const std::vector<std::string> settings = experiment.configuration;
  const bool is_the_books = AreDefault(train_size, epochs, evaluation_interval, batch_size,
                                       hidden_sizes, optimizer, learning_rate);
  const absl::Status status =
      Compare(mnist, optimizer, learning_rate->value_or(DefaultLearningRate(*optimizer)), epochs,
              is_the_books ? "6-23" : "", experiment);
  if (!with_adam || *optimizer == "adam" || !status.ok() || StopRequested()) return status;
  absl::PrintF("\n");
  experiment.name += "_adam";
  experiment.configuration = settings;
  return Compare(mnist, "adam", DefaultLearningRate("adam"), (epochs + 2) / 3, "", experiment);
}

}  // namespace
}  // namespace dlfs
