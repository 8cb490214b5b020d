#ifndef COMMON_EXPERIMENT_INTERRUPT_H_
#define COMMON_EXPERIMENT_INTERRUPT_H_

// How a run is asked to stop at the end of a step, so that it can write down what it has: by a
// signal, or because going on is of no use.
namespace dlfs {

// From now on SIGINT (Ctrl-C), SIGTERM and SIGHUP (the terminal is closed) only leave a note, but
// for one that was ignored before: it stays so. One more signal ends the process at once, if it
// comes a second later or more: until then it is the same wish (`timeout` sends two).
void CatchInterrupts();

// The signal that asked to stop, 0 if none did.
int InterruptSignal();

// Asks to stop as a signal does, for the lifetime of this object: what comes next could not be
// written.
class StopRequest {
 public:
  StopRequest();
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;
};

// Whether anything asks to stop.
bool StopRequested();

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_INTERRUPT_H_
