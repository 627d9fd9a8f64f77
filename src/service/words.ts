/** Entries, names and shapes in the words that hovers and completions share. */
import type { Param } from '../builtins/arguments.js';
import { hasLowering, type Definition } from '../builtins/define.js';
import { sizes } from '../diagnostics/phrases.js';
import { describe } from '../ir/elaborate/signatures.js';
import { isMissing, type ParamDecl, type Unit } from '../parser/ast.js';
import type { NameSymbol } from '../ir/resolve/symbols.js';

export const shapeText = (shape: readonly number[] | undefined): string => (shape === undefined ? '?' : sizes(shape));

/** What stands for a parameter where it is left out. */
export function fallbackOf({ default: value, inferred, optional }: Param): string | undefined {
  if (value !== undefined) return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
  return inferred === true ? 'inferred' : optional === true ? 'optional' : undefined;
}

/** `kernel: 3`, `units`. */
export const paramLabel = (param: Param): string => {
  const fallback = fallbackOf(param);
  return fallback === undefined ? param.name : `${param.name}: ${fallback}`;
};

/** What a call of an entry holds: operands of a function, the size of a distribution, parameters. */
export function heldBy(
  entry: Definition,
): readonly { readonly name: string; readonly label: string; readonly documentation: string }[] {
  const params = entry.category === 'distribution' ? [entry.size, ...entry.params] : entry.params;
  const most = entry.category === 'function' ? entry.arity[1] : 0;
  const operands = most > 2 ? ['x', 'y', '…'] : ['x', 'y'].slice(0, most);
  return [
    ...operands.map((name) => ({ name, label: name, documentation: 'an operand' })),
    ...params.map((param) => ({
      name: param.name,
      label: paramLabel(param),
      documentation: `${describe(param)}. ${param.summary}`,
    })),
  ];
}

/** `conv(filters, kernel: 3, …)`. */
export function signatureOf(entry: Definition): string {
  const held = heldBy(entry);
  return held.length === 0 ? entry.name : `${entry.name}(${held.map(({ label }) => label).join(', ')})`;
}

/** `lr`: a number > 0 (0.001). learning rate. */
export function paramText(param: Param): string {
  const fallback = fallbackOf(param);
  return `\`${param.name}\`: ${describe(param)}${fallback === undefined ? '' : ` (${fallback})`}. ${param.summary}`;
}

/** An entry as its page in the reference says it. */
export function entryText(entry: Definition): string {
  const params = entry.params.map((param) => `- ${paramText(param)}`);
  return [
    code(signatureOf(entry)),
    `${hasLowering(entry) ? '' : '*Not compiled yet.* '}${entry.summary}`,
    plain(entry.formula),
    ...(params.length === 0 ? [] : [params.join('\n')]),
    `*${entry.source}*`,
  ].join('\n\n');
}

export const code = (text: string): string => `\`\`\`ae\n${text}\n\`\`\``;

/** A formula as it stands: nothing in it is markup. */
export const plain = (text: string): string => `\`\`\`text\n${text}\n\`\`\``;

/** `n: int = 3`. */
export const declared = ({ name, type, default: value }: ParamDecl, { text }: Pick<Unit, 'text'>): string =>
  `${name.text}${isMissing(type) ? '' : `: ${type.text}`}${value === undefined ? '' : ` = ${text.slice(value.span.start, value.span.end)}`}`;

/** The first line of what a node declares, without what stands in its braces. */
export const headOf = ({ node, place: { unit } }: NameSymbol): string => {
  const text = unit.text.slice(node.span.start, node.span.end);
  return text
    .split('{')[0]!
    .split(/\r\n|\n/)[0]!
    .trim();
};
