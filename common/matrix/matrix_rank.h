#ifndef COMMON_MATRIX_MATRIX_RANK_H_
#define COMMON_MATRIX_MATRIX_RANK_H_

#include <cstddef>
#include <optional>

#include "common/matrix/matrix.h"

namespace dlfs {

// The numerical rank of a matrix of floats: how many of its columns are independent of each other,
// up to the rounding of a float. A column counts if what the others leave of it is longer than
// max(rows, cols) 2^-23 times the longest column. A matrix that is not finite has no rank: 0.
// Takes cols^3 steps, so before each column stop() is asked; nothing where it says yes.
std::optional<size_t> MatrixRank(ConstMatrixView<float> a, bool (*stop)() = nullptr);

}  // namespace dlfs

#endif  // COMMON_MATRIX_MATRIX_RANK_H_
