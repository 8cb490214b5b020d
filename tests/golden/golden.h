#ifndef TESTS_GOLDEN_GOLDEN_H_
#define TESTS_GOLDEN_GOLDEN_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/matrix/matrix.h"

// The numbers that the book's own Python computes (README.md), and the inputs it computed them
// from.
namespace dlfs::golden {

// A row of a table: column name -> cell.
using Row = std::map<std::string, std::string>;

// The rows of tests/golden/<file>. A missing or empty file fails the test.
std::vector<Row> Read(absl::string_view file);

// A cell as a number. A cell that is none fails the test.
double Number(const Row& row, const std::string& column);
size_t Index(const Row& row, const std::string& column);

// scale √12 unit(tag, i, j), the deterministic input of README.md. For the tags and indices of the
// golden numbers it is theirs to the last bit (make_sine_digits.py); tags from 100 are free for
// other uses.
double Element(int tag, size_t i, size_t j, double scale = 1);

// mat(tag, rows, cols, scale) of README.md, written to m.
template <typename T>
void Fill(int tag, MatrixView<T> m, double scale = 1) {
  for (size_t i = 0; i < m.rows(); ++i) {
    for (size_t j = 0; j < m.cols(); ++j) m(i, j) = static_cast<T>(Element(tag, i, j, scale));
  }
}

}  // namespace dlfs::golden

#endif  // TESTS_GOLDEN_GOLDEN_H_
