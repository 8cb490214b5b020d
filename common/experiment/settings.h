#ifndef COMMON_EXPERIMENT_SETTINGS_H_
#define COMMON_EXPERIMENT_SETTINGS_H_

#include <cmath>
#include <concepts>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "common/experiment/csv.h"
#include "common/experiment/names.h"

// A setting of an experiment, declared once, where the experiment is:
//
//   SETTING(int, batch_size, 128, AtLeast(1), "images in a mini-batch");
//
// This makes the flag --batch_size with its default and its line in --help, checks what a user
// gives, writes "batch_size=128" into the comments of the experiment's tables, and declares
// `batch_size`, which stands for the value while the experiment runs. To be used outside of every
// namespace, above the experiment.
//
//   Type     of the flag, as Abseil reads it
//   reader   absl::StatusOr<Value>(const Type&): makes the value of what the flag holds, or says
//            what was expected and what was found. Settings are read in the order of their
//            declarations, so a reader may ask those above. Most readers are below.
#define SETTING(Type, name, default_value, reader, help) \
  ABSL_FLAG(Type, name, default_value, help);            \
  static ::dlfs::Setting name(#name, FLAGS_##name, reader, __FILE__)

namespace dlfs {

class SettingBase {
 public:
  SettingBase(const char* name, const char* file);
  SettingBase(const SettingBase&) = delete;
  virtual ~SettingBase() = default;

  // Takes the value over from the flag. An error names the flag.
  virtual absl::Status Read() = 0;

  // "batch_size=128"; empty for one that has no value where it is not given, so that its experiment
  // decides.
  virtual std::string Text() const = 0;

  // The source file that declares it.
  const std::string& file() const { return file_; }

 protected:
  const std::string name_;
  const std::string file_;
};

// All settings of the program; those of a source file are in its order.
const std::vector<SettingBase*>& Settings();

// "--batch_size: expected a number of at least 1, found 0". Ends the program with exit status 2.
absl::Status OfFlag(absl::string_view flag, const absl::Status& status);

// "expected <expected>, found <found>"
absl::Status Unexpected(absl::string_view expected, absl::string_view found);

// Text on one line, whatever a user has typed: control characters become \n, \t, \r or \x1b, all
// other characters stay.
std::string OnOneLine(absl::string_view text);

// What a user would have typed for the value of a flag, on one line.
template <typename T>
std::string FlagText(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_floating_point_v<T>) {
    return ShortestDecimal(value);
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    return OnOneLine(absl::StrJoin(value, ","));
  } else {
    return OnOneLine(absl::StrCat(value));
  }
}

template <typename Flag, typename Reader>
class Setting final : public SettingBase {
 public:
  using Value = typename std::invoke_result_t<Reader, const Flag&>::value_type;

  Setting(const char* name, absl::Flag<Flag>& flag, Reader reader, const char* file)
      : SettingBase(name, file),
        flag_(flag),
        default_(absl::GetFlag(flag)),
        reader_(std::move(reader)) {}

  absl::Status Read() override {
    absl::StatusOr<Value> value = reader_(absl::GetFlag(flag_));
    if (!value.ok()) return OfFlag(name_, value.status());
    value_ = *std::move(value);
    return absl::OkStatus();
  }

  std::string Text() const override {
    if constexpr (requires(Flag flag) { flag.has_value(); }) {
      return "";
    } else {
      return absl::StrCat(name_, "=", FlagText(absl::GetFlag(flag_)));
    }
  }

  // Whether it is the book's.
  bool IsDefault() const { return absl::GetFlag(flag_) == default_; }

  const Value& operator*() const { return value_; }
  const Value* operator->() const { return &value_; }
  operator const Value&() const { return value_; }

 private:
  absl::Flag<Flag>& flag_;
  const Flag default_;
  const Reader reader_;
  Value value_ = {};
};

// Whether all of these settings are the book's.
bool AreDefault(const auto&... settings) { return (settings.IsDefault() && ...); }

// --- Readers ---

// Any value.
struct Anything {
  template <typename T>
  absl::StatusOr<T> operator()(const T& value) const {
    return value;
  }
};

// A finite number for which `holds`; `expected` says which: "a positive number".
template <typename T>
struct NumberThat {
  std::string expected;
  std::function<bool(T)> holds;

  absl::StatusOr<T> operator()(T value) const {
    if (std::isfinite(static_cast<double>(value)) && holds(value)) return value;
    return Unexpected(expected, FlagText(value));
  }
  absl::StatusOr<std::optional<T>> operator()(const std::optional<T>& value) const {
    if (!value.has_value()) return value;
    const absl::StatusOr<T> number = (*this)(*value);
    if (!number.ok()) return number.status();
    return value;
  }
};

template <typename T>
NumberThat<T> Between(T low, T high) {
  return {absl::StrCat("a number from ", FlagText(low), " to ", FlagText(high)),
          [=](T x) { return low <= x && x <= high; }};
}
template <typename T>
NumberThat<T> AtLeast(T low) {
  return {absl::StrCat("a number of at least ", FlagText(low)), [=](T x) { return low <= x; }};
}
inline NumberThat<double> Positive() {
  return {"a positive number", [](double x) { return x > 0; }};
}

// A list of which each element is read by a reader of texts, and is there once.
template <typename ElementReader>
struct ListOf {
  ElementReader element;
  bool may_be_empty = false;

  using Element = typename std::invoke_result_t<ElementReader, const std::string&>::value_type;
  absl::StatusOr<std::vector<Element>> operator()(const std::vector<std::string>& texts) const {
    std::vector<Element> elements;
    for (const std::string& text : texts) {
      absl::StatusOr<Element> read = element(text);
      if (!read.ok()) return read.status();
      for (const Element& other : elements) {
        if (other == *read) return Unexpected("each once", absl::StrCat("'", text, "' twice"));
      }
      elements.push_back(*std::move(read));
    }
    if (elements.empty() && !may_be_empty) return Unexpected("at least one", "none");
    return elements;
  }
};
template <typename ElementReader>
ListOf(ElementReader) -> ListOf<ElementReader>;
template <typename ElementReader>
ListOf(ElementReader, bool) -> ListOf<ElementReader>;

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_SETTINGS_H_
