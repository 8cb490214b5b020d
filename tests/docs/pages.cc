#include "tests/docs/pages.h"

#include <algorithm>
#include <filesystem>
#include <regex>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/experiment/runfiles.h"
#include "tests/files.h"

namespace dlfs {

namespace fs = std::filesystem;

// --- The parts of a page in GitHub's Markdown that the tests of the docs look at ---

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

// --- The commands that a page shows ---

namespace {

// Splits at spaces, but not between quotation marks, which it takes off.
std::vector<std::string> ShellWords(absl::string_view line) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  for (const char c : absl::StrCat(line, " ")) {
    if (quote == 0 && c == ' ') {
      if (!word.empty()) words.push_back(word);
      word.clear();
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      word += c;
    }
  }
  return words;
}

}  // namespace

std::string WithoutComments(absl::string_view shell) {
  static const std::regex comment("(^|\\s+)# .*");
  std::string commands;
  for (absl::string_view line : absl::StrSplit(shell, '\n', absl::SkipEmpty())) {
    const std::string command = std::regex_replace(std::string(line), comment, "");
    if (!command.empty()) absl::StrAppend(&commands, command, "\n");
  }
  return commands;
}

std::vector<std::vector<std::string>> Commands(absl::string_view shell) {
  static const std::regex assignment("[A-Z_]+=.*");
  const std::string lines =
      absl::StrReplaceAll(WithoutComments(shell), {{"\\\n", " "}, {" && ", "\n"}, {" | ", "\n"}});
  std::vector<std::vector<std::string>> commands;
  for (absl::string_view line : absl::StrSplit(lines, '\n', absl::SkipWhitespace())) {
    std::vector<std::string> words = ShellWords(line);
    while (!words.empty() && std::regex_match(words[0], assignment)) words.erase(words.begin());
    if (!words.empty()) commands.push_back(words);
  }
  return commands;
}

// --- This repository as a reader of the pages finds it ---

namespace {

constexpr const char* kRoots[] = {
    "chapter6", "common", "datasets",  "tests",   "docs",      ".ci",          "bazelw",
    ".bazelrc", "BUILD",  "WORKSPACE", "LICENSE", "README.md", "README.ko.md", "MODULE.bazel"};

bool IsPage(const std::string& path) {
  return path == "README.md" || path == "README.ko.md" ||
         (absl::StartsWith(path, "docs/") && absl::EndsWith(path, ".md"));
}

// Programs and data are no text to look names up in.
bool IsText(const fs::path& path) {
  const std::set<std::string> names = {"BUILD", "run", "bazelw", "compare_peers", ".bazelrc"};
  const std::string kind = path.extension().string();
  return names.contains(path.filename().string()) || (!kind.empty() && kind != ".gz");
}

void Add(const fs::path& root, const fs::path& path, Repository& repository) {
  const std::string name = fs::path(path).lexically_relative(root).string();
  repository.files[name] = IsText(path) ? ReadFile(path.string()) : "";
}

std::vector<std::string> Matches(const std::string& text, const std::regex& expression) {
  std::vector<std::string> matches;
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end;
       ++match) {
    matches.push_back((*match)[1]);
  }
  return matches;
}

Repository Read() {
  Repository repository;
  const fs::path root = fs::path(FindRunfile("README.md")).parent_path();
  for (const char* name : kRoots) {
    const fs::path path = root / name;
    if (!fs::is_directory(path)) {
      if (fs::exists(path)) Add(root, path, repository);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) Add(root, entry.path(), repository);
    }
  }

  // A name, the names of a list or the keys of a dictionary, and those of tests/fuzz/fuzz.bzl.
  const std::regex target("\\bname = \"([^\"]+)\""),
      list("\\bfor name(?:, \\w+)? in [\\[{]([^\\]}]*)[\\]}]"), in_list("\n\\s*\"([^\"]+)\""),
      fuzz_target("\\bfuzz_target\\(\\s*name = \"([^\"]+)\""),
      flag("\\b(?:ABSL_FLAG|SETTING)\\(\\s*[\\w:<> ]+,\\s*(\\w+),");
  for (const auto& [path, text] : repository.files) {
    if (IsPage(path)) {
      repository.pages.push_back({.path = path, .blocks = ParseMarkdown(text)});
      continue;
    }
    for (const std::string& word : Words(text)) repository.words.insert(word);
    for (const std::string& word : Words(path)) repository.words.insert(word);
    if (fs::path(path).filename() == "BUILD") {
      const std::string package = fs::path(path).parent_path().string();
      for (const std::string& name : Matches(text, target)) {
        repository.targets.insert(absl::StrCat("//", package, ":", name));
      }
      for (const std::string& names : Matches(text, list)) {
        for (const std::string& name : Matches(names, in_list)) {
          repository.targets.insert(absl::StrCat("//", package, ":", name));
        }
      }
      for (const std::string& name : Matches(text, fuzz_target)) {
        repository.targets.insert(absl::StrCat("//", package, ":", name, "_fuzz"));
        repository.words.insert(name + "_fuzz");
      }
    } else if (absl::EndsWith(path, ".cc")) {
      for (const std::string& name : Matches(text, flag)) repository.flags.insert(name);
    }
  }
  return repository;
}

}  // namespace

const Repository& ThisRepository() {
  static const Repository& repository = *new Repository(Read());
  return repository;
}

bool IsFileOrDirectory(const std::string& path) {
  const auto& files = ThisRepository().files;
  const std::string directory = absl::EndsWith(path, "/") ? path : path + "/";
  const auto first_in = files.lower_bound(directory);
  return files.contains(path) ||
         (first_in != files.end() && absl::StartsWith(first_in->first, directory));
}

std::string Resolve(const Page& page, absl::string_view target) {
  return (fs::path(page.path).parent_path() / std::string(target)).lexically_normal().string();
}

std::vector<std::string> Words(absl::string_view text) {
  std::vector<std::string> words;
  const auto is_letter = [](char c) { return absl::ascii_isalnum(c) || c == '_'; };
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && is_letter(text[end])) ++end;
    if (end > i && !absl::ascii_isdigit(text[i])) words.emplace_back(text.substr(i, end - i));
    i = std::max(end, i + 1);
  }
  return words;
}

}  // namespace dlfs
