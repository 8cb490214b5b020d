// The figures in Korean: every text is translated, and none is left in English.
#include <filesystem>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/experiment/figure_text.h"
#include "common/experiment/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/chapter6/experiments.h"
#include "tests/files.h"
#include "tests/run_binary.h"

namespace dlfs {
namespace {

using ::testing::Contains;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The sources that end so and say something in a figure, but for the translations themselves.
std::string Sources(const std::string& end) {
  std::string sources;
  for (const char* directory : {"chapter6", "common/experiment"}) {
    const std::filesystem::path build = FindRunfile(absl::StrCat(directory, "/BUILD"));
    for (const auto& entry : std::filesystem::directory_iterator(build.parent_path())) {
      const std::string name = entry.path().filename();
      if (!absl::EndsWith(name, end) || name == "korean.cc") continue;
      if (!absl::EndsWith(name, "_figure.cc")) sources += ReadFile(entry.path());  // not a made one
    }
  }
  return sources;
}

std::set<std::string> English() {
  std::set<std::string> english;
  for (const auto& [text, korean] : TranslationsTo(Language::kKorean)) english.insert(text);
  return english;
}

// Every match's first group.
std::vector<std::string> Matches(const std::string& text, const std::string& regex) {
  const std::regex compiled(regex);
  return {std::sregex_token_iterator(text.begin(), text.end(), compiled, 1), {}};
}

TEST(KoreanTest, KnowsEveryTextOfTheScripts) {
  const std::set<std::string> english = English();
  size_t texts = 0;
  for (std::string call :
       Matches(Sources(".gp"), R"rx(\bsay\(((?:[^()"]|"[^"]*"|\([^()]*\))*)\))rx")) {
    call = std::regex_replace(call, std::regex(R"rx(\beq "[^"]*")rx"), "");  // is not said
    for (const std::string& text : Matches(call, R"rx("([^"]*)")rx")) {
      EXPECT_THAT(english, Contains(text));
      ++texts;
    }
  }
  EXPECT_GT(texts, 60);
}

TEST(KoreanTest, KnowsEveryTextOfTheExperiments) {
  const std::vector<std::string> texts =
      Matches(Sources(".cc"), R"rx(\bTranslate\(\s*"([^"]*)")rx");
  for (const std::string& text : texts) EXPECT_THAT(English(), Contains(text));
  EXPECT_GT(texts.size(), 25);
}

TEST(KoreanTest, KnowsNoTextThatNobodySays) {
  const std::string all = Sources(".gp") + Sources(".cc");
  const std::string names = absl::StrReplaceAll(all, {{"_", " "}});  // of techniques
  for (const std::string& text : English()) {
    EXPECT_TRUE(absl::StrContains(all, text) || absl::StrContains(names, text)) << text;
  }
}

// sprintf takes them in this order.
TEST(KoreanTest, HasTheConversionsOfTheEnglishText) {
  static const std::regex conversion("%[0-9.]*[a-zA-Z]");
  const auto conversions = [](const std::string& text) {
    return std::vector<std::string>(
        std::sregex_token_iterator(text.begin(), text.end(), conversion), {});
  };
  EXPECT_THAT(TranslationsTo(Language::kKorean), SizeIs(Gt(80)));
  std::set<std::string> once;
  for (const auto& [english, korean] : TranslationsTo(Language::kKorean)) {
    EXPECT_EQ(conversions(korean), conversions(english)) << english;
    EXPECT_TRUE(once.insert(english).second) << "twice: " << english;
  }
}

// Words that are the same in Korean: names of the book, of the code, and of flags' values.
const std::set<std::string> kNames = {
    "SGD",    "Nesterov", "AdaGrad", "RMSProp", "Adam", "AdamW",   "Xavier", "He",
    "MNIST",  "sgd",      "adam",    "adamw",   "relu", "sigmoid", "tanh",   "he",
    "xavier", "constant", "std",     "gamma",   "beta", "Glorot",  "glorot", "momentum"};

// The words of a picture that are English.
std::set<std::string> EnglishWords(const std::string& svg) {
  static const std::regex text("<text[^>]*>([^]*?)</text>"), tag("<[^>]*>|&[a-z]+;"),
      word("[A-Za-z]{2,}");
  std::set<std::string> words;
  for (std::sregex_iterator match(svg.begin(), svg.end(), text), end; match != end; ++match) {
    const std::string said = std::regex_replace((*match)[1].str(), tag, " ");
    for (std::sregex_iterator w(said.begin(), said.end(), word); w != end; ++w) {
      if (!kNames.contains(w->str())) words.insert(w->str());
    }
  }
  return words;
}

struct Run {
  std::string name;
  Program program;
  std::vector<std::string> arguments;
};
void PrintTo(const Run& run, std::ostream* out) { *out << run.name; }

class KoreanFigureTest : public testing::TestWithParam<Run> {};

TEST_P(KoreanFigureTest, HasNoEnglishWords) {
  if (!HasGnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  const std::string directory = FreshDirectory();
  std::vector<std::string> arguments = GetParam().arguments;
  arguments.insert(arguments.end(), {"--language=ko", "--output_dir=" + directory});
  const Outcome outcome = RunWithoutProgress(ShortRun(GetParam().program, arguments));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.err, "");
  size_t pictures = 0;
  for (const std::string& file : FilesIn(directory)) {
    if (!absl::EndsWith(file, ".svg")) continue;
    const std::string svg = ReadFile(directory + "/" + file);
    EXPECT_THAT(EnglishWords(svg), IsEmpty()) << file;
    EXPECT_TRUE(absl::StrContains(svg, "Noto Sans KR")) << file;
    ++pictures;
  }
  EXPECT_GT(pictures, 0);
}

std::vector<Run> Runs() {
  std::vector<Run> runs;
  for (const Program& program : Programs()) runs.push_back({program.name, program, {}});
  runs.push_back({"Saddle", kNaive, {"--function=saddle", "--learning_rate=sgd=1e9"}});
  runs.push_back({"OneSeed", kInitCompare, {"--seeds=1", "--inits=std=1e6,zero,he"}});
  runs.push_back({"Diverged", kBatchNorm, {"--init_std=1e6,0.1"}});
  runs.push_back({"Penalties", kWeightDecay, {"--penalties=none,l1=0.1,decoupled=0.1"}});
  runs.push_back({"Techniques", kOverfit, {"--techniques=inverted_dropout+weight_decay"}});
  runs.push_back({"NoHiddenLayer", kDropout, {"--hidden_sizes="}});
  runs.push_back({"Rounds", kSearch, {"--rounds=2", "--learning_rate_range=1e-3:1e20"}});
  runs.push_back(
      {"InTraining", kHistogram, {"--during_training", "--inits=xavier", "--iterations=4"}});
  return runs;
}

INSTANTIATE_TEST_SUITE_P(All, KoreanFigureTest, testing::ValuesIn(Runs()),
                         [](const auto& test) { return test.param.name; });

TEST(KoreanFigureTest, TheTablesAreThoseOfTheEnglishRun) {
  const std::string english = Tables(kMnist), korean = Tables(kMnist, {"--language=ko"});
  for (const Table& table : kMnist.tables) {
    EXPECT_EQ(ReadFile(absl::StrCat(korean, table.suffix, ".csv")),
              ReadFile(absl::StrCat(english, table.suffix, ".csv")));
  }
}

}  // namespace
}  // namespace dlfs
