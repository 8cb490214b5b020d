#ifndef COMMON_EXPERIMENT_H_
#define COMMON_EXPERIMENT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/csv.h"
#include "common/figure.h"
#include "common/progress.h"

// What all experiments have in common: the command line, the files they write, and how they end.
namespace dlfs {

// The common settings, from the flags --seed, --seeds, --threads, --output_dir, --data_dir and
// --figure (--isa has been put into force, isa.h), and the files that were written.
class Experiment {
 public:
  uint64_t seed = 0;
  int seeds = 1;  // runs with seed, seed + 1, ..., seed + seeds - 1
  int threads = 1;
  std::string output_dir;
  std::string data_dir;  // empty: the MNIST of this repository
  FigureFormat figure = FigureFormat::kNone;

  // Creates <output_dir>/<name>.csv, and the directory where it is missing, with CsvComments().
  absl::StatusOr<CsvWriter> CreateCsv(const std::string& name,
                                      const std::vector<std::string>& configuration,
                                      const std::vector<std::string>& columns);

  // The comments of a CSV: the name, seed and instruction set, and `configuration`, lines such as
  // "batch_size=128".
  std::vector<std::string> CsvComments(const std::string& name,
                                       const std::vector<std::string>& configuration) const;

  // For a file that CreateCsv does not create: makes the directory, and that a file can be written
  // to it; and lists the file among those that were written.
  absl::Status PrepareOutputDirectory() const;
  void AddWritten(const std::string& path) { written_.push_back(path); }

  // Calls work(0, progress), ..., work(n - 1, progress) in parallel, and done(0), done(1), ... in
  // this order, as RunInOrder (parallel.h) does. work() adds to the progress, which is told on stderr as
  // "<name>: 1200 of <total> <unit>". After StopRequested (interrupt.h) no more work is begun. Once
  // done() has returned an error it is not called again, and StopRequested is true: what could not
  // be written need not be computed. -> how many seconds it took, or that error
  absl::StatusOr<double> RunInParallel(const std::string& name, size_t n, size_t total,
                                       const std::string& unit,
                                       const std::function<void(size_t, Progress&)>& work,
                                       const std::function<absl::Status(size_t)>& done) const;

  // "seed 3", or "mean ± standard deviation of 5 seeds": what a figure's title says.
  std::string SeedsText() const;

  // Writes the gnuplot script and draws it as --figure says. Where gnuplot is missing or fails,
  // says so on stderr: the numbers are there all the same. After an interrupt (interrupt.h) the
  // script is written, but not drawn.
  absl::Status Draw(const FigureScript& script);

  // In the order they were written.
  const std::vector<std::string>& written() const { return written_; }

 private:
  std::vector<std::string> written_;
};

// A flag with a value that cannot be: "--batch_size: expected a number from 1 to 60000, found 0".
// Ends the program with exit status 2.
absl::Status FlagError(absl::string_view flag, absl::string_view expected, absl::string_view found);

// The same error with the name of the flag before it. Ends the program with exit status 2.
absl::Status OfFlag(absl::string_view flag, const absl::Status& status);

// Checks that a flag's value is in [low, high]; the largest int stands for no upper bound.
absl::Status CheckFlagInRange(absl::string_view flag, int64_t value, int64_t low,
                              int64_t high = std::numeric_limits<int>::max());

// The message of an error on one line, whatever a user has typed: control characters become \n, \t,
// \r or \x1b, all other characters stay.
std::string ErrorLine(const absl::Status& status);

// The main function of an experiment: parses the command line, calls `run`, prints which files were
// written, and turns an error into one line on stderr and the exit status:
//   0        done
//   1        an error, also what Abseil's own parser rejects
//   2        a wrong command line: an error with the code kInvalidArgument
//   128 + n  stopped by signal n: 130 by Ctrl-C, 143 by SIGTERM
// `usage`: what the program does, for --help.
int ExperimentMain(int argc, char** argv, absl::string_view usage,
                   const std::function<absl::Status(Experiment&)>& run);

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_H_
