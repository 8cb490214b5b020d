#ifndef TESTS_FUZZ_FUZZ_TARGET_H_
#define TESTS_FUZZ_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>

// What a fuzz target defines, by the name that libFuzzer calls: gives the bytes to the code under
// test, and stops the program (DLFS_CHECK) where that does what it must not do. Returns 0.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

#endif  // TESTS_FUZZ_FUZZ_TARGET_H_
