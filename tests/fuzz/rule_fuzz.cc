// The compiler of the rules that a reader of docs/lab types. An input is the text of a rule.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/matrix/check.h"
#include "docs/lab/rule.h"
#include "tests/fuzz/fuzz_target.h"

namespace dlfs {
namespace {

// The sections of a module follow each other, and end where it ends.
void CheckSections(const std::vector<uint8_t>& module) {
  DLFS_CHECK(module.size() > 8 && module[1] == 'a' && module[2] == 's' && module[3] == 'm');
  size_t at = 8;
  for (int previous = 0; at < module.size();) {
    DLFS_CHECK(module[at] > previous);
    previous = module[at++];
    size_t size = 0;
    for (int shift = 0;; shift += 7) {
      DLFS_CHECK(at < module.size() && shift < 28);
      size |= static_cast<size_t>(module[at] & 127) << shift;
      if (module[at++] < 128) break;
    }
    DLFS_CHECK(size <= module.size() - at);
    at += size;
  }
}

void Check(std::string_view text, Precision precision) {
  const CompiledRule rule = CompileRule(text, precision), again = CompileRule(text, precision);
  DLFS_CHECK(rule.module == again.module && rule.error.has_value() == again.error.has_value());
  if (!rule.error) return CheckSections(rule.module);
  DLFS_CHECK(rule.module.empty());
  DLFS_CHECK(std::string_view(rule.error->what) == again.error->what);
  DLFS_CHECK(rule.error->position == again.error->position && rule.error->position <= text.size());
  DLFS_CHECK(rule.error->fragment ==
             text.substr(rule.error->position, rule.error->fragment.size()));
  // The place is the same in bytes and in characters.
  for (const char c : text.substr(0, rule.error->position)) DLFS_CHECK((c & 0x80) == 0);
}

}  // namespace
}  // namespace dlfs

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  dlfs::Check(text, dlfs::Precision::kFloat);
  dlfs::Check(text, dlfs::Precision::kDouble);
  return 0;
}
