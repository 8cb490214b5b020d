// The settings of a program: an input is lines of "name=value".
#include "tests/fuzz/flags_input.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/settings_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const dlfs::FlagsInput flags(data, size);
  dlfs::SettingsAreRight();
  return 0;
}
