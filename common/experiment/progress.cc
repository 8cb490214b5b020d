#include "common/experiment/progress.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/strings/str_format.h"

namespace dlfs {

Progress::Progress(std::string label, size_t total, std::string unit,
                   std::chrono::milliseconds quiet_time)
    : label_(std::move(label)),
      total_(total),
      unit_(std::move(unit)),
      quiet_time_(quiet_time),
      terminal_(isatty(STDERR_FILENO) != 0) {}

void Progress::Clear() {
  if (line_open_) absl::FPrintF(stderr, "\r\033[K");
  line_open_ = false;
}

void Progress::Show() {
  const Clock::time_point now = Clock::now();
  if (total_ == 0 || now - start_ < quiet_time_) return;
  const size_t count = count_.load(std::memory_order_relaxed);
  const std::string line = absl::StrFormat(
      "%s: %u of %u %s%s", label_, count, total_, unit_,
      count < total_ ? absl::StrFormat(" (%u %%)", 100 * count / total_) : ", finishing");
  if (terminal_) {
    absl::FPrintF(stderr, "\r\033[K%s", line);
    line_open_ = true;
    return;
  }
  const size_t tenths = 10 * count / total_;
  if (tenths == shown_tenths_ || now - shown_at_ < std::chrono::seconds(1)) return;
  absl::FPrintF(stderr, "%s\n", line);
  shown_tenths_ = tenths;
  shown_at_ = now;
}

}  // namespace dlfs
