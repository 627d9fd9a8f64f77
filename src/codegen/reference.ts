/** The reference of every name of the language, as Markdown, from the registry. */
import type { Param } from '../builtins/arguments.js';
import { hasLowering, type Category, type Definition } from '../builtins/define.js';
import { builtins } from '../builtins/index.js';
import { describe } from '../ir/elaborate/signatures.js';

const titles: Readonly<Record<Category, string>> = {
  layer: 'Layers',
  activation: 'Activations',
  initializer: 'Initialisers',
  corruption: 'Corruptions',
  preprocessing: 'Preprocessing',
  penalty: 'Penalties',
  constraint: 'Constraints',
  likelihood: 'Likelihoods',
  function: 'Functions of tensors',
  distribution: 'Distributions',
  prior: 'Priors',
  flow: 'Flows',
  expectation: 'Expectations over latents',
  type: 'Types of variables',
  domain: 'Domains',
  transform: 'Transforms of tied weights',
  bracketing: 'Ways to build trees',
  setting: 'Settings of training',
  update: 'Orders of updates',
  optimizer: 'Optimisers',
  schedule: 'Schedules',
  clipping: 'Clipping',
  stopping: 'Stopping rules',
  figure: 'Figures',
};

export function referenceDocument(): string {
  const sections = (Object.keys(titles) as Category[]).map((category) => section(titles[category], builtins[category]));
  return `# Reference\n\nEvery name of the language, from the registry (\`src/builtins\`). \`npm run reference\` writes this file.\n\n${sections.join('\n')}`;
}

const section = (title: string, entries: readonly Definition[]): string =>
  `## ${title}\n\n${entries.map(entryText).join('\n')}`;

function entryText(entry: Definition): string {
  const params =
    entry.params.length === 0
      ? ''
      : `\n| argument | type | default | |\n| --- | --- | --- | --- |\n${entry.params.map(paramRow).join('\n')}\n`;
  const code = entry.examples.map((example) => `\`${example}\``).join(', ');
  const today = hasLowering(entry) ? '' : '*Not compiled yet.* ';
  return `### ${entry.name}\n\n${today}${entry.summary}\n\n- ${entry.formula}\n- Source: ${entry.source}\n- For example: ${code}\n${params}`;
}

function paramRow(param: Param): string {
  const fallback =
    param.default !== undefined
      ? `\`${String(param.default)}\``
      : param.inferred === true
        ? 'inferred'
        : param.optional === true
          ? 'optional'
          : 'required';
  return `| \`${param.name}\` | ${describe(param)} | ${fallback} | ${param.summary} |`.replaceAll('|∂', '\\|∂');
}
