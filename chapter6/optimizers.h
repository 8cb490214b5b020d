#ifndef CHAPTER6_OPTIMIZERS_H_
#define CHAPTER6_OPTIMIZERS_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

// 6.1 Updating parameters. The rules are in optimizers.cc.
namespace dlfs {

// What an optimizer remembers of the steps before, by the name that it has in the formulas.
template <typename T>
struct StateArray {
  const char* name;           // "v", "h", "m"
  std::span<const T> values;  // [size]
};

// An update rule and its state. The state is as large as the parameters, allocated once, and 0 at
// the start: a step is arithmetic only. The same object optimises two numbers or a network.
template <typename T>
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // One update of the parameters W with their gradient dW = ∂L/∂W. W, dW: [size]
  void Step(std::span<T> W, std::span<const T> dW);

  void set_learning_rate(double eta) { eta_ = eta; }

  // None of SGD.
  virtual std::vector<StateArray<T>> states() const { return {}; }

 protected:
  Optimizer(size_t size, double eta) : size_(size), eta_(eta) {}

 private:
  // η is the learning rate. dW, W: [n], where n is the size
  virtual void Update(size_t n, double eta, const T* dW, T* W) = 0;

  size_t size_;
  double eta_;
};

// "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw".
std::span<const char* const> OptimizerNames();

// The book's learning rate for an optimizer. Requires: a name of the above.
double DefaultLearningRate(std::string_view name);

// The optimizer of that name for `size` parameters. Requires: a name of the above.
template <typename T>
std::unique_ptr<Optimizer<T>> MakeOptimizer(std::string_view name, double learning_rate,
                                            size_t size);

// 6.1.5, learning-rate decay, the idea before AdaGrad: a rate for all parameters at once that falls
// with the number of steps t = 0, 1, ...
//         η_t = η / (1 + decay t)
inline double DecayedLearningRate(double eta, double decay, size_t t) {
  return eta / (1 + decay * static_cast<double>(t));
}

}  // namespace dlfs

#endif  // CHAPTER6_OPTIMIZERS_H_
