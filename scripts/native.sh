#!/usr/bin/env bash
# Builds @tensorflow/tfjs-node and @tensorflow/tfjs-node-gpu from source against the libtensorflow
# of the tensorflow-cpu wheel, into a folder of their own (.native unless given). The packages'
# install scripts would download libtensorflow from a server that is not a package registry.
# Needs node headers beside node, python3 with pip, and a C++ compiler.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-.native}
tensorflow=2.21.0
tfjs=4.22.0
mkdir -p "$target"
cd "$target"
if [ -e ready ] && [ "$(cat ready)" = "$tfjs $tensorflow $(node -p process.versions.modules)" ]; then exit 0; fi

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

here=$PWD
headers=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
for package in tfjs-node tfjs-node-gpu; do
  root=node_modules/@tensorflow/$package
  mkdir -p "$root/deps/lib" "$root/deps/include"
  for name in libtensorflow.so libtensorflow_cc.so.2; do ln -sfn "$here/tensorflow/libtensorflow_cc.so.2" "$root/deps/lib/$name"; done
  for name in libtensorflow_framework.so libtensorflow_framework.so.2; do ln -sfn "$here/tensorflow/libtensorflow_framework.so.2" "$root/deps/lib/$name"; done
  cp -r tensorflow/include/* "$root/deps/include/"
  (cd "$root" && npm_config_nodedir="$headers" "$here/node_modules/.bin/node-pre-gyp" install --build-from-source >"$here/$package.log" 2>&1) ||
    { tail -20 "$here/$package.log"; exit 1; }
done
echo "$tfjs $tensorflow $(node -p process.versions.modules)" >ready
