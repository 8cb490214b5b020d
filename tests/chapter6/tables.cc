#include "tests/chapter6/tables.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_split.h"
#include "common/experiment/mean_and_std.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {

using ::testing::NanSensitiveDoubleEq;

namespace {

size_t IndexOf(const CsvTable& table, const std::string& name) {
  const std::vector<std::string> names = absl::StrSplit(table.header, ',');
  const auto found = std::ranges::find(names, name);
  EXPECT_NE(found, names.end()) << "no column " << name << " in " << table.header;
  return found == names.end() ? 0 : static_cast<size_t>(found - names.begin());
}

}  // namespace

std::vector<Row> FirstCells(const CsvTable& table, size_t count) {
  std::vector<Row> cells;
  for (const Row& row : table.rows) cells.emplace_back(row.begin(), row.begin() + count);
  return cells;
}

std::vector<Row> RowsOf(const CsvTable& table, const Row& first_cells) {
  std::vector<Row> rows;
  for (const Row& row : table.rows) {
    if (std::equal(first_cells.begin(), first_cells.end(), row.begin())) rows.push_back(row);
  }
  return rows;
}

std::vector<std::string> Column(const CsvTable& table, const std::string& name) {
  const size_t index = IndexOf(table, name);
  std::vector<std::string> cells;
  for (const Row& row : table.rows) cells.push_back(row[index]);
  return cells;
}

void ExpectMeanAndStd(const CsvTable& runs, const std::string& value, const CsvTable& summary,
                      const std::string& mean, const std::string& std) {
  // What the summary says of its rows first stands in the runs behind the seed.
  const Row columns = absl::StrSplit(summary.header, ',');
  const Row columns_of_runs = absl::StrSplit(runs.header, ',');
  const size_t keys = std::ranges::mismatch(columns.begin(), columns.end(),
                                            columns_of_runs.begin() + 1, columns_of_runs.end())
                          .in1 -
                      columns.begin();
  std::vector<Row> in_order;
  std::map<Row, std::vector<double>> values;
  const std::vector<std::string> cells = Column(runs, value);
  for (size_t i = 0; i < runs.rows.size(); ++i) {
    const Row key(runs.rows[i].begin() + 1, runs.rows[i].begin() + 1 + keys);
    if (values[key].empty()) in_order.push_back(key);
    values[key].push_back(Number(cells[i]));
  }
  EXPECT_EQ(FirstCells(summary, keys), in_order);
  ASSERT_EQ(summary.rows.size(), in_order.size());
  const std::vector<std::string> means = Column(summary, mean), stds = Column(summary, std);
  for (size_t i = 0; i < in_order.size(); ++i) {
    const MeanAndStd expected(values[in_order[i]]);
    EXPECT_THAT(Number(means[i]), NanSensitiveDoubleEq(expected.mean));
    EXPECT_THAT(Number(stds[i]), NanSensitiveDoubleEq(expected.std));
  }
}

void ExpectPrinted(const std::vector<std::string>& printed, size_t cell, const std::string& mean,
                   const std::string& std) {
  ASSERT_GT(printed.size(), cell + 2);
  EXPECT_NEAR(Number(printed[cell]), Number(mean), 5.1e-5);
  EXPECT_EQ(printed[cell + 1], "±");
  EXPECT_NEAR(Number(printed[cell + 2]), Number(std), 5.1e-5);
}

}  // namespace dlfs
