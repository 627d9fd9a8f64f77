/** Standard output and standard error, which others may close: `aec train … | head -1`. */

/**
 * Calls `closed` when nobody reads what is written any more, instead of the exception that ends the process.
 * The result takes that back, once what is written already has failed or not.
 */
export function whenOutputCloses(closed: () => void): () => void {
  const streams = [process.stdout, process.stderr];
  for (const stream of streams) stream.on('error', closed);
  return () => {
    setImmediate(() => {
      for (const stream of streams) stream.off('error', closed);
    });
  };
}
