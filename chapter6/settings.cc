#include "chapter6/settings.h"

#include <algorithm>
#include <optional>
#include <span>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "chapter6/optimizers.h"
#include "common/experiment/csv.h"
#include "common/experiment/names.h"
#include "common/layers/network.h"
#include "datasets/mnist.h"

ABSL_DECLARE_FLAG(int, threads);  // program.cc

namespace dlfs {
namespace {

// The kind of a name, where the names are in the order of the kinds.
template <typename Kind>
absl::StatusOr<Kind> KindFromName(absl::string_view what, absl::string_view name,
                                  std::span<const char* const> names) {
  const auto index = FindName(what, name, names);
  if (!index.ok()) return index.status();
  return static_cast<Kind>(*index);
}

}  // namespace

std::string OptimizerList() { return absl::StrJoin(OptimizerNames(), ", "); }
std::string LearningRateList() {
  return absl::StrJoin(OptimizerNames(), ", ", [](std::string* out, const char* name) {
    absl::StrAppend(out, name, " ", ShortestDecimal(DefaultLearningRate(name)));
  });
}
std::string ActivationList() { return absl::StrJoin(kActivationNames, ", "); }
std::string WeightInitList() { return "zero, constant=NUMBER, std=NUMBER, xavier, glorot, he"; }

absl::StatusOr<std::string> OptimizerName(const std::string& name) {
  const auto index = FindName("an optimizer", name, OptimizerNames());
  if (!index.ok()) return index.status();
  return name;
}

absl::StatusOr<NamedInit> InitName(const std::string& name) {
  const absl::StatusOr<WeightInit> init = WeightInitFromName(name);
  if (!init.ok()) return init.status();
  return NamedInit{name, *init};
}

absl::StatusOr<WeightInit> WeightInitFromName(absl::string_view name) {
  using Kind = WeightInit::Kind;
  if (name == "zero") return WeightInit{Kind::kConstant, 0};
  if (name == "xavier") return WeightInit{Kind::kXavier};
  if (name == "glorot") return WeightInit{Kind::kGlorot};
  if (name == "he") return WeightInit{Kind::kHe};
  const auto number_after = [name](absl::string_view prefix) -> std::optional<double> {
    absl::string_view number = name;
    double value;
    // SimpleAtod skips white space, but the name is to be a cell of a CSV and a word of a script.
    if (!absl::ConsumePrefix(&number, prefix) ||
        std::any_of(number.begin(), number.end(), absl::ascii_isspace) ||
        !absl::SimpleAtod(number, &value)) {
      return {};
    }
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
  };
  if (const auto V = number_after("constant=")) return WeightInit{Kind::kConstant, *V};
  if (const auto S = number_after("std="); S && *S >= 0) return WeightInit{Kind::kNormal, *S};
  return absl::InvalidArgumentError(absl::StrCat(
      "expected initial weights, one of zero, constant=NUMBER, std=NUMBER (of at least 0), xavier, "
      "glorot, he; found '",
      name, "'"));
}

absl::StatusOr<ActivationKind> ActivationFromName(absl::string_view name) {
  return KindFromName<ActivationKind>("an activation function", name, kActivationNames);
}

absl::StatusOr<Penalty> PenaltyFromName(absl::string_view name) {
  if (name == "none") return Penalty{};
  for (const auto kind : {Penalty::Kind::kL1, Penalty::Kind::kL2, Penalty::Kind::kDecoupled}) {
    absl::string_view number = name;
    double lambda;
    if (absl::ConsumePrefix(&number, absl::StrCat(PenaltyName(kind), "=")) &&
        absl::SimpleAtod(number, &lambda) && std::isfinite(lambda) && lambda >= 0) {
      return Penalty{kind, lambda};
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("expected a penalty, one of none, l1=LAMBDA, l2=LAMBDA, decoupled=LAMBDA "
                   "(LAMBDA: a number of at least 0); found '",
                   name, "'"));
}

absl::StatusOr<DropoutChoice::Kind> DropoutKindFromName(absl::string_view name) {
  return KindFromName<DropoutChoice::Kind>("a dropout", name, kDropoutNames);
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
  return KindFromName<Scale>("", name, kScaleNames);
}

absl::StatusOr<SearchMethod> SearchMethodFromName(absl::string_view name) {
  return KindFromName<SearchMethod>("", name, kSearchMethodNames);
}

absl::StatusOr<double> InitStd(const std::string& text) {
  double std;
  if (absl::SimpleAtod(text, &std) && std::isfinite(std) && std >= 0) return std;
  return Unexpected("numbers of at least 0", absl::StrCat("'", text, "'"));
}

NumberThat<int> BatchSize() { return Between(1, 60000); }

NumberThat<double> DropoutRatio() {
  return {"a number from 0 to below 1", [](double ratio) { return 0 <= ratio && ratio < 1; }};
}

namespace {

// Of each parameter the value, the gradient, and two numbers of Adam's; of each neuron and image
// the outputs of at most four layers, and their gradients.
absl::Status CheckNetworkFits(const std::vector<size_t>& hidden, int batch_size) {
  double parameters = 0, neurons = 0, inputs = kMnistPixels;
  for (const size_t size : hidden) {
    const auto outputs = static_cast<double>(size);
    parameters += inputs * outputs;
    neurons += outputs;
    inputs = outputs;
  }
  const double images = std::max<double>(batch_size, kEvaluationBatch);
  const double gibibytes =
      (4 * parameters + images * (kMnistPixels + 8 * neurons)) * sizeof(float) / (1 << 30);
  constexpr double kMost = 2, kMostOfAll = 16;
  if (gibibytes > kMost) {
    return Unexpected(absl::StrFormat("a network that takes at most %g GiB with --batch_size=%d",
                                      kMost, batch_size),
                      absl::StrFormat("one of %.1f GiB", gibibytes));
  }
  // RunInOrder (parallel.h) begins fewer than two for each thread.
  const int threads = absl::GetFlag(FLAGS_threads), at_once = 2 * threads - 1;
  if (at_once * gibibytes > kMostOfAll) {
    return Unexpected(
        absl::StrFormat("networks that together take at most %g GiB with --batch_size=%d and "
                        "--threads=%d",
                        kMostOfAll, batch_size, threads),
        absl::StrFormat("up to %d of %.2g GiB each", at_once, gibibytes));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<size_t>> ReadHiddenSizes(const std::vector<std::string>& texts,
                                                    int batch_size) {
  constexpr size_t kLargest = 10000;
  std::vector<size_t> sizes;
  for (const std::string& text : texts) {
    size_t size;
    if (!absl::SimpleAtoi(text, &size) || size < 1 || size > kLargest) {
      return Unexpected(absl::StrCat("numbers from 1 to ", kLargest), absl::StrCat("'", text, "'"));
    }
    sizes.push_back(size);
  }
  if (absl::Status status = CheckNetworkFits(sizes, batch_size); !status.ok()) return status;
  return sizes;
}

std::vector<std::string> Sizes(const std::vector<size_t>& sizes) {
  std::vector<std::string> texts;
  for (const size_t size : sizes) texts.push_back(absl::StrCat(size));
  return texts;
}

FigureText LossCaption(const std::vector<size_t>& hidden, int batch_size,
                       const Experiment& experiment) {
  const FigureText sizes =
      hidden.empty() ? Translate("none") : FigureText(absl::StrJoin(hidden, ", "));
  return Translate("hidden layers: %s; mini-batches of %s; %s", sizes, batch_size,
                   experiment.SeedsText());
}

}  // namespace dlfs
