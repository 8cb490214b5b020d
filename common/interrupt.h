#ifndef COMMON_INTERRUPT_H_
#define COMMON_INTERRUPT_H_

namespace dlfs {

// From now on SIGINT (Ctrl-C) and SIGTERM only leave a note, so that a run can stop at the end of a
// step and write down what it has. The second such signal ends the process at once.
void CatchInterrupts();

// The signal that asked to stop, 0 if none did.
int InterruptSignal();

}  // namespace dlfs

#endif  // COMMON_INTERRUPT_H_
