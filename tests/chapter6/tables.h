#ifndef TESTS_CHAPTER6_TABLES_H_
#define TESTS_CHAPTER6_TABLES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "tests/csv_table.h"

// What is asked of the tables of the experiments.
namespace dlfs {

using Row = std::vector<std::string>;

// The first cells of each row.
std::vector<Row> FirstCells(const CsvTable& table, size_t count);

// The rows that start with these cells.
std::vector<Row> RowsOf(const CsvTable& table, const Row& first_cells);

// The column of this name, of all rows.
std::vector<std::string> Column(const CsvTable& table, const std::string& name);

// Fails the test unless `summary` has a row for each method and iteration or epoch of `runs`, in
// their order, and its columns `mean` and `std` are those of the column `value` over the seeds.
void ExpectMeanAndStd(const CsvTable& runs, const std::string& value, const CsvTable& summary,
                      const std::string& mean, const std::string& std);

// Fails the test unless a printed mean and spread, the three cells "0.9123", "±", "0.0045" from
// `cell` on, are these, rounded.
void ExpectPrinted(const std::vector<std::string>& printed, size_t cell, const std::string& mean,
                   const std::string& std);

}  // namespace dlfs

#endif  // TESTS_CHAPTER6_TABLES_H_
