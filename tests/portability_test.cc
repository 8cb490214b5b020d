// common, datasets and chapter6 use nothing that only Linux or glibc has, but between
// #if defined(__APPLE__), with what macOS has in its place, and #endif.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/files.h"

namespace dlfs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// macOS has none of these, or another of the same name; libc++ 19 has no std::jthread. Words, and
// how paths and headers begin.
constexpr char kOnlyOnLinux[] = R"(
    _GNU_SOURCE __gnu_cxx __gnu_parallel jthread stop_source stop_token <stop_token> <execution>
    <asm/ <bits/ <byteswap.h> <endian.h> <error.h> <ext/ <features.h> <linux/ <malloc.h>
    <sys/auxv.h> <sys/epoll.h> <sys/eventfd.h> <sys/inotify.h> <sys/prctl.h> <sys/sendfile.h>
    <sys/signalfd.h> <sys/sysinfo.h> <sys/timerfd.h> /proc /sys/ /dev/full /dev/shm F_OFD_SETLK
    O_DIRECT O_LARGEFILE O_PATH O_TMPFILE copy_file_range dup3 fallocate fdatasync memfd_create
    pipe2 posix_fadvise posix_fallocate renameat2 st_atim st_ctim st_mtim statx SIGRTMAX
    SIGRTMIN close_range execvpe gettid prctl program_invocation_name
    program_invocation_short_name pthread_barrier_init pthread_setaffinity_np pthread_setname_np
    pthread_spin_lock pthread_timedjoin_np pthread_tryjoin_np sched_getaffinity
    sched_setaffinity sem_timedwait signalfd sigtimedwait sigwaitinfo CLOCK_BOOTTIME
    CLOCK_MONOTONIC_COARSE clock_nanosleep epoll_create1 eventfd inotify_init1 ppoll
    timer_create timerfd_create MSG_NOSIGNAL SOCK_CLOEXEC SOCK_NONBLOCK SO_PEERCRED accept4
    MAP_HUGETLB MAP_POPULATE _SC_AVPHYS_PAGES getauxval getrandom mallinfo mallinfo2 malloc_trim
    malloc_usable_size mremap sysinfo canonicalize_file_name exp10 feenableexcept
    get_current_dir_name memrchr mempcpy qsort_r secure_getenv sincos strchrnul strerrorname_np)";

bool IsOfAName(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// Whether there is such a word in the line, or such a path or header.
bool Has(absl::string_view line, absl::string_view name) {
  for (size_t at = line.find(name); at != line.npos; at = line.find(name, at + 1)) {
    const absl::string_view after = line.substr(at + name.size());
    const bool begins = at == 0 || !IsOfAName(name.front()) || !IsOfAName(line[at - 1]);
    if (begins && (after.empty() || !IsOfAName(name.back()) || !IsOfAName(after.front()))) {
      return true;
    }
  }
  return false;
}

std::vector<std::string> OnlyOnLinux(absl::string_view text) {
  static const std::vector<std::string> names =
      absl::StrSplit(kOnlyOnLinux, absl::ByAnyChar(" \n"), absl::SkipEmpty());
  std::vector<std::string> found;
  bool has_alternative = false;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StartsWith(line, "#if defined(__APPLE__)")) has_alternative = true;
    if (absl::StartsWith(line, "#endif")) has_alternative = false;
    if (has_alternative) continue;
    line = line.substr(0, line.find("// "));
    for (const std::string& name : names) {
      if (Has(line, name)) found.push_back(name);
    }
  }
  return found;
}

// Path -> text.
std::map<std::string, std::string> Sources() {
  std::map<std::string, std::string> sources;
  for (const char* directory : {"common/benchmarks", "common/experiment", "common/layers",
                                "common/matrix", "datasets", "chapter6"}) {
    for (const auto& entry : std::filesystem::directory_iterator(FindRunfile(directory))) {
      const std::string path = entry.path().string();
      if (absl::EndsWith(path, ".h") || absl::EndsWith(path, ".cc")) sources[path] = ReadFile(path);
    }
  }
  return sources;
}

TEST(PortabilityTest, NothingIsThereThatOnlyLinuxHas) {
  const std::map<std::string, std::string> sources = Sources();
  EXPECT_GT(sources.size(), 100);
  for (const auto& [path, text] : sources) EXPECT_THAT(OnlyOnLinux(text), IsEmpty()) << path;
}

TEST(PortabilityTest, WhatOnlyLinuxHasIsNoticed) {
  EXPECT_THAT(OnlyOnLinux("#include <sys/epoll.h>\n"
                          "if (::pipe2(ends, O_CLOEXEC) != 0) return stat(\"/proc/self\");\n"
                          "now.st_mtim.tv_sec\n"),
              ElementsAre("<sys/epoll.h>", "/proc", "pipe2", "st_mtim"));
}

TEST(PortabilityTest, AnAlternativeOrACommentIsNotMeant) {
  EXPECT_THAT(OnlyOnLinux("// not pipe2\n"
                          "int pipe2_of = 0;  // see /process, /proc\n"
                          "#if defined(__APPLE__)\n"
                          "#else\n"
                          "read_symlink(\"/proc/self/exe\");\n"
                          "#endif\n"
                          "prctl();\n"),
              ElementsAre("prctl"));
}

}  // namespace
}  // namespace dlfs
