// No program of the chapter takes a function from the C library's libm whose result depends on the
// library: exp, log, sin and the like are not correctly rounded, and differ in the last bit.
// common/elementary.h has what is used in their place.
#include <dlfcn.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

using ::testing::Contains;
using ::testing::IsSubsetOf;

// Functions whose result is defined to the last bit, and variables, which Clang's sanitizers look at.
const std::vector<std::string> kHarmless = {"sqrt",     "round",   "lround",
                                            "copysign", "signgam", "__signgam"};

// What a program takes from shared libraries, as nm lists it.
std::vector<std::string> Imports(const std::string& program) {
  const Outcome nm = RunBinary({.program = "nm", .arguments = {"-D", "--undefined-only", program}});
  std::vector<std::string> names;
  for (absl::string_view line : absl::StrSplit(nm.out, '\n', absl::SkipEmpty())) {
    // "                 U sqrt@GLIBC_2.2.5"
    const absl::string_view symbol = line.substr(line.rfind(' ') + 1);
    names.emplace_back(symbol.substr(0, symbol.find('@')));
  }
  return names;
}

std::vector<std::string> ImportsFromLibm(const std::string& program) {
  void* libm = dlopen("libm.so.6", RTLD_LAZY);
  EXPECT_NE(libm, nullptr) << dlerror();
  std::vector<std::string> names;
  for (const std::string& name : Imports(program)) {
    // libm itself has imports, which are found, too.
    Dl_info found;
    const void* function = dlsym(libm, name.c_str());
    if (function != nullptr && dladdr(function, &found) != 0 &&
        absl::StrContains(found.dli_fname, "/libm.so")) {
      names.push_back(name);
    }
  }
  return names;
}

std::string ThisProgram() { return std::filesystem::read_symlink("/proc/self/exe"); }

class LibmTest : public testing::TestWithParam<Program> {
 protected:
  void SetUp() override {
    if (Imports(ThisProgram()).empty()) GTEST_SKIP() << "no nm (binutils), or linked statically";
  }
};

TEST_P(LibmTest, GivesNoNumberToTheProgram) {
  EXPECT_THAT(ImportsFromLibm(FindRunfile("chapter6/" + GetParam().name)), IsSubsetOf(kHarmless));
}

std::vector<Program> AllPrograms() {
  std::vector<Program> programs = Programs();
  programs.push_back(kBoth);
  return programs;
}
INSTANTIATE_TEST_SUITE_P(All, LibmTest, testing::ValuesIn(AllPrograms()), NameOf);

// That the test above can fail.
double (*volatile cosine)(double) = std::cos;
class ThisTest : public LibmTest {};
TEST_P(ThisTest, TakesTheCosineFromLibm) {
  EXPECT_EQ(cosine(0), 1);
  EXPECT_THAT(ImportsFromLibm(ThisProgram()), Contains("cos"));
}
INSTANTIATE_TEST_SUITE_P(Itself, ThisTest, testing::Values(kBoth), NameOf);

}  // namespace
}  // namespace dlfs
