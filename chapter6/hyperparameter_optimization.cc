#include "chapter6/hyperparameter_optimization.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/search_journal.h"
#include "chapter6/search_report.h"
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

// FNV-1a, so that a search does not go on with other images.
uint64_t Fingerprint(const ImageDataset& images) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const auto* bytes : {&images.pixels, &images.labels}) {
    for (const uint8_t byte : *bytes) hash = (hash ^ byte) * 0x100000001b3;
  }
  return hash;
}

std::vector<std::string> Describe(const Config& config, const ImageDataset& images) {
  return {Describe(config.training),
          absl::StrCat("images=", absl::Hex(Fingerprint(images), absl::kZeroPad16),
                       " validation_share=", ShortestDecimal(config.validation_share)),
          absl::StrCat("learning_rate=", SearchRangeText(config.learning_rate),
                       " weight_decay=", SearchRangeText(config.weight_decay),
                       " scale=", std::string(ScaleName(config.learning_rate.scale)),
                       " method=", std::string(SearchMethodName(config.method)),
                       " rounds=", config.rounds, " same_start=", config.same_start)};
}

// The number of a trial within its search: it counts through the rounds of a seed.
uint64_t OfSeed(const Config& config, const SearchRound& round, int trial) {
  return static_cast<uint64_t>(round.round - 1) * config.trials + trial;
}

// What a trial of a round tries; `trial` counts within the round.
Hyperparameters Point(const Config& config, const SearchRound& round, int trial) {
  const SearchRange ranges[] = {round.learning_rate, round.weight_decay};
  const std::vector<double> point =
      config.method == SearchMethod::kGrid
          ? GridPoint(ranges, static_cast<size_t>(std::lround(std::sqrt(config.trials))), trial)
          : RandomPoint(ranges, round.seed, OfSeed(config, round, trial));
  return {.learning_rate = point[0], .weight_decay = point[1]};
}

// The round after this one.
SearchRound NextRound(const SearchRound& round) {
  std::vector<const Trial*> best = BestFirst({&round});
  best.resize(std::max<size_t>(best.size() / 10, std::min<size_t>(best.size(), 2)));
  std::vector<double> learning_rates, weight_decays;
  for (const Trial* trial : best) {
    learning_rates.push_back(trial->tried.learning_rate);
    weight_decays.push_back(trial->tried.weight_decay);
  }
  return {.seed = round.seed,
          .round = round.round + 1,
          .learning_rate = NarrowRange(round.learning_rate, learning_rates),
          .weight_decay = NarrowRange(round.weight_decay, weight_decays)};
}

// Makes those trials of a round that are not in the journal, and leaves its finished trials in
// `round`. Its first one has the number `first`.
absl::Status RunRound(const Config& config, const SearchData& data, size_t first,
                      const Experiment& experiment, SearchJournal& journal, SearchRound& round) {
  struct Missing {
    Trial trial;
    uint64_t seed;
  };
  std::vector<Missing> missing;
  size_t known = 0;
  for (int t = 0; t < config.trials; ++t) {
    const size_t number = first + static_cast<size_t>(t);
    const Hyperparameters tried = Point(config, round, t);
    const auto in_file = journal.trials().find(number);
    if (in_file == journal.trials().end()) {
      if (config.only_trials.has_value() &&
          (t < config.only_trials->first || t > config.only_trials->second)) {
        continue;
      }
      missing.push_back(
          {{.number = number, .tried = tried, .curve = {}},
           config.same_start ? round.seed : TrialSeed(round.seed, OfSeed(config, round, t))});
    } else if (in_file->second.tried == tried) {
      ++known;
    } else {
      return absl::DataLossError(absl::StrCat(
          journal.path(), " is damaged: trial ", number, " has the learning rate ",
          ShortestDecimal(in_file->second.tried.learning_rate), " and the weight decay ",
          ShortestDecimal(in_file->second.tried.weight_decay), ", where this search tries ",
          ShortestDecimal(tried.learning_rate), " and ", ShortestDecimal(tried.weight_decay),
          ". Remove the rows of this trial, or the whole file, or choose another --output_dir"));
    }
  }
  const size_t epochs = EvaluatedEpochs(config.training).size();
  std::vector<absl::Status> statuses(missing.size());
  std::atomic<bool> failed = false;
  const absl::StatusOr<double> seconds = experiment.RunInParallel(
      kName, missing.size(), missing.size() * static_cast<size_t>(config.training.epochs), "epochs",
      [&](size_t i, Progress& progress) {
        if (failed || InterruptSignal() != 0) return;
        auto& [trial, seed] = missing[i];
        trial.curve = RunTrial(config.training, trial.tried, data, seed, progress);
        if (trial.curve.epochs.size() < epochs) return;  // interrupted
        statuses[i] = journal.Append(trial);
        if (!statuses[i].ok()) failed = true;
      },
      [&](size_t i) { return statuses[i]; });
  if (!seconds.ok()) return seconds.status();

  const auto end = journal.trials().lower_bound(first + static_cast<size_t>(config.trials));
  for (auto t = journal.trials().lower_bound(first); t != end; ++t) {
    round.trials.push_back(t->second);
  }
  absl::PrintF("seed %d, round %d: %d trials in %.2f s\n", round.seed, round.round,
               round.trials.size() - known, *seconds);
  if (known > 0) {
    absl::PrintF("  %d more were in the file already; remove it to make them anew\n", known);
  }
  return absl::OkStatus();
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
    if (!std::isnan(trial.curve.validation.back())) {
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
  absl::StatusOr<SearchJournal> journal =
      SearchJournal::Open(path, {.comments = experiment.CsvComments(kName, result.configuration),
                                 .trials = per_seed * static_cast<size_t>(experiment.seeds),
                                 .continues_shorter = config.method == SearchMethod::kRandom &&
                                                      config.rounds == 1 && experiment.seeds == 1,
                                 .epochs = EvaluatedEpochs(config.training),
                                 .validation_images = validation_images,
                                 .train_images = images.size() - validation_images});
  if (!journal.ok()) return journal.status();
  experiment.AddWritten(path);
  for (const std::string& part : config.merge) {
    if (absl::Status status = journal->Merge(part); !status.ok()) return status;
  }

  absl::PrintF("%s\n\n", absl::StrJoin(result.configuration, "\n"));
  bool complete = true;
  for (int s = 0; s < experiment.seeds && complete; ++s) {
    const uint64_t seed = experiment.seed + static_cast<uint64_t>(s);
    const SearchData data(images, validation_images, seed);
    SearchRound round = {.seed = seed,
                         .round = 1,
                         .learning_rate = config.learning_rate,
                         .weight_decay = config.weight_decay};
    for (int r = 0; r < config.rounds && complete; ++r) {
      if (r > 0) round = NextRound(result.rounds.back());
      const size_t first =
          static_cast<size_t>(s) * per_seed + static_cast<size_t>(r * config.trials);
      if (auto status = RunRound(config, data, first, experiment, *journal, round); !status.ok()) {
        return status;
      }
      complete = round.trials.size() == static_cast<size_t>(config.trials);
      if (!round.trials.empty()) result.rounds.push_back(round);
    }
  }
  if (config.only_trials.has_value()) {
    absl::PrintF("A part of the search: merge it with the others (--merge).\n");
    return InterruptSignal() == 0 ? journal->Sort() : absl::OkStatus();
  }
  if (!complete) {
    absl::PrintF("Stopped early: the same command goes on from here.\n");
  } else {
    if (absl::Status status = journal->Sort(); !status.ok()) return status;
    auto best = TestBest(config, mnist, images, experiment, result.rounds);
    if (!best.ok()) return best.status();
    result.best = *std::move(best);
  }
  return result.rounds.empty() ? absl::OkStatus() : ReportSearch(result, experiment);
}

}  // namespace dlfs
