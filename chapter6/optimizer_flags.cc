#include "chapter6/optimizer_flags.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "chapter6/network_flags.h"
#include "common/csv.h"
#include "common/experiment.h"

constexpr std::array kBookOptimizers = {"sgd", "momentum", "adagrad", "adam"};

ABSL_FLAG(std::vector<std::string>, optimizers,
          std::vector<std::string>(kBookOptimizers.begin(), kBookOptimizers.end()),
          "which optimizers to compare: a list of sgd, momentum, nesterov, adagrad, rmsprop, adam");
ABSL_FLAG(std::string, learning_rate, "",
          "the learning rate of all optimizers (0.01), or of some (sgd=0.1,adam=0.002); default: "
          "the book's of each");
ABSL_FLAG(double, learning_rate_decay, 0,
          "lets the learning rate fall to eta / (1 + decay t) at step t; default: it stays");

namespace dlfs {
namespace {

// The choice of that name, or nullptr.
OptimizerChoice* Find(std::vector<OptimizerChoice>& choices, absl::string_view name) {
  const auto found = std::find_if(choices.begin(), choices.end(),
                                  [name](const OptimizerChoice& c) { return c.name == name; });
  return found == choices.end() ? nullptr : &*found;
}

// Applies --learning_rate: "0.01" for all, "sgd=0.1,adam=0.002" for some.
absl::Status ApplyLearningRates(absl::string_view flag, std::vector<OptimizerChoice>& choices) {
  std::set<absl::string_view> named;
  for (absl::string_view item : absl::StrSplit(flag, ',')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(item, absl::MaxSplits('=', 1));
    double rate;
    if (!absl::SimpleAtod(parts.back(), &rate) || !std::isfinite(rate) || rate <= 0) {
      return FlagError("learning_rate", "a positive number, or a list of name=number",
                       absl::StrCat("'", item, "'"));
    }
    if (item == flag && parts.size() == 1) {
      for (OptimizerChoice& choice : choices) choice.learning_rate = rate;
      return absl::OkStatus();
    }
    OptimizerChoice* choice = parts.size() == 1 ? nullptr : Find(choices, parts.front());
    if (choice == nullptr || !named.insert(parts.front()).second) {
      return FlagError(
          "learning_rate",
          absl::StrCat("name=number with each of ", JoinNames(choices), " at most once"),
          absl::StrCat("'", item, "'"));
    }
    choice->learning_rate = rate;
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<OptimizerChoice> BookOptimizers(double (*learning_rate)(absl::string_view name)) {
  std::vector<OptimizerChoice> choices;
  for (const char* name : kBookOptimizers) choices.push_back({name, learning_rate(name)});
  return choices;
}

absl::Status ReadOptimizerFlags(double (*default_rate)(absl::string_view name),
                                std::vector<OptimizerChoice>& optimizers,
                                double& learning_rate_decay) {
  optimizers.clear();
  const std::vector<std::string> names = absl::GetFlag(FLAGS_optimizers);
  if (auto s = CheckNames("optimizers", names); !s.ok()) return s;
  for (const std::string& name : names) {
    if (auto s = CheckOptimizer("optimizers", name); !s.ok()) return s;
    optimizers.push_back({name, default_rate(name)});
  }

  learning_rate_decay = absl::GetFlag(FLAGS_learning_rate_decay);
  if (!std::isfinite(learning_rate_decay) || learning_rate_decay < 0) {
    return FlagError("learning_rate_decay", "a number of at least 0",
                     absl::StrCat(learning_rate_decay));
  }
  const std::string rates = absl::GetFlag(FLAGS_learning_rate);
  return rates.empty() ? absl::OkStatus() : ApplyLearningRates(rates, optimizers);
}

std::string JoinNames(const std::vector<OptimizerChoice>& optimizers) {
  return absl::StrJoin(optimizers, " ", [](std::string* out, const OptimizerChoice& choice) {
    absl::StrAppend(out, choice.name);
  });
}

std::string JoinLearningRates(const std::vector<OptimizerChoice>& optimizers) {
  return absl::StrJoin(optimizers, " ", [](std::string* out, const OptimizerChoice& choice) {
    absl::StrAppend(out, ShortestDecimal(choice.learning_rate));
  });
}

}  // namespace dlfs
