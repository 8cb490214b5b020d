#ifndef TESTS_COMMON_ELEMENTS_H_
#define TESTS_COMMON_ELEMENTS_H_

#include <type_traits>
#include <vector>

#include "common/matrix/matrix.h"

namespace dlfs {

// A copy of the elements of m, row after row, without the padding. m: [rows, cols] -> [rows * cols]
template <typename T>
std::vector<std::remove_const_t<T>> Elements(MatrixView<T> m) {
  std::vector<std::remove_const_t<T>> elements;
  for (size_t i = 0; i < m.rows(); ++i) {
    elements.insert(elements.end(), m.row(i).begin(), m.row(i).end());
  }
  return elements;
}

}  // namespace dlfs

#endif  // TESTS_COMMON_ELEMENTS_H_
