#include "chapter6/overfit_methods.h"

#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "chapter6/network_flags.h"
#include "chapter6/regularization.h"
#include "common/csv.h"
#include "common/experiment.h"

namespace dlfs {
namespace {

absl::StatusOr<OverfitMethod> Technique(const std::string& name, double weight_decay,
                                        double dropout_ratio) {
  OverfitMethod method;
  std::set<absl::string_view> parts;
  for (absl::string_view part : absl::StrSplit(name, '+')) {
    if (part == "batch_norm") {
      method.batch_norm = true;
    } else if (part == "weight_decay") {
      method.penalty = {Penalty::Kind::kL2, weight_decay};
    } else if (part == "dropout") {
      method.dropout = {DropoutChoice::Kind::kStandard, dropout_ratio};
    } else if (name != "none") {
      return FlagError("techniques",
                       "none, weight_decay, dropout, batch_norm, or some of these with +",
                       absl::StrCat("'", name, "'"));
    }
    if (!parts.insert(part).second) {
      return FlagError("techniques", "each part once", absl::StrCat("'", name, "'"));
    }
  }
  const std::string sorted = absl::StrJoin(parts, "+");
  method.cells = {sorted};
  method.name = absl::StrReplaceAll(sorted, {{"_", " "}, {"+", " + "}});
  return method;
}

}  // namespace

absl::StatusOr<std::vector<OverfitMethod>> PenaltyMethods(const std::vector<std::string>& names) {
  std::vector<OverfitMethod> methods;
  for (const std::string& name : names) {
    const auto penalty = PenaltyFromName(name);
    if (!penalty.ok()) return OfFlag("penalties", penalty.status());
    const std::string lambda = ShortestDecimal(penalty->lambda);
    methods.push_back({.name = name == "none"
                                   ? "no weight decay"
                                   : absl::StrCat(penalty->kind == Penalty::Kind::kL1 ? "L1" : "L2",
                                                  ", lambda ", lambda),
                       .cells = {std::string(PenaltyName(penalty->kind)), lambda},
                       .penalty = *penalty});
  }
  if (auto s = CheckMethods("penalties", names, methods); !s.ok()) return s;
  return methods;
}

absl::StatusOr<std::vector<OverfitMethod>> DropoutMethods(const std::vector<std::string>& names,
                                                          double ratio) {
  if (auto s = CheckDropoutRatio(ratio); !s.ok()) return s;
  std::vector<OverfitMethod> methods;
  for (const std::string& name : names) {
    const auto kind = DropoutKindFromName(name);
    if (!kind.ok()) return OfFlag("dropouts", kind.status());
    const bool none = *kind == DropoutChoice::Kind::kNone;
    const std::string ratio_text = ShortestDecimal(none ? 0 : ratio);
    methods.push_back({.name = none ? "no dropout" : name + " dropout, " + ratio_text,
                       .cells = {name, ratio_text},
                       .dropout = {*kind, ratio}});
  }
  if (auto s = CheckMethods("dropouts", names, methods); !s.ok()) return s;
  return methods;
}

absl::StatusOr<std::vector<OverfitMethod>> TechniqueMethods(const std::vector<std::string>& names,
                                                            double weight_decay,
                                                            double dropout_ratio) {
  if (auto s = CheckDropoutRatio(dropout_ratio); !s.ok()) return s;
  if (auto s = CheckNotNegative("weight_decay", weight_decay); !s.ok()) return s;
  std::vector<OverfitMethod> methods;
  for (const std::string& name : names) {
    const auto method = Technique(name, weight_decay, dropout_ratio);
    if (!method.ok()) return method.status();
    methods.push_back(*method);
  }
  if (auto s = CheckMethods("techniques", names, methods); !s.ok()) return s;
  return methods;
}

}  // namespace dlfs
