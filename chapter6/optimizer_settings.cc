#include "chapter6/optimizer_settings.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "chapter6/settings.h"
#include "common/experiment/csv.h"

namespace dlfs {
namespace {

// --learning_rate: "" (the book's), "0.01" (for all), "sgd=0.1,adam=0.002" (for some). The rate for
// all has the name "".
using Rates = std::map<std::string, double>;

absl::StatusOr<Rates> ReadRates(const std::string& text, const std::vector<std::string>& names) {
  Rates rates;
  if (text.empty()) return rates;
  for (const std::string& item : std::vector<std::string>(absl::StrSplit(text, ','))) {
    const std::vector<std::string> parts = absl::StrSplit(item, absl::MaxSplits('=', 1));
    double rate;
    if (!absl::SimpleAtod(parts.back(), &rate) || !std::isfinite(rate) || rate <= 0) {
      return Unexpected("a positive number, or a list of name=number",
                        absl::StrCat("'", item, "'"));
    }
    const bool for_all = parts.size() == 1 && item == text;
    const bool known = parts.size() == 2 && std::ranges::find(names, parts[0]) != names.end();
    if (!for_all && (!known || !rates.emplace(parts[0], rate).second)) {
      return Unexpected(
          absl::StrCat("name=number with each of ", absl::StrJoin(names, " "), " at most once"),
          absl::StrCat("'", item, "'"));
    }
    if (for_all) rates[""] = rate;
  }
  return rates;
}

}  // namespace
}  // namespace dlfs

using dlfs::ListOf;

SETTING(std::vector<std::string>, optimizers,
        std::vector<std::string>({"sgd", "momentum", "adagrad", "adam"}),
        ListOf{dlfs::OptimizerName},
        absl::StrCat("which optimizers to compare: a list of ", dlfs::OptimizerList()));
SETTING(
    std::string, learning_rate, "",
    [](const std::string& text) { return dlfs::ReadRates(text, *optimizers); },
    "the learning rate of all optimizers (0.01), or of some (sgd=0.1,adam=0.002); default: "
    "the book's of each");
SETTING(double, learning_rate_decay, 0, dlfs::AtLeast(0.0),
        "lets the learning rate fall to eta / (1 + decay t) at step t; default: it stays");

namespace dlfs {

std::vector<OptimizerChoice> ChosenOptimizers(double (*book_rate)(std::string_view name),
                                              Experiment& experiment) {
  std::vector<OptimizerChoice> choices;
  for (const std::string& name : *optimizers) {
    double rate = book_rate(name);
    for (const std::string& key : {std::string(), name}) {
      if (learning_rate->contains(key)) rate = learning_rate->at(key);
    }
    choices.push_back({name, rate, learning_rate_decay});
  }
  experiment.configuration.push_back(absl::StrCat("optimizers=", absl::StrJoin(*optimizers, " "),
                                                  " learning_rates=", LearningRates(choices), " ",
                                                  learning_rate_decay.Text()));
  return choices;
}

std::string LearningRates(const std::vector<OptimizerChoice>& optimizers) {
  return absl::StrJoin(optimizers, " ", [](std::string* out, const OptimizerChoice& choice) {
    absl::StrAppend(out, ShortestDecimal(choice.learning_rate));
  });
}

}  // namespace dlfs
