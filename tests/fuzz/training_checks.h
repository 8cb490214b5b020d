#ifndef TESTS_FUZZ_TRAINING_CHECKS_H_
#define TESTS_FUZZ_TRAINING_CHECKS_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "chapter6/network_flags.h"
#include "common/check.h"
#include "tests/fuzz/flags_input.h"

// What is true of every training whose flags are accepted.
namespace dlfs {

inline bool IsPositive(double x) { return std::isfinite(x) && x > 0; }
inline bool IsNotNegative(double x) { return std::isfinite(x) && x >= 0; }

inline void CheckSizes(const std::vector<size_t>& hidden, int batch_size) {
  DLFS_CHECK(std::ranges::all_of(hidden, [](size_t n) { return n >= 1 && n <= 10000; }));
  DLFS_CHECK(batch_size >= 1);
  // Whether so large a network can be made is the next question that is asked.
  const absl::Status fits = CheckNetworkFits(hidden, batch_size);
  if (!fits.ok()) CheckFlagError(fits);
}

}  // namespace dlfs

#endif  // TESTS_FUZZ_TRAINING_CHECKS_H_
