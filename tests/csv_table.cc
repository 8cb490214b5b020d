#include "tests/csv_table.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "tests/files.h"

namespace dlfs {

CsvTable ReadCsv(const std::string& path) {
  const std::string text = ReadFile(path);
  EXPECT_TRUE(text.ends_with('\n')) << path << " ends within a line";
  CsvTable table;
  for (absl::string_view line : absl::StrSplit(absl::StripSuffix(text, "\n"), '\n')) {
    if (table.header.empty() && absl::ConsumePrefix(&line, "# ")) {
      table.comments.emplace_back(line);
    } else if (table.header.empty()) {
      table.header = std::string(line);
    } else {
      table.rows.push_back(absl::StrSplit(line, ','));
    }
  }
  const size_t columns = 1 + std::count(table.header.begin(), table.header.end(), ',');
  for (const std::vector<std::string>& row : table.rows) {
    if (row.size() != columns || std::ranges::count(row, "") > 0) {
      ADD_FAILURE() << path << ": expected " << columns << " cells, found "
                    << testing::PrintToString(row);
    }
  }
  return table;
}

double Number(const std::string& cell) {
  double value = NAN;
  EXPECT_TRUE(absl::SimpleAtod(cell, &value)) << "'" << cell << "' is not a number";
  return value;
}

}  // namespace dlfs
