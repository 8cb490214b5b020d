#!/usr/bin/env bash
# Runs numpy_test.py, where Debian's NumPy is installed (apt-get install python3-numpy).
set -euo pipefail
if ! /usr/bin/python3 -c "import numpy" 2>/dev/null; then
  echo "numpy_test: skipped, as python3-numpy is not installed"
  exit 0
fi
exec /usr/bin/python3 -B tests/docs/numpy_test.py
