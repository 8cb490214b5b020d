#include "tests/golden/golden.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/experiment/runfiles.h"
#include "gtest/gtest.h"

namespace dlfs::golden {

std::vector<Row> Read(absl::string_view file) {
  std::ifstream in(FindRunfile(absl::StrCat("tests/golden/", file)));
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> columns = absl::StrSplit(line, ',');
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    if (line.empty()) continue;
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    EXPECT_EQ(cells.size(), columns.size()) << file << ": " << line;
    Row row;
    for (size_t c = 0; c < columns.size() && c < cells.size(); ++c) row[columns[c]] = cells[c];
    rows.push_back(row);
  }
  EXPECT_FALSE(rows.empty()) << file << " is missing or empty";
  return rows;
}

double Number(const Row& row, const std::string& column) {
  double value = NAN;
  EXPECT_TRUE(row.contains(column) && absl::SimpleAtod(row.at(column), &value)) << column;
  return value;
}

size_t Index(const Row& row, const std::string& column) {
  return static_cast<size_t>(Number(row, column));
}

namespace {

// The last hexadecimal digits of NumPy's sines for one tag (make_sine_digits.py).
struct SineDigits {
  size_t columns;
  std::string digits;  // [rows * columns]
};

// NumPy's sine of x: the double next to the C library's that ends in the given hexadecimal digit.
double SineEndingIn(char digit, double x) {
  const int64_t bits = std::bit_cast<int64_t>(std::sin(x));
  const int64_t wanted = digit <= '9' ? digit - '0' : digit - 'a' + 10;
  return std::bit_cast<double>(bits + ((wanted - bits + 8) & 15) - 8);
}

}  // namespace

double Element(int tag, size_t i, size_t j, double scale) {
  static const auto* const kDigits = [] {
    auto* digits = new std::map<int, SineDigits>;
    for (const Row& row : Read("sine_digits.csv")) {
      (*digits)[static_cast<int>(Index(row, "tag"))] = {Index(row, "columns"), row.at("digits")};
    }
    return digits;
  }();
  const double x =
      12.9898 * static_cast<double>(i) + 78.233 * static_cast<double>(j) + 37.719 * tag;
  const auto tagged = kDigits->find(tag);
  const double sine =
      tagged == kDigits->end()
          ? std::sin(x)
          : SineEndingIn(tagged->second.digits.at(i * tagged->second.columns + j), x);
  const double s = sine * 43758.5453;
  return scale * std::sqrt(12.0) * (s - std::floor(s) - 0.5);
}

}  // namespace dlfs::golden
