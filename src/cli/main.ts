#!/usr/bin/env node
/** What `aec` starts: no more than loads the rest, which is kept as V8 compiled it. */
const { run } = await import('./command-line.js');
await run();
