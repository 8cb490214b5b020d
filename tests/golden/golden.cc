#include "tests/golden/golden.h"

#include <cmath>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/runfiles.h"
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

double Element(int tag, size_t i, size_t j, double scale) {
  const double s =
      std::sin(12.9898 * static_cast<double>(i) + 78.233 * static_cast<double>(j) + 37.719 * tag) *
      43758.5453;
  return scale * std::sqrt(12.0) * (s - std::floor(s) - 0.5);
}

}  // namespace dlfs::golden
