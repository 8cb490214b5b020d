#ifndef TESTS_FUZZ_FLAGS_INPUT_H_
#define TESTS_FUZZ_FLAGS_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/status/status.h"

namespace dlfs {

// Sets flags as an input says, lines of "name=value"; in the end all of them have their defaults
// again. A line that names no flag of ours, or that Abseil's parser rejects, changes nothing.
// (absl::FlagSaver does the same, but Abseil of 2022 prints a line for every flag that it restores.)
class FlagsInput {
 public:
  FlagsInput(const uint8_t* data, size_t size);
  ~FlagsInput();
  FlagsInput(const FlagsInput&) = delete;
  FlagsInput& operator=(const FlagsInput&) = delete;

 private:
  std::vector<absl::CommandLineFlag*> set_;
};

// Stops the program unless the error is as a user is to see it: one line, "--flag: ...", and about a
// wrong command line, exit status 2.
void CheckFlagError(const absl::Status& status);

// The same for what a function has returned, if that is an error. -> whether it is a value
template <typename StatusOr>
bool IsValue(const StatusOr& result) {
  if (!result.ok()) CheckFlagError(result.status());
  return result.ok();
}

}  // namespace dlfs

#endif  // TESTS_FUZZ_FLAGS_INPUT_H_
