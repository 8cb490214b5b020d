// What the page calls for all sections: the names that it shows, and the checksum of a table.
// Surfaces and optimizers are told by their index in Description(). A pointer that a function
// returns is good until the function is called again.
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

// The C library has none: there is one thread, and it does not end.
extern "C" int __cxa_thread_atexit(void (*)(void*), void*, void*) { return 0; }

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

// "m","v"
std::string StatesOf(const char* optimizer) {
  std::string names;
  for (const auto& [name, _] : MakeOptimizer<double>(optimizer, 1, 2)->states()) {
    names += (names.empty() ? "" : ",") + InQuotes(name);
  }
  return names;
}

std::vector<uint8_t> table;

}  // namespace

// {"optimizers": [names], "states": [of each, the names of them], "rates": [the book's of each],
//  "surfaces": [what surfaces.h says of each]}
EXPORT(Description) const char* Description() {
  static std::string description;
  std::string names, states;
  std::vector<double> rates;
  for (const char* name : OptimizerNames()) {
    names += (names.empty() ? "" : ",") + InQuotes(name);
    states += (states.empty() ? "[" : ",[") + StatesOf(name) + "]";
    rates.push_back(DefaultLearningRate(name));
  }
  description = "{\"optimizers\":[" + names + "],\"states\":[" + states + "]";
  description += ",\"rates\":" + List(rates);
  description += ",\"surfaces\":" + ListOfSurfaces() + "}";
  return description.c_str();
}

// x in a table.
EXPORT(Decimal) const char* Decimal(double x) {
  static std::string decimal;
  decimal = ShortestDecimal(x);
  return decimal.c_str();
}

// Room for the text of a table.
EXPORT(TableRoom) uint8_t* TableRoom(int bytes) {
  table.resize(static_cast<size_t>(bytes));
  return table.data();
}

// Its checksum, as tests/golden has it: 16 hexadecimal digits.
EXPORT(TableChecksum) const char* TableChecksum() {
  static std::string digits;
  const uint64_t checksum = Checksum(table);
  digits.clear();
  for (int bit = 60; bit >= 0; bit -= 4) digits += "0123456789abcdef"[checksum >> bit & 15];
  return digits.c_str();
}

}  // namespace dlfs
