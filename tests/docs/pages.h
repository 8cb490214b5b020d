#ifndef TESTS_DOCS_PAGES_H_
#define TESTS_DOCS_PAGES_H_

#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// The pages, as the tests of the docs look at them.
namespace dlfs {

// --- The parts of a page in GitHub's Markdown that the tests of the docs look at ---

struct Block {
  enum class Kind {
    kHeading,    // # text
    kParagraph,  // lines of text, until an empty one
    kItem,       // of a list, numbered or not
    kTable,      // | cell | cell |, line by line
    kCode,       // ```language
    kMath,       // $$
  };

  Kind kind;
  int line;               // where it begins, from 1
  size_t level = 0;       // kHeading: how many #
  std::string mark = {};  // kCode: the language; kItem: "-" or its number
  std::string text = {};  // without what marks it; ends with a line break where it has lines
};

std::vector<Block> ParseMarkdown(absl::string_view page);

// [text](target) and ![text](target)
struct Link {
  bool is_image;
  std::string text;
  std::string target;
};
std::vector<Link> Links(absl::string_view text);

// What stands between ` and `, and between $ and $.
std::vector<std::string> CodeSpans(absl::string_view text);
std::vector<std::string> InlineMath(absl::string_view text);

// --- The commands that a page shows ---

// The commands of a block of shell code, in their order, each as its words: without comments,
// parted at && and |, continued lines joined. NAME=value before a command is left out.
std::vector<std::vector<std::string>> Commands(absl::string_view shell);

// The block without its comments, which are translated.
std::string WithoutComments(absl::string_view shell);

// --- This repository as a reader of the pages finds it ---

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

#endif  // TESTS_DOCS_PAGES_H_
