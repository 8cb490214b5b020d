#include "chapter6/initialization.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace dlfs {

using Kind = WeightInit::Kind;

absl::StatusOr<WeightInit> WeightInitFromName(absl::string_view name) {
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

double WeightStd(const WeightInit& init, size_t n_in, size_t n_out) {
  switch (init.kind) {
    case Kind::kConstant:
      return 0;
    case Kind::kNormal:
      return init.value;
    case Kind::kXavier:
      return std::sqrt(1.0 / static_cast<double>(n_in));
    case Kind::kGlorot:
      return std::sqrt(2.0 / static_cast<double>(n_in + n_out));
    case Kind::kHe:
      return std::sqrt(2.0 / static_cast<double>(n_in));
  }
  return 0;
}

template <typename T>
void InitializeWeights(const WeightInit& init, Random& random, ParameterArena<T>& arena) {
  const auto fill = [](MatrixView<T> W, auto value) {
    for (size_t i = 0; i < W.rows(); ++i) {
      for (T& w : W.row(i)) w = static_cast<T>(value());
    }
  };
  for (const Parameter<T>& parameter : arena.parameters()) {
    const MatrixView<T> W = parameter.value;
    const double std = WeightStd(init, W.rows(), W.cols());
    switch (parameter.kind) {
      case ParameterKind::kWeight:
        if (init.kind == Kind::kConstant) {
          fill(W, [&] { return init.value; });
        } else {
          fill(W, [&] { return std * random.Normal(); });
        }
        break;
      case ParameterKind::kScale:
        fill(W, [] { return 1; });
        break;
      case ParameterKind::kBias:
      case ParameterKind::kShift:
        fill(W, [] { return 0; });
        break;
    }
  }
}

template void InitializeWeights(const WeightInit&, Random&, ParameterArena<float>&);
template void InitializeWeights(const WeightInit&, Random&, ParameterArena<double>&);

}  // namespace dlfs
