/** Properties draw the same cases in every run: what is found once is found again. `AEC_SEED` draws others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['AEC_SEED'] ?? 1) });
