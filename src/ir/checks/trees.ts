/** Trees that are built of sequences. */
import { builtins } from '../../builtins/index.js';
import { joinedByNobody } from '../../diagnostics/messages/terms.js';
import { decodersOf, foldsBuilt } from '../model/networks.js';
import type { Check } from './facts.js';

/** Neighbours that nothing takes apart again. */
export const joinedByNothing: Check = ({ model: { networks } }, report) => {
  for (const fold of foldsBuilt(networks)) {
    const { by } = fold.form;
    if (by.definition.reconstructs !== true || decodersOf(fold, networks).all.length > 0) continue;
    const others = networks.filter(({ form }) => form.kind === 'unfold');
    report.at(by.source, joinedByNobody, {
      network: fold.name,
      by: by.definition.name,
      others: others.map(({ name }) => name),
      rules: builtins.bracketing.flatMap(({ name, reconstructs }) => (reconstructs === true ? [] : [name])),
    });
  }
};
