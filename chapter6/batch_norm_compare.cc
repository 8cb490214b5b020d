#include "chapter6/batch_norm_compare.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "chapter6/accuracy_curves.h"
#include "chapter6/initialization.h"
#include "chapter6/network.h"
#include "chapter6/trainer.h"
#include "common/csv.h"
#include "common/progress.h"
#include "datasets/batch.h"

namespace dlfs {
namespace {

constexpr char kName[] = "batch_norm_compare";

constexpr absl::string_view kStyle =
#include "chapter6/style.gp.inc"
    ;
constexpr absl::string_view kCommands =
#include "chapter6/batch_norm_compare.gp.inc"
    ;

// The methods of the comparison: first without, then with batch norm, for each standard deviation.
constexpr size_t kNetworks = 2;

void Train(const BatchNormCompareConfig& config, const ImageDataset& images, AccuracyCurve& curve,
           Progress& progress) {
  BatchBuffer<float> buffer(images, images.size());
  const Batch<float> all = buffer.GatherAll();
  TrainNewNetwork(config.training, {.batch_norm = curve.method % kNetworks == 1},
                  {WeightInit::Kind::kNormal, config.init_stds[curve.method / kNetworks]}, images,
                  curve.seed, progress, [&](MultiLayerNetwork<float>& network, int epoch) {
                    curve.epochs.push_back(epoch);
                    curve.train.push_back(Accuracy(network, all));
                  });
}

}  // namespace

// 10^(-4 k / 15) for k = 0, ..., 15, written out so that no libm decides the last digits.
std::vector<double> BookInitStds() {
  return {1,
          0.5411695265464637,
          0.2928644564625236,
          0.15848931924611132,
          0.0857695898590894,
          0.046415888336127795,
          0.025118864315095794,
          0.013593563908785255,
          0.007356422544596414,
          0.003981071705534973,
          0.0021544346900318847,
          0.0011659144011798323,
          0.000630957344480193,
          0.00034145488738336003,
          0.00018478497974222906,
          0.0001};
}

absl::Status RunBatchNormCompare(const BatchNormCompareConfig& config, const Mnist& mnist,
                                 Experiment& experiment) {
  if (absl::Status status = CheckTraining(config.training, mnist); !status.ok()) return status;
  AccuracyComparison comparison = {
      .name = kName,
      .method_columns = {"init_std", "batch_norm"},
      .methods = {},
      .test_accuracy = false,
      .configuration = {absl::StrCat(Describe(config.training), " learning_rate=",
                                     ShortestDecimal(config.training.learning_rate))},
      .epochs = static_cast<size_t>(config.training.epochs)};
  for (double std : config.init_stds) {
    for (const char* batch_norm : {"0", "1"}) {
      comparison.methods.push_back({ShortestDecimal(std), batch_norm});
    }
  }
  const ImageDataset images =
      FirstImages(mnist.train, static_cast<size_t>(config.training.train_size));
  const auto curves = CompareAccuracyCurves(
      comparison, experiment,
      [&](AccuracyCurve& curve, Progress& progress) { Train(config, images, curve, progress); });
  if (!curves.ok()) return curves.status();

  absl::PrintF("training accuracy in the last epoch\n%10s %18s %18s\n", "init std",
               "without batch norm", "with");
  std::vector<std::string> stds, titles;
  size_t alone = 0;  // in figure 6-18: the one nearest, as a factor, to Xavier's √(1/100)
  const auto from_xavier = [&](size_t i) {
    const double std = config.init_stds[i];
    return std::max(std / 0.1, 0.1 / std);
  };
  for (size_t i = 0; i < config.init_stds.size(); ++i) {
    stds.push_back(ShortestDecimal(config.init_stds[i]));
    titles.push_back(absl::StrFormat("%.4g", config.init_stds[i]));
    absl::PrintF("%10s   %s   %s\n", titles.back(),
                 LastAccuracyCell(*curves, kNetworks * i, &AccuracyCurve::train),
                 LastAccuracyCell(*curves, kNetworks * i + 1, &AccuracyCurve::train));
    if (from_xavier(i) < from_xavier(alone)) alone = i;
  }
  return experiment.Draw(
      {.name = kName,
       .commands = absl::StrCat(kStyle, kCommands),
       .definitions = {{"methods", "1 0"},  // of the column batch_norm
                       {"init_stds", absl::StrJoin(stds, " ")},
                       {"init_std_titles", absl::StrJoin(titles, " ")},
                       {"alone", static_cast<double>(alone + 1)},
                       {"book", config.training == BatchNormCompareConfig().training ? 1.0 : 0.0},
                       {"last_epoch", config.training.epochs - 1.0},
                       {"seeds", static_cast<double>(experiment.seeds)},
                       {"seeds_text", experiment.SeedsText()}},
       .pictures =
           stds.size() > 1 ? std::vector<std::string>{"", "_one"} : std::vector<std::string>{""}});
}

}  // namespace dlfs
