/** Commands that apply a trained model: codes, reconstructions, predictions, samples. */
import { randomAt, release, reservedSteps, type Dataset } from '../../runtime/index.js';
import { writeAside } from '../../runtime/node/index.js';
import type { DataOptions } from '../data.js';
import { givenOf } from '../given.js';
import { copied, encoding, overData, variablesOf } from '../over-data.js';
import { out, outJson, refuse, refuseData } from '../refusal.js';
import { dataOf, namesOf, openSession, refuseIn, type SessionOptions } from '../session.js';
import { codeTable, pictureOf, predictionTable, type Columns } from '../tables.js';

export interface ApplyOptions extends SessionOptions, DataOptions {
  readonly out?: string;
  readonly count?: number;
  readonly seed?: number;
  readonly given?: readonly string[];
}

/** `aec encode`: the code of every example, as CSV. */
export async function encodeCommand(path: string, options: ApplyOptions): Promise<number> {
  const session = await openSession(path, options);
  const { program, weights } = session;
  const { encode } = encoding(session);
  const variables = variablesOf(program, program.spec.encodeReads);
  const data = await dataOf(options, session, variables);
  const codes = await overData(session, data, variables, options.count ?? Infinity, (read) => encode(weights, read));
  await deliver(options, codeTable(codes), 'codes.csv', {
    rows: Math.min(data.size, options.count ?? Infinity),
    code: program.spec.code.map((c) => c.name),
  });
  release([weights]);
  return 0;
}

/** `aec reconstruct`: originals and reconstructions as a picture, or as CSV where they are no images. */
export async function reconstructCommand(path: string, options: ApplyOptions): Promise<number> {
  const session = await openSession(path, options);
  const { program, weights } = session;
  const { reconstruct } = encoding(session);
  const { name, outputs: made, reconstructReads } = program.spec;
  if (made.length === 0)
    refuseIn(
      session,
      `error: ${name} reconstructs no variable`,
      '  found: a decoder whose vectors are compared with those of the encoder',
      '  its codes: aec encode',
    );
  const variables = variablesOf(program, reconstructReads);
  const data = await dataOf(options, session, variables);
  const count = options.count ?? 10;
  const inputs = await overData(session, data, variables, count, (_read, batch) => copied(batch));
  const outputs = await overData(session, data, variables, count, (read) => reconstruct(weights, read));
  const pairs = made.flatMap(({ name: output, variable }) => [inputs[variable] ?? [], outputs[output]!].flat());
  // What is made of other variables stands under them.
  const masks = new Set(variables.flatMap((variable) => (variable.role === 'mask' ? [variable.name] : [])));
  const read = Object.entries(inputs).flatMap(([input, column]) => (masks.has(input) ? [] : [column]));
  const others = made.some(({ variable }) => variable in inputs) ? [] : read;
  const picture = pictureOf([...others, ...pairs]);
  await deliver(
    options,
    picture ?? codeTable(headed(outputs, made, data)),
    picture === undefined ? 'reconstructions.csv' : 'reconstructed.png',
    { rows: Math.min(data.size, count), variables: Object.keys(outputs) },
  );
  release([weights]);
  return 0;
}

/** Outputs that are fields of the table that was read are headed as they are there. */
const headed = (
  outputs: Columns,
  made: readonly { readonly name: string; readonly variable: string }[],
  { columns }: Dataset,
): Columns =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, column]) => {
      const variable = made.find((one) => one.name === name)?.variable ?? name;
      const fields = columns[variable]?.fields;
      return [name, fields === undefined ? column : { ...column, fields }];
    }),
  );

/** `aec predict`: what the model says of variables that it does not read, as CSV: a class with its probability, or numbers. */
export async function predictCommand(path: string, options: ApplyOptions): Promise<number> {
  const session = await openSession(path, options);
  const { program, weights } = session;
  const { reconstruct } = encoding(session);
  const { name, outputs, reconstructReads } = program.spec;
  const heads = outputs.filter(({ variable }) => !reconstructReads.includes(variable));
  if (heads.length === 0)
    refuseIn(
      session,
      `error: ${name} predicts nothing`,
      '  expected: a variable that is reconstructed and not read, as `target y: category(10)`',
      `  found: ${outputs.map(({ variable }) => variable).join(', ') || 'no outputs'}, read by the model itself`,
      '  compare its outputs with its inputs: aec reconstruct',
    );
  const variables = variablesOf(program, reconstructReads);
  const data = await dataOf(options, session, variables);
  const values = await overData(session, data, variables, options.count ?? Infinity, (read) =>
    reconstruct(weights, read),
  );
  const domains = new Map(program.spec.variables.map((variable) => [variable.name, variable.domain]));
  const table = predictionTable(
    heads.map((head) => {
      const domain = domains.get(head.variable);
      const names = namesOf(session, head.variable);
      return {
        name: head.name,
        column: values[head.name]!,
        classes: domain?.kind === 'category' ? domain.classes : 0,
        ...(names === undefined ? {} : { names }),
      };
    }),
  );
  await deliver(options, table, 'predictions.csv', {
    rows: Math.min(data.size, options.count ?? Infinity),
    variables: heads.map(({ variable }) => variable),
  });
  release([weights]);
  return 0;
}

/** `aec sample`: draws from the prior, decoded. */
export async function sampleCommand(path: string, options: ApplyOptions): Promise<number> {
  const session = await openSession(path, options);
  const { program, weights } = session;
  if (program.sample === undefined)
    return refuseIn(
      session,
      `error: nothing can be drawn from ${program.spec.name}`,
      '  expected: a latent with a prior, from which all that is reconstructed follows',
      '  for example: latent z ~ normal(20)',
    );
  const { tensors: given, count } = givenOf(program.spec, options.given ?? [], options.count ?? 20, (variable) =>
    namesOf(session, variable),
  );
  const drawn = program.sample(
    weights,
    count,
    randomAt(options.seed ?? program.spec.seed, reservedSteps.sample),
    given,
  );
  const columns: Record<string, Columns[string]> = {};
  for (const [name, value] of Object.entries(drawn))
    columns[name] = { shape: value.shape.slice(1), rows: count, values: Float32Array.from(await value.data()) };
  const picture = pictureOf(Object.values(columns));
  await deliver(options, picture ?? codeTable(columns), picture === undefined ? 'samples.csv' : 'samples.png', {
    count,
  });
  release([weights, drawn, given]);
  return 0;
}

async function deliver(
  options: ApplyOptions,
  content: string | Uint8Array,
  fallback: string,
  summary: Record<string, unknown>,
): Promise<void> {
  if (options.out === '-' && typeof content === 'string') return out(content.trimEnd());
  const path = options.out ?? fallback;
  const ending = typeof content === 'string' ? /\.(csv|txt)$/i : /\.png$/i;
  if (/\.[a-z]\w{1,8}$/i.test(path) && !ending.test(path)) {
    return refuse(
      `error: --out ${path}`,
      `  expected: a name that ends in ${typeof content === 'string' ? '.csv' : '.png'}`,
      `  found: ${typeof content === 'string' ? 'a table of numbers' : 'a picture'} is what is written here`,
    );
  }
  const written = await writeAside(path, content);
  if (!written.ok) return refuseData(written.error);
  if (options.json === true) outJson({ ok: true, path, ...summary });
  else out(path);
}
