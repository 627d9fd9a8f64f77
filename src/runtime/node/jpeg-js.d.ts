/** Halves of jpeg-js, which declares types for both together alone. */
declare module 'jpeg-js/lib/decoder.js' {
  import { decode } from 'jpeg-js';
  export default decode;
}

declare module 'jpeg-js/lib/encoder.js' {
  import { encode } from 'jpeg-js';
  export default encode;
}
