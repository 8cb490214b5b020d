#ifndef CHAPTER6_OPTIMIZERS_H_
#define CHAPTER6_OPTIMIZERS_H_

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// 6.1 Updating parameters. For every parameter W with the gradient dW = ∂L/∂W and the learning rate
// η, element by element; ε = 1e-7 is outside the root everywhere, as in the book.
namespace dlfs {

// An update rule and its state. The state is as large as the parameters, allocated once, and 0 at
// the start: a step is arithmetic only. The same object optimises two numbers or a network.
template <typename T>
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // One update. W, dW: [size]
  void Step(std::span<T> W, std::span<const T> dW);

  double learning_rate() const { return eta_; }
  void set_learning_rate(double eta) { eta_ = eta; }

 protected:
  Optimizer(size_t size, double eta) : size_(size), eta_(eta) {}

  size_t size_;
  double eta_;

 private:
  virtual void Update(const T* dW, T* W) = 0;
};

// 6.1.2:  W ← W − η dW
template <typename T>
class Sgd final : public Optimizer<T> {
 public:
  explicit Sgd(size_t size, double eta = 0.01) : Optimizer<T>(size, eta) {}

 private:
  void Update(const T* dW, T* W) override;
};

// 6.1.4:  v ← α v − η dW
//         W ← W + v
template <typename T>
class Momentum final : public Optimizer<T> {
 public:
  explicit Momentum(size_t size, double eta = 0.01, double alpha = 0.9)
      : Optimizer<T>(size, eta), alpha_(alpha), v_(size) {}

 private:
  void Update(const T* dW, T* W) override;

  double alpha_;
  std::vector<T> v_;  // [size]
};

// Nesterov's accelerated gradient, in the form of Bengio et al., "Advances in optimizing recurrent
// networks" (2012):
//         W ← W + α² v − (1 + α) η dW      with the v of before
//         v ← α v − η dW
template <typename T>
class Nesterov final : public Optimizer<T> {
 public:
  explicit Nesterov(size_t size, double eta = 0.01, double alpha = 0.9)
      : Optimizer<T>(size, eta), alpha_(alpha), v_(size) {}

 private:
  void Update(const T* dW, T* W) override;

  double alpha_;
  std::vector<T> v_;  // [size]
};

// 6.1.5:  h ← h + dW²
//         W ← W − η dW / (√h + ε)
template <typename T>
class AdaGrad final : public Optimizer<T> {
 public:
  explicit AdaGrad(size_t size, double eta = 0.01) : Optimizer<T>(size, eta), h_(size) {}

 private:
  void Update(const T* dW, T* W) override;

  std::vector<T> h_;  // [size]
};

// 6.1.5, as the repair of AdaGrad, whose steps go to 0: an exponential moving average in place of
// the sum.
//         h ← ρ h + (1 − ρ) dW²
//         W ← W − η dW / (√h + ε)
template <typename T>
class RmsProp final : public Optimizer<T> {
 public:
  explicit RmsProp(size_t size, double eta = 0.01, double rho = 0.99)
      : Optimizer<T>(size, eta), rho_(rho), h_(size) {}

 private:
  void Update(const T* dW, T* W) override;

  double rho_;
  std::vector<T> h_;  // [size]
};

// 6.1.6, Kingma and Ba, "Adam: a method for stochastic optimization" (2015), in the order of their
// section 2:
//         t ← t + 1,  η_t = η √(1 − β₂ᵗ) / (1 − β₁ᵗ)      once a step
//         m ← m + (1 − β₁) (dW − m)
//         v ← v + (1 − β₂) (dW² − v)
//         W ← W − η_t m / (√v + ε)
template <typename T>
class Adam final : public Optimizer<T> {
 public:
  explicit Adam(size_t size, double eta = 0.001, double beta1 = 0.9, double beta2 = 0.999)
      : Optimizer<T>(size, eta), beta1_(beta1), beta2_(beta2), m_(size), v_(size) {}

 private:
  void Update(const T* dW, T* W) override;

  double beta1_, beta2_;
  double beta1_t_ = 1, beta2_t_ = 1;  // β₁ᵗ, β₂ᵗ
  std::vector<T> m_, v_;              // [size]
};

// "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam".
std::span<const absl::string_view> OptimizerNames();

// The book's learning rate for an optimizer: 0.001 for Adam, 0.01 for the others. Requires: a name
// of the above.
double DefaultLearningRate(absl::string_view name);

// The optimizer of that name for `size` parameters. An unknown name is an error that lists the
// known ones.
template <typename T>
absl::StatusOr<std::unique_ptr<Optimizer<T>>> MakeOptimizer(absl::string_view name,
                                                            double learning_rate, size_t size);

// 6.1.5, learning-rate decay, the idea before AdaGrad: a rate for all parameters at once that falls
// with the number of steps t = 0, 1, ...
//         η_t = η / (1 + decay t)
inline double DecayedLearningRate(double eta, double decay, size_t t) {
  return eta / (1 + decay * static_cast<double>(t));
}

}  // namespace dlfs

#endif  // CHAPTER6_OPTIMIZERS_H_
