// What a user can get wrong on the command line of the experiments, and what he reads then.
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/isa.h"
#include "common/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/datasets/idx_files.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

const char kMnist[] = "optimizer_compare_mnist";
const char kNaive[] = "optimizer_compare_naive";
const char kBoth[] = "optimizer_compare";

Outcome RunExperiment(const std::string& program, const std::vector<std::string>& arguments) {
  return RunBinary({.program = FindRunfile("chapter6/" + program), .arguments = arguments});
}

// Runs a command line that has to be rejected with one line on stderr, and nothing on stdout. An
// experiment that started to learn nevertheless would not come to an end.
std::string Rejection(const std::string& program, std::vector<std::string> arguments,
                      int exit_status) {
  if (program != kNaive) arguments.insert(arguments.begin(), "--iterations=10000000");
  const Outcome outcome = RunExperiment(program, arguments);
  EXPECT_EQ(outcome.exit_status, exit_status);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, MatchesRegex("[^\n]+\n"));
  return outcome.err;
}

// --- Flags ---

struct BadFlags {
  std::string name;
  std::string program;
  std::vector<std::string> flags;
  int exit_status;  // 1: Abseil's parser
  std::vector<std::string> error;
};

class BadFlagsTest : public testing::TestWithParam<BadFlags> {};

TEST_P(BadFlagsTest, AreRejectedBeforeAnythingIsWritten) {
  const std::string output_dir = FreshDirectory() + "/out";
  std::vector<std::string> arguments = {"--output_dir=" + output_dir};
  arguments.insert(arguments.end(), GetParam().flags.begin(), GetParam().flags.end());
  const std::string error = Rejection(GetParam().program, arguments, GetParam().exit_status);
  for (const std::string& part : GetParam().error) EXPECT_THAT(error, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(output_dir));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFlagsTest,
    testing::Values(
        BadFlags{"UnknownFlag", kMnist, {"--batchsize=1"}, 1, {"'batchsize'"}},
        BadFlags{"FlagOfAnotherExperiment", kNaive, {"--batch_size=1"}, 1, {"'batch_size'"}},
        BadFlags{"PositionalArgument", kMnist, {"adam"}, 2, {"expected only flags", "'adam'"}},

        BadFlags{"UnknownOptimizer",
                 kMnist,
                 {"--optimizers=sgd,adm"},
                 2,
                 {"--optimizers: ", "sgd, momentum, nesterov, adagrad, rmsprop, adam", "'adm'"}},
        BadFlags{"UnknownOptimizerOnF", kNaive, {"--optimizers=Adam"}, 2, {"'Adam'"}},
        BadFlags{"UnknownOptimizerOnBoth", kBoth, {"--optimizers=sgd adam"}, 2, {"'sgd adam'"}},
        BadFlags{"SameOptimizerTwice",
                 kMnist,
                 {"--optimizers=sgd,adam,sgd"},
                 2,
                 {"--optimizers: expected each optimizer once, found 'sgd' twice"}},
        BadFlags{"NoOptimizer", kMnist, {"--optimizers="}, 2, {"--optimizers: ", "at least one"}},

        BadFlags{"BatchOfNone",
                 kMnist,
                 {"--batch_size=0"},
                 2,
                 {"--batch_size: expected a number of at least 1, found 0"}},
        BadFlags{"BatchOfNoneOnBoth", kBoth, {"--batch_size=0"}, 2, {"--batch_size: "}},
        BadFlags{"NegativeBatch", kMnist, {"--batch_size=-5"}, 2, {"--batch_size: ", "found -5"}},
        BadFlags{"BatchAboveTheDataSet",
                 kMnist,
                 {"--batch_size=60001"},
                 2,
                 {"--batch_size: expected a number from 1 to 60000, found 60001"}},
        BadFlags{"BatchNotANumber", kMnist, {"--batch_size=abc"}, 1, {"'abc'", "'batch_size'"}},

        BadFlags{
            "LearningRate0",
            kMnist,
            {"--learning_rate=0"},
            2,
            {"--learning_rate: expected a positive number, or a list of name=number, found '0'"}},
        BadFlags{"LearningRateNegative", kMnist, {"--learning_rate=-1"}, 2, {"'-1'"}},
        BadFlags{"LearningRateNan", kMnist, {"--learning_rate=nan"}, 2, {"'nan'"}},
        BadFlags{"LearningRateInfinite", kNaive, {"--learning_rate=inf"}, 2, {"'inf'"}},
        BadFlags{"LearningRateNotANumber", kNaive, {"--learning_rate=abc"}, 2, {"'abc'"}},
        BadFlags{"LearningRateMissing", kMnist, {"--learning_rate=adam="}, 2, {"'adam='"}},
        BadFlags{"LearningRate0OfOne", kMnist, {"--learning_rate=sgd=0"}, 2, {"'sgd=0'"}},
        BadFlags{"LearningRateTwice", kMnist, {"--learning_rate=sgd=1=2"}, 2, {"'sgd=1=2'"}},
        BadFlags{"LearningRateSecondBad", kMnist, {"--learning_rate=sgd=1,adam=x"}, 2, {"adam=x"}},
        BadFlags{"LearningRatesWithoutNames", kMnist, {"--learning_rate=0.1,0.2"}, 2, {"'0.1'"}},
        BadFlags{"LearningRateSaidTwice",
                 kMnist,
                 {"--learning_rate=adam=1,adam=2"},
                 2,
                 {"at most once", "'adam=2'"}},
        BadFlags{"LearningRateOfNoOptimizer",
                 kMnist,
                 {"--learning_rate=foo=0.1"},
                 2,
                 {"--learning_rate: ", "sgd momentum adagrad adam", "found 'foo=0.1'"}},
        BadFlags{"LearningRateOfOneLeftOut",
                 kMnist,
                 {"--optimizers=sgd", "--learning_rate=adam=0.1"},
                 2,
                 {"--learning_rate: ", "each of sgd at most once", "found 'adam=0.1'"}},
        BadFlags{"NegativeDecay",
                 kMnist,
                 {"--learning_rate_decay=-1"},
                 2,
                 {"--learning_rate_decay: expected a number of at least 0, found -1"}},
        BadFlags{"DecayNan", kNaive, {"--learning_rate_decay=nan"}, 2, {"found nan"}},
        BadFlags{"DecayNotANumber", kNaive, {"--learning_rate_decay=x"}, 1, {"'x'"}},

        BadFlags{"HiddenSize0",
                 kMnist,
                 {"--hidden_sizes=100,0"},
                 2,
                 {"--hidden_sizes: expected numbers from 1 to 10000, found '0'"}},
        BadFlags{"HiddenSizeNotANumber", kMnist, {"--hidden_sizes=abc"}, 2, {"found 'abc'"}},
        BadFlags{"NegativeHiddenSize", kMnist, {"--hidden_sizes=-3"}, 2, {"found '-3'"}},
        BadFlags{"NoIteration",
                 kMnist,
                 {"--iterations=0"},
                 2,
                 {"--iterations: expected a number from 1 to 10000000, found 0"}},
        BadFlags{"NoPoint", kNaive, {"--points=0"}, 2, {"--points: ", "found 0"}},
        BadFlags{"StartNan", kNaive, {"--start_y=nan"}, 2, {"--start_y: ", "found nan"}},

        BadFlags{"NoThread", kMnist, {"--threads=0"}, 2, {"--threads: ", "found 0"}},
        BadFlags{"NegativeThreads", kMnist, {"--threads=-1"}, 2, {"--threads: ", "found -1"}},
        BadFlags{"NoSeed", kMnist, {"--seeds=0"}, 2, {"--seeds: ", "found 0"}},
        BadFlags{"NegativeSeed", kMnist, {"--seed=-1"}, 1, {"'-1'", "'seed'"}},
        BadFlags{"UnknownIsa", kMnist, {"--isa=foo"}, 2, {"--isa: ", "'foo'", "auto", "baseline"}},
        BadFlags{"UnknownFigure",
                 kMnist,
                 {"--figure=gif"},
                 2,
                 {"--figure: expected one of svg, png, pdf, terminal, none; found 'gif'"}}),
    [](const auto& info) { return info.param.name; });

TEST(CommandLineTest, IsaThatTheCpuLacks) {
  std::vector<std::string> lacking;
  for (const char* isa : {"avx2", "avx512"}) {
    if (!IsaFromName(isa).ok()) lacking.push_back(isa);
  }
  if (lacking.empty()) GTEST_SKIP() << "this CPU has them all";
  for (const std::string& isa : lacking) {
    EXPECT_THAT(Rejection(kMnist, {"--isa=" + isa}, 2),
                HasSubstr(absl::StrCat("--isa: this CPU does not have '", isa, "'")));
  }
}

TEST(CommandLineTest, HelpSaysWhatTheFlagsMean) {
  const Outcome help = RunExperiment(kMnist, {"--help"});
  EXPECT_EQ(help.exit_status, 1);
  EXPECT_EQ(help.err, "");
  for (const char* text :
       {"figure 6-9", "--batch_size (images in a mini-batch); default: 128",
        "--optimizers (which optimizers", "--seed (decides every random number of the run)",
        "--hidden_sizes (", "--iterations (", "--learning_rate (", "--learning_rate_decay (",
        "--data_dir (", "--figure (", "--isa (", "--output_dir (", "--seeds (", "--threads ("}) {
    EXPECT_THAT(help.out, HasSubstr(text));
  }
}

// --- The data set ---

struct BadData {
  std::string name;
  std::function<void(const std::string& directory)> spoil;  // a small good data set
  std::string blamed;                                       // the file
  std::vector<std::string> error;
};

class BadDataTest : public testing::TestWithParam<BadData> {};

TEST_P(BadDataTest, IsNamed) {
  const std::string directory = SmallMnistDirectory();
  const std::string output_dir = FreshDirectory() + "/out";
  GetParam().spoil(directory);
  const std::string error =
      Rejection(kMnist, {"--data_dir=" + directory, "--output_dir=" + output_dir}, 1);
  EXPECT_THAT(error, HasSubstr(directory + GetParam().blamed));
  for (const std::string& part : GetParam().error) EXPECT_THAT(error, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(output_dir));
}

constexpr char kTrainImages[] = "/train-images-idx3-ubyte";
constexpr char kTrainLabels[] = "/train-labels-idx1-ubyte";
constexpr char kTestImages[] = "/t10k-images-idx3-ubyte";
constexpr char kTestLabels[] = "/t10k-labels-idx1-ubyte";

INSTANTIATE_TEST_SUITE_P(
    All, BadDataTest,
    testing::Values(BadData{"NoDirectory",
                            [](const std::string& directory) {
                              std::filesystem::remove_all(directory);
                            },
                            "",
                            {"--data_dir: expected a directory", "does not exist"}},
                    BadData{"AFile",
                            [](const std::string& directory) {
                              std::filesystem::remove_all(directory);
                              WriteFile(directory, "");
                            },
                            "",
                            {"--data_dir: expected a directory", "is not a directory"}},
                    BadData{"NotDecompressed",
                            [](const std::string& directory) {
                              std::filesystem::rename(directory + kTrainImages,
                                                      directory + kTrainImages + ".gz");
                            },
                            kTrainImages,
                            {"no such file", "gunzip "}},
                    BadData{"StillCompressed",
                            [](const std::string& directory) {
                              WriteFile(directory + kTestLabels, "\x1f\x8b\x08");
                            },
                            kTestLabels,
                            {"gzip-compressed", "gunzip "}},
                    BadData{"CutOff",
                            [](const std::string& directory) {
                              std::filesystem::resize_file(directory + kTestImages, 100);
                            },
                            kTestImages,
                            {"expected 10 x 28 x 28 bytes", "found 84", "cut off"}},
                    BadData{"OneLabelMissing",
                            [](const std::string& directory) {
                              WriteFile(directory + kTrainLabels, IdxLabels(kSmallTrain - 1));
                            },
                            kTrainLabels,
                            {"expected 20 labels", "found 19"}},
                    BadData{"LabelAbove9",
                            [](const std::string& directory) {
                              WriteFile(
                                  directory + kTestLabels,
                                  Idx(kIdxLabels, {kSmallTest}, std::string(kSmallTest, '\x0b')));
                            },
                            kTestLabels,
                            {"expected labels from 0 to 9", "found label 11 of image 0"}},
                    BadData{"ImagesOfAnotherSize",
                            [](const std::string& directory) {
                              WriteFile(directory + kTestImages, IdxImages(kSmallTest, 32, 32));
                            },
                            kTestImages,
                            {"expected images of 28 x 28 pixels", "found 32 x 32"}}),
    [](const auto& info) { return info.param.name; });

TEST(CommandLineTest, BatchAboveAnotherDataSet) {
  EXPECT_THAT(Rejection(kMnist, {"--data_dir=" + SmallMnistDirectory(), "--batch_size=21"}, 2),
              HasSubstr(absl::StrCat("--batch_size: expected a number from 1 to ", kSmallTrain,
                                     ", found 21")));
}

// --- The output directory ---

struct BadOutput {
  std::string name;
  std::function<std::string()> directory;
  std::string error;
};

class BadOutputTest : public testing::TestWithParam<BadOutput> {};

TEST_P(BadOutputTest, IsRejectedBeforeTheRun) {
  const std::string directory = GetParam().directory();
  for (const char* program : {kNaive, kMnist, kBoth}) {
    const std::string error = Rejection(program, {"--output_dir=" + directory}, 1);
    EXPECT_THAT(error, HasSubstr("--output_dir: expected a directory"));
    EXPECT_THAT(error, HasSubstr(absl::StrCat("found ", directory, GetParam().error)));
  }
}

std::string AFile() {
  const std::string file = FreshDirectory() + "/file";
  WriteFile(file, "");
  return file;
}

std::string ALinkToItself() {
  const std::string link = FreshDirectory() + "/link";
  std::filesystem::create_symlink(link, link);
  return link;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadOutputTest,
    testing::Values(
        BadOutput{"AFile", AFile, ", which is not a directory"},
        BadOutput{"BelowAFile", [] { return AFile() + "/out"; }, ": Not a directory"},
        BadOutput{"CannotBeMade", [] { return "/proc/nope"; }, ": No such file or directory"},
        BadOutput{"CannotBeWrittenTo", [] { return "/proc"; }, ": "},
        BadOutput{"NameTooLong", [] { return FreshDirectory() + "/" + std::string(300, 'a'); },
                  ": File name too long"},
        BadOutput{"ALinkToItself", ALinkToItself, ": Too many levels of symbolic links"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dlfs
