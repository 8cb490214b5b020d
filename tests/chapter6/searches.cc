#include "tests/chapter6/searches.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/files.h"

namespace dlfs {

Search RunSearch(const std::vector<std::string>& more_arguments) {
  std::vector<std::string> arguments = {"--trials=20",
                                        "--epochs=4",
                                        "--train_size=500",
                                        "--batch_size=100",
                                        "--hidden_sizes=20,20",
                                        "--learning_rate_range=0.001:1",
                                        "--weight_decay_range=1e-4:0.1"};
  arguments.insert(arguments.end(), more_arguments.begin(), more_arguments.end());
  const auto [experiment, out] = WriteTables(kSearch, arguments);
  return {ReadCsv(experiment + ".csv"), ReadCsv(experiment + "_trials.csv"),
          ReadCsv(experiment + "_rounds.csv"), ReadCsv(experiment + "_best.csv"), out};
}

Command SearchIn(const std::string& directory, const std::vector<std::string>& more_arguments) {
  std::vector<std::string> arguments = {"--trials=30",
                                        "--rounds=1",
                                        "--seeds=1",
                                        "--epochs=5",
                                        "--train_size=100",
                                        "--batch_size=20",
                                        "--hidden_sizes=20,20",
                                        "--learning_rate_range=0.01:1",
                                        "--figure=none",
                                        "--output_dir=" + directory};
  arguments.insert(arguments.end(), more_arguments.begin(), more_arguments.end());
  return ShortRun(kSearch, arguments);
}

TableBytes ReadTables(const std::string& directory) {
  TableBytes tables;
  for (const Table& table : kSearch.tables) {
    tables[table.suffix] = ReadFile(directory + "/" + kSearch.name + table.suffix + ".csv");
  }
  return tables;
}

TableBytes FinishSearch(const std::string& directory,
                        const std::vector<std::string>& more_arguments) {
  const Outcome outcome = RunWithoutProgress(SearchIn(directory, more_arguments));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  return ReadTables(directory);
}

SplitTable Split(const std::string& text) {
  SplitTable split;
  std::string number;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const absl::string_view first = line.substr(0, line.find(','));
    const bool is_head = absl::StartsWith(line, "#") || first == "trial";
    if (!is_head && first != number) split.trials.emplace_back();
    if (!is_head) number = std::string(first);
    absl::StrAppend(is_head ? &split.head : &split.trials.back(), line, "\n");
  }
  return split;
}

void ExpectRefused(const std::string& directory, const std::vector<std::string>& more_arguments,
                   const std::vector<std::string>& error) {
  const std::string before = ReadFile(directory + kSearchCsv);
  const Outcome outcome = RunWithoutProgress(SearchIn(directory, more_arguments));
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.err, testing::MatchesRegex("[^\n]+\n"));
  for (const std::string& part : error) EXPECT_THAT(outcome.err, testing::HasSubstr(part));
  EXPECT_EQ(ReadFile(directory + kSearchCsv), before);
}

}  // namespace dlfs
