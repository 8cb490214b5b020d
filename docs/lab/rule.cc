// Writes the binary format of the WebAssembly Core Specification 1.0
// (https://www.w3.org/TR/wasm-core-1/), chapter 5. Numbers like 5.2.2 in comments are its sections.
#include "docs/lab/rule.h"

#include <bit>
#include <cstddef>
#include <initializer_list>
#include <limits>

namespace dlfs {
namespace {

using Bytes = std::vector<uint8_t>;
using Kind = Operation::Kind;

// --- Encoding ---

void Append(Bytes& to, std::initializer_list<uint8_t> bytes) { to.insert(to.end(), bytes); }

void Append(Bytes& to, const Bytes& bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

// 5.2.2, LEB128: seven bits a byte, the lowest first. The eighth bit says that another one follows.
void AppendInteger(Bytes& to, size_t x) {
  for (; x >= 128; x /= 128) to.push_back(static_cast<uint8_t>(128 + x % 128));
  to.push_back(static_cast<uint8_t>(x));
}

// How many bytes there are, and then the bytes: a name, the body of a function.
void AppendSized(Bytes& to, const Bytes& bytes) {
  AppendInteger(to, bytes.size());
  Append(to, bytes);
}

void AppendName(Bytes& to, std::string_view name) { AppendSized(to, {name.begin(), name.end()}); }

// 5.5.2
void AppendSection(Bytes& to, uint8_t number, const Bytes& content) {
  to.push_back(number);
  AppendSized(to, content);
}

// --- Instructions (5.4) ---

constexpr uint8_t kI32 = 0x7F, kF32 = 0x7D, kF64 = 0x7C;  // types of values (5.3.1)

// A branch goes to the end of a block, and to the start of a loop; 0 is the innermost of them.
constexpr uint8_t kBlock = 0x02, kLoop = 0x03, kNoResult = 0x40, kEnd = 0x0B;
constexpr uint8_t kBranch = 0x0C, kBranchIf = 0x0D, kReturn = 0x0F, kCall = 0x10, kSelect = 0x1B;
constexpr uint8_t kGetLocal = 0x20, kSetLocal = 0x21, kTeeLocal = 0x22;
constexpr uint8_t kI32Constant = 0x41, kI32IsZero = 0x45, kI32Add = 0x6A, kI32Subtract = 0x6B;
constexpr uint8_t kF64Constant = 0x44, kF64Less = 0x63, kF64Greater = 0x64, kF64AtMost = 0x65;
constexpr uint8_t kF64Subtract = 0xA1, kF64Multiply = 0xA2, kF64ToF32 = 0xB6, kF32ToF64 = 0xBB;

// What differs between float and double.
struct Type {
  uint8_t name, size;
  uint8_t alignment;  // the logarithm of the size to the base 2
  uint8_t load, store;
  uint8_t arithmetic;  // how much later than those of float its instructions come
};
constexpr Type kFloat = {kF32, 4, 2, 0x2A, 0x38, 0};
constexpr Type kDouble = {kF64, 8, 3, 0x2B, 0x39, 14};

// What is one instruction, and which one it is for float.
constexpr struct {
  Kind kind;
  uint8_t of_float;
} kInstructions[] = {{Kind::kAbs, 0x8B},    {Kind::kNegate, 0x8C},   {Kind::kSqrt, 0x91},
                     {Kind::kAdd, 0x92},    {Kind::kSubtract, 0x93}, {Kind::kMultiply, 0x94},
                     {Kind::kDivide, 0x95}, {Kind::kMin, 0x96},      {Kind::kMax, 0x97}};

void AppendConstant(Bytes& code, double x) {
  code.push_back(kF64Constant);
  for (int bit = 0; bit < 64; bit += 8) {  // 5.2.3: the lowest byte first
    code.push_back(static_cast<uint8_t>(std::bit_cast<uint64_t>(x) >> bit));
  }
}

void AppendLocal(Bytes& code, uint8_t instruction, size_t local) {
  code.push_back(instruction);
  AppendInteger(code, local);
}

// --- The functions: the imported exp, and the module's own ---

constexpr uint8_t kExpFunction = 0, kStepFunction = 1, kSignFunction = 2, kPowerFunction = 3;

// sign(x: f64) -> f64, which is 0 of 0 and NaN of NaN:
//   x > 0 ? 1 : (x < 0 ? -1 : x)
Bytes SignFunction() {
  constexpr uint8_t kX = 0;
  Bytes code = {0};  // no local variables
  AppendConstant(code, 1);
  AppendConstant(code, -1);
  Append(code, {kGetLocal, kX, kGetLocal, kX});
  AppendConstant(code, 0);
  Append(code, {kF64Less, kSelect, kGetLocal, kX});
  AppendConstant(code, 0);
  Append(code, {kF64Greater, kSelect, kEnd});
  return code;
}

// power(base, exponent: f64) -> f64
Bytes PowerFunction() {
  constexpr uint8_t kBase = 0, kExponent = 1, kProduct = 2;
  Bytes code = {1, 1, kF64};  // one group of local variables: one double, the product

  // if (!(exponent <= kLargestExponent)) return NaN;
  Append(code, {kBlock, kNoResult, kGetLocal, kExponent});
  AppendConstant(code, kLargestExponent);
  Append(code, {kF64AtMost, kBranchIf, 0});
  AppendConstant(code, std::numeric_limits<double>::quiet_NaN());
  Append(code, {kReturn, kEnd});

  // product = 1;
  AppendConstant(code, 1);
  Append(code, {kSetLocal, kProduct});

  // while (!(exponent <= 0)) { product *= base; exponent -= 1; }
  Append(code, {kBlock, kNoResult, kLoop, kNoResult, kGetLocal, kExponent});
  AppendConstant(code, 0);
  Append(code, {kF64AtMost, kBranchIf, 1});
  Append(code, {kGetLocal, kProduct, kGetLocal, kBase, kF64Multiply, kSetLocal, kProduct});
  Append(code, {kGetLocal, kExponent});
  AppendConstant(code, 1);
  Append(code, {kF64Subtract, kSetLocal, kExponent, kBranch, 0, kEnd, kEnd});

  Append(code, {kGetLocal, kProduct, kEnd});
  return code;
}

// The local variables of step: its parameters, of which the arrays are 0 to 4, as Operation::array
// tells them; and the scalars that meet elements, rounded.
constexpr size_t kN = 5, kEta = 6, kT = 7, kMet = 8;

// Calls a function of one double.
void AppendCall(Bytes& code, const Type& type, uint8_t function) {
  if (type.name == kF32) code.push_back(kF32ToF64);
  Append(code, {kCall, function});
  if (type.name == kF32) code.push_back(kF64ToF32);
}

// Its operands are on the stack; its result will be.
void AppendOperation(Bytes& code, const Type& type, const Operation& operation) {
  switch (operation.kind) {
    case Kind::kNumber:
      return AppendConstant(code, operation.number);
    case Kind::kEta:
      return AppendLocal(code, kGetLocal, kEta);
    case Kind::kT:
      return AppendLocal(code, kGetLocal, kT);
    case Kind::kElement:
      AppendLocal(code, kGetLocal, operation.array);
      return Append(code, {type.load, type.alignment, 0});  // 0: at the address itself
    case Kind::kSign:
      return AppendCall(code, type, kSignFunction);
    case Kind::kExp:
      return AppendCall(code, type, kExpFunction);
    case Kind::kPower:
      return Append(code, {kCall, kPowerFunction});
    default:
      for (const auto& [kind, of_float] : kInstructions) {
        if (kind == operation.kind) code.push_back(of_float + type.arithmetic);
      }
  }
}

Bytes StepFunction(const ParsedRule& rule, const Type& type) {
  // Before the loop: all scalars, in double.
  Bytes scalars;
  size_t met = 0;
  for (const Assignment& assignment : rule.assignments) {
    for (const Operation& operation : assignment.operations) {
      if (!operation.scalar) continue;
      AppendOperation(scalars, kDouble, operation);
      if (!operation.meets_element) continue;
      if (type.name == kF32) scalars.push_back(kF64ToF32);
      AppendLocal(scalars, kSetLocal, kMet + met++);
    }
  }

  // if (n != 0) do { ...
  Bytes loop = {kBlock, kNoResult, kGetLocal, kN, kI32IsZero, kBranchIf, 0, kLoop, kNoResult};
  size_t next_met = 0;
  for (const Assignment& assignment : rule.assignments) {
    AppendLocal(loop, kGetLocal, assignment.array);  // where the result goes to
    for (const Operation& operation : assignment.operations) {
      if (!operation.scalar) AppendOperation(loop, type, operation);
      if (operation.meets_element) AppendLocal(loop, kGetLocal, kMet + next_met++);
    }
    Append(loop, {type.store, type.alignment, 0});
  }
  // On to the next element of each array.
  for (uint8_t array = 0; array < kFirstState + rule.states; ++array) {
    Append(loop, {kGetLocal, array, kI32Constant, type.size, kI32Add, kSetLocal, array});
  }
  // } while (--n != 0);
  Append(loop, {kGetLocal, kN, kI32Constant, 1, kI32Subtract, kTeeLocal, kN, kBranchIf, 0});
  Append(loop, {kEnd, kEnd, kEnd});

  Bytes code = {1};  // one group of local variables: the scalars
  AppendInteger(code, met);
  code.push_back(type.name);
  Append(code, scalars);
  Append(code, loop);
  return code;
}

// 5.5.15
Bytes Module(const ParsedRule& rule, const Type& type) {
  Bytes module = {0, 'a', 's', 'm', 1, 0, 0, 0};

  // 5.5.4, types of functions: how many parameters, and which; how many results, and which
  constexpr uint8_t kOfOne = 0, kStepType = 1, kOfTwo = 2, kFunction = 0x60;
  Bytes types = {3};
  Append(types, {kFunction, 1, kF64, 1, kF64});                                      // exp, sign
  Append(types, {kFunction, 8, kI32, kI32, kI32, kI32, kI32, kI32, kF64, kF64, 0});  // step
  Append(types, {kFunction, 2, kF64, kF64, 1, kF64});                                // power
  AppendSection(module, 1, types);

  // 5.5.5
  constexpr uint8_t kOfFunction = 0, kOfMemory = 2;
  Bytes imports = {2};
  AppendName(imports, "env");
  AppendName(imports, "exp");
  Append(imports, {kOfFunction, kOfOne});
  AppendName(imports, "env");
  AppendName(imports, "memory");
  Append(imports, {kOfMemory, 0, 0});  // of any size
  AppendSection(module, 2, imports);

  // 5.5.6, the types of the module's own functions: step, sign, power
  AppendSection(module, 3, {3, kStepType, kOfOne, kOfTwo});

  // 5.5.10
  Bytes exports = {1};
  AppendName(exports, "step");
  Append(exports, {kOfFunction, kStepFunction});
  AppendSection(module, 7, exports);

  // 5.5.13
  Bytes bodies = {3};
  AppendSized(bodies, StepFunction(rule, type));
  AppendSized(bodies, SignFunction());
  AppendSized(bodies, PowerFunction());
  AppendSection(module, 10, bodies);
  return module;
}

}  // namespace

CompiledRule CompileRule(std::string_view text, Precision precision) {
  const ParsedRule rule = ParseRule(text);
  if (rule.error) return {{}, rule.error};
  return {Module(rule, precision == Precision::kDouble ? kDouble : kFloat), {}};
}

}  // namespace dlfs
