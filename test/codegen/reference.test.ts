import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referenceDocument } from '../../src/codegen/reference.js';

test('docs/reference.md is what the registry says (npm run reference)', () => {
  expect(readFileSync(new URL('../../docs/reference.md', import.meta.url), 'utf8')).toBe(referenceDocument());
});
