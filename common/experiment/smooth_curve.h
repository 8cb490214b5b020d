#ifndef COMMON_EXPERIMENT_SMOOTH_CURVE_H_
#define COMMON_EXPERIMENT_SMOOTH_CURVE_H_

#include <span>
#include <vector>

namespace dlfs {

// The book's smooth_curve: a moving average of 11 values with the weights of a Kaiser window (beta
// 2). Before its start the curve is continued by its values 10 ... 1 (the value 0 is not repeated),
// after its end by its last 10 reversed (the last is). So the two ends are treated differently; the
// curves in the book are, too.
//
// Returns as many values as it gets. A curve of fewer than 11 values is returned as it is: it is
// too short to mirror.
std::vector<double> SmoothCurve(std::span<const double> curve);

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_SMOOTH_CURVE_H_
