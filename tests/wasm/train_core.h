#ifndef TESTS_WASM_TRAIN_CORE_H_
#define TESTS_WASM_TRAIN_CORE_H_

// The loss of a small network of 6.3 and 6.4 after so many steps of an optimizer, which is decided by
// its index in OptimizerNames(), on random images. The same bits wherever there is no fused
// multiply-add.
extern "C" double LossAfter(int steps, int optimizer);

#endif  // TESTS_WASM_TRAIN_CORE_H_
