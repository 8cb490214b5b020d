#ifndef TESTS_CHAPTER6_PICTURES_H_
#define TESTS_CHAPTER6_PICTURES_H_

#include <set>
#include <string>
#include <vector>

#include "tests/chapter6/experiments.h"

// What gnuplot draws for the experiments.
namespace dlfs {

bool HasGnuplot();

// The names of the files in a directory.
std::set<std::string> FilesIn(const std::string& directory);

// The names of the files in it of which a program says that it has written them.
std::set<std::string> FilesSaid(const std::string& out, const std::string& directory);

// The names of the tables and scripts that a program writes.
std::set<std::string> TablesAndScripts(const Program& program);

// The names of its pictures, of which there may be fewer than usual.
std::set<std::string> Pictures(const Program& program, const std::vector<std::string>& suffixes,
                               const std::string& format);

// Fails the test unless these are pictures.
void ExpectPictures(const std::string& directory, const std::set<std::string>& files);

}  // namespace dlfs

#endif  // TESTS_CHAPTER6_PICTURES_H_
