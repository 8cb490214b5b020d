#ifndef CHAPTER6_REGULARIZATION_STEPS_H_
#define CHAPTER6_REGULARIZATION_STEPS_H_

#include <stddef.h>

// The loops of weight decay and dropout, for T float and double, once per instruction set; the
// results are the same to the last bit for all. Call the variant for the current instruction set
// with DLFS_DISPATCH (common/isa.h). All arrays: [n]
#define DLFS_DECLARE_REGULARIZATION                                 \
  /* Σ W² */                                                      \
  template <typename T>                                             \
  double SumOfSquares(size_t n, const T* W);                        \
  /* Σ |W| */                                                      \
  template <typename T>                                             \
  double SumOfMagnitudes(size_t n, const T* W);                     \
  /* dW ← dW + λ W */                                            \
  template <typename T>                                             \
  void AddL2Gradient(size_t n, double lambda, const T* W, T* dW);   \
  /* dW ← dW + λ sign(W) */                                      \
  template <typename T>                                             \
  void AddL1Gradient(size_t n, double lambda, const T* W, T* dW);   \
  /* y = x mask */                                                  \
  template <typename T>                                             \
  void MultiplyElements(size_t n, const T* x, const T* mask, T* y); \
  /* y = scale x */                                                 \
  template <typename T>                                             \
  void Scale(size_t n, double scale, const T* x, T* y);

namespace dlfs {

namespace baseline {
DLFS_DECLARE_REGULARIZATION
}

namespace avx2 {
DLFS_DECLARE_REGULARIZATION
}

namespace avx512 {
DLFS_DECLARE_REGULARIZATION
}

}  // namespace dlfs

#undef DLFS_DECLARE_REGULARIZATION

#endif  // CHAPTER6_REGULARIZATION_STEPS_H_
