#ifndef COMMON_EXPERIMENT_FIGURE_H_
#define COMMON_EXPERIMENT_FIGURE_H_

#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/experiment/figure_text.h"

namespace dlfs {

enum class FigureFormat { kSvg, kPng, kPdf, kGif, kTerminal, kNone };

// "svg", "png", "pdf", "gif", "terminal", "none". An error lists them.
absl::StatusOr<FigureFormat> FigureFormatFromName(absl::string_view name);

// The gnuplot commands of an experiment, registered by its name: the .gp file that its target in
// BUILD names. They may use the definitions of the script, and
//   eval picture(suffix, width, height)   begins the picture <name><suffix>.<format>
//   only(column, wanted, value)           a filter of rows, for `plot ... using`
//   font(scale)                           a font of another size
//   say(english)                         an English text in the language of the figure
//   experiment                            the name
struct FigureCommands {
  FigureCommands(const std::string& experiment, const std::string& commands);
};

// Names and what they stand for, defined before the commands: a number, a text that is the same in
// every language, one that is translated, or an array of these.
using FigureDefinitions = std::vector<
    std::pair<std::string, std::variant<std::string, double, FigureText, std::vector<FigureText>>>>;

// What gnuplot draws for an experiment.
struct FigureScript {
  // The experiment, or the experiment and what follows its name with an underscore
  // ("overfit_dropout_adam"): the script becomes <name>.gp.
  std::string name;
  FigureDefinitions definitions;
  // The suffixes of the pictures that the commands draw; "" is <name>.<format>.
  std::vector<std::string> pictures = {""};
  Language language = Language::kEnglish;
};

// Writes <output_dir>/<name>.gp, which runs by itself with `gnuplot <name>.gp` in that directory.
// For kNone it is written as for kSvg. -> the path
absl::StatusOr<std::string> WriteFigureScript(const FigureScript& script, FigureFormat format,
                                              const std::string& output_dir);

// Runs gnuplot on a script that WriteFigureScript wrote (not for kNone), without the settings of the
// user's own (~/.gnuplot, GNUTERM). Each picture is drawn as <picture>.new, and takes its place when
// it is complete; the paths of these are added to `drawn` (none for kTerminal, which is drawn on
// stdout). An error says why a picture is missing, and how to draw it later. gnuplot is killed when
// it has run for longer than `patience`, or we are asked to stop (interrupt.h).
absl::Status DrawFigure(const FigureScript& script, FigureFormat format,
                        const std::string& output_dir, std::vector<std::string>& drawn,
                        std::chrono::seconds patience = std::chrono::minutes(2));

// "svg", "png", "pdf" and "gif": how the name of a picture may end.
inline constexpr std::array<absl::string_view, 4> kPictureFormats = {"svg", "png", "pdf", "gif"};

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_FIGURE_H_
