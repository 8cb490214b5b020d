#ifndef CHAPTER6_EPOCH_FLAGS_H_
#define CHAPTER6_EPOCH_FLAGS_H_

#include "absl/status/statusor.h"
#include "chapter6/epoch_training.h"

namespace dlfs {

// The values of the book for this experiment, which are the defaults of the flags. To be defined
// beside the main function of each program.
EpochTraining BookTraining();

// The flags --hidden_sizes, --train_size, --epochs, --evaluation_interval, --batch_size and
// --optimizer.
absl::StatusOr<EpochTraining> EpochTrainingFromFlags();

}  // namespace dlfs

#endif  // CHAPTER6_EPOCH_FLAGS_H_
