#ifndef COMMON_EXPERIMENT_FIGURE_TEXT_H_
#define COMMON_EXPERIMENT_FIGURE_TEXT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

// The texts of the figures, in the language of --language.
namespace dlfs {

enum class Language { kEnglish, kKorean };

// "en", "ko". An error lists them.
absl::StatusOr<Language> LanguageFromName(absl::string_view name);
std::string LanguageName(Language language);

// English texts, and what they are in another language, registered for all figures of a program.
// Formats have the same conversions in the same order.
using Translations = std::vector<std::pair<std::string, std::string>>;
struct FigureTranslations {
  FigureTranslations(Language language, const Translations& translations);
};
const Translations& TranslationsTo(Language language);

// Between single quotes gnuplot neither unescapes nor runs `commands`.
std::string GnuplotQuoted(absl::string_view text);

// A text of a figure. The script has it in English; gnuplot translates it (figure.h: say()).
class FigureText {
 public:
  // The same in every language: a name, a number.
  explicit FigureText(const absl::AlphaNum& text);
  // A format whose every %s stands for one of `of`.
  FigureText(const std::string& format, const std::vector<FigureText>& of);

  const std::string& english() const { return english_; }
  // What gnuplot evaluates: sprintf(say('seed %s'), '0')
  const std::string& expression() const { return expression_; }

  // One behind the other.
  friend FigureText Join(const std::vector<FigureText>& texts, const std::string& separator);

 private:
  FigureText() = default;
  std::string english_, expression_;
};

// Translate("seed %s", 0): the arguments are texts and what absl::StrCat takes.
template <typename... Args>
FigureText Translate(const std::string& format, const Args&... args) {
  return FigureText(format, std::vector<FigureText>{FigureText(args)...});
}

// "Figure 6-9: ", in front of a title; nothing where there is no number.
FigureText FigureNumber(const std::string& number);

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_FIGURE_TEXT_H_
