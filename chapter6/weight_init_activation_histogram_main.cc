#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "chapter6/layer_signals.h"
#include "chapter6/network_flags.h"
#include "chapter6/weight_init_activation_histogram.h"
#include "common/experiment.h"

ABSL_FLAG(std::vector<std::string>, activations,
          std::vector<std::string>({"sigmoid", "tanh", "relu"}),
          "which activation functions: a list of sigmoid, tanh, relu");
ABSL_FLAG(std::vector<std::string>, inits, dlfs::ActivationHistogramConfig().inits,
          "which initial weights: a list of zero, constant=NUMBER, std=NUMBER, xavier, glorot, he "
          "(with as many nodes in each layer, glorot is the same as xavier)");
ABSL_FLAG(int, samples, dlfs::LayerStack().samples, "inputs drawn from N(0, 1)");
ABSL_FLAG(int, nodes, dlfs::LayerStack().nodes, "nodes of the input and of each layer");
ABSL_FLAG(int, layers, dlfs::LayerStack().layers, "layers");
ABSL_FLAG(int, bins, dlfs::ActivationHistogramConfig().bins, "bins of a histogram of activations");

namespace {

absl::Status Run(dlfs::Experiment& experiment) {
  dlfs::ActivationHistogramConfig config;
  config.activations.clear();
  const std::vector<std::string> activations = absl::GetFlag(FLAGS_activations);
  if (auto s = dlfs::CheckNames("activations", activations); !s.ok()) return s;
  for (const std::string& name : activations) {
    const auto activation = dlfs::ReadActivation("activations", name);
    if (!activation.ok()) return activation.status();
    config.activations.push_back(*activation);
  }
  config.inits = absl::GetFlag(FLAGS_inits);
  if (absl::Status status = dlfs::CheckInits(config.inits); !status.ok()) return status;
  config.stack.samples = absl::GetFlag(FLAGS_samples);
  config.stack.nodes = absl::GetFlag(FLAGS_nodes);
  config.stack.layers = absl::GetFlag(FLAGS_layers);
  config.bins = absl::GetFlag(FLAGS_bins);
  if (auto s = dlfs::CheckFlagInRange("samples", config.stack.samples, 1, 100000); !s.ok())
    return s;
  if (auto s = dlfs::CheckFlagInRange("nodes", config.stack.nodes, 1, 1000); !s.ok()) return s;
  if (auto s = dlfs::CheckFlagInRange("layers", config.stack.layers, 1, 20); !s.ok()) return s;
  if (auto s = dlfs::CheckFlagInRange("bins", config.bins, 1, 1000); !s.ok()) return s;
  return dlfs::RunActivationHistogram(config, experiment);
}

}  // namespace

int main(int argc, char** argv) {
  return dlfs::ExperimentMain(argc, argv,
                              "6.2.2 and 6.2.3, figures 6-10 to 6-14: the activations of five "
                              "layers from different initial "
                              "weights, and the gradient on its way back.",
                              Run);
}
