#include "chapter6/optimizers.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chapter6/optimizer_steps.h"
#include "common/check.h"
#include "common/isa.h"

namespace dlfs {

template <typename T>
void Optimizer<T>::Step(std::span<T> W, std::span<const T> dW) {
  DLFS_CHECK(W.size() == size_ && dW.size() == size_);
  Update(dW.data(), W.data());
}

// The loops are in optimizer_steps.cc, which is compiled once per instruction set.

template <typename T>
void Sgd<T>::Update(const T* dW, T* W) {
  DLFS_DISPATCH(Sgd<T>(this->size_, this->eta_, dW, W));
}

template <typename T>
void Momentum<T>::Update(const T* dW, T* W) {
  DLFS_DISPATCH(Momentum<T>(this->size_, this->eta_, alpha_, dW, v_.data(), W));
}

template <typename T>
void Nesterov<T>::Update(const T* dW, T* W) {
  DLFS_DISPATCH(Nesterov<T>(this->size_, this->eta_, alpha_, dW, v_.data(), W));
}

template <typename T>
void AdaGrad<T>::Update(const T* dW, T* W) {
  DLFS_DISPATCH(AdaGrad<T>(this->size_, this->eta_, dW, h_.data(), W));
}

template <typename T>
void RmsProp<T>::Update(const T* dW, T* W) {
  DLFS_DISPATCH(RmsProp<T>(this->size_, this->eta_, rho_, dW, h_.data(), W));
}

template <typename T>
void Adam<T>::Update(const T* dW, T* W) {
  beta1_t_ *= beta1_;
  beta2_t_ *= beta2_;
  const double eta_t = this->eta_ * std::sqrt(1 - beta2_t_) / (1 - beta1_t_);
  DLFS_DISPATCH(Adam<T>(this->size_, eta_t, beta1_, beta2_, dW, m_.data(), v_.data(), W));
}

namespace {

constexpr std::array<absl::string_view, 6> kNames = {"sgd",     "momentum", "nesterov",
                                                     "adagrad", "rmsprop",  "adam"};

}  // namespace

std::span<const absl::string_view> OptimizerNames() { return kNames; }

double DefaultLearningRate(absl::string_view name) {
  DLFS_CHECK(std::find(kNames.begin(), kNames.end(), name) != kNames.end());
  return name == "adam" ? 0.001 : 0.01;
}

template <typename T>
absl::StatusOr<std::unique_ptr<Optimizer<T>>> MakeOptimizer(absl::string_view name,
                                                            double learning_rate, size_t size) {
  if (name == "sgd") return std::make_unique<Sgd<T>>(size, learning_rate);
  if (name == "momentum") return std::make_unique<Momentum<T>>(size, learning_rate);
  if (name == "nesterov") return std::make_unique<Nesterov<T>>(size, learning_rate);
  if (name == "adagrad") return std::make_unique<AdaGrad<T>>(size, learning_rate);
  if (name == "rmsprop") return std::make_unique<RmsProp<T>>(size, learning_rate);
  if (name == "adam") return std::make_unique<Adam<T>>(size, learning_rate);
  return absl::InvalidArgumentError(absl::StrCat(
      "expected an optimizer, one of ", absl::StrJoin(kNames, ", "), "; found '", name, "'"));
}

template class Optimizer<float>;
template class Optimizer<double>;
template absl::StatusOr<std::unique_ptr<Optimizer<float>>> MakeOptimizer(absl::string_view, double,
                                                                         size_t);
template absl::StatusOr<std::unique_ptr<Optimizer<double>>> MakeOptimizer(absl::string_view, double,
                                                                          size_t);

}  // namespace dlfs
