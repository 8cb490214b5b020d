#ifndef CHAPTER6_INITIALIZATION_H_
#define CHAPTER6_INITIALIZATION_H_

#include "common/parameter_arena.h"
#include "common/random.h"

// 6.2 Initial weights.
namespace dlfs {

// Draws every weight W: [n, ·] of the arena from N(0, 2/n), in their order; biases become 0. n is
// the number of inputs of a neuron. K. He et al., "Delving deep into rectifiers" (2015); the
// book's 6.2.3.
template <typename T>
void InitializeHe(ParameterArena<T>& arena, Random& random);

}  // namespace dlfs

#endif  // CHAPTER6_INITIALIZATION_H_
