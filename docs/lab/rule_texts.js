/** What is wrong with a rule, by RuleError.what (rule_parser.h). {} is the fragment of the rule that it is about. */
Object.assign(TEXTS.en, {
  rule: "Your rule",
  "rule-hint": "Assign to W, and to up to three state arrays, whose names are yours and which begin as 0. To read there " +
    "are these, the gradient g, eta, the step t = 1, 2, … and numbers; to compute, + - * / ^, sqrt, abs, sign, exp, min, max.",
  "rule-start": "To start from", "rule-other": "…", "rule-sign": "sign of the gradient", "rule-lion": "Lion",
  "rule-unknown": "(no program has a rule of your own, so there is nothing to compare it with)",
  "rule-at": "Line {line}, character {character}:",
  ruleNoW: "A rule has to assign to W.",
  ruleNoTarget: "Expected here: W, or the name of a state array, to assign to.",
  ruleNoAssignment: "Expected here: =, +=, -=, *= or /=.",
  ruleNotAssignable: "Nothing can be assigned to {}; to W and up to three state arrays it can.",
  ruleNoOperand: "Expected here: a number, a name or '('.",
  ruleNoOperator: "Expected here: an operator, ';' or a new line.",
  ruleNoOpening: "Expected here: '(' behind the name of a function.",
  ruleNoComma: "Expected here: ',', as this function is of two numbers.",
  ruleNoClosing: "Expected here: ')'.",
  ruleUnknownName: "{} is read, but never assigned; known are W, g, eta, t and the state arrays.",
  ruleUnknownFunction: "Unknown function {}; known are sqrt, abs, sign, exp, min and max.",
  ruleUnknownCharacter: "'{}' means nothing in a rule.",
  ruleNotAscii: "'{}' means nothing in a rule, which is made of ASCII characters alone.",
  ruleTooLarge: "{} is too large for a double.",
  ruleBase: "What stands before ^ has to be the same for all elements: made of numbers, eta and t. A square is g*g.",
  ruleExponent: "An exponent has to be made of whole numbers, t, +, * and ^.",
  ruleFourthState: "{} is a fourth state array; a rule has three at most.",
  ruleTooManyAssignments: "A rule has 20 assignments at most.",
  ruleTooManyPowers: "A rule has 16 powers at most.",
  ruleTooDeep: "Too deeply nested: 50 levels at most.",
  ruleTooLong: "A rule has 400 characters at most.",
});
Object.assign(TEXTS.ko, {
  rule: "직접 쓴 규칙",
  "rule-hint": "W와 상태 배열에 대입한다. 상태 배열은 세 개까지 쓸 수 있고, 이름은 마음대로 지으며, 처음에는 0이다. 이들과 " +
    "기울기 g, eta, 걸음 번호 t = 1, 2, …, 숫자를 읽고, + - * / ^, sqrt, abs, sign, exp, min, max로 계산한다.",
  "rule-start": "이것에서 시작하기", "rule-other": "…", "rule-sign": "기울기의 부호", "rule-lion": "Lion",
  "rule-unknown": "(직접 쓴 규칙이 있는 프로그램은 없으므로 비교할 것이 없다)",
  "rule-at": "{line}행 {character}번째 글자:",
  ruleNoW: "규칙에는 W에 대입하는 식이 있어야 한다.",
  ruleNoTarget: "여기에는 대입할 W나 상태 배열의 이름이 와야 한다.",
  ruleNoAssignment: "여기에는 =, +=, -=, *=, /= 가운데 하나가 와야 한다.",
  ruleNotAssignable: "{}에는 대입할 수 없다. W와 상태 배열(세 개까지)에만 대입할 수 있다.",
  ruleNoOperand: "여기에는 숫자나 이름, 또는 '('가 와야 한다.",
  ruleNoOperator: "여기에는 연산자나 ';', 또는 줄바꿈이 와야 한다.",
  ruleNoOpening: "함수 이름 뒤의 여기에는 '('가 와야 한다.",
  ruleNoComma: "이 함수는 인수가 두 개이므로 여기에는 ','가 와야 한다.",
  ruleNoClosing: "여기에는 ')'가 와야 한다.",
  ruleUnknownName: "{}: 읽기만 하고 대입하지 않은 이름이다. 쓸 수 있는 이름은 W, g, eta, t와 상태 배열이다.",
  ruleUnknownFunction: "{}: 모르는 함수다. 쓸 수 있는 함수는 sqrt, abs, sign, exp, min, max다.",
  ruleUnknownCharacter: "'{}': 규칙에서 뜻이 없는 문자다.",
  ruleNotAscii: "'{}': 규칙에는 ASCII 문자만 쓸 수 있다.",
  ruleTooLarge: "{}: double로 나타내기에 너무 큰 수다.",
  ruleBase: "^ 앞의 수는 모든 원소에서 같아야 한다. 숫자, eta, t로만 만든다. 제곱은 g*g로 쓴다.",
  ruleExponent: "지수는 정수, t, +, *, ^로만 만든다.",
  ruleFourthState: "{}: 네 번째 상태 배열이다. 상태 배열은 세 개까지 쓸 수 있다.",
  ruleTooManyAssignments: "대입은 20개까지 쓸 수 있다.",
  ruleTooManyPowers: "거듭제곱은 16개까지 쓸 수 있다.",
  ruleTooDeep: "너무 깊이 겹쳤다. 50겹까지 쓸 수 있다.",
  ruleTooLong: "규칙은 400자까지 쓸 수 있다.",
});

/**
 * The line of a rule that an error is in, with a mark under its character, as two lines; and what is wrong, in words.
 * @param {RuleError} error @param {(key: string) => string} text @returns {{marked: string, words: string}}
 */
function describeRuleError(rule, { what, position, fragment }, text) {
  const lines = rule.slice(0, position).split("\n"), before = lines.at(-1);
  const [after] = rule.slice(position).split("\n");
  const at = text("rule-at").replace("{line}", lines.length).replace("{character}", before.length + 1);
  return {
    marked: `${before}${after}\n${before.replace(/[^\t]/g, " ")}^`,
    words: `${at} ${text(what).replace("{}", () => fragment)}`,
  };
}
