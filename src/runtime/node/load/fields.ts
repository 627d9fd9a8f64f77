/** Which fields of a table are which variable. */
import { failure, success, type Result } from '../../result.js';

/** Numbers of fields, from 0 on, by variable. */
export type Fields = ReadonlyMap<string, readonly number[]>;

/**
 * By their headers: those headed as a variable, or as `age.1`, `age.2`, are that variable; one headed `y`, `label` or
 * `class` is `y`; all others are `x`.
 */
export function fieldsByHeader(header: readonly string[], wanted: readonly string[]): Fields {
  const groups = new Map<string, number[]>();
  header.forEach((title, i) => {
    const variable = title.replace(/\.\d+$/, '');
    const name = wanted.includes(title)
      ? title
      : wanted.includes(variable)
        ? variable
        : /^(y|label|class)$/i.test(title) && Number.isNaN(Number(title))
          ? 'y'
          : 'x';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [i]);
    else group.push(i);
  });
  // Data before labels: variables without a name take columns in order.
  return new Map([...groups].sort(([a], [b]) => Number(a === 'y') - Number(b === 'y')));
}

/**
 * As they are named: `x=area,rooms;y=price`, or `area,rooms` for the one variable that is wanted. `p1..p64` are all from
 * one to the other. Fields without a header are named by their numbers, from 1 on. A mark of this notation inside of a
 * name is written by its code, `%2C` for a comma. Fields of variables that are not wanted are not looked for. Errors: a name that no field has, or several have; no variable.
 */
export function fieldsNamed(
  text: string,
  header: readonly string[],
  wanted: readonly string[],
  path: string,
): Result<Fields> {
  const found = new Map<string, readonly number[]>();
  for (const part of text.split(';')) {
    const [variable, names] = part.includes('=') ? halves(part, '=') : [wanted.length === 1 ? wanted[0]! : '', part];
    if (variable === '' || names === '')
      return failure(
        `${path}#${text}`,
        'the fields of each variable, as in x=area,rooms;y=price',
        JSON.stringify(part),
      );
    // To encode, a new table needs no field of what networks do not read.
    if (!wanted.includes(variable)) continue;
    const numbers = numbersOf(names, header, path);
    if (!numbers.ok) return numbers;
    found.set(variable, numbers.value);
  }
  return success(found);
}

function numbersOf(names: string, header: readonly string[], path: string): Result<readonly number[]> {
  const numbers: number[] = [];
  for (const name of names.split(',')) {
    const [from, to] = name.includes('..') ? halves(name, '..') : [name, name];
    const [first, last] = [fieldOf(from, header, path), fieldOf(to, header, path)];
    if (!first.ok) return first;
    if (!last.ok) return last;
    if (last.value < first.value)
      return failure(path, `fields from one to a later one`, `${from} behind ${to}`, `write ${to}..${from}`);
    for (let field = first.value; field <= last.value; field++) numbers.push(field);
  }
  return success(numbers);
}

function fieldOf(written: string, header: readonly string[], path: string): Result<number> {
  const name = unescaped(written.trim());
  const field = header.indexOf(name);
  if (field >= 0 && header.indexOf(name, field + 1) < 0) return success(field);
  if (field >= 0) return failure(path, `one field headed ${JSON.stringify(name)}`, 'several', 'rename all but one');
  const alike = header.find((title) => title.toLowerCase() === name.toLowerCase());
  return failure(
    path,
    `a field headed ${JSON.stringify(name)}`,
    header.length > 20 ? `${header.slice(0, 20).join(', ')}, …` : header.join(', '),
    alike !== undefined
      ? `it is written ${JSON.stringify(alike)}`
      : name.includes('=')
        ? 'variables are divided by semicolons: x=area,rooms;y=price'
        : '',
  );
}

const halves = (text: string, mark: string): readonly [string, string] => {
  const at = text.indexOf(mark);
  return [text.slice(0, at).trim(), text.slice(at + mark.length).trim()];
};

const unescaped = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
