#include "chapter6/hyperparameter_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/check.h"
#include "common/csv.h"
#include "common/elementary.h"
#include "common/names.h"
#include "common/random.h"

namespace dlfs {
namespace {

using elementary::Exp;
using elementary::Log;

constexpr std::array<absl::string_view, 2> kScaleNames = {"log", "uniform"};
constexpr std::array<absl::string_view, 2> kMethodNames = {"random", "grid"};

}  // namespace

double SearchRange::At(double u) const {
  if (u <= 0) return low;
  if (u >= 1) return high;
  const double value =
      scale == Scale::kLog ? Exp(Log(low) + u * (Log(high) - Log(low))) : low + u * (high - low);
  return std::clamp(value, low, high);
}

double SearchRange::PositionOf(double value) const {
  return scale == Scale::kLog ? (Log(value) - Log(low)) / (Log(high) - Log(low))
                              : (value - low) / (high - low);
}

absl::StatusOr<SearchRange> SearchRangeFromText(absl::string_view text, Scale scale) {
  const auto error = [&](absl::string_view expected) {
    return absl::InvalidArgumentError(absl::StrCat("expected ", expected, ", found '", text, "'"));
  };
  const std::vector<absl::string_view> ends = absl::StrSplit(text, ':');
  SearchRange range = {.low = 0, .high = 0, .scale = scale};
  if (ends.size() != 2 || !absl::SimpleAtod(ends[0], &range.low) ||
      !absl::SimpleAtod(ends[1], &range.high) || !std::isfinite(range.low) ||
      !std::isfinite(range.high) || !std::isfinite(range.high - range.low)) {
    return error("a range LOW:HIGH of two numbers, such as 1e-6:0.01");
  }
  if (!(range.low < range.high)) return error("a range LOW:HIGH with LOW below HIGH");
  if (scale == Scale::kLog && !(range.low > 0)) {
    return error("a range above 0, as its scale is logarithmic");
  }
  return range;
}

std::string SearchRangeText(const SearchRange& range) {
  return absl::StrCat(ShortestDecimal(range.low), ":", ShortestDecimal(range.high));
}

absl::StatusOr<Scale> ScaleFromName(absl::string_view name) {
  const auto index = FindName("", name, kScaleNames);
  if (!index.ok()) return index.status();
  return static_cast<Scale>(*index);
}

absl::string_view ScaleName(Scale scale) { return kScaleNames[static_cast<size_t>(scale)]; }

absl::StatusOr<SearchMethod> SearchMethodFromName(absl::string_view name) {
  const auto index = FindName("", name, kMethodNames);
  if (!index.ok()) return index.status();
  return static_cast<SearchMethod>(*index);
}

absl::string_view SearchMethodName(SearchMethod method) {
  return kMethodNames[static_cast<size_t>(method)];
}

std::vector<double> RandomPoint(std::span<const SearchRange> ranges, uint64_t seed,
                                uint64_t trial) {
  Random random(seed, kTrialStream + trial);
  std::vector<double> point;
  for (const SearchRange& range : ranges) point.push_back(range.At(random.Uniform()));
  return point;
}

std::optional<size_t> GridSide(size_t trials) {
  const auto side = static_cast<size_t>(std::lround(std::sqrt(static_cast<double>(trials))));
  if (side * side != trials) return std::nullopt;
  return side;
}

std::vector<double> GridPoint(std::span<const SearchRange> ranges, size_t side, size_t trial) {
  DLFS_CHECK(side > 0);
  std::vector<double> point(ranges.size());
  for (size_t i = ranges.size(); i-- > 0; trial /= side) {
    const double u =
        side == 1 ? 0.5 : static_cast<double>(trial % side) / static_cast<double>(side - 1);
    point[i] = ranges[i].At(u);
  }
  DLFS_CHECK(trial == 0);
  return point;
}

uint64_t TrialSeed(uint64_t seed, uint64_t trial) {
  Random random(seed, kTrialSeedStream + trial);
  const uint64_t high = random.Bits32();
  return high << 32 | random.Bits32();
}

std::vector<size_t> RankTrials(std::span<const TrialScore> scores) {
  // NaN is below every accuracy.
  const auto key = [](double accuracy) { return std::isnan(accuracy) ? -1 : accuracy; };
  const auto better = [&](size_t i, size_t j) {
    const TrialScore &a = scores[i], &b = scores[j];
    return std::tuple(key(a.validation), key(a.train), key(a.mean_validation)) >
           std::tuple(key(b.validation), key(b.train), key(b.mean_validation));
  };
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, better);
  return order;
}

SearchRange NarrowRange(const SearchRange& range, std::span<const double> best_values) {
  DLFS_CHECK(!best_values.empty());
  constexpr double kLeastMargin = 1.0 / 20;
  const auto [least, largest] = std::ranges::minmax(best_values);
  const double low = range.PositionOf(least), high = range.PositionOf(largest);
  const double gaps = std::max<double>(static_cast<double>(best_values.size()) - 1, 1);
  const double margin = std::max((high - low) / gaps, kLeastMargin);
  // At() rounds: the best values must not fall out.
  const SearchRange narrow = {.low = std::min(range.At(low - margin), least),
                              .high = std::max(range.At(high + margin), largest),
                              .scale = range.scale};
  // Nothing is left of a range of a few neighbouring numbers, whose positions may even be NaN.
  return narrow.low < narrow.high ? narrow : range;
}

}  // namespace dlfs
