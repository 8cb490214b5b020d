#ifndef COMMON_EXPERIMENT_MEAN_AND_STD_H_
#define COMMON_EXPERIMENT_MEAN_AND_STD_H_

#include <cmath>
#include <limits>
#include <span>

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
  }

  double mean = 0;
  double std = 0;
};

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_MEAN_AND_STD_H_
