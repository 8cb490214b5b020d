// 6.5.2, figure 6-24: a search for the learning rate and the weight decay.
//
//   bazel run //chapter6:hyperparameter_optimization
//
// Trials run in parallel, each a network that learns for a few epochs with values of its own; the
// next round looks around the best tenth. Or each trial is where those before it promise most
// (--method=bayesian), or only the better half of the trials goes on (halving). The best setting
// learns once more, from training and validation data, and only then the test data are used, once.
//
// Writes hyperparameter_optimization.csv (search_file.h), the memory of the search: a run goes on
// with what is missing, and ends with the same file as one that was never interrupted. Then the
// tables _trials, _rounds and _best, and the figures (search_report.h). Prints the best trials.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/epochs.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/search_file.h"
#include "chapter6/search_report.h"
#include "chapter6/search_trial.h"
#include "chapter6/settings.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "datasets/accuracy.h"

SETTING(
    std::string, method, "random", dlfs::SearchMethodFromName,
    "random; grid: the square root of --trials values of each range; bayesian: each trial where "
    "those before it promise most, so that those of a seed are made one after the other; or "
    "halving: random, but only the better half of the trials goes on after an eighth, a "
    "quarter and a half of the epochs");
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

// How many iterations a network learns in so many epochs.
size_t Iterations(const ImageDataset& images, int epochs) {
  return static_cast<size_t>(
      IterationsOf(epochs, IterationsPerEpoch(static_cast<int>(images.size()), batch_size)));
}

std::vector<int> EvaluatedEpochs() {
  std::vector<int> evaluated;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    if (IsEvaluated(epoch, epochs, evaluation_interval)) evaluated.push_back(epoch);
  }
  return evaluated;
}

// After how many evaluations a trial may end.
std::vector<size_t> Ends() {
  const size_t evaluations = EvaluatedEpochs().size();
  if (*method == SearchMethod::kHalving) return Rungs(evaluations);
  return {evaluations};
}

bool IsComplete(const SearchRound& round) {
  return round.trials.size() == static_cast<size_t>(trials);
}

TrialSettings Settings() {
  return {.hidden = hidden_sizes,
          .batch_size = batch_size,
          .optimizer = optimizer,
          .epochs = epochs,
          .evaluation_interval = evaluation_interval};
}

// Step 1: what a trial of the round tries. A Bayesian one depends on those before it, round.trials.
Trial NewTrial(const SearchRound& round, size_t number) {
  const std::array ranges = {round.learning_rate, round.weight_decay};
  const std::vector<double> point = PointToTry(*method, ranges, round.seed, number % TrialsOfSeed(),
                                               static_cast<size_t>(trials), round.trials);
  return {.number = number, .learning_rate = point[0], .weight_decay = point[1]};
}

// A trial, as far as the search has come, and its network where that may go on.
struct Contender {
  Trial trial;
  std::unique_ptr<TrialNetwork> network = nullptr;
};

// As far as the trial was known after so many evaluations.
Trial FirstEvaluations(Trial trial, size_t evaluations) {
  trial.validation.resize(evaluations);
  trial.train.resize(evaluations);
  return trial;
}

// Step 2: the network of a trial learns until it has been evaluated so many times. That is in the
// file when this returns.
absl::Status Learn(size_t evaluations, const SearchImages& images, uint64_t seed, SearchFile& file,
                   Task& task, Contender& contender) {
  Trial& trial = contender.trial;
  if (contender.network == nullptr) {
    const uint64_t own_seed = same_start ? seed : TrialSeed(seed, trial.number % TrialsOfSeed());
    contender.network = std::make_unique<TrialNetwork>(trial, Settings(), images.train, own_seed);
    trial.validation.clear();  // what the file has of a trial that goes on is learned again
    trial.train.clear();
  }
  const std::vector<int> evaluated = EvaluatedEpochs();
  TrialNetwork& network = *contender.network;
  const int64_t iterations = network.IterationsUntil(evaluated[evaluations - 1] + 1);
  for ([[maybe_unused]] const int64_t i : task.Iterations(iterations)) {
    network.Learn();
    if (network.IsToBeEvaluated()) network.Evaluate(images, trial, StopRequested);
  }
  network.Rest();
  if (evaluations == evaluated.size()) contender.network.reset();
  return file.Append(trial);
}

void PrintMade(const SearchRound& round, size_t made_before, double seconds) {
  const size_t made = round.trials.size() - made_before;
  absl::PrintF("seed %d, round %d: %d %s in %.2f s\n", round.seed, round.round, made,
               made == 1 ? "trial" : "trials", seconds);
  if (made_before > 0) {
    absl::PrintF("  %d more were in the file already%s\n", made_before,
                 merge->empty() ? "; remove it to make them anew" : " or came from --merge");
  }
}

// Makes the trials of a round that are not in the file, in parallel, as far as an interrupt allows.
// Each is in the file before its thread starts the next. With halving, all learn until the first of
// Ends(), the better half of them until the second, and so on.
absl::Status FinishRound(const ImageDataset& images, const Experiment& experiment, SearchFile& file,
                         SearchRound& round) {
  const SearchImages parted(images, validation_share, round.seed);
  const size_t end = round.first_trial + static_cast<size_t>(trials);
  std::vector<Contender> contenders;
  size_t made_before = 0;
  for (size_t number = round.first_trial; number < end; ++number) {
    Contender contender = {.trial = NewTrial(round, number)};
    const absl::StatusOr<bool> is_made = file.Load(contender.trial);
    if (!is_made.ok()) return is_made.status();
    if (*is_made) ++made_before;
    if (*is_made || (only_trials->first <= number && number <= only_trials->last)) {
      contenders.push_back(std::move(contender));
    }
  }

  double seconds = 0;
  for (const size_t evaluations : Ends()) {
    std::vector<Contender*> missing;
    const size_t until = Iterations(parted.train, EvaluatedEpochs()[evaluations - 1] + 1);
    size_t iterations = 0;
    for (Contender& contender : contenders) {
      if (contender.trial.validation.size() >= evaluations) continue;
      missing.push_back(&contender);
      iterations += until - (contender.network ? contender.network->iterations() : 0);
    }
    std::vector<absl::Status> statuses(missing.size());
    const absl::StatusOr<double> taken = experiment.RunInParallel(
        experiment.name, missing.size(), iterations, "iterations",
        [&](Task& task) {
          statuses[task.index()] =
              Learn(evaluations, parted, round.seed, file, task, *missing[task.index()]);
        },
        [&](size_t i) { return statuses[i]; });
    if (!taken.ok()) return taken.status();
    seconds += *taken;
    if (StopRequested()) break;

    if (evaluations == Ends().back()) break;
    // The file may have later ones, which do not count yet.
    std::ranges::sort(contenders, [&](const Contender& a, const Contender& b) {
      return RanksBefore(FirstEvaluations(a.trial, evaluations),
                         FirstEvaluations(b.trial, evaluations));
    });
    contenders.resize(BetterHalf(contenders.size()));
  }

  for (size_t number = round.first_trial; number < end; ++number) {
    const auto made = file.trials().find(number);
    if (made != file.trials().end()) round.trials.push_back(made->second);
  }
  PrintMade(round, made_before, seconds);
  return absl::OkStatus();
}

// The same for a Bayesian optimisation: the trials of a seed are made one after the other, and only
// the seeds in parallel.
absl::Status FinishInSequence(const ImageDataset& images, const Experiment& experiment,
                              SearchFile& file, std::vector<Search>& searches) {
  const size_t n = searches.size();
  std::vector<absl::Status> statuses(n);
  std::vector<size_t> made_before(n);
  std::vector<double> seconds(n);
  const size_t evaluations = EvaluatedEpochs().size();
  const size_t iterations = Iterations(SearchImages(images, validation_share, 0).train, epochs);
  return experiment
      .RunInParallel(
          experiment.name, n, n * static_cast<size_t>(trials) * iterations, "iterations",
          [&](Task& task) {
            const auto start = std::chrono::steady_clock::now();
            SearchRound& round = searches[task.index()].rounds.front();
            absl::Status& status = statuses[task.index()];
            const SearchImages parted(images, validation_share, round.seed);
            while (!IsComplete(round) && !StopRequested()) {
              Contender contender = {.trial =
                                         NewTrial(round, round.first_trial + round.trials.size())};
              const absl::StatusOr<bool> is_made = file.Load(contender.trial);
              status = is_made.status();
              if (!status.ok()) break;
              if (*is_made) {
                ++made_before[task.index()];
                task.Add(iterations);
              } else {
                status = Learn(evaluations, parted, round.seed, file, task, contender);
                if (!status.ok() || contender.trial.train.size() < evaluations) break;
              }
              round.trials.push_back(contender.trial);
            }
            seconds[task.index()] =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
          },
          [&](size_t i) {
            if (statuses[i].ok()) {
              PrintMade(searches[i].rounds.front(), made_before[i], seconds[i]);
            }
            return statuses[i];
          })
      .status();
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
  if (*method == SearchMethod::kBayesian || *method == SearchMethod::kHalving) {
    if (is_part || !merge->empty()) {
      return OfFlag(is_part ? "only_trials" : "merge",
                    Unexpected("--method=random or grid, whose trials do not depend on each other",
                               "--" + method.Text()));
    }
    if (rounds > 1) {
      return OfFlag("rounds", Unexpected(absl::StrCat("1 with --", method.Text(),
                                                      ", as rounds are for random and grid"),
                                         absl::StrCat(*rounds)));
    }
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
  const SearchFileFormat format = {.comments = experiment.Comments(""),
                                   .trials = TrialsOfSeed() * static_cast<size_t>(experiment.seeds),
                                   .continues_shorter = (*method == SearchMethod::kRandom ||
                                                         *method == SearchMethod::kBayesian) &&
                                                        rounds == 1 && experiment.seeds == 1,
                                   .epochs = EvaluatedEpochs(),
                                   .ends = Ends()};
  if (absl::Status status = experiment.PrepareOutputDirectory(); !status.ok()) return status;
  const auto file = SearchFile::Open(experiment.Path(".csv"), format, merge);
  if (!file.ok()) return file.status();
  experiment.AddWritten(experiment.Path(".csv"));

  experiment.PrintConfiguration();
  std::vector<Search> searches;
  for (size_t s = 0; s < static_cast<size_t>(experiment.seeds); ++s) {
    const uint64_t seed = experiment.seed + s;
    searches.push_back({.seed = seed,
                        .rounds = {{.seed = seed,
                                    .round = 1,
                                    .first_trial = s * TrialsOfSeed(),
                                    .learning_rate = learning_rate_range,
                                    .weight_decay = weight_decay_range}}});
  }
  bool complete = true;
  if (*method == SearchMethod::kBayesian) {
    absl::PrintF("Each trial depends on those before it: those of a seed are made one by one.\n");
    absl::Status status = FinishInSequence(images, experiment, **file, searches);
    if (!status.ok()) return status;
    complete = std::ranges::all_of(
        searches, [](const Search& search) { return IsComplete(search.rounds.front()); });
  } else {
    for (Search& search : searches) {
      for (int r = 0; r < rounds && complete; ++r) {
        if (r > 0) search.rounds.push_back(NextRound(search.rounds.back()));
        absl::Status status = FinishRound(images, experiment, **file, search.rounds.back());
        if (!status.ok()) return status;
        complete = IsComplete(search.rounds.back());
      }
    }
  }
  // After an interrupt, and in a part of a search, there is less.
  for (Search& search : searches) {
    std::erase_if(search.rounds, [](const SearchRound& round) { return round.trials.empty(); });
  }
  std::erase_if(searches, [](const Search& search) { return search.rounds.empty(); });
  if (!StopRequested()) {
    if (absl::Status status = (*file)->Sort(); !status.ok()) return status;
    if (is_part) {
      absl::PrintF("A part of the search: merge it with the others (--merge).\n");
      return absl::OkStatus();
    }
  }

  // The best setting of each seed, learned from all images, on the test images.
  if (complete) {
    const absl::StatusOr<double> seconds = experiment.RunInParallel(
        "retraining", searches.size(), searches.size() * Iterations(images, epochs), "iterations",
        [&](Task& task) {
          Search& search = searches[task.index()];
          const Trial& best = *RankTrials(search.rounds).front();
          if (std::isnan(best.validation.back())) return;
          const SearchImages parted(images, validation_share, search.seed);
          TrialNetwork network(best, Settings(), parted.all, search.seed);
          for ([[maybe_unused]] const int64_t i :
               task.Iterations(network.IterationsUntil(epochs))) {
            network.Learn();
          }
          if (network.IterationsUntil(epochs) > 0) return;  // interrupted
          search.test_accuracy = Accuracy(network.network(), mnist.test, StopRequested);
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
                        {.figure = is_the_books ? "6-24" : "",
                         .images = images.size(),
                         .validation_images = validation_share,
                         .test_images = mnist.test.size(),
                         .epochs = format.epochs},
                        experiment);
}

}  // namespace
}  // namespace dlfs
