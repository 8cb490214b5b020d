#ifndef COMMON_MATRIX_MATRIX_PRODUCT_H_
#define COMMON_MATRIX_MATRIX_PRODUCT_H_

#include "common/matrix/matrix.h"

// The products of two matrices that a layer needs: forward, and for the two gradients. T is float
// or double.
//
// Each element of a product is a sum over k in ascending order, rounded once a step where the CPU
// has a fused multiply-add (isa.h, HasFma). It is the same to the last bit for any shape,
// instruction set with FMA, and number of threads. Inputs that are NaN or infinite go through as
// IEEE 754 says.
//
// C must not overlap A or B. Shapes that do not fit are a programmer's mistake (CHECK).
namespace dlfs {

// What becomes of the elements that C holds before.
enum class Output { kOverwrite, kAccumulate };

// C = A B    or  C += A B.      A: [m, k], B: [k, n], C: [m, n]
template <typename T>
void Multiply(ConstMatrixView<T> a, ConstMatrixView<T> b, MatrixView<T> c,
              Output output = Output::kOverwrite);

// C = Aᵀ B   or  C += Aᵀ B.     A: [k, m], B: [k, n], C: [m, n]
template <typename T>
void MultiplyTransposedA(ConstMatrixView<T> a, ConstMatrixView<T> b, MatrixView<T> c,
                         Output output = Output::kOverwrite);

// C = A Bᵀ   or  C += A Bᵀ.     A: [m, k], B: [n, k], C: [m, n]
template <typename T>
void MultiplyTransposedB(ConstMatrixView<T> a, ConstMatrixView<T> b, MatrixView<T> c,
                         Output output = Output::kOverwrite);

// C = A B + row, the same row added to each of C's.   A: [m, k], B: [k, n], row: [1, n], C: [m, n]
template <typename T>
void MultiplyAddRow(ConstMatrixView<T> a, ConstMatrixView<T> b, ConstMatrixView<T> row,
                    MatrixView<T> c);

}  // namespace dlfs

#endif  // COMMON_MATRIX_MATRIX_PRODUCT_H_
