#ifndef CHAPTER6_OVERFIT_H_
#define CHAPTER6_OVERFIT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "chapter6/epoch_training.h"
#include "chapter6/regularization.h"
#include "common/experiment.h"
#include "datasets/mnist.h"

// Overfitting, and what helps against it: a network with six hidden layers learns 300 images (6.4).
namespace dlfs {

// What is done against overfitting, in one of the networks that are compared.
struct OverfitMethod {
  std::string name;                // in the table, in the figure, and in the summary
  std::vector<std::string> cells;  // in the CSV, for OverfitComparison::columns
  bool batch_norm = false;
  Penalty penalty = {};
  DropoutChoice dropout = {};
};

struct OverfitComparison {
  std::string name;    // of the experiment and its files
  std::string figure;  // of the book: "Figure 6-23"
  std::string title;
  std::vector<std::string>
      columns;  // of the CSV, what says which method it is: {"penalty", "lambda"}
  std::vector<OverfitMethod> methods;
  EpochTraining training;  // ReLU, He's initial weights
};

// The book's network and images of 6.4, for so many epochs.
EpochTraining BookOverfitTraining(int epochs);

// --<flag>: the methods that it names are at least one, and each is there once.
absl::Status CheckMethods(absl::string_view flag, const std::vector<std::string>& names,
                          const std::vector<OverfitMethod>& methods);

// Trains one network for each method and seed; those of a seed start from the same weights and see
// the same mini-batches. Measures the accuracy on the images it learns and on all test images, epoch
// by epoch. Writes
//   <name>.csv          seed,<columns>,epoch,train_accuracy,test_accuracy
//   <name>_summary.csv  <columns>,epoch,train_mean,train_std,test_mean,test_std,diverged
// as accuracy_curves.h says, and the figure: a panel for each method, and the test accuracies
// beside each other. Prints the last accuracies and the gap between them.
absl::Status CompareOverfitting(const OverfitComparison& comparison, const Mnist& mnist,
                                Experiment& experiment);

// The same, and if `with_adam` and it was not with Adam, once more with it, in a third of the epochs:
// <name>_adam.*. With
// the book's SGD a network with dropout or batch norm has not learned as much in these epochs as one
// without; with Adam all have, so that their test accuracies can be compared.
absl::Status CompareOverfittingTwice(OverfitComparison comparison, bool with_adam,
                                     const Mnist& mnist, Experiment& experiment);

}  // namespace dlfs

#endif  // CHAPTER6_OVERFIT_H_
