#ifndef COMMON_EXPERIMENT_MEAN_AND_STD_H_
#define COMMON_EXPERIMENT_MEAN_AND_STD_H_

#include <cmath>
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
  }

  double mean = 0;
  double std = 0;
};

// Values as a cell of a printed table, 16 columns wide: "0.9123 ± 0.0045"; of a single value
// "0.9123", whose spread is not worth printing; of none "-". Where some are not finite there is no
// mean:
// "2 of 5 diverged", of a single value "diverged".
std::string TableCell(std::span<const double> values);

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_MEAN_AND_STD_H_
