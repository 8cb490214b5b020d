#include "common/experiment/shortest_decimal.h"

#include <charconv>
#include <cmath>

namespace dlfs {

std::string ShortestDecimal(double x) {
  if (std::isnan(x)) return "nan";
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof(digits), x).ptr};
}

}  // namespace dlfs
