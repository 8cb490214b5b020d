#include "tests/chapter6/pictures.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::StartsWith;

bool HasGnuplot() {
  return RunBinary({.program = "gnuplot", .arguments = {"-V"}}).exit_status == 0;
}

std::set<std::string> FilesIn(const std::string& directory) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    files.insert(entry.path().filename().string());
  }
  return files;
}

std::set<std::string> FilesSaid(const std::string& out, const std::string& directory) {
  std::set<std::string> files;
  for (absl::string_view line : absl::StrSplit(out, '\n')) {
    if (absl::ConsumePrefix(&line, absl::StrCat("  ", directory, "/"))) files.emplace(line);
  }
  return files;
}

std::set<std::string> TablesAndScripts(const Program& program) {
  std::set<std::string> files;
  for (const Table& table : program.tables) {
    files.insert(absl::StrCat(program.name, table.suffix, ".csv"));
  }
  for (const std::string& suffix : program.scripts) {
    files.insert(absl::StrCat(program.name, suffix, ".gp"));
  }
  return files;
}

std::set<std::string> Pictures(const Program& program, const std::vector<std::string>& suffixes,
                               const std::string& format) {
  std::set<std::string> files;
  for (const std::string& suffix : suffixes) {
    files.insert(absl::StrCat(program.name, suffix, ".", format));
  }
  return files;
}

void ExpectPictures(const std::string& directory, const std::set<std::string>& files) {
  for (const std::string& file : files) {
    const std::string path = directory + "/" + file;
    // The end tells a picture from one that gnuplot gave up.
    EXPECT_THAT(ReadFile(path),
                AnyOf(AllOf(StartsWith("<?xml"), EndsWith("</svg>\n\n")),
                      AllOf(StartsWith("\x89PNG"), EndsWith("IEND\xae\x42\x60\x82")),
                      AllOf(StartsWith("%PDF"), EndsWith("%%EOF\n"))))
        << path;
  }
}

}  // namespace dlfs
