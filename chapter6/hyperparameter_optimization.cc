// 6.5.2, figure 6-24: a search for the learning rate and the weight decay.
//
//   bazel run //chapter6:hyperparameter_optimization
//
// Trials run in parallel, each a network that learns for a few epochs with values of its own; the
// next round looks around the best tenth. The best setting learns once more, from training and
// validation data, and only then the test data are used, once.
//
// Writes hyperparameter_optimization.csv (search_file.h), the memory of the search: a run goes on
// with what is missing, and ends with the same file as one that was never interrupted. Then the
// tables _trials, _rounds and _best, and the figures (search_report.h). Prints the best trials.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/optimizers.h"
#include "chapter6/regularization.h"
#include "chapter6/search_file.h"
#include "chapter6/search_report.h"
#include "chapter6/settings.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "common/layers/network.h"
#include "common/matrix/random.h"
#include "datasets/accuracy.h"
#include "datasets/batch.h"

SETTING(std::string, method, "random", dlfs::SearchMethodFromName,
        "random, or grid: the square root of --trials values of each range");
SETTING(int, trials, 100, dlfs::TrialsFor(method), "how many settings to try, in each round");
SETTING(int, rounds, 1, dlfs::Between(1, 100),
        "how many rounds; each looks where the best tenth of the round before was");
SETTING(std::string, scale, "log", dlfs::ScaleFromName,
        "log: each power of ten is equally likely; uniform: each value is");
SETTING(std::string, learning_rate_range, "1e-06:0.01", dlfs::RangeOn(scale),
        "the learning rates to try, LOW:HIGH");
SETTING(std::string, weight_decay_range, "1e-08:1e-04", dlfs::RangeOn(scale),
        "the weight decays (lambda of an L2 penalty) to try, LOW:HIGH");
SETTING(bool, same_start, false, dlfs::Anything(),
        "whether all trials of a seed start from the same weights and see the same mini-batches");
SETTING(int, train_size, 500, dlfs::AtMostTrainingImages,
        "how many images of the training data are used, the first ones");
SETTING(double, validation_share, 0.2, dlfs::ValidationOf(train_size),
        "the share of the images that is kept for validation, above 0 and below 1");
SETTING(int, epochs, 50, dlfs::Between(1, 1000000), "how many epochs a network learns");
SETTING(int, evaluation_interval, 1, dlfs::AtLeast(1), "epochs from one evaluation to the next");
SETTING(int, batch_size, 100, dlfs::BatchSize(), dlfs::kBatchSizeHelp);
SETTING(std::vector<std::string>, hidden_sizes, dlfs::Sizes({100, 100, 100, 100, 100, 100}),
        dlfs::HiddenSizes(batch_size), "the neurons of each hidden layer");
SETTING(std::string, optimizer, "sgd", dlfs::OptimizerName,
        absl::StrCat("the optimizer, one of ", dlfs::OptimizerList()));
SETTING(std::string, only_trials, "", dlfs::PartOf(trials),
        "FIRST:LAST: a part of the search, these trials alone, for --merge; empty: all");
SETTING(std::vector<std::string>, merge, {}, dlfs::FilePaths,
        "the hyperparameter_optimization.csv of parts of this search; what is in none of them is "
        "made");

namespace dlfs {
namespace {

size_t TrialsOfSeed() { return static_cast<size_t>(trials) * static_cast<size_t>(rounds); }

int64_t PerEpoch(const ImageDataset& images) {
  return IterationsPerEpoch(static_cast<int>(images.size()), batch_size);
}

// 6.5.1: the order of the images for a seed. The first ones are for validation, the others to learn
// from; the test data have no part in the search.
std::vector<uint32_t> OrderOf(const ImageDataset& images, uint64_t seed) {
  return RandomOrder(images.size(), Random(seed, kShuffleStream));
}

// Step 1: what a trial of the round tries.
Trial NewTrial(const SearchRound& round, size_t number) {
  const SearchRange ranges[] = {round.learning_rate, round.weight_decay};
  const std::vector<double> point =
      *method == SearchMethod::kGrid
          ? GridPoint(ranges, GridSide(trials).value(), number - round.first_trial)
          : RandomPoint(ranges, round.seed, number % TrialsOfSeed());
  return {.number = number, .learning_rate = point[0], .weight_decay = point[1]};
}

// Step 2: a network learns with the values of a trial. Calls evaluate(network, epoch) after the
// first iteration, an epoch later, and so on.
void Learn(const Trial& trial, const ImageDataset& images, uint64_t seed, Task& task,
           const std::function<void(Network<float>& network, int64_t epoch)>& evaluate) {
  MultiLayerNetwork<float> network({.hidden = hidden_sizes}, batch_size);
  InitializeWeights({WeightInit::Kind::kHe}, Random(seed, kWeightStream), network.arena());
  const auto update =
      MakeOptimizer<float>(*optimizer, trial.learning_rate, network.arena().values().size());
  BatchSampler<float> batches(images, batch_size, Random(seed, kBatchStream));
  const int64_t per_epoch = PerEpoch(images);

  for (const int64_t i : task.Iterations(IterationsOf(epochs, per_epoch))) {
    const Batch<float> batch = batches.Next();
    network.Gradient(batch.x, batch.labels);
    AddPenaltyGradient(Penalty{Penalty::Kind::kL2, trial.weight_decay}, network.arena());
    update->Step(network.arena().values(), network.arena().gradients());
    const int64_t epoch = i / per_epoch;
    if (i % per_epoch == 0 && IsEvaluated(epoch, epochs, evaluation_interval)) {
      evaluate(network, epoch);
    }
  }
}

// Makes the trials of a round that are not in the file, in parallel, as far as an interrupt allows.
// Each is in the file before its thread starts the next.
absl::Status FinishRound(const ImageDataset& train, const ImageDataset& validation,
                         const Experiment& experiment, SearchFile& file, SearchRound& round) {
  const size_t end = round.first_trial + static_cast<size_t>(trials);
  std::vector<Trial> missing;
  size_t made_before = 0;
  for (size_t number = round.first_trial; number < end; ++number) {
    const Trial trial = NewTrial(round, number);
    const absl::StatusOr<bool> is_made = file.Has(trial);
    if (!is_made.ok()) return is_made.status();
    if (*is_made) {
      ++made_before;
    } else if (only_trials->first <= number && number <= only_trials->last) {
      missing.push_back(trial);
    }
  }

  const auto iterations = static_cast<size_t>(IterationsOf(epochs, PerEpoch(train)));
  std::vector<absl::Status> statuses(missing.size());
  const absl::StatusOr<double> seconds = experiment.RunInParallel(
      experiment.name, missing.size(), missing.size() * iterations, "iterations",
      [&](Task& task) {
        Trial& trial = missing[task.index()];
        const uint64_t seed =
            same_start ? round.seed : TrialSeed(round.seed, trial.number % TrialsOfSeed());
        Learn(trial, train, seed, task, [&](Network<float>& network, int64_t) {
          const auto validation_accuracy = Accuracy(network, validation, StopRequested);
          const auto train_accuracy = Accuracy(network, train, StopRequested);
          if (!validation_accuracy || !train_accuracy) return;
          trial.validation.push_back(*validation_accuracy);
          trial.train.push_back(*train_accuracy);
        });
        statuses[task.index()] = file.Append(trial);
      },
      [&](size_t i) { return statuses[i]; });
  if (!seconds.ok()) return seconds.status();

  for (size_t number = round.first_trial; number < end; ++number) {
    const auto made = file.trials().find(number);
    if (made != file.trials().end()) round.trials.push_back(made->second);
  }
  const size_t made = round.trials.size() - made_before;
  absl::PrintF("seed %d, round %d: %d %s in %.2f s\n", round.seed, round.round, made,
               made == 1 ? "trial" : "trials", *seconds);
  if (made_before > 0) {
    absl::PrintF("  %d more were in the file already%s\n", made_before,
                 merge->empty() ? "; remove it to make them anew" : " or came from --merge");
  }
  return absl::OkStatus();
}

MNIST_EXPERIMENT(hyperparameter_optimization,
                 "6.5.2, figure 6-24: a search for the learning rate and the weight decay. "
                 "Interrupted, it goes on with what is missing when it is started again.") {
  const bool is_part = !only_trials->is_all;
  if ((is_part || !merge->empty()) && (rounds > 1 || experiment.seeds > 1)) {
    return OfFlag(is_part ? "only_trials" : "merge",
                  Unexpected("a search of one round and one seed",
                             absl::StrCat("--rounds=", *rounds, " --seeds=", experiment.seeds)));
  }
  const ImageDataset images = FirstImages(mnist.train, train_size);
  experiment.configuration = {
      absl::StrCat("hidden=", absl::StrJoin(*hidden_sizes, ","), " train_size=", *train_size,
                   " batch_size=", *batch_size, " epochs=", *epochs,
                   " evaluation_interval=", *evaluation_interval, " optimizer=", *optimizer),
      // So that a search does not go on with other images.
      absl::StrCat(
          "images=", absl::Hex(Checksum(images.labels, Checksum(images.pixels)), absl::kZeroPad16),
          " ", validation_share.Text()),
      absl::StrCat("learning_rate=", SearchRangeText(learning_rate_range),
                   " weight_decay=", SearchRangeText(weight_decay_range), " ", scale.Text(), " ",
                   method.Text(), " rounds=", *rounds, " same_start=", *same_start)};
  SearchFileFormat format = {
      .comments = experiment.Comments(""),
      .trials = TrialsOfSeed() * static_cast<size_t>(experiment.seeds),
      .continues_shorter = *method == SearchMethod::kRandom && rounds == 1 && experiment.seeds == 1,
      .epochs = {}};
  for (int epoch = 0; epoch < epochs; ++epoch) {
    if (IsEvaluated(epoch, epochs, evaluation_interval)) format.epochs.push_back(epoch);
  }
  if (absl::Status status = experiment.PrepareOutputDirectory(); !status.ok()) return status;
  const auto file = SearchFile::Open(experiment.Path(".csv"), format, merge);
  if (!file.ok()) return file.status();
  experiment.AddWritten(experiment.Path(".csv"));

  experiment.PrintConfiguration();
  std::vector<Search> searches;
  bool complete = true;
  for (size_t s = 0; s < static_cast<size_t>(experiment.seeds) && complete; ++s) {
    Search search = {.seed = experiment.seed + s};
    const std::vector<uint32_t> order = OrderOf(images, search.seed);
    const ImageDataset validation = SelectImages(images, std::span(order).first(validation_share));
    const ImageDataset train = SelectImages(images, std::span(order).subspan(validation_share));
    SearchRound round = {.seed = search.seed,
                         .round = 1,
                         .first_trial = s * TrialsOfSeed(),
                         .learning_rate = learning_rate_range,
                         .weight_decay = weight_decay_range};
    for (int r = 0; r < rounds && complete; ++r) {
      if (r > 0) round = NextRound(round);
      absl::Status status = FinishRound(train, validation, experiment, **file, round);
      if (!status.ok()) return status;
      complete = round.trials.size() == static_cast<size_t>(trials);
      if (!round.trials.empty()) search.rounds.push_back(round);
    }
    if (!search.rounds.empty()) searches.push_back(std::move(search));
  }
  if (!StopRequested()) {
    if (absl::Status status = (*file)->Sort(); !status.ok()) return status;
    if (is_part) {
      absl::PrintF("A part of the search: merge it with the others (--merge).\n");
      return absl::OkStatus();
    }
  }

  // The best setting of each seed, learned from all images, on the test images.
  if (complete) {
    const size_t iterations =
        searches.size() * static_cast<size_t>(IterationsOf(epochs, PerEpoch(images)));
    const absl::StatusOr<double> seconds = experiment.RunInParallel(
        "retraining", searches.size(), iterations, "iterations",
        [&](Task& task) {
          Search& search = searches[task.index()];
          const Trial& best = *RankTrials(search.rounds).front();
          if (std::isnan(best.validation.back())) return;
          const ImageDataset all = SelectImages(images, OrderOf(images, search.seed));
          Learn(best, all, search.seed, task, [&](Network<float>& network, int64_t epoch) {
            if (epoch + 1 == epochs)
              search.test_accuracy = Accuracy(network, mnist.test, StopRequested);
          });
        },
        [](size_t) { return absl::OkStatus(); });
    if (!seconds.ok()) return seconds.status();
  }
  if (StopRequested()) {
    for (Search& search : searches) search.test_accuracy.reset();  // not of all seeds
    absl::PrintF("Stopped early: the same command goes on from here.\n");
    if (is_part) return absl::OkStatus();
  }
  const bool is_the_books =
      AreDefault(method, trials, rounds, scale, learning_rate_range, weight_decay_range, same_start,
                 train_size, validation_share, epochs, evaluation_interval, batch_size,
                 hidden_sizes, optimizer);
  return ReportSearches(searches,
                        {.figure = is_the_books ? "Figure 6-24" : "",
                         .images = images.size(),
                         .validation_images = validation_share,
                         .test_images = mnist.test.size(),
                         .epochs = format.epochs},
                        experiment);
}

}  // namespace
}  // namespace dlfs
