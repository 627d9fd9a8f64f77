while read p d; do
  a=$(cd /work/main && timeout 100 node dist/cli/main.js train examples/$p --data $d --epochs 1 --backend wasm --no-report --json --out /tmp/cmp/a/$p 2>&1 | grep '"event":"epoch"' | head -1)
  b=$(timeout 100 node dist/cli/main.js train examples/$p --data $d --epochs 1 --backend wasm --no-report --json --out /tmp/cmp/b/$p 2>&1 | grep '"event":"epoch"' | head -1)
  strip() { sed -E 's/"(seconds|elapsed|eta|time|ms|rate|examplesPerSecond)[a-zA-Z]*":[0-9.e+-]+,?//g'; }
  if [ "$(echo "$a" | strip)" = "$(echo "$b" | strip)" ]; then echo same $p; else echo DIFF $p; echo "$a"; echo "$b"; fi
done
