#ifndef TESTS_FILES_H_
#define TESTS_FILES_H_

#include <string>
#include <string_view>

namespace dlfs {

// A directory that is new and empty. Bazel removes it.
std::string FreshDirectory();

// The bytes of a file. A file that cannot be read fails the test.
std::string ReadFile(const std::string& path);

// Creates or replaces a file. A file that cannot be written fails the test.
void WriteFile(const std::string& path, std::string_view bytes);

}  // namespace dlfs

#endif  // TESTS_FILES_H_
