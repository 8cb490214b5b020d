#include "common/mean_and_std.h"

#include "absl/strings/str_format.h"

namespace dlfs {

std::string TableCell(const MeanAndStd& value) {
  if (value.count == 0) return "               -";
  if (std::isnan(value.mean)) return "        diverged";
  if (value.count == 1) return absl::StrFormat("%16.4f", value.mean);
  return absl::StrFormat(" %.4f ± %.4f", value.mean, value.std);
}

}  // namespace dlfs
