// The results that were recorded in tests/golden, to the last bit, whatever the machine, the
// compiler and its options: the tables of all experiments, and the parameters of networks.
//
//   bazel run //tests/chapter6:same_bits_test -- --record     records them anew, where they were
//                                                             meant to change.
#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/experiment/runfiles.h"
#include "common/matrix/isa.h"
#include "datasets/image_dataset.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/chapter6/recorded_networks.h"
#include "tests/files.h"
#include "tests/golden/golden.h"
#include "tests/run_binary.h"

namespace dlfs {

void PrintTo(const RecordedNetwork& network, std::ostream* out) { *out << network.name; }

namespace {

using ::testing::Contains;
using ::testing::IsSubsetOf;

// Name of a result -> its checksum.
using Checksums = std::map<std::string, std::string>;

std::string ChecksumOf(const std::string& text) {
  return absl::StrFormat("%016x",
                         Checksum({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
}

// --- What is recorded ---

// The tables that a program writes, without their comments, which name the instruction set.
Checksums OfTables(const Program& program, Isa isa) {
  const std::string experiment =
      Tables(program, {kAllImages, absl::StrCat("--isa=", IsaName(isa))});
  Checksums checksums;
  for (const Table& table : program.tables) {
    std::string text;
    const std::string csv = ReadFile(experiment + table.suffix + ".csv");
    for (absl::string_view line : absl::StrSplit(csv, '\n')) {
      if (!absl::StartsWith(line, "#")) absl::StrAppend(&text, line, "\n");
    }
    checksums[program.name + table.suffix + ".csv"] = ChecksumOf(text);
  }
  return checksums;
}

Checksums OfNetwork(const RecordedNetwork& network, Isa isa) {
  SetCurrentIsa(isa);
  return {{network.name + "_float", ChecksumOf(Learn<float>(network))},
          {network.name + "_double", ChecksumOf(Learn<double>(network))}};
}

// --- That it is the same ---

// One rounding where a product of matrices multiplies and adds, or two: two sets of results.
std::string GoldenFile(bool fma) { return fma ? "same_bits_fma.csv" : "same_bits_no_fma.csv"; }

Checksums Recorded(bool fma) {
  Checksums checksums;
  for (const golden::Row& row : golden::Read(GoldenFile(fma))) {
    checksums[row.at("result")] = row.at("checksum");
  }
  return checksums;
}

// `how`: what computed them.
void ExpectRecorded(const Checksums& checksums, Isa isa, const std::string& how) {
  Checksums recorded = Recorded(HasFma(isa));
  for (const auto& [name, checksum] : checksums) {
    EXPECT_EQ(checksum, recorded[name])
        << name << " is another than in tests/golden/" << GoldenFile(HasFma(isa)) << "\nfrom "
        << how << " --isa=" << IsaName(isa)
        << "\nWhere it was meant to change: "
           "bazel run //tests/chapter6:same_bits_test -- --record";
  }
}

class SameTablesTest : public testing::TestWithParam<Program> {};
INSTANTIATE_TEST_SUITE_P(All, SameTablesTest, testing::ValuesIn(Programs()), NameOf);

TEST_P(SameTablesTest, AsRecorded) {
  const Program& program = GetParam();
  for (Isa isa : SupportedIsas()) {
    ExpectRecorded(OfTables(program, isa), isa,
                   absl::StrCat(program.name, " ", absl::StrJoin(program.short_run, " ")));
  }
}

class SameNetworkTest : public testing::TestWithParam<RecordedNetwork> {};
INSTANTIATE_TEST_SUITE_P(All, SameNetworkTest, testing::ValuesIn(RecordedNetworks()),
                         [](const auto& info) { return info.param.name; });

TEST_P(SameNetworkTest, AsRecorded) {
  for (Isa isa : SupportedIsas()) ExpectRecorded(OfNetwork(GetParam(), isa), isa, "Learn()");
}

TEST(SameBitsFilesTest, HoldEveryResultAndNoOther) {
  std::vector<std::string> results;
  for (const Program& program : Programs()) {
    for (const Table& table : program.tables) {
      results.push_back(program.name + table.suffix + ".csv");
    }
  }
  for (const RecordedNetwork& network : RecordedNetworks()) {
    for (const char* type : {"_float", "_double"}) results.push_back(network.name + type);
  }
  for (bool fma : {true, false}) {
    std::vector<std::string> recorded;
    for (const auto& [name, checksum] : Recorded(fma)) recorded.push_back(name);
    EXPECT_THAT(recorded, testing::UnorderedElementsAreArray(results)) << GoldenFile(fma);
  }
}

// Writes the golden files of which this CPU has an instruction set.
void Record() {
  for (bool fma : {true, false}) {
    const auto isa = std::ranges::find(SupportedIsas(), fma, HasFma);
    if (isa == SupportedIsas().end()) {
      std::printf("%s stays as it is: this CPU does not compute it\n", GoldenFile(fma).c_str());
      continue;
    }
    std::string csv = "result,checksum\n";
    const auto append = [&](const Checksums& checksums) {
      for (const auto& [name, checksum] : checksums) {
        absl::StrAppend(&csv, name, ",", checksum, "\n");
      }
    };
    for (const Program& program : Programs()) append(OfTables(program, *isa));
    for (const RecordedNetwork& network : RecordedNetworks()) append(OfNetwork(network, *isa));
    const std::string path = WorkspaceDirectory() + "/tests/golden/" + GoldenFile(fma);
    WriteFile(path, csv);
    std::printf("wrote %s\n", path.c_str());
  }
}

// --- The C library's libm ---

// No program of the chapter takes a function from the C library's libm whose result depends on the
// library: exp, log, sin and the like are not correctly rounded, and differ in the last bit.
// common/elementary.h has what is used in their place.

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

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc > 1 && std::string(argv[1]) == "--record") {
    dlfs::Record();
    return 0;
  }
  return RUN_ALL_TESTS();
}
