#include "chapter6/batch_norm_gradient_check.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/gradient_check.h"
#include "common/csv.h"
#include "common/interrupt.h"

namespace dlfs {
namespace {

constexpr char kName[] = "batch_norm_gradient_check";

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/batch_norm_gradient_check.gp.inc"
    ;

constexpr double kBookH = 1e-4;

}  // namespace

absl::Status RunBatchNormGradientCheck(const BatchNormGradientCheckConfig& config,
                                       const Mnist& mnist, Experiment& experiment) {
  const auto most = static_cast<int64_t>(std::min<size_t>(1000, mnist.train.size()));
  if (auto s = CheckFlagInRange("samples", config.samples, 2, most); !s.ok()) return s;
  const GradientCheck several = {
      .samples = static_cast<size_t>(config.samples), .h = config.h, .kinks = Kinks::kAvoid};
  const GradientCheck as_book = {.samples = 1, .h = kBookH, .kinks = Kinks::kIgnore};
  const std::vector<std::string> configuration = {
      absl::StrCat("hidden=", absl::StrJoin(several.hidden, ","), " activation=relu init=he"),
      absl::StrCat("samples=", config.samples, " h=", ShortestDecimal(config.h)),
      absl::StrCat("samples=1 h=", ShortestDecimal(kBookH))};
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv(
      kName, configuration, {"parameter", "samples", "mean_abs_difference", "max_relative_error"});
  if (!csv.ok()) return csv.status();
  absl::StatusOr<CsvWriter> summary =
      experiment.CreateCsv(absl::StrCat(kName, "_summary"), configuration,
                           {"parameter", "samples", "largest_gradient", "mean_abs_difference"});
  if (!summary.ok()) return summary.status();

  std::vector<std::string> names;
  CheckedParameter on_several_samples;
  absl::PrintF("%s\n", absl::StrJoin(configuration, "\n"));
  for (const GradientCheck& check : {several, as_book}) {
    std::vector<CheckedParameter> of_all_seeds;
    for (int s = 0; s < experiment.seeds; ++s) {
      const auto checked = CheckGradients(check, mnist.train,
                                          experiment.seed + static_cast<uint64_t>(s), experiment);
      if (!checked.ok()) return checked.status();
      if (s == 0) of_all_seeds = *checked;
      for (size_t p = 0; s > 0 && p < checked->size(); ++p) of_all_seeds[p].Add((*checked)[p]);
    }
    absl::PrintF("\n%-10s %16s %20s %18s %9s\n",
                 absl::StrCat(check.samples, check.samples == 1 ? " sample" : " samples"),
                 "largest gradient", "mean |difference|", "max relative error", "at kinks");
    names.clear();
    for (const CheckedParameter& p : of_all_seeds) {
      names.push_back(p.name);
      // After an interrupt, of a parameter that was not compared as a whole nothing is said.
      if (p.elements < p.size * static_cast<size_t>(experiment.seeds)) continue;
      const double mean = p.sum_of_differences / static_cast<double>(p.elements);
      if (check.samples > 1) on_several_samples.Add(p);
      csv->Row(p.name, check.samples, mean, p.max_relative_error);
      summary->Row(p.name, check.samples, p.largest_gradient, mean);
      absl::PrintF("%-10s %16.2g %20.2g %18.2g %9d\n", p.name, p.largest_gradient, mean,
                   p.max_relative_error, p.at_kinks);
    }
    if (auto s = csv->Flush(); !s.ok()) return s;
    if (auto s = summary->Flush(); !s.ok()) return s;
  }
  const absl::Status drawn = experiment.Draw(
      {.name = kName,
       .commands = absl::StrCat(kStyle, kCommands),
       .definitions = {
           {"parameters", absl::StrJoin(names, " ")},
           {"seeds_text", experiment.seeds == 1 ? experiment.SeedsText()
                                                : absl::StrCat(experiment.seeds, " seeds")},
           {"samples", static_cast<double>(config.samples)}}});
  if (!drawn.ok() || StopRequested()) return drawn;
  const double largest_error = on_several_samples.max_relative_error;
  if (!(largest_error <= kLargestError)) {
    return absl::InternalError(absl::StrFormat(
        "back-propagation and central differences differ on %d samples: expected a relative error "
        "of at most %g, found %g",
        config.samples, kLargestError, largest_error));
  }
  absl::PrintF(
      "\nOn 1 sample x - mu is 0, so nearly every gradient is 0 on both sides and nothing is\n"
      "checked; and each ReLU stands at its kink, so that beta%d differs. On %d samples only the\n"
      "gradients of b1 and b2 are 0: batch norm subtracts what a bias adds.\n",
      several.hidden.size(), config.samples);
  absl::PrintF("The largest relative error on %d samples is %.1g: back-propagation is right.\n",
               config.samples, largest_error);
  return absl::OkStatus();
}

}  // namespace dlfs
