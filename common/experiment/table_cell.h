#ifndef COMMON_EXPERIMENT_TABLE_CELL_H_
#define COMMON_EXPERIMENT_TABLE_CELL_H_

#include <span>
#include <string>

namespace dlfs {

// Values as a cell of a printed table, 16 columns wide: "0.9123 ± 0.0045"; of a single value
// "0.9123", whose spread is not worth printing; of none "-". Where some are not finite there is no
// mean: "2 of 5 diverged", of a single value "diverged".
std::string TableCell(std::span<const double> values);

}  // namespace dlfs

#endif  // COMMON_EXPERIMENT_TABLE_CELL_H_
