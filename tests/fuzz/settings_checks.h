#ifndef TESTS_FUZZ_SETTINGS_CHECKS_H_
#define TESTS_FUZZ_SETTINGS_CHECKS_H_

namespace dlfs {

// Reads the settings of the program from its flags, as an experiment's main function does. Stops the
// program unless each is read, or the first that is wrong is told on one line; and unless what is
// read is in the ranges that the programs promise, and can be written into a table's comments.
// -> whether all are right
bool SettingsAreRight();

}  // namespace dlfs

#endif  // TESTS_FUZZ_SETTINGS_CHECKS_H_
