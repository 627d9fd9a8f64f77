/** Stages as text: what `aec build --emit` prints. */
import { showCall, showSource, showTerm } from './spec.js';
import type { Graph, Node } from '../ir/graph.js';
import { parameterCount, type Model } from '../ir/model.js';
import { ops, type Backend } from '../ir/ops/index.js';
import { optimise } from '../ir/passes/index.js';
import { lastUses } from '../ir/passes/lifetimes.js';
import { showShape } from '../ir/shape.js';

const sizes = (shape: readonly number[]): string => (shape.length === 0 ? 'scalar' : shape.join('×'));

/** The model: variables, networks with every shape, latents, relations, terms, training. */
export function showModel(model: Model): string {
  const lines = [`autoencoder ${model.name}  ${showSource(model.source)}`];
  for (const { name, value } of model.parameters) lines.push(`  parameter ${name} = ${String(value)}`);
  for (const v of model.variables) {
    const between = [...(v.preprocessing === undefined ? [] : [v.preprocessing]), ...v.corruption].map(showCall).join(', then ');
    lines.push(`  ${v.role} ${v.name}: ${sizes(v.shape)} (${v.domain.kind})${between === '' ? '' : `, ${between} → ${sizes(v.corrupted)}`}`);
  }
  for (const network of model.networks) {
    const inputs = network.inputs.map((ref) => (ref.kind === 'layer' ? ref.id : ref.name)).join(', ');
    lines.push(`  ${network.role} ${network.name}(${inputs}) → ${sizes(network.outputShape)}`);
    for (const layer of network.layers) {
      const weights = layer.weights.map((w) => `${w.name} ${sizes(w.shape)}`).join(', ');
      lines.push(`    ${layer.id}: ${sizes(layer.inputShape)} → ${layer.outputs.map(sizes).join(', ')}  ${layer.definition.name}${weights === '' ? '' : `  [${weights}]`}  ${showSource(layer.source)}`);
    }
  }
  for (const z of model.latents) lines.push(`  latent ${z.name}: ${sizes(z.shape)} ~ ${z.posterior.definition.name} by ${z.by}, prior ${z.prior.kind}`);
  for (const tie of model.ties) lines.push(`  tie ${tie.weight} = ${tie.transform === 'transpose' ? `transpose(${tie.of})` : tie.of}`);
  for (const c of model.constraints) lines.push(`  constrain ${c.weight} by ${showCall(c.call)}`);
  for (const term of model.terms) lines.push(`  term ${term.name} = ${showTerm(term)}`);
  const t = model.training;
  lines.push(`  train ${showCall(t.optimizer)}, batch ${t.batch}, epochs ${t.epochs}, validation ${t.validation}, seed ${t.seed}`);
  lines.push(`  ${parameterCount(model)} trained parameters`);
  return lines.join('\n');
}

const showNode = (node: Node): string => {
  const attrs = Object.entries(node.attrs).map(([key, value]) => `${key}: ${brief(value)}`).join(', ');
  const from = node.origin === undefined ? '' : `  // ${node.origin.file}:${node.origin.line}`;
  const name = node.name === undefined ? '' : ` "${node.name}"`;
  return `%${node.id} = ${node.op}(${node.inputs.map((i) => `%${i.id}`).join(', ')})${attrs === '' ? '' : ` {${attrs}}`} : ${node.dtype}[${showShape(node.shape)}]${name}${from}`;
};

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** A graph, a node a line. */
export function showGraph(graph: Graph): string {
  return [`graph ${graph.name} {`, ...graph.nodes.map((n) => `  ${showNode(n)}`), ...graph.outputs.map((o) => `  return ${o.name} = %${o.node.id}`), '}'].join('\n');
}

/** A graph after the passes for a set of backends, with lifetimes and with what was rewritten and why. */
export function showPlan(graph: Graph, backends: readonly Backend[]): string {
  const rewritten = new Map<string, string>();
  for (const node of graph.nodes) {
    for (const backend of backends) {
      const reason = ops[node.op].avoid?.(backend, node);
      if (reason !== undefined) rewritten.set(`${node.op} on ${backend}`, reason);
    }
  }
  const plan = optimise(graph, backends);
  const deaths = lastUses(plan, (node) => node.op === 'Input');
  const lines = plan.nodes.map((node) => {
    const dead = deaths.get(node.id);
    return `  ${showNode(node)}${dead === undefined ? '' : `  frees ${dead.map((d) => `%${d.id}`).join(' ')}`}`;
  });
  return [
    `plan ${graph.name} for ${backends.join(', ')} {`,
    ...[...rewritten].map(([what, why]) => `  // rewritten: ${what}: ${why}`),
    ...lines,
    ...plan.outputs.map((o) => `  return ${o.name} = %${o.node.id}`),
    '}',
  ].join('\n');
}
