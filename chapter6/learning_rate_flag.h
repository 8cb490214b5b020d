#ifndef CHAPTER6_LEARNING_RATE_FLAG_H_
#define CHAPTER6_LEARNING_RATE_FLAG_H_

#include "absl/status/status.h"
#include "chapter6/epoch_training.h"

namespace dlfs {

// Applies the flag --learning_rate; where it is not given, the default of the optimizer.
absl::Status ReadLearningRateFlag(EpochTraining& training);

}  // namespace dlfs

#endif  // CHAPTER6_LEARNING_RATE_FLAG_H_
