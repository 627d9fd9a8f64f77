/** A term and a whole autoencoder in a few lines. */
import { reductionOf, weightOf, weightText } from '../codegen/explain.js';
import { showTerm } from '../codegen/show-values.js';
import { inDigits } from '../diagnostics/phrases.js';
import { effectiveBeta } from '../ir/checks/index.js';
import type { Elaborated } from '../ir/elaborate/index.js';
import { product } from '../ir/graph/shape.js';
import { codeOf, layersOf, parameterCount } from '../ir/model/model.js';
import type { Term } from '../ir/model/terms.js';
import { plain } from './words.js';

export function termText({ parts, model }: Elaborated, term: Term): readonly string[] {
  const weights = parts.terms.map((one) => ({ name: one.name, weight: weightOf(parts, one) }));
  const weight = weightText({ weight: weightOf(parts, term) }, { terms: weights });
  const beta = model && effectiveBeta(model);
  const hasKl = beta?.source.place.span.start === term.source.place.span.start;
  return [
    `**${term.name}**`,
    plain(showTerm(term)),
    reductionOf(term),
    weight,
    ...(hasKl ? [`effective β = ${Number(beta!.value.toPrecision(4))} (1 is the evidence lower bound)`] : []),
  ];
}

/** The whole of an autoencoder in a line or two. */
export function whole({ parts, model }: Elaborated): readonly string[] {
  if (model === undefined) return [];
  const inputs = parts.variables.filter((v) => v.role === 'input').reduce((sum, v) => sum + product(v.corrupted), 0);
  const codes = codeOf(model).reduce((sum, one) => sum + product(one.shape), 0);
  const beta = effectiveBeta(model);
  return [
    `${inDigits(parameterCount(model))} parameters in ${layersOf(model).length} layers · ${inputs} inputs, code of ${codes}: ${capacityOf(codes, inputs)}`,
    ...(beta === undefined ? [] : [`effective β = ${Number(beta.value.toPrecision(4))}`]),
  ];
}

export const capacityOf = (codes: number, inputs: number): 'undercomplete' | 'complete' | 'overcomplete' =>
  codes < inputs ? 'undercomplete' : codes === inputs ? 'complete' : 'overcomplete';
