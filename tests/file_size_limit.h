#ifndef TESTS_FILE_SIZE_LIMIT_H_
#define TESTS_FILE_SIZE_LIMIT_H_

#include <signal.h>
#include <sys/resource.h>

namespace dlfs {

// No file may grow beyond so many bytes, until the end of the scope: like a disk that is full.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_;
  void (*handler_)(int) = signal(SIGXFSZ, SIG_IGN);
};

}  // namespace dlfs

#endif  // TESTS_FILE_SIZE_LIMIT_H_
