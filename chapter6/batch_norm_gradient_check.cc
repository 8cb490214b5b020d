// 6.3: is back-propagation through batch normalisation right? The gradients of a network
// 784-100-100-10 against central differences.
//
//   bazel run //chapter6:batch_norm_gradient_check
//
// The book compares on one sample. There x − mu is 0, and so is every gradient through batch norm,
// on both sides: nothing is checked. And each ReLU stands exactly at its kink, so that central
// differences see half a slope where back-propagation sees none: beta2 differs. The check on
// several samples is one that means something, but for b1 and b2, whose gradients are 0 there, too:
// batch norm subtracts what a bias adds.
//
// Writes
//   batch_norm_gradient_check.csv          parameter,samples,mean_abs_difference,max_relative_error
//   batch_norm_gradient_check_summary.csv  parameter,samples,largest_gradient,mean_abs_difference
// and the figure, and prints both. Of several seeds it takes the mean and the largest.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/gradient_check.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/settings.h"

namespace dlfs {
namespace {

absl::StatusOr<int> ReadSamples(int samples) {
  const absl::StatusOr<const Mnist*> mnist = LoadedMnist();
  if (!mnist.ok()) return mnist.status();
  const size_t images = (*mnist)->train.size();
  if (images < 2) {
    return absl::FailedPreconditionError(
        absl::StrCat("--data_dir: expected at least 2 training images, found ", images));
  }
  return Between(2, static_cast<int>(std::min<size_t>(1000, images)))(samples);
}

}  // namespace
}  // namespace dlfs

SETTING(int, samples, 10, dlfs::ReadSamples,
        "images of the check that means something, beside the book's with 1");
// At the book's 1e-4, the error h² f''' / 6 of the smallest gradients would be above the rounding
// errors.
SETTING(double, h, 1e-5, dlfs::Between(1e-7, 1e-4), "h of the central differences");

namespace dlfs {
namespace {

constexpr double kBookH = 1e-4;
constexpr double kLargestError = 0.01;  // on several samples; with more, back-propagation is wrong

MNIST_EXPERIMENT(batch_norm_gradient_check,
                 "6.3: back-propagation through batch normalisation against central differences, "
                 "on one sample as in the book, and on several, which means something.") {
  const GradientCheck several = {
      .samples = static_cast<size_t>(samples), .h = h, .kinks = Kinks::kAvoid};
  const GradientCheck as_book = {.samples = 1, .h = kBookH, .kinks = Kinks::kIgnore};
  experiment.configuration.push_back(
      absl::StrCat("hidden=", absl::StrJoin(several.hidden, ","),
                   " activation=relu init=he; on 1 sample h=", ShortestDecimal(kBookH)));
  absl::StatusOr<CsvWriter> csv = experiment.CreateCsv(
      "", {"parameter", "samples", "mean_abs_difference", "max_relative_error"});
  if (!csv.ok()) return csv.status();
  absl::StatusOr<CsvWriter> summary = experiment.CreateCsv(
      "_summary", {"parameter", "samples", "largest_gradient", "mean_abs_difference"});
  if (!summary.ok()) return summary.status();

  std::vector<std::string> names;
  CheckedParameter on_several_samples;
  experiment.PrintConfiguration();
  for (const GradientCheck& check : {several, as_book}) {
    std::vector<CheckedParameter> of_all_seeds;
    for (int s = 0; s < experiment.seeds && (s == 0 || !StopRequested()); ++s) {
      const auto checked = CheckGradients(check, mnist.train,
                                          experiment.seed + static_cast<uint64_t>(s), experiment);
      if (!checked.ok()) return checked.status();
      if (s == 0) of_all_seeds = *checked;
      for (size_t p = 0; s > 0 && p < checked->size(); ++p) of_all_seeds[p].Add((*checked)[p]);
    }
    absl::PrintF("%-10s %16s %20s %18s %9s\n",
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
    absl::PrintF("\n");
    if (auto s = csv->Flush(); !s.ok()) return s;
    if (auto s = summary->Flush(); !s.ok()) return s;
  }
  const absl::Status drawn = experiment.Draw(
      {{"parameters", absl::StrJoin(names, " ")},
       {"seeds_text",
        experiment.seeds == 1 ? experiment.SeedsText() : Translate("%s seeds", experiment.seeds)},
       {"samples", static_cast<double>(samples)}});
  if (!drawn.ok() || StopRequested()) return drawn;
  const double largest_error = on_several_samples.max_relative_error;
  if (!(largest_error <= kLargestError)) {
    return absl::InternalError(absl::StrFormat(
        "back-propagation and central differences differ on %d samples: expected a relative error "
        "of at most %g, found %g",
        *samples, kLargestError, largest_error));
  }
  absl::PrintF(
      "On 1 sample x - mu is 0, so nearly every gradient is 0 on both sides and nothing is\n"
      "checked; and each ReLU stands at its kink, so that beta%d differs. On %d samples only the\n"
      "gradients of b1 and b2 are 0: batch norm subtracts what a bias adds.\n",
      several.hidden.size(), *samples);
  absl::PrintF("The largest relative error on %d samples is %.1g: back-propagation is right.\n",
               *samples, largest_error);
  return absl::OkStatus();
}

}  // namespace
}  // namespace dlfs
