#ifndef TESTS_DOCS_MARKDOWN_H_
#define TESTS_DOCS_MARKDOWN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// The parts of a page in GitHub's Markdown that the tests of the docs look at.
namespace dlfs {

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

}  // namespace dlfs

#endif  // TESTS_DOCS_MARKDOWN_H_
