#ifndef CHAPTER6_BATCHNORM_H_
#define CHAPTER6_BATCHNORM_H_

#include "common/layers/layer.h"
#include "common/layers/parameter_arena.h"
#include "common/matrix/matrix.h"

// 6.3 Batch normalisation (Ioffe and Szegedy, "Batch normalization: accelerating deep network
// training by reducing internal covariate shift", 2015).
namespace dlfs {

// Gives each column of a mini-batch of N rows the mean 0 and the variance 1, then the scale γ and
// the shift β, which are learned. In training (6.3.1), for each column:
//
//   mu    = 1/N Σ x              x_c   = x − mu
//   var   = 1/N Σ x_c²           std   = √(var + ε)         ε = 1e-6 (the book writes 10e-7)
//   x_hat = x_c / std            y     = γ x_hat + β
//
//   running_mean ← momentum running_mean + (1 − momentum) mu       both are 0 at the start
//   running_var  ← momentum running_var  + (1 − momentum) var
//
// In evaluation the running values stand for mu and var, so that a row's result does not depend on
// the rows beside it.
//
// A batch of 1 in training has the variance 0: x_hat is 0, y is β whatever x is, and every gradient
// but that of β is 0. That is what the formulas say; such a network learns nothing from its input.
template <typename T>
class BatchNorm final : public Layer<T> {
 public:
  // gamma, beta: [1, units]. momentum 1: the running values stay as they are.
  BatchNorm(const Parameter<T>& gamma, const Parameter<T>& beta, size_t max_batch,
            double momentum = 0.9);

  ConstMatrixView<T> Forward(ConstMatrixView<T> x, Mode mode) override;

  // Requires: the last Forward was in training, of as many rows. By the computational graph, from y
  // back to x:
  //   dbeta  = Σ dy                              dgamma = Σ x_hat dy
  //   dx_hat = γ dy
  //   dstd   = −Σ dx_hat x_c / std²              dvar   = dstd / 2 std
  //   dx_c   = dx_hat / std + 2/N x_c dvar
  //   dmu    = −Σ dx_c                           dx     = dx_c + 1/N dmu
  ConstMatrixView<T> Backward(ConstMatrixView<T> dy) override;

  ConstMatrixView<T> running_mean() const { return running_mean_; }  // [1, units]
  ConstMatrixView<T> running_var() const { return running_var_; }    // [1, units]

 private:
  Parameter<T> gamma_;  // [1, units]
  Parameter<T> beta_;   // [1, units]
  double momentum_;
  size_t training_rows_ = 0;               // of the last Forward, if it was in training
  Matrix<T> x_hat_, y_, dx_;               // [max_batch, units]
  Matrix<T> mu_, var_, std_, dvar_, dmu_;  // [1, units]
  Matrix<T> running_mean_, running_var_;   // [1, units]
};

}  // namespace dlfs

#endif  // CHAPTER6_BATCHNORM_H_
