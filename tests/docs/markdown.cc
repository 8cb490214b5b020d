#include "tests/docs/markdown.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace dlfs {
namespace {

using Kind = Block::Kind;

// "- ", "* " or "3. " at the beginning of a line -> "-", "*" or "3."; otherwise nothing.
absl::string_view ItemMark(absl::string_view line) {
  line = absl::StripLeadingAsciiWhitespace(line);
  size_t length = std::find_if_not(line.begin(), line.end(), absl::ascii_isdigit) - line.begin();
  if (length > 0 && absl::StartsWith(line.substr(length), ". ")) return line.substr(0, length + 1);
  if (absl::StartsWith(line, "- ") || absl::StartsWith(line, "* ")) return line.substr(0, 1);
  return {};
}

// The pieces between pairs of `mark`.
std::vector<std::string> Between(absl::string_view text, char mark) {
  const std::vector<std::string> pieces = absl::StrSplit(text, mark);
  std::vector<std::string> between;
  for (size_t i = 1; i + 1 < pieces.size(); i += 2) between.push_back(pieces[i]);
  return between;
}

}  // namespace

std::vector<Block> ParseMarkdown(absl::string_view page) {
  std::vector<Block> blocks;
  bool goes_on = false;  // the last block takes further lines
  const std::vector<absl::string_view> lines = absl::StrSplit(page, '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    const int number = static_cast<int>(i) + 1;
    const absl::string_view line = absl::StripAsciiWhitespace(lines[i]);
    if (absl::StartsWith(line, "```") || line == "$$") {
      const absl::string_view fence = line.substr(0, line == "$$" ? 2 : 3);
      Block block = {.kind = line == "$$" ? Kind::kMath : Kind::kCode,
                     .line = number,
                     .mark = std::string(line.substr(fence.size()))};
      const size_t indent = lines[i].find_first_not_of(' ');
      for (++i; i < lines.size() && absl::StripAsciiWhitespace(lines[i]) != fence; ++i) {
        absl::StrAppend(&block.text, lines[i].substr(std::min(indent, lines[i].size())), "\n");
      }
      blocks.push_back(block);
      goes_on = false;
    } else if (line.empty()) {
      goes_on = false;
    } else if (absl::StartsWith(line, "#")) {
      const size_t level = line.find_first_not_of('#');
      blocks.push_back({.kind = Kind::kHeading,
                        .line = number,
                        .level = level,
                        .text = std::string(absl::StripAsciiWhitespace(line.substr(level)))});
      goes_on = false;
    } else {
      const absl::string_view mark = ItemMark(line);
      const Kind kind = absl::StartsWith(line, "|") ? Kind::kTable
                        : mark.empty()              ? Kind::kParagraph
                                                    : Kind::kItem;
      const bool table_goes_on = goes_on && blocks.back().kind == Kind::kTable;
      if (!goes_on || kind == Kind::kItem || (kind == Kind::kTable) != table_goes_on) {
        blocks.push_back({.kind = kind, .line = number, .mark = std::string(mark)});
      }
      absl::StrAppend(&blocks.back().text, line, "\n");
      goes_on = true;
    }
  }
  return blocks;
}

std::vector<Link> Links(absl::string_view text) {
  std::vector<Link> links;
  for (size_t middle = text.find("]("); middle != text.npos; middle = text.find("](", middle + 1)) {
    const size_t begin = text.rfind('[', middle), end = text.find(')', middle);
    if (begin == text.npos || end == text.npos) continue;
    links.push_back({.is_image = begin > 0 && text[begin - 1] == '!',
                     .text = std::string(text.substr(begin + 1, middle - begin - 1)),
                     .target = std::string(text.substr(middle + 2, end - middle - 2))});
  }
  return links;
}

std::vector<std::string> CodeSpans(absl::string_view text) { return Between(text, '`'); }

std::vector<std::string> InlineMath(absl::string_view text) {
  std::string without_code(text);
  for (const std::string& code : CodeSpans(text)) {
    without_code = absl::StrReplaceAll(without_code, {{absl::StrCat("`", code, "`"), ""}});
  }
  return Between(without_code, '$');
}

}  // namespace dlfs
