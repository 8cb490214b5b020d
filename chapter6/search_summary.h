#ifndef CHAPTER6_SEARCH_SUMMARY_H_
#define CHAPTER6_SEARCH_SUMMARY_H_

#include <cstdint>
#include <string>

#include "chapter6/search_report.h"

namespace dlfs {

// Prints the best trials of a seed, how many of them are equally good, what they say about the
// ranges, and its rounds; and the best setting of every seed.
void PrintSearch(const SearchResult& result, uint64_t seed);

// A hyper-parameter as it is printed and drawn.
std::string ThreeDigits(double value);

}  // namespace dlfs

#endif  // CHAPTER6_SEARCH_SUMMARY_H_
