// The core (core.txt) includes nothing but itself and a few headers of the standard library.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What a header of the core may include from the standard library: containers, algorithms and
// arithmetic. Nothing that opens a file (fstream, filesystem), reads flags or the clock, starts a
// thread or locks (thread, mutex), or costs an allocation for each call (functional). <cstdio> and
// <cstdlib> are there for a failed check (check.h).
const std::set<std::string> kStandard = {
    "algorithm", "array",       "atomic",   "bit",     "cmath",    "concepts", "cstddef",
    "cstdint",   "cstdio",      "cstdlib",  "cstring", "iterator", "limits",   "memory",
    "new",       "numeric",     "optional", "span",    "stddef.h", "string",   "string_view",
    "tuple",     "type_traits", "utility",  "vector"};

// The beginnings of the paths in core.txt.
std::vector<std::string> Beginnings() {
  std::vector<std::string> beginnings;
  for (absl::string_view line :
       absl::StrSplit(ReadFile(FindRunfile("tests/core.txt")), '\n', absl::SkipEmpty())) {
    if (!absl::StartsWith(line, "#")) beginnings.emplace_back(line);
  }
  return beginnings;
}

// Path -> text of the files of the core.
std::map<std::string, std::string> Core() {
  std::map<std::string, std::string> core;
  for (const std::string& beginning : Beginnings()) {
    const std::string directory = beginning.substr(0, beginning.rfind('/'));
    for (const auto& entry : std::filesystem::directory_iterator(FindRunfile(directory))) {
      const std::string path = directory + "/" + entry.path().filename().string();
      if (!absl::StartsWith(path, beginning)) continue;
      if (!absl::EndsWith(path, ".h") && !absl::EndsWith(path, ".cc")) continue;
      core[path] = ReadFile(entry.path().string());
    }
  }
  return core;
}

// The includes that are none of the core's: "<thread>", "\"absl/strings/str_cat.h\"".
std::vector<std::string> Foreign(absl::string_view text,
                                 const std::map<std::string, std::string>& core) {
  std::vector<std::string> foreign;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::ConsumePrefix(&line, "#include ")) continue;
    const std::string name(line.substr(1, line.find_first_of(">\"", 1) - 1));
    const bool known = line.front() == '<' ? kStandard.contains(name) : core.contains(name);
    if (!known) foreign.emplace_back(line);
  }
  return foreign;
}

TEST(CoreTest, IncludesOnlyItselfAndAFewStandardHeaders) {
  const std::map<std::string, std::string> core = Core();
  for (const auto& [path, text] : core) EXPECT_THAT(Foreign(text, core), IsEmpty()) << path;
}

TEST(CoreTest, EachLineOfTheListIsOfSomeFiles) {
  const std::map<std::string, std::string> core = Core();
  for (const std::string& beginning : Beginnings()) {
    EXPECT_TRUE(std::ranges::any_of(core, [&](const auto& file) {
      return absl::StartsWith(file.first, beginning);
    })) << beginning;
  }
  EXPECT_TRUE(core.contains("common/matrix/gemm_kernel.cc"));
  EXPECT_TRUE(core.contains("common/layers/parameter_arena.h"));
}

TEST(CoreTest, OtherIncludesAreNoticed) {
  const std::map<std::string, std::string> core = {{"common/matrix/a.h", ""}};
  EXPECT_THAT(Foreign("#include \"common/matrix/a.h\"\n#include <vector>\n", core), IsEmpty());
  const std::vector<std::string> foreign = Foreign(
      "#include <thread>\n#include <sys/stat.h>\n#include \"absl/status/status.h\"\n"
      "#include \"common/experiment/csv.h\"  // a file\n",
      core);
  EXPECT_THAT(foreign, SizeIs(4));
  EXPECT_THAT(foreign, Contains("<thread>"));
}

}  // namespace
}  // namespace dlfs
