#ifndef COMMON_MEAN_AND_STD_H_
#define COMMON_MEAN_AND_STD_H_

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>

namespace dlfs {

// Mean and standard deviation of a sample (divided by n − 1; 0 for a single value; both NaN for
// none).
struct MeanAndStd {
  explicit MeanAndStd(std::span<const double> values) {
    const double n = static_cast<double>(values.size());
    for (double value : values) mean += value / n;
    for (double value : values) std += (value - mean) * (value - mean);
    std = values.size() > 1 ? std::sqrt(std / (n - 1)) : 0;
    if (values.empty()) mean = std = std::numeric_limits<double>::quiet_NaN();
    count = values.size();
  }

  double mean = 0;
  double std = 0;
  size_t count = 0;
};

// "0.9123 ± 0.0045", 16 columns wide, for a printed table; of a single value "0.9123", whose spread
// is not worth printing, of none "-", and "diverged" where the mean is not a number.
std::string TableCell(const MeanAndStd& value);

}  // namespace dlfs

#endif  // COMMON_MEAN_AND_STD_H_
