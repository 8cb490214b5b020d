#ifndef COMMON_EXPERIMENT_EXPERIMENT_H_
#define COMMON_EXPERIMENT_EXPERIMENT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/experiment/append_file.h"
#include "common/experiment/csv.h"
#include "common/experiment/figure.h"
#include "common/experiment/task.h"
#include "datasets/mnist.h"

// What all experiments have in common: the command line, the files they write, and how they end.
//
// An experiment is one source file: settings (settings.h), then
//
//   EXPERIMENT(optimizer_compare_naive, "6.1.3 to 6.1.7, figures 6-1 to 6-8: ...") {
//     ...
//     return experiment.Draw(...);
//   }
//
// a function of `Experiment& experiment` that returns an absl::Status; or MNIST_EXPERIMENT, whose
// function also has a `const Mnist& mnist`. The text is what --help says. A program that links one
// or more such files with :experiment_main runs them in the order of their texts, so of the book's
// sections. What is wrong with the command line or the data set is found before the first begins.
#define EXPERIMENT(name, usage)                                                   \
  static absl::Status name##_experiment(::dlfs::Experiment& experiment);          \
  static const ::dlfs::RegisteredExperiment name##_registered(                    \
      {#name, usage, __FILE__, false,                                             \
       [](::dlfs::Experiment& experiment, const ::dlfs::Mnist&) -> absl::Status { \
         return name##_experiment(experiment);                                    \
       }});                                                                       \
  absl::Status name##_experiment(::dlfs::Experiment& experiment)

#define MNIST_EXPERIMENT(name, usage)                                   \
  static absl::Status name##_experiment(::dlfs::Experiment& experiment, \
                                        const ::dlfs::Mnist& mnist);    \
  static const ::dlfs::RegisteredExperiment name##_registered(          \
      {#name, usage, __FILE__, true, name##_experiment});               \
  absl::Status name##_experiment(::dlfs::Experiment& experiment, const ::dlfs::Mnist& mnist)

namespace dlfs {

class Experiment;

struct ExperimentDeclaration {
  std::string name;   // of the experiment and its files
  std::string usage;  // for --help
  std::string file;   // that declares it
  bool needs_mnist;
  absl::Status (*run)(Experiment& experiment, const Mnist& mnist);
};

struct RegisteredExperiment {
  explicit RegisteredExperiment(const ExperimentDeclaration& declaration);
};

// The MNIST of --data_dir, or this repository's; loaded when it is asked for first. For readers of
// settings; an experiment that needs it is an MNIST_EXPERIMENT.
absl::StatusOr<const Mnist*> LoadedMnist();

// A reader for --train_size: an int from 1 to the number of training images.
absl::StatusOr<int> AtMostTrainingImages(int count);

// A running experiment: the common settings, from the flags --seed, --seeds, --threads,
// --output_dir, --figure and --language (--isa has been put into force, isa.h; --data_dir is read),
// and the files that were written.
class Experiment {
 public:
  std::string name;
  uint64_t seed = 0;
  int seeds = 1;  // runs with seed, seed + 1, ..., seed + seeds - 1
  int threads = 1;
  std::string output_dir;
  FigureFormat figure = FigureFormat::kNone;
  Language language = Language::kEnglish;  // of the figure
  // What the comments of the tables say beside name, seed and instruction set: the settings that the
  // experiment's source file declares; an experiment may add lines of its own.
  std::vector<std::string> configuration;

  // Creates <output_dir>/<name><suffix>.csv, and the directory where it is missing, with
  // Comments().
  absl::StatusOr<CsvWriter> CreateCsv(const std::string& suffix,
                                      const std::vector<std::string>& columns);

  // The comments of a table: its name, seed and instruction set, and the configuration.
  std::vector<std::string> Comments(const std::string& suffix) const;

  // <output_dir>/<name><suffix>
  std::string Path(const std::string& suffix) const;

  // For a file that CreateCsv does not create: makes the directory, into which one can write; and
  // lists the file among those that were written.
  absl::Status PrepareOutputDirectory();
  void AddWritten(const std::string& path) { written_.push_back(path); }

  // An error where the directory has been removed or replaced since, with what was written to it.
  absl::Status CheckOutputDirectory() const;

  // Prints the configuration, which is the first thing that an experiment does.
  void PrintConfiguration() const;

  // Calls work(task) for tasks 0, ..., n - 1 in parallel, and done(0), done(1), ... in this order,
  // as RunInOrder (parallel.h) does. Progress is told on stderr as "<what>: 1200 of <total>
  // <unit>". After StopRequested (interrupt.h) no more work is begun. Once done() has returned an
  // error it is not called again, and StopRequested is true: what could not be written need not be
  // computed. So it is where the memory ends: done() is called for all tasks but for those that had
  // none. -> how many seconds it took, or that error
  absl::StatusOr<double> RunInParallel(const std::string& what, size_t n, size_t total,
                                       const std::string& unit,
                                       const std::function<void(Task& task)>& work,
                                       const std::function<absl::Status(size_t)>& done) const;

  // "seed 3", or "mean ± standard deviation of 5 seeds": what a figure's title says.
  FigureText SeedsText() const;

  // Writes the gnuplot script <name>.gp, with these definitions before its commands, and draws it
  // as --figure says. All tables are complete now: those of the run before go (append_file.h), unless
  // this one was interrupted.
  // `pictures`: the suffixes of the pictures that it draws. Where gnuplot is missing or fails, says
  // so on stderr: the numbers are there all the same. After an interrupt (interrupt.h) the script
  // is written, but not drawn.
  absl::Status Draw(const FigureDefinitions& definitions,
                    const std::vector<std::string>& pictures = {""});

  // In the order they were written.
  const std::vector<std::string>& written() const { return written_; }

  // What is still there of an earlier run: tables that this one has not come to replace, and
  // pictures that it has not drawn.
  std::vector<std::string> Earlier() const;

 private:
  Descriptor directory_;  // of the output
  std::vector<std::string> written_;
  std::vector<std::string> tables_, pictures_;  // those of this experiment, without their formats
  std::vector<Descriptor> locks_;               // of the tables, until the experiment ends
};

// What f() returns; what the standard library throws where memory or threads end becomes an error
// like any other.
absl::Status StatusOf(const std::function<absl::Status()>& f);

// The message of an error on one line, whatever a user has typed: control characters become \n, \t,
// \r or \x1b, all other characters stay.
std::string ErrorLine(const absl::Status& status);

// The main function of every experiment: parses the command line, runs the experiments of this
// program, prints which files were written, and turns an error into one line on stderr and the exit
// status:
//   0        done
//   1        an error, also what Abseil's own parser rejects
//   2        a wrong command line: an error with the code kInvalidArgument
//   128 + n  stopped by signal n: 130 by Ctrl-C, 143 by SIGTERM, 129 where the terminal was closed
int ExperimentMain(int argc, char** argv);

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_EXPERIMENT_H_
