#ifndef COMMON_MATRIX_MATRIX_H_
#define COMMON_MATRIX_MATRIX_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "common/matrix/check.h"

// The matrix type of this library: `Matrix<T>` owns its elements, `MatrixView<T>` and
// `ConstMatrixView<T>` refer to somebody else's. T is float or double.
//
// Memory layout (row-major):
//
//            |<---- cols ---->|
//   row 0 -> [ x x x x x x x x . . ]      x  element
//   row 1 -> [ x x x x x x x x . . ]      .  padding
//            |<----- stride ------>|
//
// Every row starts on a 64-byte boundary, and stride is a multiple of 64 bytes, the width of the
// widest SIMD register. So a kernel works on whole registers, without a special case for the last
// columns of a row. The price: operations may read and write the padding. The promise: what is in
// the padding never influences an element.
namespace dlfs {

inline constexpr size_t kRowAlignment = 64;  // bytes

// cols rounded up to a whole number of SIMD registers.
template <typename T>
constexpr size_t PaddedColumns(size_t cols) {
  constexpr size_t kLanes = kRowAlignment / sizeof(T);
  return (cols + kLanes - 1) / kLanes * kLanes;
}

// A [rows, cols] matrix that lives elsewhere; copied freely, valid as long as its owner.
template <typename T>
class MatrixView {
 public:
  MatrixView() = default;

  // Requires: data is 64-byte aligned, stride >= cols is a multiple of the SIMD width.
  MatrixView(T* data, size_t rows, size_t cols, size_t stride)
      : data_(data), rows_(rows), cols_(cols), stride_(stride) {
    DLFS_CHECK(stride >= cols && stride % (kRowAlignment / sizeof(T)) == 0);
  }

  // A view of elements that can be written is also one of elements that cannot.
  operator MatrixView<const T>() const requires(!std::is_const_v<T>) {
    return {data_, rows_, cols_, stride_};
  }

  size_t rows() const { return rows_; }
  size_t cols() const { return cols_; }
  size_t stride() const { return stride_; }  // elements from one row to the next
  T* data() const { return data_; }

  T& operator()(size_t i, size_t j) const { return data_[i * stride_ + j]; }

  // Row i, without its padding. [cols]
  std::span<T> row(size_t i) const { return {data_ + i * stride_, cols_}; }

  // Rows [begin, begin + count). [count, cols]
  MatrixView Rows(size_t begin, size_t count) const {
    DLFS_CHECK(begin + count <= rows_);
    return {data_ + begin * stride_, count, cols_, stride_};
  }

  // All rows with their padding, one after the other. [rows * stride]
  std::span<T> flat() const { return {data_, rows_ * stride_}; }

 private:
  T* data_ = nullptr;
  size_t rows_ = 0;
  size_t cols_ = 0;
  size_t stride_ = 0;
};

template <typename T>
using ConstMatrixView = MatrixView<const T>;

template <typename T, typename U>
bool SameShape(MatrixView<T> a, MatrixView<U> b) {
  return a.rows() == b.rows() && a.cols() == b.cols();
}

// A [rows, cols] matrix that owns its elements, all 0 at the start. It can be moved, but not copied
// by accident, and never changes its size.
template <typename T>
class Matrix {
 public:
  Matrix() = default;
  Matrix(size_t rows, size_t cols)
      : data_(Allocate(rows * PaddedColumns<T>(cols))),
        view_(data_.get(), rows, cols, PaddedColumns<T>(cols)) {}

  Matrix(Matrix&& other) noexcept
      : data_(std::move(other.data_)), view_(std::exchange(other.view_, {})) {}
  Matrix& operator=(Matrix&& other) noexcept {
    data_ = std::move(other.data_);
    view_ = std::exchange(other.view_, {});
    return *this;
  }

  size_t rows() const { return view_.rows(); }
  size_t cols() const { return view_.cols(); }

  T& operator()(size_t i, size_t j) { return view_(i, j); }
  const T& operator()(size_t i, size_t j) const { return view_(i, j); }

  MatrixView<T> view() { return view_; }
  ConstMatrixView<T> view() const { return view_; }
  operator MatrixView<T>() { return view_; }
  operator ConstMatrixView<T>() const { return view_; }

 private:
  struct Free {
    void operator()(T* data) const { ::operator delete[](data, std::align_val_t(kRowAlignment)); }
  };

  static T* Allocate(size_t size) {
    T* data = static_cast<T*>(::operator new[](size * sizeof(T), std::align_val_t(kRowAlignment)));
    std::fill_n(data, size, T(0));
    return data;
  }

  std::unique_ptr<T[], Free> data_;
  MatrixView<T> view_;
};

}  // namespace dlfs

#endif  // COMMON_MATRIX_MATRIX_H_
