#include "common/experiment/experiment.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/experiment/interrupt.h"
#include "common/experiment/isa_name.h"
#include "common/experiment/parallel.h"
#include "common/experiment/progress.h"
#include "common/experiment/settings.h"
#include "common/matrix/isa.h"

namespace dlfs {

namespace fs = std::filesystem;

absl::Status StatusOf(const std::function<absl::Status()>& f) {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        "there is not enough memory; use fewer --threads, or smaller networks and mini-batches");
  } catch (const std::system_error& error) {
    return absl::ResourceExhaustedError(error.what());
  }
}

std::string Experiment::Path(const std::string& suffix) const {
  return absl::StrCat(output_dir, "/", name, suffix);
}

void Experiment::PrintConfiguration() const {
  absl::PrintF("%s\n\n", absl::StrJoin(configuration, "\n"));
}

absl::Status Experiment::PrepareOutputDirectory() {
  if (directory_.get() >= 0) return CheckOutputDirectory();
  std::error_code error, ignored;
  fs::create_directories(output_dir, error);
  if (!fs::is_directory(output_dir, ignored)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "--output_dir: expected a directory, or a place where one can be made; found ", output_dir,
        fs::exists(output_dir, ignored) ? ", which is not a directory"
                                        : absl::StrCat(": ", error.message())));
  }
  if (access(output_dir.c_str(), W_OK | X_OK) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("--output_dir: expected a directory that can be written to; found ",
                     output_dir, ": ", std::generic_category().message(errno)));
  }
  directory_ = Descriptor(open(output_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return absl::OkStatus();
}

absl::Status Experiment::CheckOutputDirectory() const {
  if (directory_.get() < 0 || IsAt(directory_, output_dir)) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(output_dir, ": was removed or replaced while the program wrote to it"));
}

std::vector<std::string> Experiment::Comments(const std::string& suffix) const {
  std::vector<std::string> comments = {
      name + suffix, absl::StrCat("seed=", seed, " seeds=", seeds, " isa=", IsaName(CurrentIsa()))};
  comments.insert(comments.end(), configuration.begin(), configuration.end());
  return comments;
}

absl::StatusOr<CsvWriter> Experiment::CreateCsv(const std::string& suffix,
                                                const std::vector<std::string>& columns) {
  if (absl::Status status = PrepareOutputDirectory(); !status.ok()) return status;
  const std::string path = Path(suffix + ".csv");
  absl::StatusOr<CsvWriter> csv = CsvWriter::Create(path, Comments(suffix), columns);
  if (absl::IsFailedPrecondition(csv.status())) return csv;  // such as: of another run
  tables_.push_back(path);
  if (!csv.ok()) return csv;
  written_.push_back(path);
  locks_.push_back(csv->file().descriptor().Duplicate());
  return csv;
}

std::vector<std::string> Experiment::Earlier() const {
  std::vector<std::string> earlier;
  for (const std::string& table : tables_) earlier.push_back(absl::StrCat(table, kPrevious));
  for (const std::string& picture : pictures_) {
    for (const absl::string_view format : kPictureFormats) {
      earlier.push_back(absl::StrCat(picture, ".", format));
    }
  }
  std::erase_if(earlier, [this](const std::string& path) {
    std::error_code ignored;
    return std::ranges::count(written_, path) > 0 || !fs::exists(path, ignored);
  });
  return earlier;
}

absl::StatusOr<double> Experiment::RunInParallel(
    const std::string& what, size_t n, size_t total, const std::string& unit,
    const std::function<void(Task& task)>& work,
    const std::function<absl::Status(size_t)>& done) const {
  const auto start = std::chrono::steady_clock::now();
  std::vector<absl::Status> worked(n);
  absl::Status status;
  {
    std::optional<StopRequest> stop;
    std::mutex mutex;  // of `stop`
    const auto stop_at_error = [&](const absl::Status& error) {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!error.ok() && !stop) stop.emplace();
    };
    Progress progress(what, total, unit);
    const auto do_work = [&](size_t i) {
      if (StopRequested()) return;
      worked[i] = StatusOf([&] {
        Task task(i, progress);
        work(task);
        return absl::OkStatus();
      });
      stop_at_error(worked[i]);
    };
    absl::Status written;
    const auto when_done = [&](size_t i) {
      progress.Clear();
      if (worked[i].ok() && written.ok()) written = StatusOf([&] { return done(i); });
      status.Update(worked[i]);
      status.Update(written);
      stop_at_error(written);
    };
    status.Update(StatusOf([&] {
      RunInOrder(n, threads, do_work, when_done, [&] { progress.Show(); });
      return absl::OkStatus();
    }));
  }
  if (!status.ok()) return status;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

FigureText Experiment::SeedsText() const {
  return seeds == 1 ? Translate("seed %s", seed)
                    : Translate("mean ± standard deviation of %s seeds", seeds);
}

absl::Status Experiment::Draw(const FigureDefinitions& definitions,
                              const std::vector<std::string>& pictures) {
  if (absl::Status status = PrepareOutputDirectory(); !status.ok()) return status;
  if (!StopRequested()) {
    for (const std::string& table : tables_) unlink(absl::StrCat(table, kPrevious).c_str());
  }
  const FigureScript script = {
      .name = name, .definitions = definitions, .pictures = pictures, .language = language};
  const absl::StatusOr<std::string> path = WriteFigureScript(script, figure, output_dir);
  if (!path.ok()) return path.status();
  written_.push_back(*path);
  for (const std::string& suffix : pictures) pictures_.push_back(Path(suffix));
  if (figure == FigureFormat::kNone || StopRequested()) return absl::OkStatus();
  const absl::Status drawn = DrawFigure(script, figure, output_dir, written_);
  if (!drawn.ok()) absl::FPrintF(stderr, "%s\n", ErrorLine(drawn));
  return absl::OkStatus();
}

std::string ErrorLine(const absl::Status& status) { return OnOneLine(status.message()); }

}  // namespace dlfs
