#ifndef COMMON_LAYERS_PARAMETER_ARENA_H_
#define COMMON_LAYERS_PARAMETER_ARENA_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/matrix/check.h"
#include "common/matrix/matrix.h"

namespace dlfs {

enum class ParameterKind {
  kWeight,  // W: what is drawn at random (6.2), and what a penalty (6.4.2) applies to
  kBias,    // b: 0 at the start
  kScale,   // γ of batch normalisation (6.3): 1 at the start
  kShift,   // β of batch normalisation: 0 at the start
};

struct ParameterShape {
  std::string name;  // the book's: "W1", "b1", ...
  size_t rows = 0;
  size_t cols = 0;
  ParameterKind kind = ParameterKind::kWeight;
};

// One parameter of a network and the gradient of the loss with respect to it, both [rows, cols].
template <typename T>
struct Parameter {
  std::string name;
  ParameterKind kind;
  MatrixView<T> value;
  MatrixView<T> gradient;
};

// All parameters of a network in one buffer, all gradients in another, at the same offsets:
//
//   values()     [ W1 ... | b1 ... | W2 ... | b2 ... ]
//   gradients()  [dW1 ... |db1 ... |dW2 ... |db2 ... ]
//
// So an optimizer is one loop over two flat arrays, and a layer sees its own part as matrices.
// Allocated once, zero at the start; the views are valid as long as the arena. The rows' padding is
// part of the flat arrays.
template <typename T>
class ParameterArena {
 public:
  explicit ParameterArena(const std::vector<ParameterShape>& shapes)
      : values_(1, TotalSize(shapes)), gradients_(1, TotalSize(shapes)) {
    size_t offset = 0;
    for (const ParameterShape& shape : shapes) {
      const size_t stride = PaddedColumns<T>(shape.cols);
      const auto view = [&](Matrix<T>& buffer) {
        return MatrixView<T>(buffer.view().data() + offset, shape.rows, shape.cols, stride);
      };
      parameters_.push_back({shape.name, shape.kind, view(values_), view(gradients_)});
      offset += shape.rows * stride;
    }
  }

  std::span<T> values() { return values_.view().flat(); }
  std::span<const T> values() const { return values_.view().flat(); }
  std::span<T> gradients() { return gradients_.view().flat(); }
  std::span<const T> gradients() const { return gradients_.view().flat(); }

  // In the order of the shapes.
  const std::vector<Parameter<T>>& parameters() const { return parameters_; }

  // The parameter of that name. Requires: there is one.
  const Parameter<T>& operator[](std::string_view name) const {
    for (const Parameter<T>& parameter : parameters_) {
      if (parameter.name == name) return parameter;
    }
    DLFS_CHECK(!"a parameter of that name");
    return parameters_.front();
  }

 private:
  static size_t TotalSize(const std::vector<ParameterShape>& shapes) {
    size_t size = 0;
    for (const ParameterShape& shape : shapes) size += shape.rows * PaddedColumns<T>(shape.cols);
    return size;
  }

  Matrix<T> values_;     // [1, total size]
  Matrix<T> gradients_;  // [1, total size]
  std::vector<Parameter<T>> parameters_;
};

}  // namespace dlfs

#endif  // COMMON_LAYERS_PARAMETER_ARENA_H_
