#ifndef TESTS_FUZZ_ONE_LINE_H_
#define TESTS_FUZZ_ONE_LINE_H_

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

// What a message is, whatever there is in the input that it speaks of.
namespace dlfs {

// Text without control characters; it may be in any language.
inline bool IsOneLine(absl::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(),
                                       [](unsigned char c) { return absl::ascii_iscntrl(c); });
}

// Also that it is ASCII: the bytes of a file need not be text at all.
inline bool IsOneAsciiLine(absl::string_view text) {
  return IsOneLine(text) && std::all_of(text.begin(), text.end(),
                                        [](unsigned char c) { return absl::ascii_isascii(c); });
}

}  // namespace dlfs

#endif  // TESTS_FUZZ_ONE_LINE_H_
