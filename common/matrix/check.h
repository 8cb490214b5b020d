#ifndef COMMON_MATRIX_CHECK_H_
#define COMMON_MATRIX_CHECK_H_

#include <cstdio>
#include <cstdlib>

// CHECK(condition): stops the program, with the place and the condition, where `condition` is
// false. For mistakes of the programmer (shapes that do not fit); what a user can get wrong is
// reported as an absl::Status instead.
#define DLFS_CHECK(condition)                                                            \
  do {                                                                                   \
    if (!(condition)) [[unlikely]] {                                                     \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)

#endif  // COMMON_MATRIX_CHECK_H_
