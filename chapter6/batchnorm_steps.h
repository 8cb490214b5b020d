#ifndef CHAPTER6_BATCHNORM_STEPS_H_
#define CHAPTER6_BATCHNORM_STEPS_H_

#include <stddef.h>

// The loops of batch normalisation, for T float and double, once per instruction set; the results
// are the same to the last bit for all. The formulas are in batchnorm.h. Call the variant for the current instruction set with DLFS_DISPATCH
// (common/isa.h). x, x_hat, y, dy, dx: [N, stride]; all others: [stride]
#define DLFS_DECLARE_BATCHNORM                                                                  \
  template <typename T>                                                                         \
  void MeanAndVariance(size_t N, size_t stride, const T* x, T* mu, T* var);                     \
  /* average ← momentum average + (1 − momentum) value */                                   \
  template <typename T>                                                                         \
  void MoveAverage(size_t stride, double momentum, const T* value, T* average);                 \
  template <typename T>                                                                         \
  void Normalize(size_t N, size_t stride, const T* x, const T* mu, const T* var, T* std,        \
                 T* x_hat);                                                                     \
  template <typename T>                                                                         \
  void ScaleAndShift(size_t N, size_t stride, const T* x_hat, const T* gamma, const T* beta,    \
                     T* y);                                                                     \
  template <typename T>                                                                         \
  void BatchNormGradient(size_t N, size_t stride, const T* x_hat, const T* std, const T* gamma, \
                         const T* dy, T* dgamma, T* dbeta, T* dvar, T* dmu, T* dx);

namespace dlfs {

namespace baseline {
DLFS_DECLARE_BATCHNORM
}

namespace avx2 {
DLFS_DECLARE_BATCHNORM
}

namespace avx512 {
DLFS_DECLARE_BATCHNORM
}

}  // namespace dlfs

#undef DLFS_DECLARE_BATCHNORM

#endif  // CHAPTER6_BATCHNORM_STEPS_H_
