#ifndef CHAPTER6_SETTINGS_H_
#define CHAPTER6_SETTINGS_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "chapter6/hyperparameter_search.h"
#include "chapter6/initialization.h"
#include "chapter6/regularization.h"
#include "common/experiment/experiment.h"
#include "common/experiment/runfiles.h"
#include "common/experiment/settings.h"
#include "common/layers/activations.h"

// What a user types for the settings of the experiments -> what the sections know. An error says
// what was expected, and what was found. Most are readers of common/experiment/settings.h; where one
// takes settings, they are declared above the one that it reads.
namespace dlfs {

// --- Names ---

// A name of OptimizerNames() (6.1).
absl::StatusOr<std::string> OptimizerName(const std::string& name);

// Initial weights (6.2): "zero", "constant=V", "std=S", "xavier", "glorot", "he"; V and S >= 0 are
// finite numbers.
absl::StatusOr<WeightInit> WeightInitFromName(absl::string_view name);

// "relu", "sigmoid", "tanh".
absl::StatusOr<ActivationKind> ActivationFromName(absl::string_view name);

// Weight decay (6.4.2): "none", "l1=LAMBDA", "l2=LAMBDA", "decoupled=LAMBDA", where LAMBDA >= 0 is a
// finite number.
absl::StatusOr<Penalty> PenaltyFromName(absl::string_view name);

// Dropout (6.4.3): "none", "standard", "inverted".
absl::StatusOr<DropoutChoice::Kind> DropoutKindFromName(absl::string_view name);

// Ranges of a search (6.5): "1e-6:0.01" -> the range, and back.
absl::StatusOr<SearchRange> SearchRangeFromText(absl::string_view text, Scale scale);
std::string SearchRangeText(const SearchRange& range);

// "log", "uniform".
absl::StatusOr<Scale> ScaleFromName(absl::string_view name);

// "random", "grid", "bayesian", "halving".
absl::StatusOr<SearchMethod> SearchMethodFromName(absl::string_view name);

// "std=0.01", "xavier", ...: a name of initialization.h, and what it stands for, which decides
// whether two are the same: "std=0.1" and "std=0.10" are.
struct NamedInit {
  std::string name;
  WeightInit init;
  bool operator==(const NamedInit& other) const { return init == other.init; }
};
absl::StatusOr<NamedInit> InitName(const std::string& name);

// For help texts: "sgd, momentum, nesterov, ..."
std::string OptimizerList();
std::string LearningRateList();  // "sgd 0.01, momentum 0.01, ...", the book's
std::string ActivationList();
std::string WeightInitList();

// --- Numbers, lists and ranges ---

// --init_std: a standard deviation of initial weights.
absl::StatusOr<double> InitStd(const std::string& text);

// --batch_size. Mini-batches are drawn with replacement (datasets/batch.h), so that one may be larger
// than the images that there are; not larger than the book's.
NumberThat<int> BatchSize();
inline constexpr char kBatchSizeHelp[] =
    "images in a mini-batch, at most 60000; drawn with replacement, so also more than there are";

// --dropout_ratio, from 0 to below 1.
NumberThat<double> DropoutRatio();

// --hidden_sizes: {"100", "50"} -> {100, 50}. An error where a network and mini-batches of
// --batch_size, a setting that is declared above, or as many networks as --threads has at once, do
// not fit into memory.
absl::StatusOr<std::vector<size_t>> ReadHiddenSizes(const std::vector<std::string>& texts,
                                                    int batch_size);
auto HiddenSizes(const auto& batch_size) {
  return [&batch_size](const std::vector<std::string>& texts) {
    return ReadHiddenSizes(texts, *batch_size);
  };
}
// The default of such a flag.
std::vector<std::string> Sizes(const std::vector<size_t>& sizes);

// --trials. The time of a Gaussian process grows with their third power; halving keeps the weights of
// those that go on.
auto TrialsFor(const auto& method) {
  return NumberThat<int>{
      "a number from 1 to 100000, with --method=grid a square number (1, 4, 9, 16, ...), with "
      "--method=bayesian at most 500, with --method=halving at most 1000",
      [&method](int trials) {
        const bool is_square = GridSide(static_cast<size_t>(std::max(trials, 0))).has_value();
        const int most = *method == SearchMethod::kBayesian  ? 500
                         : *method == SearchMethod::kHalving ? 1000
                                                             : 100000;
        return 1 <= trials && trials <= most && (*method != SearchMethod::kGrid || is_square);
      }};
}

// "1e-6:0.01", on the scale of --scale; not negative.
auto RangeOn(const auto& scale) {
  return [&scale](const std::string& text) -> absl::StatusOr<SearchRange> {
    absl::StatusOr<SearchRange> range = SearchRangeFromText(text, *scale);
    if (!range.ok()) return range;
    if (auto low = AtLeast(0.0)(range->low); !low.ok()) return low.status();
    return range;
  };
}

// --validation_share -> how many of the images that is.
auto ValidationOf(const auto& train_size) {
  return [&train_size](double share) -> absl::StatusOr<size_t> {
    const double images = share > 0 && share < 1 ? std::round(share * *train_size) : 0;
    if (images >= 1 && images < *train_size) return static_cast<size_t>(images);
    return Unexpected(
        "a share, above 0 and below 1, that leaves an image for validation and one to learn from",
        absl::StrCat(ShortestDecimal(share), " of ", *train_size, " images"));
  };
}

// "0:9", the first and the last trial of a part; of "", all trials.
struct SearchPart {
  bool is_all = true;
  size_t first = 0, last = std::numeric_limits<size_t>::max();
};
auto PartOf(const auto& trials) {
  return [&trials](const std::string& text) -> absl::StatusOr<SearchPart> {
    if (text.empty()) return SearchPart();
    SearchPart part = {.is_all = false};
    const std::vector<std::string> ends = absl::StrSplit(text, ':');
    if (ends.size() == 2 && absl::SimpleAtoi(ends[0], &part.first) &&
        absl::SimpleAtoi(ends[1], &part.last) && part.first <= part.last &&
        part.last < static_cast<size_t>(*trials)) {
      return part;
    }
    return Unexpected(absl::StrCat("FIRST:LAST with 0 <= FIRST <= LAST <= ", *trials - 1),
                      absl::StrCat("'", text, "'"));
  };
}

// Paths as the user types them.
inline absl::StatusOr<std::vector<std::string>> FilePaths(std::vector<std::string> paths) {
  for (std::string& path : paths) {
    if (path.empty()) return Unexpected("paths of files, separated by commas", "an empty one");
    path = FromWorkingDirectory(path);
  }
  return paths;
}

// --- Captions ---

// "hidden layers: 100, 100, 100, 100; mini-batches of 128; seed 0", for a figure of losses.
FigureText LossCaption(const std::vector<size_t>& hidden, int batch_size,
                       const Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_SETTINGS_H_
