/**
 * Lets the event loop run every so often: signals, timers and the page stay alive
 * though every step of training resolves its promises at once.
 */
export function breather(milliseconds: number): () => Promise<void> {
  let last = Date.now();
  return async () => {
    if (Date.now() - last < milliseconds) return;
    await nextTask();
    last = Date.now();
  };
}

/** The next macrotask. Not a timer: background pages throttle those to one a second. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
