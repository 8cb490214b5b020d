// The short runs of all experiments give the tables that were recorded in tests/golden: to the last
// bit, whatever the machine, the compiler and its options.
//
//   bazel run //tests/chapter6:same_bits_test -- --record     records them anew, where the results
//                                                             were meant to change.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/isa.h"
#include "common/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/files.h"
#include "tests/golden/golden.h"

namespace dlfs {
namespace {

// One rounding where a product of matrices multiplies and adds, or two: two sets of results.
std::string GoldenFile(bool fma) { return fma ? "same_bits_fma.csv" : "same_bits_no_fma.csv"; }

// FNV-1a, 64 bits, of all lines but the comments, which name the instruction set.
std::string Checksum(const std::string& csv) {
  uint64_t hash = 0xcbf29ce484222325;
  for (absl::string_view line : absl::StrSplit(csv, '\n')) {
    if (absl::StartsWith(line, "#")) continue;
    for (unsigned char c : absl::StrCat(line, "\n")) hash = (hash ^ c) * 0x100000001b3;
  }
  return absl::StrFormat("%016x", hash);
}

// Name of a table -> its checksum, of the tables that a program writes.
std::map<std::string, std::string> Checksums(const Program& program, Isa isa) {
  const std::string experiment = Tables(program, {absl::StrCat("--isa=", IsaName(isa))});
  std::map<std::string, std::string> checksums;
  for (const Table& table : program.tables) {
    checksums[program.name + table.suffix] = Checksum(ReadFile(experiment + table.suffix + ".csv"));
  }
  return checksums;
}

std::map<std::string, std::string> Recorded(bool fma) {
  std::map<std::string, std::string> checksums;
  for (const golden::Row& row : golden::Read(GoldenFile(fma))) {
    checksums[row.at("table")] = row.at("checksum");
  }
  return checksums;
}

class SameBitsTest : public testing::TestWithParam<Program> {};

TEST_P(SameBitsTest, TheTablesAreThoseRecorded) {
  const Program& program = GetParam();
  for (Isa isa : SupportedIsas()) {
    const std::map<std::string, std::string> recorded = Recorded(HasFma(isa));
    for (const auto& [table, checksum] : Checksums(program, isa)) {
      const auto expected = recorded.find(table);
      EXPECT_TRUE(expected != recorded.end() && expected->second == checksum)
          << table << ".csv is another than the one recorded in tests/golden/"
          << GoldenFile(HasFma(isa)) << ", as written by\n  " << program.name << " "
          << absl::StrJoin(program.short_run, " ") << " --isa=" << IsaName(isa)
          << "\nIf it was meant to change: bazel run //tests/chapter6:same_bits_test -- --record";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, SameBitsTest, testing::ValuesIn(Programs()), NameOf);

TEST(SameBitsFilesTest, HoldEveryTableAndNoOther) {
  std::vector<std::string> tables;
  for (const Program& program : Programs()) {
    for (const Table& table : program.tables) tables.push_back(program.name + table.suffix);
  }
  for (bool fma : {true, false}) {
    std::vector<std::string> recorded;
    for (const auto& [table, checksum] : Recorded(fma)) recorded.push_back(table);
    EXPECT_THAT(recorded, testing::UnorderedElementsAreArray(tables)) << GoldenFile(fma);
  }
}

// Writes the golden files of which this CPU has an instruction set.
void Record() {
  for (bool fma : {true, false}) {
    const auto isa = std::ranges::find(SupportedIsas(), fma, HasFma);
    if (isa == SupportedIsas().end()) {
      std::printf("%s stays as it is: this CPU cannot compute it\n", GoldenFile(fma).c_str());
      continue;
    }
    std::string csv = "table,checksum\n";
    for (const Program& program : Programs()) {
      for (const auto& [table, checksum] : Checksums(program, *isa)) {
        absl::StrAppend(&csv, table, ",", checksum, "\n");
      }
    }
    const std::string path = WorkspaceDirectory() + "/tests/golden/" + GoldenFile(fma);
    WriteFile(path, csv);
    std::printf("wrote %s\n", path.c_str());
  }
}

}  // namespace
}  // namespace dlfs

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc > 1 && std::string(argv[1]) == "--record") {
    dlfs::Record();
    return 0;
  }
  return RUN_ALL_TESTS();
}
