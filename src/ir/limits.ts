/**
 * Sizes beyond which nothing can be computed, whatever the machine. A number that is larger is a
 * mistake, and it is said where it stands, before something is allocated.
 */

/** Units, classes, lengths, examples of a batch: 2²⁴, up to where single precision counts one by one. */
export const largestSize = 2 ** 24;

/** Rows and columns of windows and pictures. */
export const largestSide = 2 ** 16;

/** Elements of a tensor or a weight, for one example: TensorFlow counts them in 32 bits. */
export const largestTensor = 2 ** 31 - 1;

export const mostEpochs = 1e9;

/** Blocks inside of blocks that are written out. Nobody means more, and each is a call on the stack. */
export const deepestBlocks = 64;
