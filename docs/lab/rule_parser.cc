#include "docs/lab/rule_parser.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "docs/lab/rule_tokens.h"

namespace dlfs {
namespace {

using Kind = Operation::Kind;

struct Function {
  std::string_view name;
  Kind kind;
  bool has_two = false;
};
constexpr Function kFunctions[] = {
    {"sqrt", Kind::kSqrt}, {"abs", Kind::kAbs},       {"sign", Kind::kSign},
    {"exp", Kind::kExp},   {"min", Kind::kMin, true}, {"max", Kind::kMax, true},
};

const Function* FindFunction(std::string_view name) {
  for (const Function& function : kFunctions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

// By recursive descent: each rule of the grammar is a function, which takes its tokens and appends
// its operations.
class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(Tokens(text)) {}

  ParsedRule Parse() {
    FindArrays();
    while (!At(Token::Kind::kEnd)) {
      if (!At(Token::Kind::kSeparator)) ParseAssignment();
      if (At(Token::Kind::kSeparator)) {
        ++next_;
      } else if (!At(Token::Kind::kEnd)) {
        Fail("ruleNoOperator");
      }
    }
    const auto to_W = [](const Assignment& assignment) { return assignment.array == kW; };
    const auto& all = rule_.assignments;
    if (std::none_of(all.begin(), all.end(), to_W)) Fail("ruleNoW");
    rule_.states = arrays_.size() - kFirstState;
    return std::move(rule_);
  }

 private:
  const Token& token() const { return tokens_[next_]; }
  bool At(Token::Kind kind) const { return token().kind == kind; }
  bool At(std::string_view symbol) const { return token().text == symbol; }

  bool Take(std::string_view symbol) {
    if (!At(symbol)) return false;
    ++next_;
    return true;
  }

  // Keeps the first error, and goes to the end, so that all that is under way soon ends, too.
  void FailAt(const Token& token, const char* what, std::string_view fragment = "") {
    if (!rule_.error) rule_.error = {what, token.position, std::string(fragment)};
    next_ = tokens_.size() - 1;
  }

  void Fail(const char* what) {
    const Token& at = token();
    if (at.kind == Token::Kind::kWrong) return FailAt(at, at.what, at.text);
    FailAt(at, what);
  }

  // The state arrays are the names that something is assigned to.
  void FindArrays() {
    arrays_ = {"W", "g"};
    for (size_t i = 0; i + 1 < tokens_.size(); ++i) {
      const Token& name = tokens_[i];
      if (name.kind != Token::Kind::kName || !IsAssignment(tokens_[i + 1])) continue;
      if (IsArray(name.text)) continue;
      if (name.text == "eta" || name.text == "t" || FindFunction(name.text)) continue;
      if (arrays_.size() == kFirstState + kMostStates) {
        return FailAt(name, "ruleFourthState", name.text);
      }
      arrays_.push_back(name.text);
    }
  }

  static bool IsAssignment(const Token& token) {
    return token.kind == Token::Kind::kSymbol && token.text.back() == '=';
  }

  // arrays_.size() if there is no array of that name
  size_t IndexOf(std::string_view name) const {
    const auto found = std::find(arrays_.begin(), arrays_.end(), name);
    return static_cast<size_t>(found - arrays_.begin());
  }
  bool IsArray(std::string_view name) const { return IndexOf(name) < arrays_.size(); }

  void ParseAssignment() {
    const Token target = token();
    if (target.kind != Token::Kind::kName) return Fail("ruleNoTarget");
    ++next_;
    const Token assign = token();
    if (!IsAssignment(assign)) return Fail("ruleNoAssignment");
    ++next_;
    if (target.text == "g" || !IsArray(target.text)) {
      return FailAt(target, "ruleNotAssignable", target.text);
    }
    if (rule_.assignments.size() == kMostAssignments) {
      return FailAt(target, "ruleTooManyAssignments");
    }

    const size_t array = IndexOf(target.text);
    rule_.assignments.push_back({array, {}});
    if (assign.text == "=") {
      Meet(ParseSum());
    } else {
      const Result before = Append({.kind = Kind::kElement, .array = array});
      AppendBinary(KindOf(assign.text.front()), before, ParseSum());
    }
  }

  static Kind KindOf(char symbol) {
    constexpr Kind kKinds[] = {Kind::kAdd, Kind::kSubtract, Kind::kMultiply, Kind::kDivide};
    return kKinds[std::string_view("+-*/").find(symbol)];
  }

  // What a function below has parsed: the index of the operation whose result it is.
  using Result = size_t;

  std::vector<Operation>& operations() { return rule_.assignments.back().operations; }

  Result Append(Operation operation) {
    operations().push_back(operation);
    return operations().size() - 1;
  }

  Result AppendUnary(Kind kind, Result x) {
    return Append({.kind = kind, .scalar = operations()[x].scalar});
  }

  Result AppendBinary(Kind kind, Result left, Result right) {
    const Operation& a = operations()[left];
    const Operation& b = operations()[right];
    const bool scalar = a.scalar && b.scalar;
    const bool stays_whole = kind == Kind::kAdd || kind == Kind::kMultiply || kind == Kind::kPower;
    const bool whole = a.whole && b.whole && stays_whole;
    if (!scalar) {
      Meet(left);
      Meet(right);
    }
    return Append({.kind = kind, .scalar = scalar, .whole = whole});
  }

  void Meet(Result x) { operations()[x].meets_element = operations()[x].scalar; }

  Result ParseSum() {
    Result result = ParseProduct();
    while (At("+") || At("-")) {
      const Kind kind = KindOf(tokens_[next_++].text.front());
      result = AppendBinary(kind, result, ParseProduct());
    }
    return result;
  }

  Result ParseProduct() {
    Result result = ParseNegation();
    while (At("*") || At("/")) {
      const Kind kind = KindOf(tokens_[next_++].text.front());
      result = AppendBinary(kind, result, ParseNegation());
    }
    return result;
  }

  // Whatever is nested comes through here.
  Result ParseNegation() {
    if (depth_ == kDeepest) FailAt(token(), "ruleTooDeep");
    ++depth_;
    const Result result = Take("-") ? AppendUnary(Kind::kNegate, ParseNegation()) : ParsePower();
    --depth_;
    return result;
  }

  Result ParsePower() {
    const Token at_base = token();
    const Result base = ParseValue();
    const Token power = token();
    if (!Take("^")) return base;
    if (++powers_ > kMostPowers) FailAt(power, "ruleTooManyPowers");
    if (!operations()[base].scalar) FailAt(at_base, "ruleBase");
    const Token at_exponent = token();
    const Result exponent = ParseNegation();
    if (!operations()[exponent].whole) FailAt(at_exponent, "ruleExponent");
    return AppendBinary(Kind::kPower, base, exponent);
  }

  Result ParseValue() {
    const Token first = token();
    if (first.kind == Token::Kind::kNumber) return ParseNumber();
    if (first.kind == Token::Kind::kName) return ParseName();
    if (!Take("(")) return Expect("ruleNoOperand");
    const Result result = ParseSum();
    if (!Take(")")) Fail("ruleNoClosing");
    return result;
  }

  Result ParseNumber() {
    const Token& token = tokens_[next_++];
    const double number = std::strtod(std::string(token.text).c_str(), nullptr);
    if (!std::isfinite(number)) FailAt(token, "ruleTooLarge", token.text);
    const bool whole = number == std::floor(number);
    return Append({.kind = Kind::kNumber, .number = number, .scalar = true, .whole = whole});
  }

  Result ParseName() {
    const Token name = tokens_[next_++];
    if (name.text == "eta") return Append({.kind = Kind::kEta, .scalar = true});
    if (name.text == "t") return Append({.kind = Kind::kT, .scalar = true, .whole = true});
    if (IsArray(name.text)) {
      return Append({.kind = Kind::kElement, .array = IndexOf(name.text)});
    }
    if (const Function* function = FindFunction(name.text)) return ParseArguments(*function);
    FailAt(name, At("(") ? "ruleUnknownFunction" : "ruleUnknownName", name.text);
    return Append({.kind = Kind::kNumber});
  }

  Result ParseArguments(const Function& function) {
    if (!Take("(")) return Expect("ruleNoOpening");
    const Result first = ParseSum();
    Result result = first;
    if (function.has_two) {
      if (!Take(",")) return Expect("ruleNoComma");
      result = AppendBinary(function.kind, first, ParseSum());
    } else {
      result = AppendUnary(function.kind, first);
    }
    if (!Take(")")) Fail("ruleNoClosing");
    return result;
  }

  // Something else is here than has to be. Appends a number in place of what is not there.
  Result Expect(const char* what) {
    Fail(what);
    return Append({.kind = Kind::kNumber});
  }

  std::vector<Token> tokens_;
  size_t next_ = 0;
  size_t depth_ = 0, powers_ = 0;
  std::vector<std::string_view> arrays_;  // their names, by index
  ParsedRule rule_;
};

}  // namespace

ParsedRule ParseRule(std::string_view text) { return Parser(text).Parse(); }

}  // namespace dlfs
