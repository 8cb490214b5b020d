#ifndef TESTS_DOCS_REPOSITORY_H_
#define TESTS_DOCS_REPOSITORY_H_

#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/docs/markdown.h"

// This repository as a reader of the pages finds it.
namespace dlfs {

struct Page {
  std::string path;  // from the root: docs/en/matrix.md
  std::vector<Block> blocks;
};
inline void PrintTo(const Page& page, std::ostream* out) { *out << page.path; }

struct Repository {
  std::map<std::string, std::string>
      files;                      // path from the root -> text; without data and runnables
  std::vector<Page> pages;        // README.md, README.ko.md and those of docs
  std::set<std::string> targets;  // //chapter6:optimizers
  std::set<std::string> flags;    // of the programs, without the dashes
  std::set<std::string> words;    // of all files but the pages
};

// The files that Bazel gave to the test.
const Repository& ThisRepository();

// Whether there is a file of this path, or a directory with files.
bool IsFileOrDirectory(const std::string& path);

// The path of what a link of a page leads to, from the root: ../../chapter6/network.cc, in
// docs/en/matrix.md, -> chapter6/network.cc
std::string Resolve(const Page& page, absl::string_view target);

// Runs of letters, digits and _ that do not begin with a digit.
std::vector<std::string> Words(absl::string_view text);

}  // namespace dlfs

#endif  // TESTS_DOCS_REPOSITORY_H_
