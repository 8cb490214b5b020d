#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/docs/repository.h"

// What the pages name exists: files, targets, flags, identifiers, columns, figures, headings.
namespace dlfs {
namespace {

using Kind = Block::Kind;
using testing::Contains;
using testing::Not;
using testing::SizeIs;

const Repository& repository = ThisRepository();

std::string Where(const Page& page, const Block& block) {
  return absl::StrCat(page.path, ":", block.line);
}

// What programs write into out: tables, scripts and pictures.
const std::set<std::string>& Outputs() {
  static const std::set<std::string>& outputs = *new std::set<std::string>([] {
    std::set<std::string> outputs;
    for (const Program& program : Programs()) {
      const auto add = [&](const std::string& suffix, const char* kind) {
        outputs.insert(absl::StrCat(program.name, suffix, kind));
      };
      for (const Table& table : program.tables) add(table.suffix, ".csv");
      for (const std::string& suffix : program.scripts) add(suffix, ".gp");
      for (const std::string& suffix : program.pictures) add(suffix, ".svg");
    }
    return outputs;
  }());
  return outputs;
}

bool IsFileName(const std::string& name) {
  return std::any_of(repository.files.begin(), repository.files.end(), [&](const auto& file) {
    return std::filesystem::path(file.first).filename() == name;
  });
}

// The anchor that GitHub gives a heading: "What to see" -> what-to-see
std::string Anchor(const Block& heading) {
  std::string anchor;
  for (const char c : heading.text) {
    const bool is_kept = static_cast<unsigned char>(c) >= 0x80 || absl::ascii_isalnum(c) ||
                         c == '-' || c == '_' || c == ' ';
    if (is_kept) anchor += c == ' ' ? '-' : absl::ascii_tolower(c);
  }
  return anchor;
}

void ExpectLinkLeadsSomewhere(const Page& page, const Link& link) {
  if (absl::StartsWith(link.target, "https://")) return;
  const std::vector<std::string> parts = absl::StrSplit(link.target, absl::MaxSplits('#', 1));
  const std::string path = parts[0].empty() ? page.path : Resolve(page, parts[0]);
  EXPECT_TRUE(IsFileOrDirectory(path)) << "there is no " << path;
  if (parts.size() == 1 || !absl::EndsWith(path, ".md")) return;  // lines: see quotes_test
  for (const Page& other : repository.pages) {
    if (other.path != path) continue;
    std::vector<std::string> anchors;
    for (const Block& block : other.blocks) {
      if (block.kind == Kind::kHeading) anchors.push_back(Anchor(block));
    }
    EXPECT_THAT(anchors, Contains(parts[1]));
  }
}

// Flags of Bazel, Google Benchmark, GoogleTest and of single tests that the pages name.
const std::set<std::string> kOtherFlags = {"config",
                                           "disk_cache",
                                           "jobs",
                                           "noremote_upload_local_results",
                                           "record",
                                           "fix",
                                           "remote_cache",
                                           "remote_default_exec_properties",
                                           "remote_executor",
                                           "spawn_strategy",
                                           "strategy",
                                           "test_output",
                                           "test_filter",
                                           "test_tag_filters",
                                           "output",
                                           "help"};

void ExpectNamesExist(const std::string& code) {
  SCOPED_TRACE(absl::StrCat("`", code, "`"));
  static const std::regex flag("(^|\\s)--(\\w+)"), target("//[\\w/.:-]*"),
      columns("\\w+(,\\w+){2,}");
  bool is_of_other_program = false;  // whose values are not ours
  for (std::sregex_iterator match(code.begin(), code.end(), flag), end; match != end; ++match) {
    const std::string name = (*match)[2];
    if (absl::StartsWith(name, "benchmark_") || kOtherFlags.contains(name)) {
      is_of_other_program = true;
      continue;
    }
    const bool is_negation =
        absl::StartsWith(name, "no") && repository.flags.contains(name.substr(2));
    EXPECT_TRUE(repository.flags.contains(name) || is_negation) << "no program has --" << name;
  }
  for (const std::string& word : Words(code)) {
    const bool is_pattern = absl::StrContains(code, word + "*");
    EXPECT_TRUE(is_of_other_program || is_pattern || repository.words.contains(word))
        << "nothing is called " << word;
  }
  for (std::sregex_iterator match(code.begin(), code.end(), target), end; match != end; ++match) {
    const std::string name = match->str();
    if (absl::StrContains(match->prefix().str(), "http") || absl::StrContains(name, "HOST") ||
        absl::EndsWith(name, "...") || absl::StrContains(match->prefix().str(), "grpc") ||
        absl::StrContains(match->prefix().str(), "docker")) {
      continue;
    }
    const std::string short_form = absl::StrCat(name, ":", name.substr(name.rfind('/') + 1));
    EXPECT_TRUE(repository.targets.contains(name) || repository.targets.contains(short_form))
        << "there is no target " << name;
  }
  if (std::regex_match(code, columns)) {
    std::set<std::string> headers;
    for (const Program& program : Programs()) {
      for (const Table& table : program.tables) headers.insert(table.header);
    }
    EXPECT_TRUE(headers.contains(code)) << "no table has these columns";
  }

  static const std::regex path("[\\w.][\\w./-]*"),
      file("[\\w-]+\\.(cc|h|md|svg|csv|gp|bzl|sh|txt|py)");
  if (!std::regex_match(code, path)) return;
  if (absl::StartsWith(code, "out/")) {
    EXPECT_THAT(Outputs(), Contains(code.substr(4)));
  } else if (absl::StrContains(code, "/")) {
    const std::string name(absl::StripPrefix(code, "./"));
    EXPECT_TRUE(IsFileOrDirectory(name)) << "there is no such file";
  } else if (std::regex_match(code, file)) {
    EXPECT_TRUE(IsFileName(code) || Outputs().contains(code)) << "there is no such file";
  }
}

class PageTest : public testing::TestWithParam<Page> {};

TEST_P(PageTest, LinksLeadSomewhere) {
  for (const Block& block : GetParam().blocks) {
    SCOPED_TRACE(Where(GetParam(), block));
    if (block.kind == Kind::kCode || block.kind == Kind::kMath) continue;
    for (const Link& link : Links(block.text)) ExpectLinkLeadsSomewhere(GetParam(), link);
  }
}

TEST_P(PageTest, NamesInCodeExist) {
  for (const Block& block : GetParam().blocks) {
    SCOPED_TRACE(Where(GetParam(), block));
    if (block.kind == Kind::kCode || block.kind == Kind::kMath) continue;
    for (const std::string& code : CodeSpans(block.text)) ExpectNamesExist(code);
  }
}

// Figures 6-1 to 6-24 of the book.
TEST_P(PageTest, FiguresOfTheBookExist) {
  static const std::regex figure("([Ff]igures?|그림) 6-(\\d+)");
  for (const Block& block : GetParam().blocks) {
    SCOPED_TRACE(Where(GetParam(), block));
    for (std::sregex_iterator match(block.text.begin(), block.text.end(), figure), end;
         match != end; ++match) {
      int number;
      ASSERT_TRUE(absl::SimpleAtoi((*match)[2].str(), &number));
      EXPECT_THAT(number, testing::AllOf(testing::Ge(1), testing::Le(24)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Names, PageTest, testing::ValuesIn(repository.pages),
                         [](const auto& test) {
                           std::string name = test.param.path;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !absl::ascii_isalnum(c); }, '_');
                           return name;
                         });

// A figure is drawn by a program or by a script of its name, and some page shows it or links to it.
TEST(FiguresTest, AreDrawnAndShown) {
  std::set<std::string> shown;
  for (const Page& page : repository.pages) {
    for (const Block& block : page.blocks) {
      for (const Link& link : Links(block.text)) {
        shown.insert(Resolve(page, link.target));
      }
    }
  }
  EXPECT_THAT(shown, Not(SizeIs(0)));
  for (const auto& [path, text] : repository.files) {
    if (!absl::StartsWith(path, "docs/figures/") || !absl::EndsWith(path, ".svg")) continue;
    EXPECT_TRUE(shown.contains(path)) << "no page shows " << path;
    const std::string name = std::filesystem::path(path).filename().string();
    const std::string stem = path.substr(0, path.size() - 4);
    const std::string script = absl::StrReplaceAll(stem, {{"/figures/", "/"}}) + ".sh";
    EXPECT_TRUE(Outputs().contains(name) || repository.files.contains(stem + ".gp") ||
                repository.files.contains(script))
        << "nothing draws " << path;
  }
}

}  // namespace
}  // namespace dlfs
