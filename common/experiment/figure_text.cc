#include "common/experiment/figure_text.h"

#include <array>
#include <map>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/experiment/names.h"

namespace dlfs {
namespace {

constexpr std::array<absl::string_view, 2> kLanguageNames = {"en", "ko"};

std::map<Language, Translations>& AllTranslations() {
  static auto& all = *new std::map<Language, Translations>;
  return all;
}

}  // namespace

absl::StatusOr<Language> LanguageFromName(absl::string_view name) {
  const auto index = FindName("", name, kLanguageNames);
  if (!index.ok()) return index.status();
  return static_cast<Language>(*index);
}

std::string LanguageName(Language language) {
  return std::string(kLanguageNames[static_cast<size_t>(language)]);
}

FigureTranslations::FigureTranslations(Language language, const Translations& translations) {
  AllTranslations()[language] = translations;
}

const Translations& TranslationsTo(Language language) { return AllTranslations()[language]; }

std::string GnuplotQuoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
}

FigureText::FigureText(const absl::AlphaNum& text)
    : english_(text.Piece()), expression_(GnuplotQuoted(text.Piece())) {}

FigureText::FigureText(const std::string& format, const std::vector<FigureText>& of)
    : expression_(absl::StrCat("say(", GnuplotQuoted(format), ")")) {
  const std::vector<std::string> parts = absl::StrSplit(format, "%s");
  english_ = parts.front();
  for (size_t i = 0; i < of.size(); ++i) {
    absl::StrAppend(&english_, of[i].english_, parts.at(i + 1));
    absl::StrAppend(&expression_, ", ", of[i].expression_);
  }
  if (!of.empty()) expression_ = absl::StrCat("sprintf(", expression_, ")");
}

FigureText Join(const std::vector<FigureText>& texts, const std::string& separator) {
  FigureText all;
  for (const FigureText& text : texts) {
    const bool first = all.expression_.empty();
    absl::StrAppend(&all.english_, first ? "" : separator, text.english_);
    absl::StrAppend(&all.expression_, first ? "" : " . " + GnuplotQuoted(separator) + " . ",
                    text.expression_);
  }
  return all;
}

FigureText FigureNumber(const std::string& number) {
  return number.empty() ? FigureText("") : Translate("Figure %s: ", number);
}

}  // namespace dlfs
