// What the page calls for all sections: names, the numbers that it shows from the start, and the
// checksum of a table. Surfaces and optimizers are told by their index. A pointer that a function
// returns is good until the function is called again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "chapter6/optimizers.h"
#include "chapter6/surfaces.h"
#include "datasets/image_dataset.h"
#include "docs/lab/export.h"

namespace dlfs {
namespace {

std::vector<uint8_t> table;

}  // namespace

// "sgd momentum ..."
EXPORT(Optimizers) const char* Optimizers() {
  static std::string names;
  names.clear();
  for (const char* name : OptimizerNames()) names += (names.empty() ? "" : " ") + std::string(name);
  return names.c_str();
}

// The book's for MNIST.
EXPORT(LearningRate) double LearningRate(int optimizer) {
  return DefaultLearningRate(OptimizerNames()[static_cast<size_t>(optimizer)]);
}

// The names of what it remembers: "m v"
EXPORT(States) const char* States(int optimizer) {
  static std::string names;
  names.clear();
  const char* of = OptimizerNames()[static_cast<size_t>(optimizer)];
  for (const auto& [name, _] : MakeOptimizer<double>(of, 1, 2)->states()) {
    names += (names.empty() ? "" : " ") + std::string(name);
  }
  return names.c_str();
}

EXPORT(SurfaceCount) int SurfaceCount() { return static_cast<int>(Surfaces().size()); }

// "valley: x²/20 + y²"
EXPORT(SurfaceText) const char* SurfaceText(int surface) {
  static std::string text;
  const Surface& described = Surfaces()[static_cast<size_t>(surface)];
  text = std::string(described.name) + ": " + std::string(described.formula);
  return text.c_str();
}

// The other members of Surface in their order, before those of several numbers how many there are.
EXPORT(SurfaceNumbers) const double* SurfaceNumbers(int surface) {
  static std::vector<double> numbers;
  const Surface& described = Surfaces()[static_cast<size_t>(surface)];
  const auto append = [](const auto& values) {
    numbers.insert(numbers.end(), values.begin(), values.end());
  };
  numbers.clear();
  append(described.start);
  numbers.push_back(described.points);
  numbers.push_back(static_cast<double>(described.minima.size()));
  for (const Point& minimum : described.minima) append(minimum);
  append(described.low);
  append(described.high);
  numbers.push_back(static_cast<double>(described.contours.size()));
  append(described.contours);
  append(described.learning_rates);  // one for each optimizer
  return numbers.data();
}

// Room for the text of a table.
EXPORT(TableRoom) uint8_t* TableRoom(int bytes) {
  table.resize(static_cast<size_t>(bytes));
  return table.data();
}

// Its checksum.
EXPORT(TableChecksum) uint64_t TableChecksum() { return Checksum(table); }

}  // namespace dlfs
