#ifndef COMMON_MATRIX_ELEMENTARY_H_
#define COMMON_MATRIX_ELEMENTARY_H_

#include <span>

// exp, log and tanh in plain arithmetic, so that a result does not depend on which C library the
// machine has. Errors are below 2 units in the last place of a double; special values are as in
// <cmath>.
namespace dlfs::elementary {

double Exp(double x);
void Exp(std::span<const double> x, std::span<double> y);  // y = e^x; may be the same. [n]
double Log(double x);
double Tanh(double x);

// 0, or NaN where x has overflowed. What is divided by an infinite root is 0, as if all were well:
// add this, and it is NaN.
template <typename T>
T NanIfInfinite(T x) {
  return x - x;
}

}  // namespace dlfs::elementary

#endif  // COMMON_MATRIX_ELEMENTARY_H_
