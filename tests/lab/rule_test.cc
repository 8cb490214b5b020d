// The compiler of typed rules: what it says of wrong ones, how it understands the others, and the
// bytes of a module. What modules compute is tested in Node (rule_test.mjs).
#include "docs/lab/rule.h"

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "docs/lab/rule_parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dlfs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// --- Errors ---

struct Wrong {
  std::string rule;
  std::string what;
  size_t position;
  std::string fragment = {};
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.rule; }

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

class WrongRuleTest : public testing::TestWithParam<Wrong> {};

TEST_P(WrongRuleTest, IsToldWithItsPlace) {
  const Wrong& expected = GetParam();
  const CompiledRule rule = CompileRule(expected.rule, Precision::kFloat);
  ASSERT_TRUE(rule.error.has_value());
  EXPECT_EQ(std::string(rule.error->what), expected.what);
  EXPECT_EQ(rule.error->position, expected.position);
  EXPECT_EQ(rule.error->fragment, expected.fragment);
  EXPECT_THAT(rule.module, IsEmpty());
}

const Wrong kWrong[] = {
    {"", "ruleNoW", 0},
    {" ;\n; ", "ruleNoW", 5},
    {"v = g", "ruleNoW", 5},
    {"3 = W", "ruleNoTarget", 0},
    {"W = g; = 3", "ruleNoTarget", 7},
    {"W", "ruleNoAssignment", 1},
    {"W g", "ruleNoAssignment", 2},
    {"sqrt(W) = g", "ruleNoAssignment", 4},
    {"g = W", "ruleNotAssignable", 0, "g"},
    {"W = g; eta = 3", "ruleNotAssignable", 7, "eta"},
    {"t += 1", "ruleNotAssignable", 0, "t"},
    {"max = g; W = max", "ruleNotAssignable", 0, "max"},
    {"W =", "ruleNoOperand", 3},
    {"W = ; v = 3", "ruleNoOperand", 4},
    {"W = g +\nv = 3", "ruleNoOperand", 7},
    {"W == g", "ruleNoOperand", 3},
    {"W = g ** 2", "ruleNoOperand", 7},
    {"W = +g", "ruleNoOperand", 4},
    {"W = ()", "ruleNoOperand", 5},
    {"W = 2g", "ruleNoOperator", 5},
    {"W = 1.2.3", "ruleNoOperator", 7},
    {"W = 1e", "ruleNoOperator", 5},
    {"W = g)", "ruleNoOperator", 5},
    {"W = v = g", "ruleNoOperator", 6},
    {"W += g += 1", "ruleNoOperator", 7},
    {"W = (g", "ruleNoClosing", 6},
    {"W = (g\n)", "ruleNoClosing", 6},
    {"W = sqrt(g, 1)", "ruleNoClosing", 10},
    {"W = max(g, 1, 2)", "ruleNoClosing", 12},
    {"W = max(g)", "ruleNoComma", 9},
    {"W = sqrt g", "ruleNoOpening", 9},
    {"W = sqrt", "ruleNoOpening", 8},
    {"W = log(g)", "ruleUnknownFunction", 4, "log"},
    {"W = W(g)", "ruleNoOperator", 5},
    {"W -= eta*gg", "ruleUnknownName", 9, "gg"},
    {"W -= eta*g/sqrt(h)", "ruleUnknownName", 16, "h"},
    {"w = w - eta*g", "ruleNoW", 13},
    {"a = g; b = g; c = g; d = g; W = d", "ruleFourthState", 21, "d"},
    {"W = 1e999", "ruleTooLarge", 4, "1e999"},
    {"W = g & 1", "ruleUnknownCharacter", 6, "&"},
    {"W = .", "ruleUnknownCharacter", 4, "."},
    {std::string("W\0 = g", 6), "ruleUnknownCharacter", 1, std::string("\0", 1)},
    {"W -= η*g", "ruleNotAscii", 5, "η"},
    {"W = g − 1", "ruleNotAscii", 6, "−"},
    {"W = \x80\x80", "ruleNotAscii", 4, "\x80\x80"},
    {"W = g; 가 = 1", "ruleNotAscii", 7, "가"},
    {"W = ) η", "ruleNoOperand", 4},  // the first error, not the first character that is wrong
    {"W = g^2", "ruleBase", 4},
    {"W = (2*g)^t", "ruleBase", 4},
    {"W = 0.9^g", "ruleExponent", 8},
    {"W = 2^0.5", "ruleExponent", 6},
    {"W = 0.9^-1", "ruleExponent", 8},
    {"W = 0.9^(t - 1)", "ruleExponent", 8},
    {"W = 0.9^eta", "ruleExponent", 8},
    {"W = 0.9^sqrt(t)", "ruleExponent", 8},
    {"W = 0.9^(t/2)", "ruleExponent", 8},
    {Repeat("W = g;", 20) + "W = g", "ruleTooManyAssignments", 120},
    {"W = 2^t" + Repeat("+2^t", 16), "ruleTooManyPowers", 69},
    {"W = " + Repeat("(", 60), "ruleTooDeep", 54},
    {"W = " + Repeat("-", 60) + "g", "ruleTooDeep", 54},
    {"W = " + Repeat("abs(", 50) + "g" + Repeat(")", 50), "ruleTooDeep", 204},
    {"W = 1" + Repeat("+1", 198), "ruleTooLong", 400},
    {"W = g" + Repeat(" ", 396), "ruleTooLong", 400},
    {"W = g" + Repeat("é", 600), "ruleNotAscii", 5, "é"},
};
INSTANTIATE_TEST_SUITE_P(All, WrongRuleTest, testing::ValuesIn(kWrong));

// --- What a right rule means ---

std::string WordOf(const Operation& operation) {
  switch (operation.kind) {
    case Operation::Kind::kNumber:
      return absl::StrCat(operation.number);
    case Operation::Kind::kElement:
      return absl::StrCat("array", operation.array);
    default:
      constexpr const char* kWords[] = {"",    "eta", "t", "",  "neg", "sqrt", "abs", "sign",
                                        "exp", "+",   "-", "*", "/",   "min",  "max", "^"};
      return kWords[static_cast<size_t>(operation.kind)];
  }
}

// Each assignment as its array and its operations in postfix order. Those that meet an element are in
// [ ].
std::vector<std::string> Meaning(std::string_view text) {
  const ParsedRule rule = ParseRule(text);
  EXPECT_FALSE(rule.error.has_value()) << text;
  std::vector<std::string> meaning;
  for (const Assignment& assignment : rule.assignments) {
    std::vector<std::string> words = {absl::StrCat("array", assignment.array, ":")};
    for (const Operation& operation : assignment.operations) {
      EXPECT_TRUE(operation.scalar || !operation.meets_element) << text;
      words.push_back(operation.meets_element ? absl::StrCat("[", WordOf(operation), "]")
                                              : WordOf(operation));
    }
    meaning.push_back(absl::StrJoin(words, " "));
  }
  return meaning;
}

std::string MeaningOfSum(const std::string& sum) {
  const std::vector<std::string> meaning = Meaning(absl::StrCat("W = ", sum));
  return meaning.size() == 1 ? meaning[0].substr(std::string_view("array0: ").size()) : "";
}

TEST(RuleTest, OperatorsBindAsInMathematics) {
  EXPECT_EQ(MeaningOfSum("W - g - W"), "array0 array1 - array0 -");
  EXPECT_EQ(MeaningOfSum("W / g / W"), "array0 array1 / array0 /");
  EXPECT_EQ(MeaningOfSum("W + g * W"), "array0 array1 array0 * +");
  EXPECT_EQ(MeaningOfSum("(W + g) * W"), "array0 array1 + array0 *");
  EXPECT_EQ(MeaningOfSum("W * -g"), "array0 array1 neg *");
  EXPECT_EQ(MeaningOfSum("-W * g"), "array0 neg array1 *");
  EXPECT_EQ(MeaningOfSum("--W"), "array0 neg neg");
  EXPECT_EQ(MeaningOfSum("-2^t"), "2 t ^ [neg]");
  EXPECT_EQ(MeaningOfSum("2^3^t"), "2 3 t ^ [^]");
  EXPECT_EQ(MeaningOfSum("2^(t + 1)*3"), "2 t 1 + ^ 3 [*]");
  EXPECT_EQ(MeaningOfSum("max(W + 1, min(g, W))"), "array0 [1] + array1 array0 min max");
  EXPECT_EQ(MeaningOfSum("sqrt(abs(sign(exp(W))))"), "array0 exp sign abs sqrt");
}

TEST(RuleTest, ScalarsAreRoundedWhereTheyMeetElements) {
  EXPECT_EQ(MeaningOfSum("3"), "[3]");
  EXPECT_EQ(MeaningOfSum("eta*g"), "[eta] array1 *");
  EXPECT_EQ(MeaningOfSum("g*eta*2"), "array1 [eta] * [2] *");
  EXPECT_EQ(MeaningOfSum("2*eta*g"), "2 eta [*] array1 *");
  EXPECT_EQ(MeaningOfSum("(1 - 0.9)*g"), "1 0.9 [-] array1 *");
  EXPECT_EQ(MeaningOfSum("sqrt(eta) + t - g"), "eta sqrt t [+] array1 -");
  EXPECT_EQ(MeaningOfSum("max(1, t) + min(2, g)"), "1 t [max] [2] array1 min +");
}

TEST(RuleTest, NumbersAreThoseOfCpp) {
  EXPECT_EQ(MeaningOfSum("0.999"), "[0.999]");
  EXPECT_EQ(MeaningOfSum(".5 + 2. + 1e-7 + 3E+2 + 0"), "0.5 2 + 1e-07 + 300 + 0 [+]");
  EXPECT_EQ(ParseRule("W = 0.1").assignments[0].operations[0].number, 0.1);
  EXPECT_EQ(ParseRule("W = 1e-400").assignments[0].operations[0].number, 0);
}

TEST(RuleTest, AssignmentsFollowEachOther) {
  EXPECT_THAT(Meaning("v = 0.9*v - eta*g; W += v"),
              ElementsAre("array2: [0.9] array2 * [eta] array1 * -", "array0: array0 array2 +"));
  EXPECT_THAT(
      Meaning("\n W -= eta\r\n;; W *= 2\n\n\tW /= g ;"),
      ElementsAre("array0: array0 [eta] -", "array0: array0 [2] *", "array0: array0 array1 /"));
  // W = W − (a − b), not W − a − b
  EXPECT_THAT(Meaning("W -= W - g"), ElementsAre("array0: array0 array0 array1 - -"));
}

TEST(RuleTest, StatesAreNumberedAsTheyAreFirstAssigned) {
  EXPECT_THAT(Meaning("W += v_1 - M; M = g; v_1 = M"),
              ElementsAre("array0: array0 array3 array2 - +", "array2: array1", "array3: array2"));
  EXPECT_EQ(ParseRule("W = g").states, 0u);
  EXPECT_EQ(ParseRule("a = g; b = a; a = b; c = a; W = c").states, 3u);
}

TEST(RuleTest, TheLimitsThemselvesAreAllowed) {
  for (const std::string& rule :
       {"W = 1" + Repeat("+1", 197) + " ", Repeat("W = g;", 20), "W = 2^t" + Repeat("+2^t", 15),
        "W = " + Repeat("(", 49) + "g" + Repeat(")", 49)}) {
    EXPECT_FALSE(ParseRule(rule).error.has_value()) << rule;
  }
}

// --- The module ---

TEST(RuleTest, WritesAModule) {
  const std::vector<uint8_t> expected = {
      // clang-format off
      0, 'a', 's', 'm', 1, 0, 0, 0,
      // Types: of exp and sign, of step, of power
      1, 23, 3,
      0x60, 1, 0x7C, 1, 0x7C,
      0x60, 8, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7C, 0x7C, 0,
      0x60, 2, 0x7C, 0x7C, 1, 0x7C,
      // Imports
      2, 25, 2,
      3, 'e', 'n', 'v', 3, 'e', 'x', 'p', 0, 0,
      3, 'e', 'n', 'v', 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 0, 0,
      // The types of step, sign and power
      3, 4, 3, 1, 0, 2,
      // The export
      7, 8, 1, 4, 's', 't', 'e', 'p', 0, 1,
      // Code
      10, 201, 1, 3,
      // step: W -= eta*g
      62, 1, 1, 0x7D,
      0x20, 6, 0xB6, 0x21, 8,             // scalar = float(eta)
      0x02, 0x40, 0x20, 5, 0x45, 0x0D, 0, // block: if n == 0, to its end
      0x03, 0x40,                         // loop
      0x20, 0,                            // where to: W
      0x20, 0, 0x2A, 2, 0,                // W
      0x20, 8,                            // scalar
      0x20, 1, 0x2A, 2, 0,                // g
      0x94, 0x93,                         // *, -
      0x38, 2, 0,                         // store
      0x20, 0, 0x41, 4, 0x6A, 0x21, 0,    // the next W
      0x20, 1, 0x41, 4, 0x6A, 0x21, 1,    // the next g
      0x20, 5, 0x41, 1, 0x6B, 0x22, 5, 0x0D, 0,  // n -= 1; if it is not 0, to the start of the loop
      0x0B, 0x0B, 0x0B,
      // sign
      48, 0,
      0x44, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F,                                // 1
      0x44, 0, 0, 0, 0, 0, 0, 0xF0, 0xBF,                                // -1
      0x20, 0, 0x20, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x63, 0x1B,        // x < 0 ? -1 : x
      0x20, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x64, 0x1B, 0x0B,           // x > 0 ? 1 : that
      // power
      87, 1, 1, 0x7C,
      0x02, 0x40, 0x20, 1, 0x44, 0, 0, 0, 0, 0, 0x88, 0xC3, 0x40, 0x65, 0x0D, 0,  // > 10000?
      0x44, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F, 0x0F, 0x0B,                    // then NaN
      0x44, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x21, 2,                       // product = 1
      0x02, 0x40, 0x03, 0x40,
      0x20, 1, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x65, 0x0D, 1,              // exponent <= 0: done
      0x20, 2, 0x20, 0, 0xA2, 0x21, 2,                                   // product *= base
      0x20, 1, 0x44, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0xA1, 0x21, 1,        // exponent -= 1
      0x0C, 0, 0x0B, 0x0B,
      0x20, 2, 0x0B,
      // clang-format on
  };
  EXPECT_EQ(CompileRule("W -= eta*g", Precision::kFloat).module, expected);
}

struct Instructions {
  std::string rule;
  std::vector<uint8_t> of_float, of_double;
};

// Each rule has these bytes somewhere.
TEST(RuleTest, EachOperationHasItsInstruction) {
  const Instructions all[] = {
      // clang-format off
      {"W = abs(W)", {0x2A, 2, 0, 0x8B, 0x38, 2, 0}, {0x2B, 3, 0, 0x99, 0x39, 3, 0}},
      {"W = -W", {0x2A, 2, 0, 0x8C, 0x38}, {0x2B, 3, 0, 0x9A, 0x39}},
      {"W = sqrt(W)", {0x2A, 2, 0, 0x91, 0x38}, {0x2B, 3, 0, 0x9F, 0x39}},
      {"W = exp(W)", {0x2A, 2, 0, 0xBB, 0x10, 0, 0xB6, 0x38}, {0x2B, 3, 0, 0x10, 0, 0x39}},
      {"W = sign(W)", {0x2A, 2, 0, 0xBB, 0x10, 2, 0xB6, 0x38}, {0x2B, 3, 0, 0x10, 2, 0x39}},
      {"W = W + g", {0x20, 1, 0x2A, 2, 0, 0x92, 0x38}, {0x20, 1, 0x2B, 3, 0, 0xA0, 0x39}},
      {"W = W - g", {0x20, 1, 0x2A, 2, 0, 0x93, 0x38}, {0x20, 1, 0x2B, 3, 0, 0xA1, 0x39}},
      {"W = W * g", {0x20, 1, 0x2A, 2, 0, 0x94, 0x38}, {0x20, 1, 0x2B, 3, 0, 0xA2, 0x39}},
      {"W = W / g", {0x20, 1, 0x2A, 2, 0, 0x95, 0x38}, {0x20, 1, 0x2B, 3, 0, 0xA3, 0x39}},
      {"W = min(W, g)", {0x20, 1, 0x2A, 2, 0, 0x96, 0x38}, {0x20, 1, 0x2B, 3, 0, 0xA4, 0x39}},
      {"W = max(W, g)", {0x20, 1, 0x2A, 2, 0, 0x97, 0x38}, {0x20, 1, 0x2B, 3, 0, 0xA5, 0x39}},
      // Scalars are computed before the loop; each that meets an element has a local variable.
      {"W = 2^t", {0x20, 7, 0x10, 3, 0xB6, 0x21, 8}, {0x20, 7, 0x10, 3, 0x21, 8}},
      {"W = sign(eta)", {0x20, 6, 0x10, 2, 0xB6, 0x21, 8}, {0x20, 6, 0x10, 2, 0x21, 8}},
      {"W = eta; W = t", {0x20, 7, 0xB6, 0x21, 9}, {0x20, 7, 0x21, 9}},
      {"W = eta; W = t", {0x20, 8, 0x38, 2, 0, 0x20, 0, 0x20, 9}, {0x20, 0, 0x20, 9, 0x39}},
      // On to the next elements
      {"v = g; W = v", {0x20, 2, 0x41, 4, 0x6A, 0x21, 2}, {0x20, 2, 0x41, 8, 0x6A, 0x21, 2}},
      // clang-format on
  };
  const auto contains = [](const std::vector<uint8_t>& module, const std::vector<uint8_t>& part) {
    return std::search(module.begin(), module.end(), part.begin(), part.end()) != module.end();
  };
  for (const auto& [rule, of_float, of_double] : all) {
    EXPECT_TRUE(contains(CompileRule(rule, Precision::kFloat).module, of_float)) << rule;
    EXPECT_TRUE(contains(CompileRule(rule, Precision::kDouble).module, of_double)) << rule;
  }
}

TEST(RuleTest, TheLongestRulesMakeSmallModules) {
  const std::string sum = "W = W" + Repeat("+1", 197) + " ";
  EXPECT_LT(CompileRule(sum, Precision::kFloat).module.size(), 4096u);
}

}  // namespace
}  // namespace dlfs
