#include "common/experiment/isa_name.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dlfs {

absl::StatusOr<Isa> IsaFromName(absl::string_view name, std::span<const Isa> supported) {
  if (name == "auto") return supported.front();
  for (Isa isa : supported) {
    if (IsaName(isa) == name) return isa;
  }
  const auto append_name = [](std::string* out, Isa isa) { absl::StrAppend(out, IsaName(isa)); };
  return absl::InvalidArgumentError(
      absl::StrCat("expected an instruction set that this CPU has, one of auto, ",
                   absl::StrJoin(supported, ", ", append_name), "; found '", name, "'"));
}

}  // namespace dlfs
