#ifndef CHAPTER6_OVERFIT_METHODS_H_
#define CHAPTER6_OVERFIT_METHODS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chapter6/overfit.h"

// The methods that the flags of the three programs of 6.4 name. An error names the flag.
namespace dlfs {

// --penalties: "none", "l2=0.1", ... (regularization.h), with the cells {"l2", "0.1"}.
absl::StatusOr<std::vector<OverfitMethod>> PenaltyMethods(const std::vector<std::string>& names);

// --dropouts: "none", "standard", "inverted", with the cells {"standard", "0.2"}; --dropout_ratio.
absl::StatusOr<std::vector<OverfitMethod>> DropoutMethods(const std::vector<std::string>& names,
                                                          double ratio);

// --techniques: "none", "dropout+batch_norm", ..., with the cell "batch_norm+dropout" and the name
// "batch norm + dropout"; --weight_decay, --dropout_ratio.
absl::StatusOr<std::vector<OverfitMethod>> TechniqueMethods(const std::vector<std::string>& names,
                                                            double weight_decay,
                                                            double dropout_ratio);

}  // namespace dlfs

#endif  // CHAPTER6_OVERFIT_METHODS_H_
