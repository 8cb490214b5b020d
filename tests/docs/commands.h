#ifndef TESTS_DOCS_COMMANDS_H_
#define TESTS_DOCS_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// The commands that a page shows.
namespace dlfs {

// The commands of a block of shell code, in their order, each as its words: without comments,
// parted at && and |, continued lines joined. NAME=value before a command is left out.
std::vector<std::vector<std::string>> Commands(absl::string_view shell);

// The block without its comments, which are translated.
std::string WithoutComments(absl::string_view shell);

}  // namespace dlfs

#endif  // TESTS_DOCS_COMMANDS_H_
