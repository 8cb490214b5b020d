#include "tests/chapter6/experiments.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/experiment/mean_and_std.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "tests/files.h"

namespace dlfs {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::NanSensitiveDoubleEq;
using ::testing::StartsWith;

namespace {

const std::vector<std::string> kShortLossCurves = {absl::StrCat("--iterations=", kShortIterations),
                                                   "--seeds=2", "--batch_size=32",
                                                   "--hidden_sizes=20,20"};
const std::vector<std::string> kEndlessLossCurves = {"--iterations=10000000"};

const std::vector<std::string> kShortAccuracyCurves = {
    absl::StrCat("--epochs=", kShortEpochs),
    absl::StrCat("--train_size=", kShortTrainSize),
    "--seeds=2",
    "--batch_size=10",
    "--hidden_sizes=10,10",
    "--evaluation_interval=1"};
const std::vector<std::string> kEndlessAccuracyCurves = {"--epochs=1000000"};

// A directory with the first kFewTrain and kFewTest images of MNIST.
std::string FewImages() {
  const std::string directory = FreshDirectory();
  for (const auto& [part, count] : {std::pair("train", kFewTrain), std::pair("t10k", kFewTest)}) {
    const std::string big_endian = {0, 0, static_cast<char>(count >> 8), static_cast<char>(count)};
    for (const auto& [name, header, item] :
         {std::tuple("-images-idx3-ubyte", 16, 784), std::tuple("-labels-idx1-ubyte", 8, 1)}) {
      const std::string file = absl::StrCat("/", part, name);
      std::string bytes(header + item * count, '\0');
      std::ifstream(FindRunfile("datasets/mnist") + file).read(bytes.data(), bytes.size());
      WriteFile(directory + file, bytes.replace(4, 4, big_endian));
    }
  }
  return directory;
}

// A run with these arguments, one list behind the other, on these images if it reads any.
Command OnFewImages(const Program& program, const std::vector<std::vector<std::string>>& lists) {
  Command command = {.program = FindRunfile("chapter6/" + program.name)};
  if (program.reads_mnist) {
    static const std::string directory = FewImages();
    command.arguments.push_back("--data_dir=" + directory);
  }
  for (const std::vector<std::string>& list : lists) {
    command.arguments.insert(command.arguments.end(), list.begin(), list.end());
  }
  return command;
}

std::vector<std::string> With(std::vector<std::string> arguments, const std::string& more) {
  arguments.push_back(more);
  return arguments;
}

// "_summary" of an experiment that compares accuracies, whose methods are told by these columns.
std::string AccuracySummary(const std::string& columns) {
  return columns + ",epoch,train_mean,train_std,test_mean,test_std,diverged";
}

// A comparison of 6.4 that is done once more with Adam.
Program OverfitTwice(const std::string& name, const std::string& columns) {
  const std::string header = absl::StrCat("seed,", columns, ",epoch,train_accuracy,test_accuracy");
  return {.name = name,
          .tables = {{"", header},
                     {"_summary", AccuracySummary(columns)},
                     {"_adam", header},
                     {"_adam_summary", AccuracySummary(columns)}},
          .pictures = {"", "_test", "_adam", "_adam_test"},
          .scripts = {"", "_adam"},
          .short_run = kShortAccuracyCurves,
          .endless = kEndlessAccuracyCurves};
}

}  // namespace

const Program kNaive = {.name = "optimizer_compare_naive",
                        .tables = {{"", "optimizer,step,x,y"}},
                        .pictures = {"", "_surface", "_gradient", "_together"},
                        .reads_mnist = false};

const Program kMnist = {.name = "optimizer_compare_mnist",
                        .tables = {{"", "seed,optimizer,iteration,loss,smoothed_loss"},
                                   {"_summary", "optimizer,iteration,mean,std"}},
                        .pictures = {""},
                        .short_run = kShortLossCurves,
                        .endless = kEndlessLossCurves};

const Program kBoth = {
    .name = "optimizer_compare", .tables = {}, .pictures = {}, .endless = kEndlessLossCurves};

const Program kSurface = {
    .name = "loss_surface",
    .tables = {{"", "optimizer,iteration,a,b,loss"}, {"_grid", "a,b,loss"}},
    .pictures = {""},
    .short_run = {absl::StrCat("--iterations=", kShortIterations), "--keep_every=7",
                  "--batch_size=32", "--hidden_sizes=20,20", "--images=20", "--grid=11"},
    .endless = {"--iterations=10000000", "--keep_every=1000000"}};

const Program kSymmetry = {.name = "weight_init_symmetry",
                           .tables = {{"", "seed,init,iteration,loss,smoothed_loss"},
                                      {"_summary", "init,iteration,mean,std"},
                                      {"_layers", "seed,init,iteration,layer,spread,rank"}},
                           .pictures = {""},
                           .short_run = With(kShortLossCurves, "--interval=7"),
                           .endless = kEndlessLossCurves};

const Program kHistogram = {
    .name = "weight_init_activation_histogram",
    .tables = {{"", "activation,init,layer,bin_low,bin_high,count"},
               {"_gradient", "activation,init,layer,bin_low,bin_high,count"},
               {"_summary", "activation,init,layer,mean,std,saturated,dead,gradient_std"}},
    .pictures = {"", "_sigmoid", "_sigmoid_gradient", "_tanh", "_tanh_gradient", "_relu",
                 "_relu_gradient"},
    .short_run = {"--samples=50", "--nodes=10", "--layers=3", "--bins=12", "--seeds=2",
                  "--inits=std=1,xavier,he"},
    .reads_mnist = false};

const Program kInitCompare = {.name = "weight_init_compare",
                              .tables = {{"", "seed,init,iteration,loss,smoothed_loss"},
                                         {"_summary", "init,iteration,mean,std"}},
                              .pictures = {""},
                              .short_run = kShortLossCurves,
                              .endless = kEndlessLossCurves};

const Program kGradientCheck = {
    .name = "batch_norm_gradient_check",
    .tables = {{"", "parameter,samples,mean_abs_difference,max_relative_error"},
               {"_summary", "parameter,samples,largest_gradient,mean_abs_difference"}},
    .pictures = {""},
    .short_run = {"--samples=2"},
    .endless = {"--samples=1000"}};

const Program kBatchNorm = {
    .name = "batch_norm_compare",
    .tables = {{"", "seed,init_std,batch_norm,epoch,train_accuracy,diverged"},
               {"_summary", AccuracySummary("init_std,batch_norm")}},
    .pictures = {"", "_one"},
    .short_run = With(kShortAccuracyCurves, "--init_std=0.5,0.1,0.01"),
    .endless = kEndlessAccuracyCurves};

const Program kWeightDecay = {
    .name = "overfit_weight_decay",
    .tables = {{"", "seed,penalty,lambda,epoch,train_accuracy,test_accuracy"},
               {"_summary", AccuracySummary("penalty,lambda")}},
    .pictures = {"", "_test"},
    .short_run = kShortAccuracyCurves,
    .endless = kEndlessAccuracyCurves};

const Program kDropout = OverfitTwice("overfit_dropout", "dropout,ratio");

const Program kOverfit = OverfitTwice("overfit_compare", "technique");

const Program kSearch = {
    .name = "hyperparameter_optimization",
    .tables = {{"", "trial,learning_rate,weight_decay,epoch,validation_accuracy,train_accuracy"},
               {"_trials",
                "seed,rank,round,trial,learning_rate,weight_decay,validation_accuracy,"
                "train_accuracy,mean_validation_accuracy"},
               {"_rounds",
                "seed,round,learning_rate_low,learning_rate_high,weight_decay_low,"
                "weight_decay_high,best_validation_accuracy,median_validation_accuracy"},
               {"_best",
                "seed,trial,learning_rate,weight_decay,validation_accuracy,train_accuracy,"
                "test_accuracy"}},
    .pictures = {"", "_map", "_rounds"},
    .short_run = {absl::StrCat("--trials=", kShortTrials),
                  absl::StrCat("--epochs=", kShortTrialEpochs),
                  absl::StrCat("--train_size=", kShortTrainSize), "--rounds=2", "--seeds=2",
                  "--batch_size=10", "--hidden_sizes=10,10"},
    .endless = {"--epochs=1000000"}};

const Program kSearchCompare = {
    .name = "search_compare",
    .tables = {{"", "method,trials,seed,epochs,best_validation_accuracy"},
               {"_summary", "method,trials,epochs,mean,std"}},
    .pictures = {""},
    .short_run = {"--trials=4,9", absl::StrCat("--epochs=", kShortTrialEpochs),
                  absl::StrCat("--train_size=", kShortTrainSize), "--seeds=2", "--batch_size=10",
                  "--hidden_sizes=10,10"},
    .endless = {"--epochs=10000", "--trials=300"}};

std::vector<Program> Programs() {
  return {kNaive,       kMnist,   kSymmetry, kHistogram, kInitCompare, kGradientCheck, kBatchNorm,
          kWeightDecay, kDropout, kOverfit,  kSearch,    kSurface,     kSearchCompare};
}

std::vector<Program> ProgramsThatReadMnist() {
  std::vector<Program> programs = Programs();
  std::erase_if(programs, [](const Program& program) { return !program.reads_mnist; });
  return programs;
}

std::vector<Program> OneOfEachKind() { return {kNaive, kHistogram, kOverfit, kSearch}; }

Outcome RunExperiment(const std::string& program, const std::vector<std::string>& arguments) {
  return RunBinary({.program = FindRunfile("chapter6/" + program), .arguments = arguments});
}

Outcome RunWithoutProgress(const Command& command) {
  Outcome outcome = RunBinary(command);
  std::string kept;
  for (absl::string_view line :
       absl::StrSplit(outcome.err, absl::ByChar('\n'), absl::SkipEmpty())) {
    const bool progress = absl::EndsWith(line, " %)") || absl::EndsWith(line, ", finishing");
    if (!progress) absl::StrAppend(&kept, line, "\n");
  }
  outcome.err = kept;
  return outcome;
}

std::string Rejection(const Program& program, const std::vector<std::string>& arguments,
                      int exit_status) {
  const Outcome outcome = RunBinary(OnFewImages(program, {program.endless, arguments}));
  EXPECT_EQ(outcome.exit_status, exit_status);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, testing::MatchesRegex("[^\n]+\n"));
  return outcome.err;
}

Command ShortRun(const Program& program, const std::vector<std::string>& more_arguments) {
  return OnFewImages(program, {program.short_run, more_arguments});
}

Command EndlessRun(const Program& program, const std::vector<std::string>& more_arguments) {
  return OnFewImages(program, {program.short_run, program.endless, more_arguments});
}

Written WriteTables(const Program& program, std::vector<std::string> more_arguments) {
  static std::map<std::string, Written> done;
  const bool once = more_arguments.empty();
  if (once && done.contains(program.name)) return done[program.name];
  const std::string directory = FreshDirectory();
  more_arguments.insert(more_arguments.end(), {"--figure=none", "--output_dir=" + directory});
  const Outcome outcome = RunWithoutProgress(ShortRun(program, more_arguments));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  const Written written = {directory + "/" + program.name, outcome.out};
  if (once) done[program.name] = written;
  return written;
}

std::string Tables(const Program& program, std::vector<std::string> more_arguments) {
  return WriteTables(program, std::move(more_arguments)).experiment;
}

std::vector<std::string> PrintedRow(const std::string& out, const std::string& method) {
  for (absl::string_view line : absl::StrSplit(out, '\n')) {
    absl::string_view row = absl::StripLeadingAsciiWhitespace(line);
    if (absl::ConsumePrefix(&row, method + " ")) return absl::StrSplit(row, ' ', absl::SkipEmpty());
  }
  ADD_FAILURE() << "no row of " << method << " in\n" << out;
  return {};
}

// --- What is asked of their tables ---

namespace {

size_t IndexOf(const CsvTable& table, const std::string& name) {
  const std::vector<std::string> names = absl::StrSplit(table.header, ',');
  const auto found = std::ranges::find(names, name);
  EXPECT_NE(found, names.end()) << "no column " << name << " in " << table.header;
  return found == names.end() ? 0 : static_cast<size_t>(found - names.begin());
}

}  // namespace

std::vector<Row> FirstCells(const CsvTable& table, size_t count) {
  std::vector<Row> cells;
  for (const Row& row : table.rows) cells.emplace_back(row.begin(), row.begin() + count);
  return cells;
}

std::vector<Row> RowsOf(const CsvTable& table, const Row& first_cells) {
  std::vector<Row> rows;
  for (const Row& row : table.rows) {
    if (std::equal(first_cells.begin(), first_cells.end(), row.begin())) rows.push_back(row);
  }
  return rows;
}

std::vector<std::string> Column(const CsvTable& table, const std::string& name) {
  const size_t index = IndexOf(table, name);
  std::vector<std::string> cells;
  for (const Row& row : table.rows) cells.push_back(row[index]);
  return cells;
}

void ExpectMeanAndStd(const CsvTable& runs, const std::string& value, const CsvTable& summary,
                      const std::string& mean, const std::string& std) {
  // What the summary says of its rows first stands in the runs behind the seed.
  const Row columns = absl::StrSplit(summary.header, ',');
  const Row columns_of_runs = absl::StrSplit(runs.header, ',');
  const size_t keys = std::ranges::mismatch(columns.begin(), columns.end(),
                                            columns_of_runs.begin() + 1, columns_of_runs.end())
                          .in1 -
                      columns.begin();
  std::vector<Row> in_order;
  std::map<Row, std::vector<double>> values;
  const std::vector<std::string> cells = Column(runs, value);
  for (size_t i = 0; i < runs.rows.size(); ++i) {
    const Row key(runs.rows[i].begin() + 1, runs.rows[i].begin() + 1 + keys);
    if (values[key].empty()) in_order.push_back(key);
    values[key].push_back(Number(cells[i]));
  }
  EXPECT_EQ(FirstCells(summary, keys), in_order);
  ASSERT_EQ(summary.rows.size(), in_order.size());
  const std::vector<std::string> means = Column(summary, mean), stds = Column(summary, std);
  for (size_t i = 0; i < in_order.size(); ++i) {
    const MeanAndStd expected(values[in_order[i]]);
    EXPECT_THAT(Number(means[i]), NanSensitiveDoubleEq(expected.mean));
    EXPECT_THAT(Number(stds[i]), NanSensitiveDoubleEq(expected.std));
  }
}

void ExpectPrinted(const std::vector<std::string>& printed, size_t cell, const std::string& mean,
                   const std::string& std) {
  ASSERT_GT(printed.size(), cell + 2);
  EXPECT_NEAR(Number(printed[cell]), Number(mean), 5.1e-5);
  EXPECT_EQ(printed[cell + 1], "±");
  EXPECT_NEAR(Number(printed[cell + 2]), Number(std), 5.1e-5);
}

// --- What gnuplot draws for them ---

bool HasGnuplot() {
  return RunBinary({.program = "gnuplot", .arguments = {"-V"}}).exit_status == 0;
}

std::set<std::string> FilesIn(const std::string& directory) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    files.insert(entry.path().filename().string());
  }
  return files;
}

std::set<std::string> FilesSaid(const std::string& out, const std::string& directory) {
  std::set<std::string> files;
  for (absl::string_view line : absl::StrSplit(out, '\n')) {
    if (absl::ConsumePrefix(&line, absl::StrCat("  ", directory, "/"))) files.emplace(line);
  }
  return files;
}

std::set<std::string> TablesAndScripts(const Program& program) {
  std::set<std::string> files;
  for (const Table& table : program.tables) {
    files.insert(absl::StrCat(program.name, table.suffix, ".csv"));
  }
  for (const std::string& suffix : program.scripts) {
    files.insert(absl::StrCat(program.name, suffix, ".gp"));
  }
  return files;
}

std::set<std::string> Pictures(const Program& program, const std::vector<std::string>& suffixes,
                               const std::string& format) {
  std::set<std::string> files;
  for (const std::string& suffix : suffixes) {
    files.insert(absl::StrCat(program.name, suffix, ".", format));
  }
  return files;
}

void ExpectPictures(const std::string& directory, const std::set<std::string>& files) {
  for (const std::string& file : files) {
    const std::string path = directory + "/" + file;
    // The end tells a picture from one that gnuplot gave up.
    EXPECT_THAT(ReadFile(path),
                AnyOf(AllOf(StartsWith("<?xml"), EndsWith("</svg>\n\n")),
                      AllOf(StartsWith("\x89PNG"), EndsWith("IEND\xae\x42\x60\x82")),
                      AllOf(StartsWith("%PDF"), EndsWith("%%EOF\n")),
                      AllOf(StartsWith("GIF8"), EndsWith(";"))))
        << path;
  }
}

// --- Runs of hyperparameter_optimization ---

Search RunSearch(const std::vector<std::string>& more_arguments) {
  std::vector<std::string> arguments = {"--trials=20",
                                        "--epochs=4",
                                        "--train_size=500",
                                        "--batch_size=100",
                                        "--hidden_sizes=20,20",
                                        "--learning_rate_range=0.001:1",
                                        "--weight_decay_range=1e-4:0.1"};
  arguments.insert(arguments.end(), more_arguments.begin(), more_arguments.end());
  const auto [experiment, out] = WriteTables(kSearch, arguments);
  return {ReadCsv(experiment + ".csv"), ReadCsv(experiment + "_trials.csv"),
          ReadCsv(experiment + "_rounds.csv"), ReadCsv(experiment + "_best.csv"), out};
}

Command SearchIn(const std::string& directory, const std::vector<std::string>& more_arguments) {
  std::vector<std::string> arguments = {"--trials=30",
                                        "--rounds=1",
                                        "--seeds=1",
                                        "--epochs=5",
                                        "--train_size=100",
                                        "--batch_size=20",
                                        "--hidden_sizes=20,20",
                                        "--learning_rate_range=0.01:1",
                                        "--figure=none",
                                        "--output_dir=" + directory};
  arguments.insert(arguments.end(), more_arguments.begin(), more_arguments.end());
  return ShortRun(kSearch, arguments);
}

TableBytes ReadTables(const std::string& directory) {
  TableBytes tables;
  for (const Table& table : kSearch.tables) {
    tables[table.suffix] = ReadFile(directory + "/" + kSearch.name + table.suffix + ".csv");
  }
  return tables;
}

TableBytes FinishSearch(const std::string& directory,
                        const std::vector<std::string>& more_arguments) {
  const Outcome outcome = RunWithoutProgress(SearchIn(directory, more_arguments));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  return ReadTables(directory);
}

SplitTable Split(const std::string& text) {
  SplitTable split;
  std::string number;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const absl::string_view first = line.substr(0, line.find(','));
    const bool is_head = absl::StartsWith(line, "#") || first == "trial";
    if (!is_head && first != number) split.trials.emplace_back();
    if (!is_head) number = std::string(first);
    absl::StrAppend(is_head ? &split.head : &split.trials.back(), line, "\n");
  }
  return split;
}

void ExpectRefused(const std::string& directory, const std::vector<std::string>& more_arguments,
                   const std::vector<std::string>& error) {
  const std::string before = ReadFile(directory + kSearchCsv);
  const Outcome outcome = RunWithoutProgress(SearchIn(directory, more_arguments));
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.err, testing::MatchesRegex("[^\n]+\n"));
  for (const std::string& part : error) EXPECT_THAT(outcome.err, testing::HasSubstr(part));
  EXPECT_EQ(ReadFile(directory + kSearchCsv), before);
}

}  // namespace dlfs
