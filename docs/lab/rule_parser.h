#ifndef DOCS_LAB_RULE_PARSER_H_
#define DOCS_LAB_RULE_PARSER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The first half of a small compiler: the text of an update rule, as a reader types it, becomes a
// list of operations.
//
//   v = 0.9*v - eta*g; W += v
//
// The grammar, where { } is any number of times and [ ] is once or not at all:
//
//   rule       = { [ assignment ] (";" | new line) } [ assignment ]
//   assignment = name ("=" | "+=" | "-=" | "*=" | "/=") sum
//   sum        = product { ("+" | "-") product }
//   product    = negation { ("*" | "/") negation }
//   negation   = "-" negation | power
//   power      = value [ "^" negation ]
//   value      = number | name | "(" sum ")" | function "(" sum [ "," sum ] ")"
//
// A rule assigns to W and to up to three state arrays, whose names it chooses (letters, digits, _);
// they begin as 0. It reads these, the gradient g, the learning rate eta and the number of the step
// t = 1, 2, ... Functions: sqrt, abs, sign, exp, and min, max of two.
//
// Numbers, eta, t and what is computed of them alone are scalars: the same for all elements. The base
// of a power is a scalar; the exponent is made of whole numbers, t, +, * and ^, so that it is neither
// negative nor a fraction.
namespace dlfs {

constexpr size_t kMostAssignments = 20;
constexpr size_t kMostStates = 3;
constexpr size_t kMostPowers = 16;  // each may take many multiplications
constexpr size_t kDeepest = 50;     // of what is nested, so that the parser's recursion ends

// Whatever is read from an array: W, g and the states have the index of theirs.
constexpr size_t kW = 0, kGradient = 1, kFirstState = 2;

struct Operation {
  enum class Kind {
    // Of no operand
    kNumber,
    kEta,
    kT,
    kElement,  // of an array
    // Of one
    kNegate,
    kSqrt,
    kAbs,
    kSign,
    kExp,
    // Of two
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kMin,
    kMax,
    kPower,
  };
  Kind kind;
  double number = 0;           // of kNumber
  size_t array = 0;            // of kElement
  bool scalar = false;         // the result is the same for all elements
  bool whole = false;          // the result is a whole number, at least 0
  bool meets_element = false;  // a scalar that an element is computed with, or that is assigned
};

// The operations of one assignment, in postfix order: each comes behind its operands, as WebAssembly,
// a stack machine, wants them. `W += v` is W = W + v.
struct Assignment {
  size_t array;
  std::vector<Operation> operations;
};

// What is wrong, and where.
struct RuleError {
  const char* what;      // the name of the text in rule_texts.js
  size_t position;       // the index of the character in the rule; behind its end is its size
  std::string fragment;  // what the text is about: a name, a character; or empty
};

struct ParsedRule {
  std::vector<Assignment> assignments;
  size_t states = 0;
  std::optional<RuleError> error;  // the first; then the rest means nothing
};

// Takes time in proportion to the text, whatever is in it.
ParsedRule ParseRule(std::string_view text);

}  // namespace dlfs

#endif  // DOCS_LAB_RULE_PARSER_H_
