/** Columns of what a table holds, whatever it is written in. */
import { inOne, type Column, type StoredColumn } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { fieldsByHeader, fieldsNamed } from './fields.js';
import { openSpool } from './stored.js';

export interface Row {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** What a table is read for. */
export interface Reading {
  /** Names of the model's variables. */
  readonly wanted?: readonly string[];
  /** Those that may be missing: an empty field is NaN. */
  readonly optional?: ReadonlySet<string>;
  /** Those that are classes: a field may hold their names. */
  readonly categories?: ReadonlySet<string>;
  /** Which fields are read, as in `x=area,rooms;y=price` (see `fieldsNamed`); by their headers where nothing is said. */
  readonly fields?: string;
}

export type Columns = Readonly<Record<string, Column | StoredColumn>>;

/** A table on its way from its rows to columns. */
export interface TableReader {
  /** Errors: a field that is no number, with row (line of the file) and column. */
  add(rows: readonly Row[]): Result<undefined>;
  /** Errors: no rows; an empty field among numbers of classes. */
  columns(): Result<Columns>;
}

/**
 * Columns of numbers, in the fields that are named or by their headers (see `fieldsByHeader`). Errors: a name that no
 * header is.
 * @param header titles of the fields; their numbers, from 1 on, where the table has none
 * @param isLarge whether the rows do not fit into the memory
 */
export function readTable(
  header: readonly string[],
  hasHeader: boolean,
  path: string,
  { wanted = [], optional = new Set(), categories = new Set(), fields: named }: Reading,
  isLarge: boolean,
): Result<TableReader> {
  const groups =
    named === undefined
      ? success(fieldsByHeader(header, hasHeader ? wanted : []))
      : fieldsNamed(named, header, wanted, path);
  if (!groups.ok) return groups;
  const taken = new Set([...groups.value].map(([name]) => name));
  const left = wanted.filter((name) => !taken.has(name));
  const readers = [...groups.value].map(([name, fields]) => {
    // What has no variable's name is of those that are left.
    const of = wanted.includes(name) ? [name] : left;
    const wrong: Wrong = (line, field, written) =>
      failure(
        { path, row: line, column: hasHeader ? shortened(header[field] ?? String(field + 1)) : field + 1 },
        'a number',
        written === '' ? 'an empty field' : JSON.stringify(shortened(written)),
      );
    const group: Group = {
      fields,
      mayBeMissing: of.some((one) => optional.has(one)),
      column: {
        shape: name === 'x' || fields.length > 1 ? [fields.length] : [],
        scale: 1,
        ...(hasHeader ? { fields: fields.map((field) => header[field]!) } : {}),
        source: path,
      },
    };
    const areClasses = of.length > 0 && fields.length === 1 && of.every((one) => categories.has(one));
    return [name, areClasses ? classesIn(group, wrong) : numbersIn(group, wrong, isLarge)] as const;
  });
  let size = 0;
  return success({
    add(rows) {
      size += rows.length;
      for (const [, reader] of readers) {
        const added = reader.add(rows);
        if (!added.ok) return added;
      }
      return success(undefined);
    },
    columns() {
      if (size === 0) return failure(path, 'at least one row of numbers', 'a header alone');
      const columns: Record<string, Column | StoredColumn> = {};
      for (const [name, reader] of readers) {
        const column = reader.column();
        if (!column.ok) return column;
        columns[name] = column.value;
      }
      return success(columns);
    },
  });
}

type Wrong = (line: number, field: number, written: string) => Result<never>;

/** The fields of a variable. */
interface Group {
  readonly fields: readonly number[];
  readonly mayBeMissing: boolean;
  readonly column: Omit<Column, 'data'>;
}

interface Reader {
  add(rows: readonly Row[]): Result<undefined>;
  column(): Result<Column | StoredColumn>;
}

function numbersIn({ fields, mayBeMissing, column }: Group, wrong: Wrong, isLarge: boolean): Reader {
  const parts: Float32Array[] = [];
  // A number a row is little beside what else there is of it.
  const spool = isLarge && fields.length > 1 ? openSpool() : undefined;
  return {
    add(rows) {
      const data = new Float32Array(rows.length * fields.length);
      for (const [row, record] of rows.entries())
        for (const [j, field] of fields.entries()) {
          const written = record.fields[field] ?? '';
          const missing = written.trim() === '' && mayBeMissing;
          if (!missing && !isNumber(written)) return wrong(record.line, field, written);
          data[row * fields.length + j] = missing ? NaN : Number(written);
        }
      if (spool === undefined) parts.push(data);
      else spool.add(data);
      return success(undefined);
    },
    column: () =>
      success(
        spool === undefined
          ? { ...column, data: inOne(parts) }
          : { ...column, ...spool.column(column.source, column.shape, 1) },
      ),
  };
}

/** Words as numbers of classes, in the order of the alphabet, unless they are numbers already. Empty fields are NaN. */
function classesIn({ fields: [field = 0], mayBeMissing, column }: Group, wrong: Wrong): Reader {
  const parts: Float32Array[] = [];
  const known = new Map<string, number>();
  let empty: Row | undefined;
  return {
    add(rows) {
      parts.push(
        Float32Array.from(rows, (row) => {
          const word = (row.fields[field] ?? '').trim();
          if (word === '') empty ??= row;
          if (!known.has(word)) known.set(word, known.size);
          return known.get(word)!;
        }),
      );
      return success(undefined);
    },
    column() {
      const words = [...known.keys()];
      const names = words.filter((word) => word !== '').sort();
      const areNumbers = names.every(isNumber);
      if (areNumbers && empty !== undefined && !mayBeMissing)
        return wrong(empty.line, field, empty.fields[field] ?? '');
      const numbers = words.map((word) => (word === '' ? NaN : areNumbers ? Number(word) : names.indexOf(word)));
      const data = inOne(parts).map((word) => numbers[word]!);
      return success(areNumbers ? { ...column, data } : { names, data, shape: [], scale: 1, source: column.source });
    },
  };
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

export const isNumber = (field: string): boolean =>
  field.trim() !== '' && (Number.isFinite(Number(field)) || /^[+-]?(nan|inf(inity)?)$/i.test(field.trim()));
