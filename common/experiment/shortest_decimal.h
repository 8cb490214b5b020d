#ifndef COMMON_EXPERIMENT_SHORTEST_DECIMAL_H_
#define COMMON_EXPERIMENT_SHORTEST_DECIMAL_H_

#include <string>

namespace dlfs {

// The shortest decimal number that reads back as x, with a decimal point in every locale; "nan" for
// any that is not a number.
std::string ShortestDecimal(double x);

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_SHORTEST_DECIMAL_H_
