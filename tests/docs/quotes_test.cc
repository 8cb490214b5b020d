#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/docs/pages.h"
#include "tests/files.h"

// Code in the pages is the code of the lines that it links to:
//
//   [`chapter6/optimizers.cc`, lines 30–33](../../chapter6/optimizers.cc#L30-L33)
//
//   ```cpp
//   ...
//
// `bazel run //tests/docs:quotes_test -- --fix` mends the numbers of lines that only moved.
namespace dlfs {
namespace {

using Kind = Block::Kind;

const Repository& repository = ThisRepository();

struct Quote {
  std::string file;            // chapter6/optimizers.cc
  size_t first = 0, last = 0;  // its lines, from 1
  std::string link;            // the paragraph that names them
};

// The quote that a paragraph announces: nothing but a link to lines of a file.
std::optional<Quote> QuoteOf(const Page& page, const Block& block) {
  static const std::regex form("\\[`([^`]+)`, [^\\]]*\\]\\([^)#]+#L(\\d+)(?:-L(\\d+))?\\)\\s*");
  std::smatch match;
  if (block.kind != Kind::kParagraph || !std::regex_match(block.text, match, form)) return {};
  Quote quote = {.file = Resolve(page, Links(block.text)[0].target), .link = block.text};
  quote.file = quote.file.substr(0, quote.file.find('#'));
  EXPECT_EQ(match[1], quote.file) << "the text of the link names another file";
  EXPECT_TRUE(absl::SimpleAtoi(match[2].str(), &quote.first));
  quote.last = quote.first;
  if (match[3].matched) {
    EXPECT_TRUE(absl::SimpleAtoi(match[3].str(), &quote.last));
  }
  const std::string lines = quote.first == quote.last ? absl::StrCat(quote.first)
                                                      : absl::StrCat(quote.first, "–", quote.last);
  EXPECT_THAT(block.text, testing::ContainsRegex(absl::StrCat("[^0-9]", lines, "[^0-9]")))
      << "the text of the link names other lines";
  return quote;
}

// The last file that a block links to, not a page or a picture.
std::optional<Quote> FileOf(const Page& page, const Block& block) {
  if (block.kind == Kind::kCode || block.kind == Kind::kMath) return {};
  const std::vector<Link> links = Links(block.text);
  for (auto link = links.rbegin(); link != links.rend(); ++link) {
    std::string file = Resolve(page, link->target.substr(0, link->target.find('#')));
    const bool is_page = absl::EndsWith(file, ".md") || absl::EndsWith(file, ".svg");
    if (!is_page && repository.files.contains(file)) return Quote{.file = file, .link = ""};
  }
  return {};
}

// Lines [first, last] of a text without the indentation that they have in common.
std::string Lines(const std::string& text, size_t first, size_t last) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (first < 1 || last < first || last > lines.size()) return "";
  lines = {lines.begin() + static_cast<ptrdiff_t>(first) - 1,
           lines.begin() + static_cast<ptrdiff_t>(last)};
  size_t indent = text.size();
  for (const std::string& line : lines) {
    if (!line.empty()) indent = std::min(indent, line.find_first_not_of(' '));
  }
  std::string joined;
  for (const std::string& line : lines) {
    absl::StrAppend(&joined, line.empty() ? line : line.substr(indent), "\n");
  }
  return joined;
}

// Where the code is in the file now: its first line.
std::optional<size_t> FindCode(const std::string& code, const std::string& file, size_t count) {
  const auto lines = static_cast<size_t>(std::count(file.begin(), file.end(), '\n'));
  for (size_t first = 1; first + count <= lines + 1; ++first) {
    if (Lines(file, first, first + count - 1) == code) return first;
  }
  return std::nullopt;
}

// The paragraph with other numbers of lines.
std::string Renumbered(const Quote& quote, size_t first) {
  const size_t last = first + quote.last - quote.first;
  std::string link = absl::StrReplaceAll(
      quote.link,
      {{absl::StrCat("#L", quote.first, "-L", quote.last), absl::StrCat("#L", first, "-L", last)},
       {absl::StrCat(quote.first, "–", quote.last), absl::StrCat(first, "–", last)}});
  if (quote.first != quote.last) return link;
  return std::regex_replace(link, std::regex(absl::StrCat("\\b(L?)", quote.first, "\\b")),
                            absl::StrCat("$01", first));
}

// NumPy that numpy_test.py runs, of that page in English.
bool IsRun(const Page& page, const Block& block) {
  const std::string page_in_english = absl::StrReplaceAll(page.path, {{"docs/ko/", "docs/en/"}});
  return block.mark == "python" &&
         absl::StrContains(repository.files.at("tests/docs/numpy_test.py"), page_in_english);
}

// Calls check(quote, block) for every block of code but commands and their output.
template <typename F>
void ForEachQuote(const Page& page, F check) {
  for (size_t i = 0; i < page.blocks.size(); ++i) {
    const Block& block = page.blocks[i];
    if (block.kind != Kind::kCode || block.mark == "sh" || block.mark == "text") continue;
    SCOPED_TRACE(absl::StrCat(page.path, ":", block.line));
    // A change is one of the file that was linked to last.
    std::optional<Quote> quote;
    for (size_t back = 1; back <= i && !quote && (back == 1 || block.mark == "diff"); ++back) {
      quote = block.mark == "diff" ? FileOf(page, page.blocks[i - back])
                                   : QuoteOf(page, page.blocks[i - back]);
    }
    if (!quote && IsRun(page, block)) continue;
    if (!quote) {
      ADD_FAILURE() << "code without a link to its lines before it";
      continue;
    }
    const auto file = repository.files.find(quote->file);
    if (file == repository.files.end()) {
      ADD_FAILURE() << "there is no " << quote->file;
      continue;
    }
    check(*quote, block, file->second);
  }
}

TEST(QuotesTest, AreTheCode) {
  size_t quotes = 0;
  for (const Page& page : repository.pages) {
    ForEachQuote(page, [&](const Quote& quote, const Block& block, const std::string& file) {
      ++quotes;
      if (block.mark == "diff") {
        // Lines that the reader is to remove are there.
        const std::vector<std::string> lines = absl::StrSplit(file, '\n');
        for (absl::string_view line : absl::StrSplit(block.text, '\n')) {
          if (!absl::StartsWith(line, "-")) continue;
          const absl::string_view removed = absl::StripAsciiWhitespace(line.substr(1));
          EXPECT_TRUE(std::any_of(lines.begin(), lines.end(),
                                  [&](const std::string& in_file) {
                                    return absl::StripAsciiWhitespace(in_file) == removed;
                                  }))
              << quote.file << " has no line\n"
              << removed;
        }
        return;
      }
      const size_t count = quote.last - quote.first + 1;
      if (Lines(file, quote.first, quote.last) == block.text) return;
      const std::optional<size_t> now = FindCode(block.text, file, count);
      ADD_FAILURE() << quote.file << " has other code in lines " << quote.first << " to "
                    << quote.last
                    << (now.has_value()
                            ? absl::StrCat("; it is in line ", *now,
                                           " now: `bazel run "
                                           "//tests/docs:quotes_test -- --fix` mends it")
                            : absl::StrCat(":\n", Lines(file, quote.first, quote.last)));
    });
  }
  EXPECT_GT(quotes, 0);
}

// Mends the pages of the workspace.
void Fix(const std::string& workspace) {
  for (const Page& page : repository.pages) {
    std::string text = repository.files.at(page.path);
    ForEachQuote(page, [&](const Quote& quote, const Block& block, const std::string& file) {
      if (block.mark == "diff") return;
      const std::optional<size_t> now = FindCode(block.text, file, quote.last - quote.first + 1);
      if (!now.has_value() || Lines(file, quote.first, quote.last) == block.text) return;
      text = absl::StrReplaceAll(text, {{quote.link, Renumbered(quote, *now)}});
      std::cout << page.path << ":" << block.line << ": " << Renumbered(quote, *now);
    });
    if (text != repository.files.at(page.path)) WriteFile(workspace + "/" + page.path, text);
  }
}

}  // namespace
}  // namespace dlfs

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (argc == 2 && std::string(argv[1]) == "--fix" && workspace != nullptr) {
    dlfs::Fix(workspace);
    return 0;
  }
  return RUN_ALL_TESTS();
}
