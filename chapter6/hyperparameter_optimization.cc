#include "chapter6/hyperparameter_optimization.h"

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/search_journal.h"
#include "chapter6/search_report.h"
#include "chapter6/search_round.h"
#include "chapter6/search_table.h"
#include "chapter6/search_trial.h"
#include "common/csv.h"
#include "common/interrupt.h"
#include "common/progress.h"

namespace dlfs {
namespace {

using Config = HyperparameterOptimizationConfig;

constexpr char kName[] = "hyperparameter_optimization";

// Whether the figure is the book's, wherever the trials were made.
bool IsTheBooks(Config config) {
  config.merge.clear();
  return config == Config();
}

size_t ValidationImages(const Config& config) {
  return static_cast<size_t>(std::lround(config.validation_share * config.training.train_size));
}

absl::Status Check(const Config& config, const Mnist& mnist) {
  if (absl::Status s = CheckTraining(config.training, mnist); !s.ok()) return s;
  const size_t validation = ValidationImages(config);
  if (validation >= 1 && validation < static_cast<size_t>(config.training.train_size)) {
    return absl::OkStatus();
  }
  return FlagError("validation_share",
                   "a share that leaves an image for validation and one to learn from",
                   absl::StrCat(ShortestDecimal(config.validation_share), " of ",
                                config.training.train_size, " images"));
}

std::vector<std::string> Describe(const Config& config, const ImageDataset& images) {
  return {
      Describe(config.training),
      // So that a search does not go on with other images.
      absl::StrCat(
          "images=", absl::Hex(Checksum(images.labels, Checksum(images.pixels)), absl::kZeroPad16),
          " validation_share=", ShortestDecimal(config.validation_share)),
      absl::StrCat("learning_rate=", SearchRangeText(config.learning_rate),
                   " weight_decay=", SearchRangeText(config.weight_decay),
                   " scale=", std::string(ScaleName(config.learning_rate.scale)),
                   " method=", std::string(SearchMethodName(config.method)),
                   " rounds=", config.rounds, " same_start=", config.same_start)};
}

// The best setting of each seed that is finished, learned from all images, on the test images.
absl::StatusOr<std::vector<BestSetting>> TestBest(const Config& config, const Mnist& mnist,
                                                  const ImageDataset& images,
                                                  const Experiment& experiment,
                                                  const std::vector<SearchRound>& rounds) {
  std::vector<BestSetting> best;
  for (size_t r = 0; r < rounds.size(); r += config.rounds) {
    std::vector<const SearchRound*> of_seed;
    for (int i = 0; i < config.rounds; ++i) of_seed.push_back(&rounds[r + i]);
    const Trial& trial = *BestFirst(of_seed).front();
    if (!std::isnan(Validation(trial))) {
      best.push_back({.seed = rounds[r].seed, .trial = trial, .test_accuracy = NAN});
    }
  }
  const absl::StatusOr<double> seconds = experiment.RunInParallel(
      "retraining", best.size(), best.size() * static_cast<size_t>(config.training.epochs),
      "epochs",
      [&](size_t i, Progress& progress) {
        const SearchData data(images, ValidationImages(config), best[i].seed);
        best[i].test_accuracy = TestAccuracy(config.training, best[i].trial.tried, data, mnist.test,
                                             best[i].seed, progress);
      },
      [](size_t) { return absl::OkStatus(); });
  if (!seconds.ok()) return seconds.status();
  return best;
}

}  // namespace

absl::Status RunHyperparameterOptimization(const Config& config, const Mnist& mnist,
                                           Experiment& experiment) {
  if (absl::Status status = Check(config, mnist); !status.ok()) return status;
  if (absl::Status status = experiment.PrepareOutputDirectory(); !status.ok()) return status;

  const ImageDataset images = FirstImages(mnist.train, config.training.train_size);
  const size_t validation_images = ValidationImages(config);
  SearchResult result = {.name = kName,
                         .configuration = Describe(config, images),
                         .figure = IsTheBooks(config) ? "Figure 6-24" : "",
                         .rounds = {},
                         .best = {},
                         .images = images.size(),
                         .validation_images = validation_images,
                         .test_images = mnist.test.size(),
                         .epochs = config.training.epochs};
  const size_t per_seed = static_cast<size_t>(config.trials) * config.rounds;
  const std::string path = absl::StrCat(experiment.output_dir, "/", kName, ".csv");
  const SearchTableFormat format = {.comments = experiment.CsvComments(kName, result.configuration),
                                    .trials = per_seed * static_cast<size_t>(experiment.seeds),
                                    .continues_shorter = config.method == SearchMethod::kRandom &&
                                                         config.rounds == 1 &&
                                                         experiment.seeds == 1,
                                    .epochs = EvaluatedEpochs(config.training),
                                    .validation_images = validation_images,
                                    .train_images = images.size() - validation_images};
  // What can be wrong with the files shows before anything is written.
  const auto check = [&](const std::string& file, const std::map<size_t, Trial>& trials) {
    absl::Status status;
    for (const auto& [number, trial] : trials) {
      const size_t seed = number / per_seed;
      const SearchRound first = FirstRound(config, experiment.seed + seed, seed * per_seed);
      if (number % per_seed < static_cast<size_t>(config.trials)) {
        status.Update(CheckTried(config, first, file, trial));
      }
    }
    return status;
  };
  std::map<size_t, Trial> made;
  for (const std::string& part : config.merge) {
    const auto trials = ReadPart(part, format);
    if (!trials.ok()) return trials.status();
    if (absl::Status status = check(part, *trials); !status.ok()) return status;
    if (absl::Status status = AddTrials(part, *trials, made); !status.ok()) return status;
  }
  absl::StatusOr<SearchJournal> journal = SearchJournal::Open(path, format);
  if (!journal.ok()) return journal.status();
  if (absl::Status s = check(path, journal->trials()); !s.ok()) return s;
  if (absl::Status s = AddTrials(path, journal->trials(), made); !s.ok()) return s;
  experiment.AddWritten(path);

  absl::PrintF("%s\n\n", absl::StrJoin(result.configuration, "\n"));
  bool complete = true;
  for (int s = 0; s < experiment.seeds && complete; ++s) {
    const uint64_t seed = experiment.seed + static_cast<uint64_t>(s);
    const SearchData data(images, validation_images, seed);
    SearchRound round = FirstRound(config, seed, static_cast<size_t>(s) * per_seed);
    for (int r = 0; r < config.rounds && complete; ++r) {
      if (r > 0) round = NextRound(round);
      absl::Status status = RunRound(config, data, made, experiment, *journal, round);
      if (!status.ok()) return status;
      complete = round.trials.size() == static_cast<size_t>(config.trials);
      if (!round.trials.empty()) result.rounds.push_back(round);
    }
  }
  if (!StopRequested()) {
    if (absl::Status status = journal->Sort(); !status.ok()) return status;
  }
  if (config.only_trials.has_value() && !StopRequested()) {
    absl::PrintF("A part of the search: merge it with the others (--merge).\n");
    return absl::OkStatus();
  }
  if (complete && !config.only_trials.has_value()) {
    auto best = TestBest(config, mnist, images, experiment, result.rounds);
    if (!best.ok()) return best.status();
    result.best = *std::move(best);
  }
  if (StopRequested()) {
    result.best.clear();  // not learned to the end
    absl::PrintF("Stopped early: the same command goes on from here.\n");
    if (config.only_trials.has_value()) return absl::OkStatus();
  }
  return result.rounds.empty() ? absl::OkStatus() : ReportSearch(result, experiment);
}

}  // namespace dlfs
