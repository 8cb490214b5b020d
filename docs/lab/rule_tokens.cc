#include "docs/lab/rule_tokens.h"

namespace dlfs {
namespace {

// Those of <cctype> ask for the locale, and take no char that is negative.
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsIn(std::string_view characters, char c) { return characters.find(c) != characters.npos; }

size_t CountDigits(std::string_view text) {
  size_t n = 0;
  while (n < text.size() && IsDigit(text[n])) ++n;
  return n;
}

// The length of the number that a text begins with; 0 if it begins with none.
size_t NumberLength(std::string_view text) {
  size_t digits = CountDigits(text), n = digits;
  if (n < text.size() && text[n] == '.') {
    const size_t decimals = CountDigits(text.substr(n + 1));
    digits += decimals;
    n += 1 + decimals;
  }
  if (digits == 0) return 0;
  if (n < text.size() && IsIn("eE", text[n])) {
    const size_t sign = n + 1 < text.size() && IsIn("+-", text[n + 1]) ? 1 : 0;
    const size_t exponent = CountDigits(text.substr(n + 1 + sign));
    if (exponent > 0) n += 1 + sign + exponent;
  }
  return n;
}

size_t NameLength(std::string_view text) {
  if (!IsLetter(text[0])) return 0;
  size_t n = 1;
  while (n < text.size() && (IsLetter(text[n]) || IsDigit(text[n]))) ++n;
  return n;
}

size_t SymbolLength(std::string_view text) {
  if (IsIn("+-*/", text[0]) && text.substr(1, 1) == "=") return 2;
  return IsIn("(),+-*/^=", text[0]) ? 1 : 0;
}

// All bytes of the character that a text in UTF-8 begins with: the bytes 10xxxxxx go on with one.
size_t CharacterLength(std::string_view text) {
  size_t n = 1;
  while (n < text.size() && n < 4 && (text[n] & 0xC0) == 0x80) ++n;
  return n;
}

// The first word of a text that does not begin with a blank. Its position is set by the caller.
Token FirstToken(std::string_view text) {
  if (IsIn(";\n", text[0])) return {Token::Kind::kSeparator, 0, text.substr(0, 1)};
  if (size_t n = NumberLength(text)) return {Token::Kind::kNumber, 0, text.substr(0, n)};
  if (size_t n = NameLength(text)) return {Token::Kind::kName, 0, text.substr(0, n)};
  if (size_t n = SymbolLength(text)) return {Token::Kind::kSymbol, 0, text.substr(0, n)};
  const bool ascii = (text[0] & 0x80) == 0;
  return {Token::Kind::kWrong, 0, text.substr(0, ascii ? 1 : CharacterLength(text)),
          ascii ? "ruleUnknownCharacter" : "ruleNotAscii"};
}

}  // namespace

std::vector<Token> Tokens(std::string_view text) {
  const std::string_view read = text.substr(0, kMostCharacters);
  std::vector<Token> tokens;
  const auto wrong = [&] { return !tokens.empty() && tokens.back().kind == Token::Kind::kWrong; };
  for (size_t at = 0; at < read.size() && !wrong();) {
    if (IsIn(" \t\r", read[at])) {
      ++at;
      continue;
    }
    Token token = FirstToken(read.substr(at));
    token.position = at;
    tokens.push_back(token);
    at += token.text.size();
  }
  if (text.size() > read.size() && !wrong()) {
    tokens.push_back({Token::Kind::kWrong, read.size(), "", "ruleTooLong"});
  }
  tokens.push_back({Token::Kind::kEnd, text.size(), ""});
  return tokens;
}

}  // namespace dlfs
