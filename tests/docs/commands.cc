#include "tests/docs/commands.h"

#include <regex>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace dlfs {
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

}  // namespace dlfs
