#include "tests/chapter6/experiments.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "tests/files.h"

namespace dlfs {
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

std::vector<Program> Programs() {
  return {kNaive,     kMnist,       kSymmetry, kHistogram, kInitCompare, kGradientCheck,
          kBatchNorm, kWeightDecay, kDropout,  kOverfit,   kSearch};
}

std::vector<Program> ProgramsThatReadMnist() {
  std::vector<Program> programs = Programs();
  std::erase_if(programs, [](const Program& program) { return !program.reads_mnist; });
  return programs;
}

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

std::string Rejection(const Program& program, std::vector<std::string> arguments, int exit_status) {
  arguments.insert(arguments.begin(), program.endless.begin(), program.endless.end());
  const Outcome outcome = RunExperiment(program.name, arguments);
  EXPECT_EQ(outcome.exit_status, exit_status);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, testing::MatchesRegex("[^\n]+\n"));
  return outcome.err;
}

Command ShortRun(const Program& program, const std::vector<std::string>& more_arguments) {
  Command command = {.program = FindRunfile("chapter6/" + program.name),
                     .arguments = program.short_run};
  command.arguments.insert(command.arguments.end(), more_arguments.begin(), more_arguments.end());
  return command;
}

Written WriteTables(const Program& program, std::vector<std::string> more_arguments) {
  const std::string directory = FreshDirectory();
  more_arguments.insert(more_arguments.end(), {"--figure=none", "--output_dir=" + directory});
  const Outcome outcome = RunWithoutProgress(ShortRun(program, more_arguments));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  return {directory + "/" + program.name, outcome.out};
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

}  // namespace dlfs
