#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/experiment/runfiles.h"
#include "gtest/gtest.h"
#include "tests/files.h"
#include "tests/run_binary.h"

// What bazelw does on other systems. All that it finds on its PATH are scripts that note how they are
// called.
namespace dlfs {
namespace {

namespace fs = std::filesystem;

// /etc/os-release
constexpr char kDebian11[] = "ID=debian\nVERSION_CODENAME=bullseye\n";
constexpr char kDebian12[] = "ID=debian\nVERSION_CODENAME=bookworm\n";
constexpr char kDebian13[] = "ID=debian\nVERSION_CODENAME=trixie\n";
constexpr char kUbuntu22[] =
    "ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=jammy\nUBUNTU_CODENAME=jammy\n";
constexpr char kUbuntu24[] =
    "ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\nUBUNTU_CODENAME=noble\n";
constexpr char kUbuntu26[] = "ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=resolute\n";
constexpr char kMint[] =
    "ID=linuxmint\nID_LIKE='ubuntu debian'\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n";
constexpr char kFedora[] = "ID=fedora\nVERSION_ID=43\nVERSION_CODENAME=''\n";
constexpr char kRocky[] = "ID='rocky'\nID_LIKE='rhel centos fedora'\n";
constexpr char kArch[] = "ID=arch\n";
constexpr char kAlpine[] = "ID=alpine\n";

constexpr char kDebianPackages[] =
    "g++ bazel-bootstrap bazel-rules-java googletest libabsl-dev libbenchmark-dev pkg-config";
constexpr char kNpm[] = " npm && sudo npm install -g @bazel/bazelisk\n";
constexpr char kBazel[] = "bazel run //chapter6:x\n";
constexpr char kBazelisk[] = "bazelisk run //chapter6:x\n";

// The calls with which packages are installed.
std::string Installing(const std::string& packages) {
  return absl::StrCat("apt-get update -qq\napt-get install -y -qq --no-install-recommends ",
                      packages, "\n");
}

class System {
 public:
  explicit System(const std::string& release, const std::string& kernel = "Linux") {
    fs::create_directory(bin_);
    fs::create_symlink("/usr/bin/env", bin_ + "/env");
    WriteFile(root_ + "/os-release", release);
    WriteFile(root_ + "/calls", "");
    Add("uname", absl::StrCat("echo ", kernel));
    Add("id", "echo 0");
  }

  System& Add(const std::string& name, const std::string& script) {
    const std::string path = absl::StrCat(bin_, "/", name);
    WriteFile(path, absl::StrCat("#!/bin/bash\n", script, "\n"));
    fs::permissions(path, fs::perms::owner_all);
    return *this;
  }

  // One that notes its calls.
  System& With(const std::string& name, const std::string& script = "") {
    return Add(name, absl::StrCat("echo ", name, " $* >>", root_, "/calls\n", script));
  }

  System& WithBazel(const std::string& version) {
    With("bazel");
    const std::string noting = ReadFile(bin_ + "/bazel");
    return Add("bazel", absl::StrCat("[ $1 != --version ] || { echo bazel ", version, "; exit; }\n",
                                     noting));
  }

  // apt, and the packages that are installed. Installing others gives Debian's Bazel.
  System& WithApt(const std::string& installed) {
    WithBazel("no_version");
    if (!absl::StrContains(installed, "bazel-bootstrap")) {
      fs::rename(bin_ + "/bazel", root_ + "/bazel");
    }
    Add("dpkg-query", absl::StrCat("case $3 in *Version*) echo 4.2.3+ds-9 ;; *) [[ ' ", installed,
                                   " ' != *\" $4 \"* ]] || printf installed ;; esac"));
    return With("apt-get", absl::StrCat("[[ $1 = update || ! -e ", root_, "/bazel ]] || /bin/mv ",
                                        root_, "/bazel ", bin_));
  }

  Outcome Run(std::vector<std::string> environment = {},
              const std::string& target = "//chapter6:x") {
    environment.insert(environment.begin(),
                       {absl::StrCat("PATH=", bin_), "CC=", "BAZELW_PACKAGES=",
                        absl::StrCat("BAZELW_OS_RELEASE=", root_, "/os-release")});
    return RunBinary({.program = "/bin/bash",
                      .arguments = {FindRunfile("bazelw"), "run", target},
                      .environment = environment});
  }

  std::string Calls() const { return ReadFile(root_ + "/calls"); }

 private:
  const std::string root_ = FreshDirectory();
  const std::string bin_ = root_ + "/bin";
};

// Runs it where nothing but the system's own programs are, and apt where there is one.
void ExpectRefusal(System system, const std::string& message) {
  const Outcome outcome = system.Run();
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_EQ(outcome.err, message);
  EXPECT_EQ(system.Calls(), "");
}

TEST(BazelwTest, InstallsAllOnDebianAndUbuntu) {
  for (const char* release : {kDebian12, kDebian13, kUbuntu24, kUbuntu26, kMint}) {
    System system(release);
    const Outcome outcome = system.WithApt("").Run();
    EXPECT_EQ(outcome.exit_status, 0);
    const std::string packages = absl::StrCat(kDebianPackages, " gnuplot-nox");
    EXPECT_EQ(outcome.err, absl::StrCat("bazelw: about to install with apt-get: ", packages, "\n"));
    EXPECT_EQ(system.Calls(), absl::StrCat(Installing(packages), kBazel));
  }
}

TEST(BazelwTest, InstallsWhatIsMissing) {
  System system(kDebian12);
  system.WithApt("bazel-bootstrap bazel-rules-java googletest libabsl-dev pkg-config gnuplot-nox")
      .With("g++");
  EXPECT_EQ(system.Run({"BAZELW_PACKAGES=valgrind"}).exit_status, 0);
  EXPECT_EQ(system.Calls(), absl::StrCat(Installing("libbenchmark-dev valgrind"), kBazel));
}

TEST(BazelwTest, InstallsWebAssemblyForTheLabAlone) {
  for (const char* target : {"//docs/lab", "//docs/lab:lab"}) {
    System system(kDebian12);
    system.WithApt(absl::StrCat(kDebianPackages, " gnuplot-nox clang-14"));
    EXPECT_EQ(system.Run({}, target).exit_status, 0);
    EXPECT_EQ(system.Calls(),
              absl::StrCat(Installing("lld-14 llvm-14 wasi-libc libc++-14-dev-wasm32 "
                                      "libc++abi-14-dev-wasm32 libclang-rt-14-dev-wasm32"),
                           "bazel run ", target, "\n"));
  }
  System system(kDebian12);
  system.WithApt(absl::StrCat(kDebianPackages, " gnuplot-nox"));
  EXPECT_EQ(system.Run({}, "//docs/laboratory").exit_status, 0);
  EXPECT_EQ(system.Calls(), "bazel run //docs/laboratory\n");
}

TEST(BazelwTest, InstallsPandocForTheSiteAlone) {
  for (const char* target : {"//docs:site", "//docs:sources"}) {
    System system(kDebian12);
    system.WithApt(absl::StrCat(kDebianPackages, " gnuplot-nox"));
    EXPECT_EQ(system.Run({}, target).exit_status, 0);
    const bool is_site = target == std::string("//docs:site");
    EXPECT_EQ(system.Calls(),
              absl::StrCat(is_site ? Installing("pandoc") : "", "bazel run ", target, "\n"));
  }
}

TEST(BazelwTest, IsBazelWhereNothingIsMissing) {
  System system(kDebian12);
  const Outcome outcome = system.WithApt(absl::StrCat(kDebianPackages, " gnuplot-nox")).Run();
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(system.Calls(), kBazel);
}

TEST(BazelwTest, TakesBazelFrom7OnWithoutDebiansLibraries) {
  for (const char* version : {"7.0.0", "8.5.1", "9.1.0", "10.0.0"}) {
    System system(kDebian12);
    const Outcome outcome = system.WithApt("g++ gnuplot-nox").WithBazel(version).Run();
    EXPECT_EQ(outcome.exit_status, 0) << version;
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(system.Calls(), kBazel);
  }
}

TEST(BazelwTest, TakesBazeliskWhereThereIsNoBazelOrAnOldOne) {
  System fedora(kFedora), debian(kDebian12), old(kFedora), old_debian(kUbuntu22);
  fedora.With("bazelisk").With("g++").With("gnuplot");
  debian.WithApt("g++ gnuplot-nox").With("bazelisk");
  old.WithBazel("6.5.0").With("bazelisk").With("g++").With("gnuplot");
  old_debian.WithApt("g++ gnuplot-nox bazel-bootstrap").With("bazelisk");
  for (System* system : {&fedora, &debian, &old, &old_debian}) {
    const Outcome outcome = system->Run();
    EXPECT_EQ(outcome.exit_status, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(system->Calls(), kBazelisk);
  }
}

TEST(BazelwTest, SaysWhatToInstallWhereThereIsNoBazel) {
  const auto message = [](const std::string& how) {
    return absl::StrCat(
        "bazelw: found no Bazel, and this needs Bazel 7 or later; install Bazelisk, and try "
        "again:\n",
        "  ", how);
  };
  const std::string apt = absl::StrCat("sudo apt-get install g++ gnuplot-nox", kNpm);
  const std::string dnf = absl::StrCat("sudo dnf install gcc-c++ gnuplot", kNpm);
  ExpectRefusal(System(kUbuntu22).WithApt(""), message(apt));
  ExpectRefusal(System(kDebian11).WithApt(""), message(apt));
  ExpectRefusal(System(kFedora), message(dnf));
  ExpectRefusal(System(kRocky), message(dnf));
  ExpectRefusal(System(kArch), message("sudo pacman -S --needed bazelisk gcc gnuplot\n"));
  ExpectRefusal(System("", "Darwin"), message("brew install bazelisk gnuplot\n"));
  ExpectRefusal(System(kAlpine), message("Bazelisk (https://github.com/bazelbuild/bazelisk), "
                                         "a compiler for C++20, gnuplot\n"));
}

TEST(BazelwTest, RefusesAnOldBazel) {
  for (const char* version : {"4.2.3", "5.4.1", "6.5.0", "of no version"}) {
    ExpectRefusal(
        System(kArch).WithBazel(version),
        absl::StrCat("bazelw: found bazel ", version,
                     ", and this needs Bazel 7 or later; install Bazelisk, and try again:\n"
                     "  sudo pacman -S --needed bazelisk gcc gnuplot\n"));
  }
  ExpectRefusal(System(kDebian12).WithApt("").WithBazel("6.5.0"),
                absl::StrCat("bazelw: found bazel 6.5.0, and this needs Bazel 7 or later; install "
                             "Bazelisk, and try again:\n  sudo apt-get install g++ gnuplot-nox",
                             kNpm));
}

TEST(BazelwTest, OnWindowsSendsToWsl) {
  ExpectRefusal(System("", "MINGW64_NT-10.0-22631").WithBazel("8.5.1"),
                "bazelw: on Windows this runs in WSL only; install it, and go on in its window:\n"
                "  wsl --install -d Debian\n");
}

TEST(BazelwTest, GoesOnWithoutGnuplot) {
  System system("", "Darwin");
  const Outcome outcome = system.WithBazel("8.5.1").With("g++").Run();
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(
      outcome.err,
      "bazelw: found no gnuplot; going on without; to install:\n  brew install bazelisk gnuplot\n");
  EXPECT_EQ(system.Calls(), kBazel);
}

TEST(BazelwTest, StopsWithoutACompiler) {
  ExpectRefusal(System(kArch).WithBazel("8.5.1"),
                "bazelw: found no g++ gnuplot; install what is missing, and try again:\n"
                "  sudo pacman -S --needed bazelisk gcc gnuplot\n");
}

TEST(BazelwTest, TakesTheCompilerThatCcNames) {
  System system(kArch);
  EXPECT_EQ(system.WithBazel("8.5.1").With("clang").With("gnuplot").Run({"CC=clang"}).exit_status,
            0);
  EXPECT_EQ(system.Calls(), kBazel);
}

TEST(BazelwTest, InstallsAsRoot) {
  System system(kUbuntu24);
  system.WithApt(kDebianPackages).Add("id", "echo 1000").With("sudo", "exec \"$@\"");
  EXPECT_EQ(system.Run().exit_status, 0);
  EXPECT_EQ(system.Calls(),
            absl::StrCat("sudo env apt-get update -qq\napt-get update -qq\n",
                         "sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "
                         "--no-install-recommends gnuplot-nox\n",
                         "apt-get install -y -qq --no-install-recommends gnuplot-nox\n", kBazel));
}

TEST(BazelwTest, WithoutSudoSaysWhatToInstall) {
  ExpectRefusal(
      System(kDebian12)
          .WithApt("bazel-rules-java googletest libabsl-dev libbenchmark-dev pkg-config")
          .Add("id", "echo 1000"),
      "bazelw: about to install with apt-get: g++ bazel-bootstrap gnuplot-nox\n"
      "bazelw: could not install them; install what is missing, and try "
      "again:\n"
      "  apt-get update && apt-get install g++ bazel-bootstrap gnuplot-nox   # as root\n");
}

TEST(BazelwTest, WhereAptFailsSaysWhatToInstall) {
  System system(kDebian12);
  system.WithApt("bazel-rules-java googletest libabsl-dev libbenchmark-dev pkg-config g++")
      .With("apt-get", "exit 100");
  const Outcome outcome = system.Run();
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_EQ(outcome.err,
            "bazelw: about to install with apt-get: bazel-bootstrap gnuplot-nox\n"
            "bazelw: could not install them; install what is missing, and try again:\n"
            "  apt-get update && apt-get install bazel-bootstrap gnuplot-nox   # as root\n");
  EXPECT_EQ(system.Calls(), Installing("bazel-bootstrap gnuplot-nox"));
}

TEST(BazelwTest, WhereAptFailsGoesOnWithoutGnuplot) {
  System system(kDebian12);
  system.WithApt(kDebianPackages).With("apt-get", "exit 100");
  EXPECT_EQ(system.Run().exit_status, 0);
  EXPECT_EQ(system.Calls(), absl::StrCat(Installing("gnuplot-nox"), kBazel));
}

}  // namespace
}  // namespace dlfs
