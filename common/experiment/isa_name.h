#ifndef COMMON_EXPERIMENT_ISA_NAME_H_
#define COMMON_EXPERIMENT_ISA_NAME_H_

#include <span>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/matrix/isa.h"

namespace dlfs {

// The set that a name stands for among those supported; "auto" is the first of them. An error names
// them all.
absl::StatusOr<Isa> IsaFromName(absl::string_view name,
                                std::span<const Isa> supported = SupportedIsas());

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_ISA_NAME_H_
