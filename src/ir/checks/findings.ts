/** What the checks of a model found. */
import { finding, type Beside, type Finding, type Message } from '../../diagnostics/finding.js';
import { labels } from '../../diagnostics/messages/labels.js';
import type { Source } from '../model/source.js';

/** Collects what a check finds, at the places of sources. */
export class Findings {
  readonly found: Finding[] = [];

  at<F extends object>(
    { place, through }: Source,
    message: Message<F>,
    facts: F,
    { related = [], fixes = [] }: Beside = {},
  ): void {
    const uses = [...through].reverse().map((use) => ({ place: use, message: labels.usedHere }));
    this.found.push(finding(message, place, facts, { related: [...related, ...uses], fixes }));
  }
}
