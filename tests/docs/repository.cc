#include "tests/docs/repository.h"

#include <filesystem>
#include <regex>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/experiment/runfiles.h"
#include "tests/files.h"

namespace dlfs {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRoots[] = {
    "chapter6", "common", "datasets",  "tests",   "docs",      ".ci",          "bazelw",
    ".bazelrc", "BUILD",  "WORKSPACE", "LICENSE", "README.md", "README.ko.md", "MODULE.bazel"};

bool IsPage(const std::string& path) {
  return path == "README.md" || path == "README.ko.md" ||
         (absl::StartsWith(path, "docs/") && absl::EndsWith(path, ".md"));
}

// Programs and data are no text to look names up in.
bool IsText(const fs::path& path) {
  const std::set<std::string> names = {"BUILD", "run", "bazelw", "compare_peers", ".bazelrc"};
  const std::string kind = path.extension().string();
  return names.contains(path.filename().string()) || (!kind.empty() && kind != ".gz");
}

void Add(const fs::path& root, const fs::path& path, Repository& repository) {
  const std::string name = fs::path(path).lexically_relative(root).string();
  repository.files[name] = IsText(path) ? ReadFile(path.string()) : "";
}

std::vector<std::string> Matches(const std::string& text, const std::regex& expression) {
  std::vector<std::string> matches;
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end;
       ++match) {
    matches.push_back((*match)[1]);
  }
  return matches;
}

Repository Read() {
  Repository repository;
  const fs::path root = fs::path(FindRunfile("README.md")).parent_path();
  for (const char* name : kRoots) {
    const fs::path path = root / name;
    if (!fs::is_directory(path)) {
      if (fs::exists(path)) Add(root, path, repository);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) Add(root, entry.path(), repository);
    }
  }

  // A name, the names of a list or the keys of a dictionary, and those of tests/fuzz/fuzz.bzl.
  const std::regex target("\\bname = \"([^\"]+)\""),
      list("\\bfor name(?:, \\w+)? in [\\[{]([^\\]}]*)[\\]}]"), in_list("\n\\s*\"([^\"]+)\""),
      fuzz_target("\\bfuzz_target\\(\\s*name = \"([^\"]+)\""),
      flag("\\b(?:ABSL_FLAG|SETTING)\\(\\s*[\\w:<> ]+,\\s*(\\w+),");
  for (const auto& [path, text] : repository.files) {
    if (IsPage(path)) {
      repository.pages.push_back({.path = path, .blocks = ParseMarkdown(text)});
      continue;
    }
    for (const std::string& word : Words(text)) repository.words.insert(word);
    for (const std::string& word : Words(path)) repository.words.insert(word);
    if (fs::path(path).filename() == "BUILD") {
      const std::string package = fs::path(path).parent_path().string();
      for (const std::string& name : Matches(text, target)) {
        repository.targets.insert(absl::StrCat("//", package, ":", name));
      }
      for (const std::string& names : Matches(text, list)) {
        for (const std::string& name : Matches(names, in_list)) {
          repository.targets.insert(absl::StrCat("//", package, ":", name));
        }
      }
      for (const std::string& name : Matches(text, fuzz_target)) {
        repository.targets.insert(absl::StrCat("//", package, ":", name, "_fuzz"));
        repository.words.insert(name + "_fuzz");
      }
    } else if (absl::EndsWith(path, ".cc")) {
      for (const std::string& name : Matches(text, flag)) repository.flags.insert(name);
    }
  }
  return repository;
}

}  // namespace

const Repository& ThisRepository() {
  static const Repository& repository = *new Repository(Read());
  return repository;
}

bool IsFileOrDirectory(const std::string& path) {
  const auto& files = ThisRepository().files;
  const std::string directory = absl::EndsWith(path, "/") ? path : path + "/";
  const auto first_in = files.lower_bound(directory);
  return files.contains(path) ||
         (first_in != files.end() && absl::StartsWith(first_in->first, directory));
}

std::string Resolve(const Page& page, absl::string_view target) {
  return (fs::path(page.path).parent_path() / std::string(target)).lexically_normal().string();
}

std::vector<std::string> Words(absl::string_view text) {
  std::vector<std::string> words;
  const auto is_letter = [](char c) { return absl::ascii_isalnum(c) || c == '_'; };
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && is_letter(text[end])) ++end;
    if (end > i && !absl::ascii_isdigit(text[i])) words.emplace_back(text.substr(i, end - i));
    i = std::max(end, i + 1);
  }
  return words;
}

}  // namespace dlfs
