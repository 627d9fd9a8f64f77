#!/usr/bin/env bash
# Builds @tensorflow/tfjs-node and @tensorflow/tfjs-node-gpu from source against the libtensorflow
# of the tensorflow-cpu wheel, into a folder of their own (.native unless given). The packages'
# install scripts would download libtensorflow from a server that is not a package registry.
# `aec doctor --build-addon` does the building; it says what it needs. Here: python3 with pip.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
target=${1:-.native}
tensorflow=2.21.0
tfjs=4.22.0
mkdir -p "$target"
cd "$target"
if [ -e ready ] && [ "$(cat ready)" = "$tfjs $tensorflow $(node -p process.versions.modules)" ]; then exit 0; fi

# aec as it stands now.
(cd "$root" && { [ -e node_modules ] || npm ci --no-audit --no-fund; } && npm run build)

echo '{ "private": true, "type": "module" }' >package.json
npm install --ignore-scripts --no-audit --no-fund --no-package-lock "@tensorflow/tfjs-node@$tfjs" "@tensorflow/tfjs-node-gpu@$tfjs" >/dev/null
python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 --platform manylinux_2_27_x86_64 -d wheel "tensorflow-cpu==$tensorflow"
rm -rf tensorflow
python3 - <<'EOF'
import glob, zipfile
wanted = ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2', 'tensorflow/include/tensorflow/c/',
          'tensorflow/include/tensorflow/core/platform/ctstring', 'tensorflow/include/tsl/platform/ctstring', 'tensorflow/include/xla/tsl/c/')
with zipfile.ZipFile(glob.glob('wheel/*.whl')[0]) as wheel:
    wheel.extractall(members=[name for name in wheel.namelist() if name.startswith(wanted)])
EOF
rm -rf wheel

node "$root/dist/cli/main.js" doctor --build-addon tensorflow
echo "$tfjs $tensorflow $(node -p process.versions.modules)" >ready
