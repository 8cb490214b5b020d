#include "chapter6/optimizers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "common/matrix/check.h"
#include "common/matrix/elementary.h"
#include "common/matrix/simd.h"

// To add an optimizer, write its class, and its line in kOptimizers below.
namespace dlfs {
namespace {

using elementary::NanIfInfinite;

// Keeps a division by √0 from happening; outside the root, as in the book.
constexpr double kEpsilon = 1e-7;

// 6.1.2:  W ← W − η dW
template <typename T>
class Sgd final : public Optimizer<T> {
 public:
  Sgd(size_t size, double eta) : Optimizer<T>(size, eta) {}

 private:
  void Update(size_t n, double eta, const T* dW, T* W) override {
    const T eta_T = static_cast<T>(eta);
    Vectorized([=] {
      for (size_t i = 0; i < n; ++i) W[i] -= eta_T * dW[i];
    });
  }
};

// 6.1.4:  v ← α v − η dW
//         W ← W + v
template <typename T>
class Momentum final : public Optimizer<T> {
 public:
  Momentum(size_t size, double eta) : Optimizer<T>(size, eta), v_(size) {}

  std::vector<StateArray<T>> states() const override { return {{"v", v_}}; }

 private:
  void Update(size_t n, double eta, const T* dW, T* W) override {
    const T eta_T = static_cast<T>(eta), alpha = static_cast<T>(kAlpha);
    Vectorized([=, v = v_.data()] {
      for (size_t i = 0; i < n; ++i) {
        v[i] = alpha * v[i] - eta_T * dW[i];
        W[i] += v[i];
      }
    });
  }

  static constexpr double kAlpha = 0.9;
  std::vector<T> v_;  // [size]
};

// Nesterov's accelerated gradient, in the form of Bengio et al., "Advances in optimizing recurrent
// networks" (2012):
//         W ← W + α² v − (1 + α) η dW      with the v of before
//         v ← α v − η dW
template <typename T>
class Nesterov final : public Optimizer<T> {
 public:
  Nesterov(size_t size, double eta) : Optimizer<T>(size, eta), v_(size) {}

  std::vector<StateArray<T>> states() const override { return {{"v", v_}}; }

 private:
  void Update(size_t n, double eta, const T* dW, T* W) override {
    const T eta_T = static_cast<T>(eta), eta2 = static_cast<T>((1 + kAlpha) * eta);
    const T alpha = static_cast<T>(kAlpha), alpha2 = static_cast<T>(kAlpha * kAlpha);
    Vectorized([=, v = v_.data()] {
      for (size_t i = 0; i < n; ++i) {
        W[i] += alpha2 * v[i] - eta2 * dW[i];
        v[i] = alpha * v[i] - eta_T * dW[i];
      }
    });
  }

  static constexpr double kAlpha = 0.9;
  std::vector<T> v_;  // [size]
};

// 6.1.5:  h ← h + dW²
//         W ← W − η dW / (√h + ε)
template <typename T>
class AdaGrad final : public Optimizer<T> {
 public:
  AdaGrad(size_t size, double eta) : Optimizer<T>(size, eta), h_(size) {}

  std::vector<StateArray<T>> states() const override { return {{"h", h_}}; }

 private:
  void Update(size_t n, double eta, const T* dW, T* W) override {
    const T eta_T = static_cast<T>(eta), epsilon = static_cast<T>(kEpsilon);
    Vectorized([=, h = h_.data()] {
      for (size_t i = 0; i < n; ++i) {
        h[i] += dW[i] * dW[i];
        W[i] -= eta_T * dW[i] / (std::sqrt(h[i]) + epsilon) + NanIfInfinite(h[i]);
      }
    });
  }

  std::vector<T> h_;  // [size]
};

// 6.1.5, as the repair of AdaGrad, whose steps go to 0: an exponential moving average in place of
// the sum.
//         h ← ρ h + (1 − ρ) dW²
//         W ← W − η dW / (√h + ε)
template <typename T>
class RmsProp final : public Optimizer<T> {
 public:
  RmsProp(size_t size, double eta) : Optimizer<T>(size, eta), h_(size) {}

  std::vector<StateArray<T>> states() const override { return {{"h", h_}}; }

 private:
  void Update(size_t n, double eta, const T* dW, T* W) override {
    const T eta_T = static_cast<T>(eta), epsilon = static_cast<T>(kEpsilon);
    const T rho = static_cast<T>(kRho), one_minus_rho = static_cast<T>(1 - kRho);
    Vectorized([=, h = h_.data()] {
      for (size_t i = 0; i < n; ++i) {
        h[i] = rho * h[i] + one_minus_rho * dW[i] * dW[i];
        W[i] -= eta_T * dW[i] / (std::sqrt(h[i]) + epsilon) + NanIfInfinite(h[i]);
      }
    });
  }

  static constexpr double kRho = 0.99;  // a double, so that 1 − ρ is not that of a rounded float
  std::vector<T> h_;                    // [size]
};

// 6.1.6, Kingma and Ba, "Adam: a method for stochastic optimization" (2015), in the order of their
// section 2:
//         t ← t + 1,  η_t = η √(1 − β₂ᵗ) / (1 − β₁ᵗ)      once a step
//         m ← m + (1 − β₁) (dW − m)
//         v ← v + (1 − β₂) (dW² − v)
//         W ← W − η_t m / (√v + ε)
template <typename T>
class Adam : public Optimizer<T> {
 public:
  Adam(size_t size, double eta) : Optimizer<T>(size, eta), m_(size), v_(size) {}

  std::vector<StateArray<T>> states() const override { return {{"m", m_}, {"v", v_}}; }

 protected:
  void Update(size_t n, double eta, const T* dW, T* W) override {
    beta1_t_ *= kBeta1;
    beta2_t_ *= kBeta2;
    const T eta_t = static_cast<T>(eta * std::sqrt(1 - beta2_t_) / (1 - beta1_t_));
    const T epsilon = static_cast<T>(kEpsilon);
    const T one_minus_beta1 = static_cast<T>(1 - kBeta1);
    const T one_minus_beta2 = static_cast<T>(1 - kBeta2);
    Vectorized([=, m = m_.data(), v = v_.data()] {
      for (size_t i = 0; i < n; ++i) {
        m[i] += one_minus_beta1 * (dW[i] - m[i]);
        v[i] += one_minus_beta2 * (dW[i] * dW[i] - v[i]);
        W[i] -= eta_t * m[i] / (std::sqrt(v[i]) + epsilon) + NanIfInfinite(v[i]);
      }
    });
  }

 private:
  static constexpr double kBeta1 = 0.9, kBeta2 = 0.999;
  double beta1_t_ = 1, beta2_t_ = 1;  // β₁ᵗ, β₂ᵗ
  std::vector<T> m_, v_;              // [size]
};

// Loshchilov and Hutter, "Decoupled weight decay regularization" (2019), algorithm 2. All parameters
// decay, biases too; DecayWeights (regularization.h) spares these, and lets λ be chosen.
//         W ← W − η λ W
//         then Adam's step
template <typename T>
class AdamW final : public Adam<T> {
 public:
  using Adam<T>::Adam;

 private:
  void Update(size_t n, double eta, const T* dW, T* W) override {
    const T eta_lambda = static_cast<T>(eta * kLambda);
    Vectorized([=] {
      for (size_t i = 0; i < n; ++i) W[i] -= eta_lambda * W[i];
    });
    Adam<T>::Update(n, eta, dW, W);
  }

  static constexpr double kLambda = 0.01;
};

template <typename T, template <typename> typename Rule>
std::unique_ptr<Optimizer<T>> Make(size_t size, double eta) {
  return std::make_unique<Rule<T>>(size, eta);
}

template <typename T>
struct Entry {
  const char* name;
  double learning_rate;  // the book's; of AdamW, Adam's
  std::unique_ptr<Optimizer<T>> (*make)(size_t size, double eta);
};

template <typename T>
constexpr std::array kOptimizers = {
    // clang-format off
    Entry<T>{"sgd", 0.01, Make<T, Sgd>},
    Entry<T>{"momentum", 0.01, Make<T, Momentum>},
    Entry<T>{"nesterov", 0.01, Make<T, Nesterov>},
    Entry<T>{"adagrad", 0.01, Make<T, AdaGrad>},
    Entry<T>{"rmsprop", 0.01, Make<T, RmsProp>},
    Entry<T>{"adam", 0.001, Make<T, Adam>},
    Entry<T>{"adamw", 0.001, Make<T, AdamW>},
    // clang-format on
};

template <typename T>
const Entry<T>& Find(std::string_view name) {
  const auto found = std::find_if(kOptimizers<T>.begin(), kOptimizers<T>.end(),
                                  [&](const Entry<T>& entry) { return entry.name == name; });
  DLFS_CHECK(found != kOptimizers<T>.end());
  return *found;
}

}  // namespace

template <typename T>
void Optimizer<T>::Step(std::span<T> W, std::span<const T> dW) {
  DLFS_CHECK(W.size() == size_ && dW.size() == size_);
  Update(size_, eta_, dW.data(), W.data());
}

std::span<const char* const> OptimizerNames() {
  static constexpr std::array kNames = [] {
    std::array<const char*, kOptimizers<float>.size()> names = {};
    for (size_t i = 0; i < names.size(); ++i) names[i] = kOptimizers<float>[i].name;
    return names;
  }();
  return kNames;
}

double DefaultLearningRate(std::string_view name) { return Find<float>(name).learning_rate; }

template <typename T>
std::unique_ptr<Optimizer<T>> MakeOptimizer(std::string_view name, double learning_rate,
                                            size_t size) {
  return Find<T>(name).make(size, learning_rate);
}

template class Optimizer<float>;
template class Optimizer<double>;
template std::unique_ptr<Optimizer<float>> MakeOptimizer(std::string_view, double, size_t);
template std::unique_ptr<Optimizer<double>> MakeOptimizer(std::string_view, double, size_t);

}  // namespace dlfs
