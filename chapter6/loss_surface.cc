// 6.1.8: figure 6-8 for the network of figure 6-9. The paths of optimizers over the loss of a network
// with 110,000 parameters, on the plane that holds most of them.
//
//   bazel run //chapter6:loss_surface
//
// Writes
//   loss_surface.csv       optimizer,iteration,a,b,loss: the points of the paths, projected to the
//                          plane θ(a, b) (loss_plane.h), with the losses of the networks themselves
//   loss_surface_grid.csv  a,b,loss: the surface, from the networks θ(a, b) on a grid
// and the figure. Prints how far each network went, how far in the plane, and its loss beside that of
// the surface at its projection. Every loss is the mean of the first --images training images.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/initialization.h"
#include "chapter6/loss_plane.h"
#include "chapter6/network.h"
#include "chapter6/optimizer_settings.h"
#include "chapter6/optimizers.h"
#include "chapter6/settings.h"
#include "common/experiment/experiment.h"
#include "common/experiment/interrupt.h"
#include "common/matrix/random.h"
#include "datasets/batch.h"

SETTING(int, batch_size, 128, dlfs::BatchSize(), dlfs::kBatchSizeHelp);
SETTING(int, iterations, 2000, dlfs::Between(1, 10000000),
        "mini-batches that a network learns from");
SETTING(std::vector<std::string>, hidden_sizes, dlfs::Sizes({100, 100, 100, 100}),
        dlfs::HiddenSizes(batch_size), "the neurons of each hidden layer of the network for MNIST");
SETTING(int, keep_every, 50, dlfs::AtLeast(1), "iterations from one point of a path to the next");
SETTING(int, images, 1000, dlfs::AtMostTrainingImages,
        "how many images of the training data the loss is of, the first ones");
SETTING(int, grid, 51, dlfs::Between(11, 101), "points of the surface in each direction");

namespace dlfs {
namespace {

// The points of a network's path that were kept, as far as it had not diverged.
struct Path {
  MatrixView<double> differences;        // θ − θ0 of each point, and rows of 0
  std::vector<int64_t> iterations = {};  // after so many of them; 0 is the start
  std::vector<double> losses = {};       // of the network itself
  bool diverged = false;

  void Keep(int64_t iteration, double loss, std::span<const float> theta,
            std::span<const float> theta0) {
    const bool finite = std::ranges::all_of(theta, [](float x) { return std::isfinite(x); });
    diverged = diverged || !finite || !std::isfinite(loss);
    if (diverged) return;
    const std::span<double> row = differences.row(losses.size());
    for (size_t i = 0; i < row.size(); ++i) row[i] = double{theta[i]} - theta0[i];
    iterations.push_back(iteration);
    losses.push_back(loss);
  }
};

// The mean loss of images, block by block.
double MeanLoss(Network<float>& network, const Batch<float>& all) {
  const size_t n = all.labels.size();
  double sum = 0;
  for (size_t begin = 0; begin < n; begin += kEvaluationBatch) {
    const size_t count = std::min(kEvaluationBatch, n - begin);
    sum += static_cast<double>(count) *
           network.Loss(all.x.Rows(begin, count), all.labels.subspan(begin, count));
  }
  return sum / static_cast<double>(n);
}

// That the points of all paths fit into memory, and that the plane is found in a few seconds.
absl::Status CheckFits(size_t points, size_t parameters) {
  constexpr size_t kMost = 500;
  constexpr double kMostGibibytes = 1;
  const double gibibytes = static_cast<double>(sizeof(double) * points * parameters) / (1 << 30);
  if (points <= kMost && gibibytes <= kMostGibibytes) return absl::OkStatus();
  return OfFlag("keep_every",
                Unexpected(absl::StrFormat("paths of at most %d points and %g GiB together", kMost,
                                           kMostGibibytes),
                           absl::StrFormat("%d points of %.2g GiB", points, gibibytes)));
}

MNIST_EXPERIMENT(loss_surface,
                 "6.1.8, as figure 6-8: the paths of optimizers over the loss of the network of "
                 "figure 6-9, on the plane that holds most of them.") {
  if (experiment.seeds != 1) {
    return OfFlag("seeds",
                  Unexpected("1: all paths have one start", absl::StrCat(experiment.seeds)));
  }
  const std::vector<OptimizerChoice> optimizers = ChosenOptimizers(DefaultLearningRate, experiment);
  const NetworkConfig config = {.hidden = hidden_sizes};
  MultiLayerNetwork<float> start(config, batch_size);
  InitializeWeights({WeightInit::Kind::kHe}, Random(experiment.seed, kWeightStream), start.arena());
  const std::span<const float> theta0 = start.arena().values();
  // Of a path: the start, each --keep_every iterations, and the end.
  const size_t points = 2 + static_cast<size_t>((iterations - 1) / keep_every);
  if (absl::Status s = CheckFits(optimizers.size() * points, theta0.size()); !s.ok()) return s;
  absl::StatusOr<CsvWriter> csv =
      experiment.CreateCsv("", {"optimizer", "iteration", "a", "b", "loss"});
  if (!csv.ok()) return csv.status();
  absl::StatusOr<CsvWriter> grid_csv = experiment.CreateCsv("_grid", {"a", "b", "loss"});
  if (!grid_csv.ok()) return grid_csv.status();
  experiment.PrintConfiguration();

  // The paths. All networks start from the same weights and see the same mini-batches.
  BatchBuffer<float> buffer(mnist.train, images);
  const Batch<float> of_loss = buffer.GatherRange(0, images);
  Matrix<double> differences(optimizers.size() * points, theta0.size());
  std::vector<Path> paths;
  for (size_t p = 0; p < optimizers.size(); ++p) {
    paths.push_back({differences.view().Rows(p * points, points)});
  }
  const absl::StatusOr<double> learned = experiment.RunInParallel(
      experiment.name, paths.size(), paths.size() * static_cast<size_t>(iterations), "iterations",
      [&](Task& task) {
        const OptimizerChoice& choice = optimizers[task.index()];
        Path& path = paths[task.index()];
        MultiLayerNetwork<float> network(config, batch_size);
        const std::span<float> theta = network.arena().values();
        std::ranges::copy(theta0, theta.begin());
        const auto optimizer =
            MakeOptimizer<float>(choice.name, choice.learning_rate, theta.size());
        BatchSampler<float> batches(mnist.train, batch_size, Random(experiment.seed, kBatchStream));

        path.Keep(0, MeanLoss(network, of_loss), theta, theta0);
        for (const int64_t t : task.Iterations(iterations)) {
          const Batch<float> batch = batches.Next();
          network.Gradient(batch.x, batch.labels);
          optimizer->set_learning_rate(choice.LearningRate(t));
          optimizer->Step(theta, network.arena().gradients());
          if ((t + 1) % keep_every == 0 || t + 1 == iterations) {
            path.Keep(t + 1, MeanLoss(network, of_loss), theta, theta0);
          }
        }
      },
      [](size_t) { return absl::OkStatus(); });
  if (!learned.ok()) return learned.status();

  // The plane, and the paths on it.
  const std::optional<LossPlane> plane = PlaneOfPaths(differences);
  if (!plane) {
    return StopRequested() ? absl::OkStatus()
                           : absl::FailedPreconditionError(
                                 "expected paths that span a plane, found points on a line; give "
                                 "them more --iterations or --optimizers, a smaller --keep_every "
                                 "or a larger --learning_rate");
  }
  std::vector<std::string> names, diverged, losses, surface_losses;
  absl::PrintF("%-10s  %27s  %19s\n%-10s  %14s %12s  %11s %12s\n", "", "distance from the start",
               "loss of", "optimizer", "of the network", "in the plane", "the network",
               "the surface");
  for (size_t p = 0; p < paths.size(); ++p) {
    const Path& path = paths[p];
    if (path.losses.empty()) continue;  // interrupted before it began
    for (size_t i = 0; i < path.losses.size(); ++i) {
      const std::span<const double> ab = plane->projections.view().row(p * points + i);
      csv->Row(optimizers[p].name, path.iterations[i], ab[0], ab[1], path.losses[i]);
    }
    const size_t last = p * points + path.losses.size() - 1;
    const double a = plane->projections(last, 0), b = plane->projections(last, 1);
    MultiLayerNetwork<float> projected(config, kEvaluationBatch);
    PointOfPlane(*plane, theta0, a, b, projected.arena().values());
    const double surface_loss = MeanLoss(projected, of_loss);
    absl::PrintF("%-10s  %14.4g %12.4g  %11.4f %12.4f\n", optimizers[p].name,
                 plane->distances[last], std::sqrt(a * a + b * b), path.losses.back(),
                 surface_loss);
    names.push_back(optimizers[p].name);
    losses.push_back(absl::StrFormat("%.2g", path.losses.back()));
    surface_losses.push_back(absl::StrFormat("%.2g", surface_loss));
    if (!path.diverged) continue;
    diverged.push_back(names.back() + " ");
    absl::PrintF("  Diverged after iteration %d; the path ends there\n", path.iterations.back());
  }
  if (absl::Status status = csv->Flush(); !status.ok()) return status;
  const std::string share = absl::StrFormat("%.0f %%", 100 * plane->share);
  absl::PrintF("\nThe plane holds %s of the squared distances from the start.\n", share);

  // The surface, row by row.
  const PlaneGrid on_plane = GridAround(*plane, grid);
  std::vector<std::vector<double>> surface(grid);
  const absl::StatusOr<double> evaluated = experiment.RunInParallel(
      experiment.name, surface.size(), surface.size() * surface.size(), "points of the surface",
      [&](Task& task) {
        MultiLayerNetwork<float> network(config, kEvaluationBatch);
        for (const int64_t i : task.Iterations(grid)) {
          PointOfPlane(*plane, theta0, on_plane.a(i), on_plane.b(task.index()),
                       network.arena().values());
          surface[task.index()].push_back(MeanLoss(network, of_loss));
        }
      },
      [&](size_t j) {
        for (size_t i = 0; i < surface[j].size(); ++i) {
          grid_csv->Row(on_plane.a(i), on_plane.b(j), surface[j][i]);
        }
        return grid_csv->Flush();
      });
  if (!evaluated.ok()) return evaluated.status();
  absl::PrintF("Learning took %.1f s, the surface %.1f s.\n", *learned, *evaluated);
  return experiment.Draw({{"methods", absl::StrJoin(names, " ")},
                          {"diverged", absl::StrJoin(diverged, "")},
                          {"losses", absl::StrJoin(losses, " ")},
                          {"surface_losses", absl::StrJoin(surface_losses, " ")},
                          {"share", share},
                          {"caption", LossCaption(hidden_sizes, batch_size, experiment)},
                          {"grid", static_cast<double>(grid)}});
}

}  // namespace
}  // namespace dlfs
