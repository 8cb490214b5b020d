#ifndef TESTS_CHAPTER6_BAD_FLAGS_H_
#define TESTS_CHAPTER6_BAD_FLAGS_H_

#include <ostream>
#include <string>
#include <vector>

#include "tests/chapter6/experiments.h"

// Command lines that a program rejects.
namespace dlfs {

struct BadFlags {
  std::string name;
  Program program;
  std::vector<std::string> flags;
  int exit_status;                 // 1: Abseil's parser
  std::vector<std::string> error;  // parts of it
};
inline void PrintTo(const BadFlags& badflags, std::ostream* out) { *out << badflags.name; }

// Fails the test unless the program rejects them as it should, before anything is written.
void ExpectRejection(const BadFlags& bad);

}  // namespace dlfs

#endif  // TESTS_CHAPTER6_BAD_FLAGS_H_
