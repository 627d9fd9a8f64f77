/** Figures that a report adds where its file asks for none: those that fit the model, each with the reason. */
import { elements, type Dataset } from '../../dataset.js';
import type { FigureSpec, Inference, ProgramSpec, SubjectSpec } from '../../program.js';
import { isRestoredImage, isShrunk } from '../../figures/pictures.js';

export interface Chosen {
  readonly spec: FigureSpec;
  /** Why: what of the model it fits. */
  readonly because: string;
}

type Choice = (program: Inference, data: Dataset) => readonly Chosen[];

/** In the order in which a report shows them. */
const choices: readonly Choice[] = [
  ({ spec }) =>
    spec.variables
      .filter(({ name, role, shape, domain }) => role === 'input' && isPlane(shape, domain.kind) && isMade(spec, name))
      .map(({ name, shape }) =>
        chosen('vector_field', { kind: 'variable', name, shape }, { steps: 20 }, `${name} is a point of the plane`),
      ),
  ({ spec }) =>
    spec.corruption === ''
      ? []
      : spec.variables.filter(isRestoredImage(spec)).flatMap((variable) => {
          const noisy = variable.degraded === undefined ? 'median_filter' : undefined;
          const method = isShrunk(variable) ? 'bicubic' : noisy;
          return method === undefined
            ? []
            : [
                {
                  spec: { name: 'baseline', text: `baseline(${method})`, origin, args: { method } },
                  because: `images are restored from ${spec.corruption}`,
                },
              ];
        }),
  (program, data) =>
    codesOf(program)
      .filter(({ shape }) => elements(shape) <= 12 && data.size <= 64)
      .map((code) => chosen('codes', code, { count: 20 }, 'there are few examples, and few numbers in a code')),
  ({ spec }) =>
    spec.variables
      .filter(({ tree }) => tree !== undefined && tree.at !== 'nodes')
      .map(({ name, shape }) => chosen('trees', { kind: 'variable', name, shape }, { count: 3 }, `${name} is a tree`)),
  ({ spec }) =>
    spec.variables
      .filter(
        ({ name, shape, domain, tree }) =>
          tree === undefined && domain.kind !== 'category' && elements(shape) > 3 && isMade(spec, name),
      )
      .map(({ name, shape }) =>
        chosen('errors', { kind: 'variable', name, shape }, { count: 10 }, `${name} is reconstructed`),
      ),
  ({ spec }) =>
    compared(spec).map(({ head, label }) => ({
      spec: {
        name: 'confusion',
        text: `confusion(${head.name}, ${label.name})`,
        origin,
        args: { of: head, by: label },
      },
      because: `${head.name} is compared with ${label.name}`,
    })),
  (program) =>
    codesOf(program)
      // Beside latents nothing is a code, and where they have a rate they have a prior; of an entry there is one number.
      .filter(({ name }) =>
        program.spec.code.some(
          (code) =>
            code.name === name && code.values === undefined && (program.rate !== undefined || code.prior !== undefined),
        ),
      )
      .map((code) => chosen('divergence', code, {}, `${code.name} has a prior`)),
  ({ spec }) =>
    priorCodes(spec).map((code) =>
      elements(code.shape) <= 2
        ? chosen(
            'manifold',
            code,
            { steps: 16 },
            `${code.name} has a known prior of ${elements(code.shape)} dimensions`,
          )
        : chosen('traversal', code, { steps: 7 }, `${code.name} has a known prior`),
    ),
];

/** What a report says in place of the line of a file. */
const origin = 'chosen by the report';

const chosen = (name: string, of: SubjectSpec, args: Readonly<Record<string, number>>, because: string): Chosen => ({
  spec: { name, text: `${name}(${of.name})`, origin, args: { of, ...args } },
  because,
});

const isPlane = (shape: readonly number[], kind: string): boolean =>
  shape.length === 1 && shape[0] === 2 && kind !== 'category';

const isMade = ({ outputs }: ProgramSpec, name: string): boolean =>
  outputs.some(({ variable, generated }) => variable === name && generated !== true);

const codesOf = ({ spec, encode }: Inference): readonly SubjectSpec[] =>
  encode === undefined ? [] : spec.code.map(({ name, shape }) => ({ kind: 'code', name, shape }));

/** Codes of vectors that are drawn, and decoded into something to look at; of a picture a grid has no meaning. */
const priorCodes = ({ code, outputs }: ProgramSpec): readonly SubjectSpec[] =>
  outputs.some(({ shape }) => elements(shape) > 1)
    ? code.flatMap(({ name, shape, prior }) =>
        prior === undefined || shape.length > 1 || elements(shape) > 32 ? [] : [{ kind: 'code' as const, name, shape }],
      )
    : [];

/** Heads and the categories that the loss compares them with. */
const compared = ({
  architecture,
  activations,
  variables,
}: ProgramSpec): readonly { readonly head: SubjectSpec; readonly label: SubjectSpec }[] =>
  architecture.edges.flatMap(({ from, to, kind }) => {
    const ends = kind === 'term' ? [from, to] : [];
    const label = variables.find(
      ({ name, domain, shape, tree }) =>
        ends.includes(`variable ${name}`) && tree === undefined && domain.kind === 'category' && elements(shape) === 1,
    );
    const head = activations.find(({ name }) => ends.some((end) => end.startsWith(`layer ${name} `)));
    return label?.domain.kind === 'category' && head !== undefined && elements(head.shape) === label.domain.classes
      ? [
          {
            head: { kind: 'activation' as const, name: head.name, shape: head.shape },
            label: { kind: 'variable' as const, name: label.name, shape: label.shape },
          },
        ]
      : [];
  });

/** What fits a model whose file asks for no figure. */
export const chosenFigures = (program: Inference, data: Dataset): readonly Chosen[] =>
  program.spec.figures.length > 0 ? [] : choices.flatMap((choice) => choice(program, data));
