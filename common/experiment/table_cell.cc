#include "common/experiment/table_cell.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/experiment/mean_and_std.h"

namespace dlfs {

std::string TableCell(std::span<const double> values) {
  const auto diverged = std::ranges::count_if(values, [](double x) { return !std::isfinite(x); });
  const MeanAndStd of(values);
  const std::string text = values.empty()  ? "-"
                           : diverged == 0 ? absl::StrFormat("%.4f", of.mean)
                           : values.size() > 1
                               ? absl::StrCat(diverged, " of ", values.size(), " diverged")
                               : "diverged";
  if (values.size() > 1 && diverged == 0) return absl::StrFormat(" %s ± %.4f", text, of.std);
  return absl::StrFormat("%16s", text);
}

}  // namespace dlfs
