/** Whole files with damage: half of the twenty thousand cases, so that two processes share them. */
import { testKind } from './kinds.js';

testKind('tokens', 7_000);
testKind('bytes', 3_000);
