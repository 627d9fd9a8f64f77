/** Files half typed, after the grammar, and of shapes that nobody writes: the other half. */
import { testKind } from './kinds.js';

testKind('typing', 6_200);
testKind('grammar', 3_600);
testKind('shapes', 200, 100);
