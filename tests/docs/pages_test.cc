// What the pages name exists: files, targets, flags, identifiers, columns, figures, headings.
#include "tests/docs/pages.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <ostream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/files.h"
#include "tests/run_binary.h"

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
const std::set<std::string> kOtherFlags = {
    "config",           "disk_cache", "jobs",         "noremote_upload_local_results",
    "record",           "fix",        "remote_cache", "remote_executor",
    "spawn_strategy",   "strategy",   "test_output",  "test_filter",
    "test_tag_filters", "output",     "help"};

// What the book's Python calls so, and nothing here.
const std::set<std::string> kOfTheBook = {
    "net",     "grads",           "BatchNormalization", "weight_decay_lambda", "weight_init_std",
    "Trainer", "shuffle_dataset", "MultiLayerNet",      "MultiLayerNetExtend"};

// What a reader adds: the words of lines of changes.
std::set<std::string> Added(const Page& page) {
  std::set<std::string> added;
  for (const Block& block : page.blocks) {
    if (block.mark != "diff") continue;
    for (absl::string_view line : absl::StrSplit(block.text, '\n')) {
      if (!absl::StartsWith(line, "+")) continue;
      for (const std::string& word : Words(std::string(line))) added.insert(word);
    }
  }
  return added;
}

void ExpectNamesExist(const std::string& code, const std::set<std::string>& added) {
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
    EXPECT_TRUE(is_of_other_program || is_pattern || repository.words.contains(word) ||
                kOfTheBook.contains(word) || added.contains(word))
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
  const std::set<std::string> added = Added(GetParam());
  for (const Block& block : GetParam().blocks) {
    SCOPED_TRACE(Where(GetParam(), block));
    if (block.kind == Kind::kCode || block.kind == Kind::kMath) continue;
    for (const std::string& code : CodeSpans(block.text)) ExpectNamesExist(code, added);
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

// A figure is drawn by a program, by a script of its name, or by docs/figures.sh, which may give it
// another name; and some page shows it or links to it.
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
    const bool moves = absl::EndsWith(path, ".gif");
    if (!absl::StartsWith(path, "docs/figures/") || !(moves || absl::EndsWith(path, ".svg"))) {
      continue;
    }
    EXPECT_TRUE(shown.contains(path)) << "no page shows " << path;
    const std::string stem =
        absl::StrReplaceAll(path.substr(0, path.size() - 4), {{"/figures/ko/", "/figures/"}});
    const std::string name = std::filesystem::path(stem).filename().string() + ".svg";
    const std::string suffix = stem.substr(stem.find_last_of("/_"));
    const std::string& figures_sh = repository.files.at("docs/figures.sh");
    const std::string script = absl::StrReplaceAll(stem, {{"/figures/", "/"}}) + ".sh";
    EXPECT_TRUE(Outputs().contains(name) || repository.files.contains(stem + ".gp") ||
                repository.files.contains(script) ||
                absl::StrContains(figures_sh, absl::StrCat(" ", suffix, "\n")) ||
                absl::StrContains(figures_sh, absl::StrCat(" :", suffix, "\n")))
        << "nothing draws " << path;
  }
}

// --- Languages ---

// English and Korean pages say the same: the same headings, code, commands, formulas, figures,
// tables and lists in the same order, and in each section the same names, links and decimal
// numbers.

using Kind = Block::Kind;
using testing::ElementsAreArray;

// The page in the other language.
std::string Twin(const std::string& path) {
  if (path == "README.md") return "README.ko.md";
  if (path == "README.ko.md") return "README.md";
  return absl::StartsWith(path, "docs/en/") ? absl::StrReplaceAll(path, {{"docs/en/", "docs/ko/"}})
                                            : absl::StrReplaceAll(path, {{"docs/ko/", "docs/en/"}});
}

std::string InEnglish(const std::string& path) {
  if (absl::StartsWith(path, "docs/figures/ko/")) {
    return absl::StrReplaceAll(path, {{"/figures/ko/", "/figures/"}});
  }
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
      if (links.size() == 1 && links[0].is_image) {
        return "image " + InEnglish(Resolve(page, links[0].target));
      }
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

// --- Commands ---

// The commands of the pages parse, and those that run a program are run, with smaller sizes.

using Kind = Block::Kind;
using testing::AnyOf;
using testing::Contains;

bool IsBazel(const std::vector<std::string>& command) {
  return command[0] == "bazel" || command[0] == "./bazelw";
}

// A program of chapter6 with the arguments that a page gives it.
struct ProgramRun {
  std::string program;
  std::vector<std::string> arguments;

  auto operator<=>(const ProgramRun&) const = default;
};
void PrintTo(const ProgramRun& run, std::ostream* out) {
  *out << run.program << " " << absl::StrJoin(run.arguments, " ");
}

// Calls f(command) for each command in a block of shell code or in a sentence:
// `bazel run //chapter6:...`, and without these words, `optimizer_compare_mnist -- --seeds=5`.
template <typename F>
void ForEachCommand(F f) {
  static const std::regex short_form("\\w+ -- .*");
  for (const Page& page : repository.pages) {
    for (const Block& block : page.blocks) {
      std::vector<std::string> shells;
      if (block.kind == Kind::kCode && block.mark == "sh") shells = {block.text};
      if (block.kind != Kind::kCode && block.kind != Kind::kMath) {
        for (const std::string& code : CodeSpans(block.text)) {
          if (absl::StartsWith(code, "bazel ") && absl::StrContains(code, "//")) {
            shells.push_back(code);
          }
          if (std::regex_match(code, short_form)) {
            shells.push_back(absl::StrCat("bazel run //chapter6:", code));
          }
        }
      }
      for (const std::string& shell : shells) {
        for (const std::vector<std::string>& command : Commands(shell)) {
          SCOPED_TRACE(absl::StrCat(page.path, ":", block.line, ": ", absl::StrJoin(command, " ")));
          f(command);
        }
      }
    }
  }
}

std::vector<ProgramRun> ProgramRuns() {
  std::set<ProgramRun> runs;
  ForEachCommand([&](const std::vector<std::string>& command) {
    constexpr absl::string_view kChapter = "//chapter6:";
    if (!IsBazel(command) || command.size() < 3 || command[1] != "run") return;
    const auto target = std::find_if(command.begin(), command.end(), [&](const std::string& word) {
      return absl::StartsWith(word, kChapter);
    });
    if (target == command.end()) return;
    ProgramRun run = {.program = target->substr(kChapter.size()), .arguments = {}};
    const auto dashes = std::find(target, command.end(), "--");
    if (dashes != command.end()) run.arguments = {dashes + 1, command.end()};
    runs.insert(run);
  });
  return {runs.begin(), runs.end()};
}

// Sizes with which the program is done at once.
std::vector<std::string> Smaller(const std::string& name) {
  if (name == kBoth.name) return kMnist.short_run;
  for (const Program& program : Programs()) {
    if (program.name != name) continue;
    std::vector<std::string> smaller = program.short_run;
    // A grid wants a square number of trials, a Bayesian optimisation one round.
    if (name == kSearch.name) smaller.insert(smaller.end(), {"--trials=9", "--rounds=1"});
    return smaller;
  }
  return {};
}

class ProgramRunTest : public testing::TestWithParam<ProgramRun> {};

TEST_P(ProgramRunTest, IsAccepted) {
  const ProgramRun& run = GetParam();
  if (std::any_of(run.arguments.begin(), run.arguments.end(), [](const std::string& argument) {
        return absl::StartsWith(argument, "--benchmark") || argument == "--help";
      })) {
    return;  // pages_test looks at these
  }
  std::vector<std::string> arguments = run.arguments;
  for (const std::string& argument : Smaller(run.program)) arguments.push_back(argument);
  // This wants one kind of initial weights.
  if (std::ranges::count(arguments, "--during_training") > 0) arguments.push_back("--inits=he");
  arguments.push_back("--figure=none");
  arguments.push_back("--output_dir=" + FreshDirectory());
  const Outcome outcome = RunExperiment(run.program, arguments);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
}

std::vector<ProgramRun> Experiments() {
  std::vector<ProgramRun> runs = ProgramRuns();
  std::erase_if(runs, [](const ProgramRun& run) {
    return run.program == "search_sweep" || run.program == "training_benchmark";
  });
  return runs;
}

INSTANTIATE_TEST_SUITE_P(Commands, ProgramRunTest, testing::ValuesIn(Experiments()));

// "//tests/...": a package, or one with packages in it.
bool IsPattern(const std::string& word) {
  if (!absl::EndsWith(word, "/...")) return false;
  const std::string prefix =
      absl::StrCat(word.substr(0, word.size() - 4), word == "//..." ? "" : "/");
  return std::any_of(repository.targets.begin(), repository.targets.end(),
                     [&](const std::string& target) {
                       return absl::StartsWith(target, prefix) ||
                              absl::StartsWith(target, word.substr(0, word.size() - 4) + ":");
                     });
}

void ExpectBazelUnderstands(const std::vector<std::string>& command) {
  ASSERT_GT(command.size(), 2u);
  EXPECT_THAT(command[1], AnyOf("run", "build", "test", "query"));
  if (command[1] == "query") return;
  bool has_target = false;
  for (size_t i = 2; i < command.size() && command[i] != "--"; ++i) {
    const std::string& word = command[i];
    if (absl::StartsWith(word, "--config=")) {
      EXPECT_THAT(repository.files.at(".bazelrc"),
                  testing::HasSubstr(absl::StrCat(":", word.substr(9), " ")));
    } else if (!absl::StartsWith(word, "--")) {
      has_target = true;
      const std::string full = absl::StrCat(word, ":", word.substr(word.rfind('/') + 1));
      EXPECT_TRUE(IsPattern(word) || repository.targets.contains(word) ||
                  repository.targets.contains(full))
          << "there is no target " << word;
    }
  }
  EXPECT_TRUE(has_target);
}

TEST(CommandsTest, Exist) {
  const std::set<std::string> tools = {"awk", "git", "gnuplot", "grep", "sort"};
  size_t commands = 0;
  std::string cloned;
  ForEachCommand([&](const std::vector<std::string>& command) {
    ++commands;
    if (command[0] == "git") cloned = command.back();
    if (IsBazel(command)) {
      ExpectBazelUnderstands(command);
    } else if (command[0] == "cd") {
      ASSERT_EQ(command.size(), 2u);
      EXPECT_TRUE(command[1] == "out" || command[1] == cloned || IsFileOrDirectory(command[1]))
          << "there is no such directory";
    } else if (absl::StrContains(command[0], "/")) {
      EXPECT_TRUE(repository.files.contains(command[0])) << "there is no such file";
    } else {
      EXPECT_THAT(tools, Contains(command[0]));
    }
  });
  EXPECT_GT(commands, 0u);
}

TEST(CommandsTest, AreShell) {
  for (const Page& page : repository.pages) {
    for (const Block& block : page.blocks) {
      if (block.kind != Kind::kCode || block.mark != "sh") continue;
      const std::string script = FreshDirectory() + "/commands.sh";
      WriteFile(script, block.text);
      const Outcome outcome = RunBinary({.program = "bash", .arguments = {"-n", script}});
      EXPECT_EQ(outcome.exit_status, 0) << page.path << ":" << block.line << ": " << outcome.err;
    }
  }
}

// --- Markdown ---

using Kind = Block::Kind;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

TEST(MarkdownTest, FindsBlocks) {
  const std::vector<Block> blocks = ParseMarkdown(
      "# Title\n\nA line\nand another.\n- one\n- two\n  goes on\n\n| a | b |\n|---|---|\n\n"
      "   ```sh\n   ls  # all\n   ```\n$$\nx # y\n$$\n### 1. End");
  std::vector<Kind> kinds;
  std::vector<int> lines;
  std::vector<std::string> texts;
  for (const Block& block : blocks) {
    kinds.push_back(block.kind);
    lines.push_back(block.line);
    texts.push_back(block.text);
  }
  EXPECT_THAT(kinds, ElementsAre(Kind::kHeading, Kind::kParagraph, Kind::kItem, Kind::kItem,
                                 Kind::kTable, Kind::kCode, Kind::kMath, Kind::kHeading));
  EXPECT_THAT(lines, ElementsAre(1, 3, 5, 6, 9, 12, 15, 18));
  EXPECT_THAT(texts, ElementsAre("Title", "A line\nand another.\n", "- one\n", "- two\ngoes on\n",
                                 "| a | b |\n|---|---|\n", "ls  # all\n", "x # y\n", "1. End"));
  EXPECT_EQ(blocks[5].mark, "sh");
  EXPECT_EQ(blocks[7].level, 3u);
}

TEST(MarkdownTest, ACodeBlockKeepsItsEmptyLines) {
  EXPECT_EQ(ParseMarkdown("```cpp\na\n\n  b\n```\n").front().text, "a\n\n  b\n");
}

TEST(MarkdownTest, FindsWhatIsInALine) {
  const char text[] =
      "See [`a.cc`, line 3](../a.cc#L3), ![a picture](b.svg) and $x_i$; `$HOME` is none.";
  const std::vector<Link> links = Links(text);
  EXPECT_THAT(links,
              ElementsAre(Field(&Link::target, "../a.cc#L3"), Field(&Link::target, "b.svg")));
  EXPECT_FALSE(links[0].is_image);
  EXPECT_TRUE(links[1].is_image);
  EXPECT_EQ(links[0].text, "`a.cc`, line 3");
  EXPECT_THAT(CodeSpans(text), ElementsAre("a.cc", "$HOME"));
  EXPECT_THAT(InlineMath(text), ElementsAre("x_i"));
  EXPECT_THAT(Links("[not a link] (at all)"), IsEmpty());
}

TEST(CommandsTest, AreTakenApart) {
  EXPECT_THAT(Commands("# all of it\nCC=clang bazel test \\\n    //a:b  # the tests\n"
                       "cd out && gnuplot 'x y.gp' | sort\n"),
              ElementsAre(ElementsAre("bazel", "test", "//a:b"), ElementsAre("cd", "out"),
                          ElementsAre("gnuplot", "x y.gp"), ElementsAre("sort")));
  EXPECT_EQ(WithoutComments("# all\nls  # some\n"), "ls\n");
}

}  // namespace
}  // namespace dlfs
