#include "chapter6/epoch_flags.h"

#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "chapter6/network_flags.h"
#include "common/experiment.h"

ABSL_FLAG(std::vector<std::string>, hidden_sizes,
          dlfs::HiddenSizesFlag(dlfs::BookTraining().hidden), "the neurons of each hidden layer");
ABSL_FLAG(int, train_size, dlfs::BookTraining().train_size,
          "how many images of the training data are used, the first ones");
ABSL_FLAG(int, epochs, dlfs::BookTraining().epochs, "how many epochs a network learns");
ABSL_FLAG(int, evaluation_interval, dlfs::BookTraining().evaluation_interval,
          "epochs from one evaluation to the next");
ABSL_FLAG(int, batch_size, dlfs::BookTraining().batch_size, "images in a mini-batch");
ABSL_FLAG(std::string, optimizer, dlfs::BookTraining().optimizer,
          "the optimizer: sgd, momentum, nesterov, adagrad, rmsprop or adam");

namespace dlfs {

absl::StatusOr<EpochTraining> EpochTrainingFromFlags() {
  const auto hidden = ReadHiddenSizes(absl::GetFlag(FLAGS_hidden_sizes));
  if (!hidden.ok()) return hidden.status();
  EpochTraining training = {.hidden = *hidden,
                            .train_size = absl::GetFlag(FLAGS_train_size),
                            .epochs = absl::GetFlag(FLAGS_epochs),
                            .batch_size = absl::GetFlag(FLAGS_batch_size),
                            .optimizer = absl::GetFlag(FLAGS_optimizer)};
  // Not more than there are images either, but that shows when they are loaded.
  if (auto s = CheckFlagInRange("train_size", training.train_size, 1); !s.ok()) return s;
  if (auto s = CheckFlagInRange("epochs", training.epochs, 1, 1000000); !s.ok()) return s;
  if (auto s = CheckFlagInRange("batch_size", training.batch_size, 1); !s.ok()) return s;
  training.evaluation_interval = absl::GetFlag(FLAGS_evaluation_interval);
  if (auto s = CheckFlagInRange("evaluation_interval", training.evaluation_interval, 1); !s.ok()) {
    return s;
  }
  if (auto s = CheckOptimizer("optimizer", training.optimizer); !s.ok()) return s;
  return training;
}

}  // namespace dlfs
