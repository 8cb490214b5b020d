#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/docs/commands.h"
#include "tests/docs/repository.h"

// English and Korean pages say the same: the same headings, code, commands, formulas, figures,
// tables and lists in the same order, and in each section the same names, links and decimal
// numbers.
namespace dlfs {
namespace {

using Kind = Block::Kind;
using testing::ElementsAreArray;

const Repository& repository = ThisRepository();

// The page in the other language.
std::string Twin(const std::string& path) {
  if (path == "README.md") return "README.ko.md";
  if (path == "README.ko.md") return "README.md";
  return absl::StartsWith(path, "docs/en/") ? absl::StrReplaceAll(path, {{"docs/en/", "docs/ko/"}})
                                            : absl::StrReplaceAll(path, {{"docs/ko/", "docs/en/"}});
}

std::string InEnglish(const std::string& path) {
  return path == "README.ko.md" || absl::StartsWith(path, "docs/ko/") ? Twin(path) : path;
}

// The leading number of a heading: "6.2.1 Equal weights" -> "6.2.1"
std::string NumberOf(const std::string& heading) {
  return heading.substr(0, heading.find_first_not_of("0123456789."));
}

// What a block has to have in common with its twin.
std::string Skeleton(const Page& page, const Block& block) {
  switch (block.kind) {
    case Kind::kHeading:
      return absl::StrCat(std::string(block.level, '#'), " ", NumberOf(block.text));
    case Kind::kCode:
      return absl::StrCat("```", block.mark, "\n",
                          block.mark == "sh" ? WithoutComments(block.text) : block.text);
    case Kind::kMath:
      return absl::StrCat("$$\n", block.text);
    case Kind::kTable: {
      const auto count = [&](char c) {
        return std::count(block.text.begin(), block.text.end(), c);
      };
      return absl::StrCat("table of ", count('\n'), " rows, ", count('|') / count('\n') - 1,
                          " columns");
    }
    case Kind::kItem:
      return absl::StrCat("item ", block.mark);
    case Kind::kParagraph: {
      const std::vector<Link> links = Links(block.text);
      if (links.size() == 1 && links[0].is_image) return "image " + Resolve(page, links[0].target);
      return "paragraph";
    }
  }
  return "";
}

std::vector<std::string> Skeletons(const Page& page) {
  std::vector<std::string> skeletons;
  for (const Block& block : page.blocks) skeletons.push_back(Skeleton(page, block));
  return skeletons;
}

// Per section (of level 2): the names in code, formulas, links and decimal numbers of its
// sentences, sorted.
std::map<int, std::multiset<std::string>> Details(const Page& page) {
  static const std::regex decimal("\\d+\\.\\d+");
  std::map<int, std::multiset<std::string>> details;
  int section = 0;
  for (const Block& block : page.blocks) {
    if (block.kind == Kind::kHeading && block.level <= 2) ++section;
    if (block.kind == Kind::kCode || block.kind == Kind::kMath) continue;
    std::multiset<std::string>& found = details[section];
    for (const std::string& code : CodeSpans(block.text)) found.insert("`" + code + "`");
    for (const std::string& math : InlineMath(block.text)) found.insert("$" + math + "$");
    for (const Link& link : Links(block.text)) {
      if (absl::StartsWith(link.target, "https://")) {
        found.insert(link.target);
        continue;
      }
      // The anchor of a heading is in the page's language.
      const std::string target =
          link.target.substr(0, link.target.find("#") == 0 ? 0 : link.target.npos);
      const std::string path = Resolve(page, target);
      if (path == Twin(page.path)) continue;
      const bool is_page = absl::StrContains(path, ".md#");
      found.insert("-> " + InEnglish(is_page ? path.substr(0, path.find('#')) : path));
    }
    for (std::sregex_iterator match(block.text.begin(), block.text.end(), decimal), end;
         match != end; ++match) {
      found.insert(match->str());
    }
  }
  return details;
}

const Page* Find(const std::string& path) {
  const auto page = std::find_if(repository.pages.begin(), repository.pages.end(),
                                 [&](const Page& page) { return page.path == path; });
  return page == repository.pages.end() ? nullptr : &*page;
}

TEST(LanguagesTest, EveryPageIsInBoth) {
  for (const Page& page : repository.pages) {
    EXPECT_NE(Twin(page.path), page.path) << "in no language";
    EXPECT_NE(Find(Twin(page.path)), nullptr) << page.path << " is not translated";
  }
}

TEST(LanguagesTest, HaveTheSameStructure) {
  for (const Page& page : repository.pages) {
    const Page* const twin = Find(Twin(page.path));
    if (twin == nullptr || InEnglish(page.path) != page.path) continue;
    const std::vector<std::string> english = Skeletons(page), korean = Skeletons(*twin);
    const size_t both = std::min(english.size(), korean.size());
    for (size_t i = 0; i < both; ++i) {
      ASSERT_EQ(korean[i], english[i])
          << twin->path << ":" << twin->blocks[i].line << " differs from " << page.path << ":"
          << page.blocks[i].line;
    }
    EXPECT_EQ(korean.size(), english.size()) << twin->path << " ends sooner or later";
  }
}

TEST(LanguagesTest, NameTheSame) {
  for (const Page& page : repository.pages) {
    const Page* const twin = Find(Twin(page.path));
    if (twin == nullptr || InEnglish(page.path) != page.path) continue;
    const auto english = Details(page), korean = Details(*twin);
    ASSERT_EQ(korean.size(), english.size()) << page.path;
    for (const auto& [section, names] : english) {
      EXPECT_THAT(korean.at(section), ElementsAreArray(names))
          << "section " << section - 1 << " of " << twin->path;
    }
  }
}

}  // namespace
}  // namespace dlfs
