/**
 * Many mutants in one text, each behind a switch that is asked when the text runs: the tree is written and transformed
 * once, and a run of the tests says by a number which mutant it is about.
 */
import ts from 'typescript';
import { applied, type Mutant } from './mutants.js';
import { switchName } from './order.js';

export type Numbered = Pick<Mutant, 'start' | 'end' | 'after'> & { readonly index: number };

/** A piece of the text with all that may stand there instead, and the pieces inside it that are switched too. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly statement: boolean;
  readonly mutants: Numbered[];
  readonly inner: Place[];
}

type Range = Pick<Place, 'start' | 'end'>;

const holds = (outer: Range, inner: Range): boolean => outer.start <= inner.start && inner.end <= outer.end;

/** The smallest node that holds a piece of the text. */
export function smallest(file: ts.SourceFile, range: Range): ts.Node {
  let node: ts.Node = file;
  for (let next: ts.Node | undefined = file; next !== undefined;) {
    node = next;
    next = ts.forEachChild(node, (child) =>
      holds({ start: child.getStart(file), end: child.end }, range) ? child : undefined,
    );
  }
  return node;
}

/** The smallest expression or statement that can be written as a choice and holds the mutant. */
function placeOf(file: ts.SourceFile, mutant: Numbered): Omit<Place, 'mutants' | 'inner'> {
  let node = smallest(file, mutant);
  while (!ts.isStatement(node) && (!ts.isExpression(node) || ts.isSpreadElement(node))) node = node.parent;
  // a?.b(c).d stops as a whole where there is no a: a choice inside would take its rest out of the chain.
  while (ts.isOptionalChain(node.parent) && node.parent.expression === node) node = node.parent;
  return { start: node.getStart(file), end: node.end, statement: ts.isStatement(node) };
}

/** Places in each other, the outer ones first. */
function nested(places: readonly Place[]): readonly Place[] {
  const roots: Place[] = [];
  const open: Place[] = [];
  for (const place of [...places].sort((a, b) => a.start - b.start || b.end - a.end)) {
    while (open.length > 0 && !holds(open.at(-1)!, place)) open.pop();
    (open.at(-1)?.inner ?? roots).push(place);
    open.push(place);
  }
  return roots;
}

export function withSwitches(text: string, mutants: readonly Numbered[]): string {
  const file = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const places = new Map<string, Place>();
  for (const mutant of mutants) {
    const place = placeOf(file, mutant);
    const key = `${place.start}-${place.end}`;
    places.set(key, places.get(key) ?? { ...place, mutants: [], inner: [] });
    places.get(key)!.mutants.push(mutant);
  }

  const written = ({ start, end }: Range, inner: readonly Place[]): string => {
    let [out, at] = ['', start];
    for (const place of inner) {
      out += text.slice(at, place.start) + choice(place);
      at = place.end;
    }
    return out + text.slice(at, end);
  };
  const choice = (place: Place): string => {
    const rest = written(place, place.inner);
    return place.mutants.reduceRight((otherwise, mutant) => {
      const changed = applied(text, mutant).slice(
        place.start,
        place.end + mutant.after.length - (mutant.end - mutant.start),
      );
      const asked = `globalThis.${switchName}(${mutant.index})`;
      return place.statement
        ? `if (${asked}) { ${changed} } else { ${otherwise} }`
        : `(${asked} ? (${changed}) : (${otherwise}))`;
    }, rest);
  };
  return written({ start: 0, end: text.length }, nested([...places.values()]));
}
