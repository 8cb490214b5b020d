#ifndef CHAPTER6_OPTIMIZER_STEPS_H_
#define CHAPTER6_OPTIMIZER_STEPS_H_

#include <stddef.h>

// One step of each optimizer over n parameters, for T float and double, once per instruction set.
// The formulas are in optimizers.h. Call the variant for the current instruction set with
// DLFS_DISPATCH (common/isa.h).
#define DLFS_DECLARE_STEPS                                                    \
  template <typename T>                                                       \
  void Sgd(size_t n, double eta, const T* dW, T* W);                          \
  template <typename T>                                                       \
  void Momentum(size_t n, double eta, double alpha, const T* dW, T* v, T* W); \
  template <typename T>                                                       \
  void Nesterov(size_t n, double eta, double alpha, const T* dW, T* v, T* W); \
  template <typename T>                                                       \
  void AdaGrad(size_t n, double eta, const T* dW, T* h, T* W);                \
  template <typename T>                                                       \
  void RmsProp(size_t n, double eta, double rho, const T* dW, T* h, T* W);    \
  template <typename T>                                                       \
  void Adam(size_t n, double eta_t, double beta1, double beta2, const T* dW, T* m, T* v, T* W);

namespace dlfs {

namespace baseline {
DLFS_DECLARE_STEPS
}

namespace avx2 {
DLFS_DECLARE_STEPS
}

namespace avx512 {
DLFS_DECLARE_STEPS
}

}  // namespace dlfs

#undef DLFS_DECLARE_STEPS

#endif  // CHAPTER6_OPTIMIZER_STEPS_H_
