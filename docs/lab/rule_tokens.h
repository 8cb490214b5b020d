#ifndef DOCS_LAB_RULE_TOKENS_H_
#define DOCS_LAB_RULE_TOKENS_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace dlfs {

// So that a module has less than 4096 bytes, which every browser compiles at once.
constexpr size_t kMostCharacters = 400;

// A word of a rule.
struct Token {
  enum class Kind {
    kName,       // of letters, digits and _
    kNumber,     // 3, 0.9, .5, 1e-7
    kSymbol,     // ( ) , + - * / ^ = += -= *= /=
    kSeparator,  // a semicolon or a new line
    kEnd,
    kWrong,  // no word of a rule begins so, or the rule is too long
  };
  Kind kind;
  size_t position;             // of its first character
  std::string_view text;       // its characters, of the text of Tokens()
  const char* what = nullptr;  // of kWrong, as in RuleError
};

// The words of a text without its blanks, up to the first wrong one; behind them is kEnd. What stands
// before a wrong one is ASCII, so that its position is the same in bytes and in characters.
std::vector<Token> Tokens(std::string_view text);

}  // namespace dlfs

#endif  // DOCS_LAB_RULE_TOKENS_H_
