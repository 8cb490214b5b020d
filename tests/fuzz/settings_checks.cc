#include "tests/fuzz/settings_checks.h"

#include <string>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "common/experiment/experiment.h"
#include "common/experiment/settings.h"
#include "common/matrix/check.h"
#include "tests/fuzz/flags_input.h"
#include "tests/fuzz/one_line.h"

namespace dlfs {
namespace {

// What a right value is at least and at most, where a program has such a flag.
struct Limits {
  const char* flag;
  double low, high;
};
constexpr Limits kLimits[] = {{"batch_size", 1, 60000},
                              {"train_size", 1, 60000},
                              {"iterations", 1, 1e7},
                              {"epochs", 1, 1e6},
                              {"evaluation_interval", 1, 2147483647},
                              {"interval", 1, 2147483647},
                              {"points", 1, 1e6},
                              {"start_x", -1000, 1000},
                              {"start_y", -1000, 1000},
                              {"learning_rate_decay", 0, 1.7976931348623157e308},
                              {"dropout_ratio", 0, 0.9999999999999999},
                              {"weight_decay", 0, 1.7976931348623157e308},
                              {"trials", 1, 100000},
                              {"rounds", 1, 100},
                              {"validation_share", 1e-300, 0.9999999999999999}};

// Names become cells of a table and words of a gnuplot script.
constexpr absl::string_view kNames[] = {"inits=",    "optimizers=", "activation=", "optimizer=",
                                        "dropouts=", "techniques=", "method=",     "function="};

}  // namespace

bool SettingsAreRight() {
  static const bool has_images = LoadedMnist().ok();  // some settings depend on their number
  DLFS_CHECK(has_images);
  for (SettingBase* setting : Settings()) {
    if (const absl::Status status = setting->Read(); !status.ok()) {
      CheckFlagError(status);
      return false;
    }
    const std::string text = setting->Text();
    DLFS_CHECK(text.empty() || IsOneLine(text));
    for (const absl::string_view name : kNames) {
      DLFS_CHECK(!absl::StartsWith(text, name) || text.find_first_of(" '\"\\") == text.npos);
    }
  }
  for (const auto& [name, low, high] : kLimits) {
    const absl::CommandLineFlag* flag = absl::FindCommandLineFlag(name);
    if (flag == nullptr || flag->CurrentValue().empty()) continue;  // the experiment decides
    double value;
    DLFS_CHECK(absl::SimpleAtod(flag->CurrentValue(), &value) && low <= value && value <= high);
  }
  return true;
}

}  // namespace dlfs
