#include "common/experiment/experiment.h"

int main(int argc, char** argv) { return dlfs::ExperimentMain(argc, argv); }
