// 6.3 and 6.4: what weight decay, dropout, batch normalisation, and some of them together do
// against overfitting on few images. The comparison is not the book's own.
//
//   bazel run //chapter6:overfit_compare
//
// Writes overfit_compare.csv (seed,technique,epoch,train_accuracy,test_accuracy) and
// overfit_compare_summary.csv (technique,epoch,train_mean,train_std,test_mean,test_std,diverged),
// and the figure; and with Adam once more, in a third of the epochs, overfit_compare_adam.*. With
// the book's SGD a network with dropout or batch norm has not learned as much in these epochs as
// one without; with Adam all have, so that their test accuracies can be compared.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
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

namespace dlfs {
namespace {

// "batch_norm+dropout", its parts in this order whatever the order in which they are typed.
struct Technique {
  std::string name;
  bool batch_norm = false;
  DropoutChoice::Kind dropout = DropoutChoice::Kind::kNone;
  Penalty::Kind penalty = Penalty::Kind::kNone;
  bool operator==(const Technique&) const = default;
};

absl::StatusOr<Technique> TechniqueNamed(const std::string& name) {
  Technique technique;
  std::set<std::string> parts;
  for (const std::string& part : std::vector<std::string>(absl::StrSplit(name, '+'))) {
    if (part == "batch_norm") {
      technique.batch_norm = true;
    } else if (part == "weight_decay") {
      technique.penalty = Penalty::Kind::kL2;
    } else if (part == "decoupled_weight_decay") {
      technique.penalty = Penalty::Kind::kDecoupled;
    } else if (part == "dropout") {
      technique.dropout = DropoutChoice::Kind::kStandard;
    } else if (part == "inverted_dropout") {
      technique.dropout = DropoutChoice::Kind::kInverted;
    } else if (name != "none") {
      return Unexpected(
          "none, weight_decay, decoupled_weight_decay, dropout, inverted_dropout, batch_norm, or "
          "some of these with +",
          absl::StrCat("'", name, "'"));
    }
    if (!parts.insert(part).second) {
      return Unexpected("each part once", absl::StrCat("'", name, "'"));
    }
  }
  if (parts.contains("weight_decay") && parts.contains("decoupled_weight_decay")) {
    return Unexpected("one kind of weight decay", absl::StrCat("'", name, "'"));
  }
  if (parts.contains("dropout") && parts.contains("inverted_dropout")) {
    return Unexpected("one kind of dropout", absl::StrCat("'", name, "'"));
  }
  technique.name = absl::StrJoin(parts, "+");
  return technique;
}

}  // namespace
}  // namespace dlfs

SETTING(std::vector<std::string>, techniques,
        std::vector<std::string>({"none", "weight_decay", "decoupled_weight_decay", "dropout",
                                  "batch_norm", "batch_norm+weight_decay", "batch_norm+dropout"}),
        dlfs::ListOf{dlfs::TechniqueNamed},
        "what to compare: a list of none, weight_decay, decoupled_weight_decay, dropout, "
        "inverted_dropout, batch_norm, and combinations of them with +");
SETTING(double, weight_decay, 0.1, dlfs::AtLeast(0.0),
        "lambda of the L2 penalty, or of the decoupled one, where there is weight decay");
SETTING(double, dropout_ratio, dlfs::DropoutChoice().ratio, dlfs::DropoutRatio(),
        "how many neurons of a hidden layer are left out in training, from 0 to below 1, where "
        "there is dropout");
SETTING(bool, with_adam, true, dlfs::Anything(),
        "compare once more with Adam, in a third of the epochs; writes overfit_compare_adam.*");
SETTING(int, train_size, 300, dlfs::AtMostTrainingImages,
        "how many images of the training data are used, the first ones");
SETTING(int, epochs, 201, dlfs::Between(1, 1000000), "how many epochs a network learns");
SETTING(int, evaluation_interval, 5, dlfs::AtLeast(1), "epochs from one evaluation to the next");
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
                     Experiment& experiment) {
  const ImageDataset images = FirstImages(mnist.train, train_size);
  const int64_t per_epoch = IterationsPerEpoch(train_size, batch_size);

  ComparisonOptions options = {.columns = {"technique"},
                               .recorded = Recorded::kTrainTestAccuracy,
                               .iterations = IterationsOf(max_epochs, per_epoch)};
  std::vector<FigureText> names;
  for (const Technique& technique : *techniques) {
    options.methods.push_back({technique.name});
    std::vector<FigureText> parts;
    for (const absl::string_view part : absl::StrSplit(technique.name, '+')) {
      parts.push_back(Translate(absl::StrReplaceAll(part, {{"_", " "}})));
    }
    names.push_back(Join(parts, " + "));
  }
  experiment.configuration.push_back(absl::StrCat("learned with ", update_rule, ", learning_rate=",
                                                  ShortestDecimal(eta), ", epochs=", max_epochs));
  Comparison comparison(experiment, options);

  // All networks of a seed start from the same weights and see the same mini-batches.
  const absl::Status status = comparison.ForEach([&](Run& run) {
    const Technique& technique = (*techniques)[run.method()];
    const Penalty penalty = {technique.penalty, weight_decay};
    MultiLayerNetwork<float> network({.hidden = hidden_sizes,
                                      .batch_norm = technique.batch_norm,
                                      .dropout = {technique.dropout, dropout_ratio},
                                      .dropout_seed = run.seed()},
                                     batch_size);
    InitializeWeights({WeightInit::Kind::kHe}, Random(run.seed(), kWeightStream), network.arena());
    const auto update = MakeOptimizer<float>(update_rule, eta, network.arena().values().size());
    BatchSampler<float> batches(images, batch_size, Random(run.seed(), kBatchStream));

    for (const int64_t i : run.Iterations(options.iterations)) {
      const Batch<float> batch = batches.Next();
      network.Gradient(batch.x, batch.labels);
      AddPenaltyGradient(penalty, network.arena());
      DecayWeights(penalty, eta, network.arena());
      update->Step(network.arena().values(), network.arena().gradients());
      const int64_t epoch = i / per_epoch;
      if (i % per_epoch == 0 && IsEvaluated(epoch, max_epochs, evaluation_interval)) {
        const auto train_accuracy = Accuracy(network, images, StopRequested);
        run.Record(epoch, train_accuracy, Accuracy(network, mnist.test, StopRequested));
      }
    }
  });
  if (!status.ok()) return status;
  return ReportOverfitting(
      {.columns = options.columns,
       .methods = options.methods,
       .names = names,
       .title = Translate("6.4: what helps against overfitting, %s images, %s, %s", *train_size,
                          update_rule, experiment.SeedsText()),
       .epochs = max_epochs,
       .evaluation_interval = evaluation_interval},
      comparison, experiment);
}

MNIST_EXPERIMENT(overfit_compare,
                 "6.3 and 6.4: what weight decay, dropout, batch normalisation, and some of them "
                 "together do against overfitting on few images.") {
  const std::vector<std::string> settings = experiment.configuration;
  const absl::Status status =
      Compare(mnist, optimizer, learning_rate->value_or(DefaultLearningRate(*optimizer)), epochs,
              experiment);
  if (!with_adam || *optimizer == "adam" || !status.ok() || StopRequested()) return status;
  absl::PrintF("\n");
  experiment.name += "_adam";
  experiment.configuration = settings;
  return Compare(mnist, "adam", DefaultLearningRate("adam"), (epochs + 2) / 3, experiment);
}

}  // namespace
}  // namespace dlfs
