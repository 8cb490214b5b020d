// What the page calls: the optimizers of 6.1 and the surfaces that they walk on, which are those of
// the programs. Surfaces and optimizers are told by their index in Description(). A pointer that a
// function returns is good until the function is called again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chapter6/optimizers.h"
#include "chapter6/surfaces.h"
#include "common/experiment/shortest_decimal.h"
#include "datasets/image_dataset.h"
#include "docs/lab/export.h"

namespace dlfs {
namespace {

std::string InQuotes(std::string_view text) { return '"' + std::string(text) + '"'; }

// [1,2,3] in JSON
template <typename Numbers>
std::string List(const Numbers& numbers) {
  std::string list;
  for (const double x : numbers) list += (list.empty() ? "" : ",") + ShortestDecimal(x);
  return "[" + list + "]";
}

std::string ListOfSurfaces() {
  std::string list;
  for (const Surface& surface : Surfaces()) {
    std::string minima;
    for (const Point& minimum : surface.minima)
      minima += (minima.empty() ? "" : ",") + List(minimum);
    list += (list.empty() ? "{" : ",{");
    list += "\"name\":" + InQuotes(surface.name) + ",\"formula\":" + InQuotes(surface.formula);
    list += ",\"start\":" + List(surface.start) + ",\"points\":" + std::to_string(surface.points);
    list += ",\"low\":" + List(surface.low) + ",\"high\":" + List(surface.high);
    list += ",\"contours\":" + List(surface.contours) + ",\"minima\":[" + minima + "]";
    list += ",\"rates\":" + List(surface.learning_rates) + "}";
  }
  return "[" + list + "]";
}

// The rows that Walk() has added, as optimizer_compare_naive writes them.
std::string table;

}  // namespace

// {"optimizers": [names], "rates": [the book's of each], "surfaces": [what surfaces.h says of each]}
EXPORT(Description) const char* Description() {
  static std::string description;
  std::string names;
  std::vector<double> rates;
  for (const char* name : OptimizerNames()) {
    names += (names.empty() ? "" : ",") + InQuotes(name);
    rates.push_back(DefaultLearningRate(name));
  }
  description = "{\"optimizers\":[" + names + "],\"rates\":" + List(rates);
  description += ",\"surfaces\":" + ListOfSurfaces() + "}";
  return description.c_str();
}

// f on a grid over [left, right] × [bottom, top], both ends included -> [rows, columns]
EXPORT(Heights)
const double* Heights(int surface, double left, double right, double bottom, double top,
                      int columns, int rows) {
  static std::vector<double> heights;
  heights.clear();
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      heights.push_back(Surfaces()[static_cast<size_t>(surface)].f(
          {left + (right - left) * j / (columns - 1), bottom + (top - bottom) * i / (rows - 1)}));
    }
  }
  return heights.data();
}

EXPORT(BeginTable) void BeginTable() { table = "optimizer,step,x,y\n"; }

// The path of an optimizer, which becomes rows of the table, too -> x, y, f(x, y): [points, 3]
EXPORT(Walk)
const double* Walk(int surface, int optimizer, double eta, double decay, double x, double y,
                   int points) {
  static std::vector<double> path;
  path.clear();
  const Surface& walked = Surfaces()[static_cast<size_t>(surface)];
  const char* name = OptimizerNames()[static_cast<size_t>(optimizer)];
  const auto rule = MakeOptimizer<double>(name, eta, 2);
  Point p = {x, y};
  for (int step = 0; step < points; ++step) {
    if (step > 0) {
      rule->set_learning_rate(DecayedLearningRate(eta, decay, static_cast<size_t>(step - 1)));
      rule->Step(p, walked.gradient(p));
    }
    path.insert(path.end(), {p[0], p[1], walked.f(p)});
    table += std::string(name) + "," + std::to_string(step) + "," + ShortestDecimal(p[0]) + "," +
             ShortestDecimal(p[1]) + "\n";
  }
  return path.data();
}

// The checksum of the table, as tests/golden has it: 16 hexadecimal digits.
EXPORT(TableChecksum) const char* TableChecksum() {
  static std::string digits;
  const std::string text = table + "\n";  // the test counts an empty line behind the last row
  const uint64_t checksum = Checksum({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  digits.clear();
  for (int bit = 60; bit >= 0; bit -= 4) digits += "0123456789abcdef"[checksum >> bit & 15];
  return digits.c_str();
}

}  // namespace dlfs
