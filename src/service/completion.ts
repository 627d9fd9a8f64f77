/** What can be written at an offset: from the syntax around it, the registry, and the names in sight with their shapes. */
import type { Param } from '../builtins/arguments.js';
import { hasLowering, type Category, type Definition } from '../builtins/define.js';
import { builtins, find } from '../builtins/index.js';
import type { Span } from '../diagnostics/place.js';
import { misfits } from '../ir/elaborate/domains.js';
import { describe } from '../ir/elaborate/signatures.js';
import { modelDomain } from '../ir/model/variables.js';
import { faultOf, pathFrom } from '../ir/resolve/paths.js';
import type { SymbolKind } from '../ir/resolve/symbols.js';
import * as K from '../parser/keywords.js';
import type { LayerStatement, Unit } from '../parser/ast.js';
import { syntheticSets } from '../runtime/synthetic/index.js';
import { positionIn, type OpenCall, type Position } from './position.js';
import { aroundOf, belowPath, blockSignature, shapeBefore, visibleIn, type Around, type Visible } from './scope.js';
import type { CheckedFile, Service } from './service.js';
import { every, moved, unitAt } from './syntax.js';
import { templates } from './templates.js';
import { entryText, fallbackOf, headOf, shapeText, signatureOf } from './words.js';

export type CompletionKind =
  'keyword' | 'entry' | 'name' | 'block' | 'argument' | 'value' | 'file' | 'snippet' | 'number';

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail: string;
  /** Markdown. */
  readonly documentation?: string;
  /** What is written; a snippet has places to fill in, as `${1:name}`. */
  readonly insert: string;
  readonly snippet?: string;
  readonly span: Span;
  /** Those that fit best come first. */
  readonly order: number;
}

export function completionsAt(service: Service, path: string, offset: number): readonly Completion[] {
  const checked = service.checked(path);
  if (checked === undefined) return [];
  const { unit, at } = unitAt(checked.root, offset) ?? { unit: empty(path), at: 0 };
  const position = positionIn(unit, offset - at);
  const items = new Completer(service, checked, unit, position).items();
  const seen = new Set<string>();
  return items
    .filter(({ label }) => !seen.has(label) && seen.add(label))
    .map((item) => ({ ...item, span: moved(item.span ?? position.span, at) }));
}

/** A file without any text has no unit. */
const empty = (file: string): Unit => ({
  file,
  text: '',
  declarations: [],
  silences: [],
  comments: [],
  tokens: [],
  findings: [],
  selfContained: true,
});

type Item = Omit<Completion, 'span'> & { readonly span?: Span };

class Completer {
  readonly #around: Around | undefined;
  readonly #visible: readonly Visible[];

  constructor(
    private readonly service: Service,
    private readonly checked: CheckedFile,
    private readonly unit: Unit,
    private readonly position: Position,
  ) {
    this.#around = aroundOf(checked, unit);
    this.#visible = this.#around === undefined ? [] : visibleIn(checked, unit, this.#around);
  }

  items(): readonly Item[] {
    const { blocked, path, surrounding, words, calls } = this.position;
    if (blocked === 'string') return words[0] === 'import' || surrounding === 'import' ? this.#paths() : [];
    if (blocked !== undefined) return [];
    if (path.length > 0) return this.#members();
    const call = calls.at(-1);
    if (surrounding === 'import') return this.#imported();
    if (call !== undefined && (surrounding === 'file' || (words[0] === 'autoencoder' && words.length <= 2)))
      return call.name === undefined
        ? []
        : call.begun
          ? []
          : parameterTypes(surrounding === 'file' && words[0] === 'block');
    if (surrounding === 'file') return this.#atTop();
    if (call?.callee !== undefined) return this.#inCall(call);
    if (surrounding === 'network' || surrounding === 'body') return this.#inBody();
    if (surrounding === 'autoencoder') return words.length === 0 ? this.#items() : this.#inItem();
    return words.length === 0 ? this.#trainStatements() : this.#inTraining();
  }

  // ─────────────────────────────────────────────────────────────────────── the file

  #atTop(): readonly Item[] {
    const { words } = this.position;
    if (words.length > 0)
      return words[0] === 'import' && words.length === 1 ? [] : words[0] === 'import' ? keywords(['from'], 0) : [];
    const models = Object.entries(templates).map(([name, text]): Item => ({
      label: `autoencoder: ${name}`,
      kind: 'snippet',
      detail: text.split('\n')[0]!.replace(/^\/\/\/ /, ''),
      insert: text,
      order: 3,
    }));
    return [
      keyword('autoencoder', 'a model', 'autoencoder ${1:Name} {\n  input x: [${2:784}] in [0, 1]\n  $0\n}'),
      keyword('block', 'a piece of a network, used like a layer', 'block ${1:Name}(${2:units: int}) {\n  $0\n}'),
      keyword('import', 'blocks of another file', 'import "${1:blocks.ae}"'),
      ...models,
    ];
  }

  #paths(): readonly Item[] {
    const { unit, position, checked, service } = this;
    const line = unit.text.slice(0, position.span.end);
    const start = line.lastIndexOf('"') + 1;
    const typed = line.slice(start);
    if (faultOf(`${typed}x.ae`) !== undefined) return [];
    const folder = typed.includes('/') ? typed.slice(0, typed.lastIndexOf('/') + 1) : '';
    const names = new Set(service.list(pathFrom(checked.root.file, `${folder}x`).replace(/\/[^/]*$/, '')));
    const base = pathFrom(checked.root.file, `${folder}x`).slice(0, -1);
    for (const open of service.open) {
      const rest = open.startsWith(base) ? open.slice(base.length) : '';
      if (rest !== '' && !rest.includes('/')) names.add(rest);
    }
    const span = { start: start + folder.length, end: position.span.end };
    return [...names]
      .filter(
        (name) =>
          (name.endsWith('.ae') && pathFrom(checked.root.file, folder + name) !== checked.root.file) ||
          /^[^.].*\/$/.test(name),
      )
      .map((name) => ({
        label: name,
        kind: 'file',
        detail: name.endsWith('/') ? 'a folder' : 'blocks',
        insert: name,
        span,
        order: 0,
      }));
  }

  /** Blocks of the file that an import names, between its braces. */
  #imported(): readonly Item[] {
    const behind = /^[^\n]*?\}\s*from\s*"([^"\n]*)"/.exec(this.unit.text.slice(this.position.span.end));
    const file = behind === null ? undefined : pathFrom(this.checked.root.file, behind[1]!);
    const known = file === undefined ? undefined : this.service.checked(file);
    return (known?.sources.blocks ?? [])
      .filter(({ unit }) => unit.file === file)
      .map((block) => {
        const { name } = block.symbols.owner;
        return { label: name, kind: 'block', detail: blockSignature(name, block), insert: name, order: 0 };
      });
  }

  // ─────────────────────────────────────────────────────────────────────── networks

  #inBody(): readonly Item[] {
    const { surrounding, words } = this.position;
    const own = words.filter(
      (word, i) => !(words[i + 1] === ':' || word === ':' || word === ',' || words[i + 1] === ','),
    );
    if (own[0] === 'take') return this.#tensors();
    if (own[0] === 'repeat') return own.length === 1 ? this.#numbers() : keywords(['as'], 0);
    if (own.length > 0) return [];
    const labelled = words.length > 0;
    const blocks = [...(this.#around?.blocks ?? [])].map(([name, block]): Item => ({
      label: name,
      kind: 'block',
      detail: blockSignature(name, block),
      ...(block.declaration.doc === '' ? {} : { documentation: block.declaration.doc }),
      insert: name,
      ...(block.declaration.params.some((param) => param.default === undefined) ? { snippet: `${name}($1)` } : {}),
      order: 1,
    }));
    const parameters = this.#visible
      .filter(({ symbol }) => symbol.kind === 'parameter' && /:\s*activation\b/.test(headOf(symbol)))
      .map((one) => nameItem(one, 1));
    const networks = this.#names(['network'], 4);
    return [
      ...builtins.layer.map((entry) => entryItem(entry, 0)),
      ...builtins.activation.map((entry) => entryItem(entry, 2)),
      ...blocks,
      ...parameters,
      ...networks,
      ...(labelled
        ? []
        : [
            keyword('take', 'the next layer reads another tensor', 'take ${1:h}'),
            keyword('repeat', 'the same layers several times', 'repeat ${1:2} {\n  $0\n}'),
            ...(surrounding === 'network'
              ? [
                  keyword('leaf', 'what stands at the leaves of a tree', 'leaf { $0 }'),
                  keyword('compose', 'a node from its children', 'compose(${1:left}, ${2:right}) { $0 }'),
                  keyword('decompose', 'children from a node', 'decompose(${1:parent}) { $0 }'),
                ]
              : []),
          ]),
    ];
  }

  // ───────────────────────────────────────────────────────────────────────── items

  #items(): readonly Item[] {
    return K.itemKeywords.map((word) => {
      const [detail, snippet] = itemHelp[word];
      return keyword(word, detail, snippet);
    });
  }

  #inItem(): readonly Item[] {
    const { words } = this.position;
    const at = words[1] === ':' ? 2 : 0;
    const head = words[at] ?? '';
    const rest = words.slice(at + 1);
    const last = rest.at(-1);
    const open = this.position.calls.at(-1);
    if (open?.bracket === '[') return this.#numbers();
    const connectives = ((K.connectivesOf as Readonly<Record<string, readonly string[]>>)[head] ?? []).filter(
      (word) => !rest.includes(word) || word === 'and' || word === 'then',
    );
    const goOn = keywords(connectives, 0);
    switch (head) {
      case 'input':
      case 'target':
        if (last === ':' || last === 'of')
          return [...entries('type', 0), ...(last === 'of' ? entries('domain', 1) : [])];
        if (last === 'in') return entries('domain', 0);
        return rest.length > 1 ? goOn : [];
      case 'let':
        return last === '=' || isOperator(last) ? this.#numbers() : [];
      case 'preprocess':
        if (rest.length === 0) return this.#names(['variable'], 0);
        return last === 'with' || last === 'then' ? entries('preprocessing', 0) : goOn;
      case 'corrupt':
        if (rest.length === 0) return this.#names(['variable', 'layer'], 0);
        return last === 'with' || last === 'then' ? entries('corruption', 0) : goOn;
      case 'encoder':
      case 'decoder':
      case 'head':
      case 'network':
        if (last === 'by') return entries('bracketing', 0);
        if (last === 'at') return ['nodes', 'inner nodes', 'leaves'].map((word) => value(word, 'nodes of a tree'));
        if (open !== undefined) return [...this.#tensors(), ...keywords(['previous'], 1)];
        return [
          ...goOn.filter(({ label }) => label !== 'previous'),
          ...(head === 'decoder'
            ? [keyword('mirror', 'the layers of another network, backwards', 'mirror(${1:encoder})')]
            : []),
        ];
      case 'latent': {
        if (last === '~')
          return builtins.distribution
            .filter(({ posterior }) => posterior !== undefined)
            .map((entry) => entryItem(entry, 0));
        if (last === 'through') return entries('flow', 0);
        if (last !== 'by') return rest.includes('~') ? goOn : [];
        const distribution = find('distribution', rest[rest.indexOf('~') + 1] ?? '');
        const allowed = distribution?.posterior?.by;
        return builtins.expectation
          .filter(({ name }) => allowed?.includes(name) ?? true)
          .map((entry) => entryItem(entry, allowed?.[0] === entry.name ? 0 : 1));
      }
      case 'prior': {
        if (rest.length === 0) return this.#names(['latent'], 0);
        if (last !== '~') return [];
        const latent = this.#around?.of?.parts.latents.find(({ name }) => name === rest[0]);
        return builtins.prior
          .filter(({ of }) => latent === undefined || of.includes(latent.definition.name))
          .map((entry) => entryItem(entry, 0));
      }
      case 'draw':
        return last === '~'
          ? builtins.distribution.filter(({ drawn }) => drawn).map((entry) => entryItem(entry, 0))
          : [];
      case 'reconstruct':
        return this.#reconstruct(rest, goOn);
      case 'penalty':
        if (last === 'where' || last === 'and') return this.#conditions();
        if (last === 'at') return ['nodes', 'inner nodes', 'leaves'].map((word) => value(word, 'nodes of a tree'));
        return rest.length === 0 || isOperator(last) || open !== undefined ? this.#expression() : goOn;
      case 'constrain':
        if (rest.length === 0) return this.#owners();
        return last === 'by' ? entries('constraint', 0) : goOn;
      case 'tie':
        if (rest.length === 0) return this.#owners();
        return last === '=' ? [...entries('transform', 0), ...this.#owners()] : [];
      case 'sweep':
        return rest.length === 0 ? this.#names(['parameter'], 0) : goOn;
      case 'figure':
        return rest.length === 0 ? entries('figure', 0) : [];
      default:
        return at === 2 && rest.length === 0 && head === ''
          ? K.termKeywords.map((word) => keyword(word, itemHelp[word][0], itemHelp[word][1]))
          : [];
    }
  }

  #reconstruct(rest: readonly string[], goOn: readonly Item[]): readonly Item[] {
    const last = rest.at(-1);
    if (rest.length === 0) return this.#names(['variable'], 0);
    if (last === 'from') return this.#tensors();
    if (last === 'where' || last === 'and') return this.#conditions(rest[0]);
    if (last === 'weight' || isOperator(last)) return [...this.#numbers(), ...entries('schedule', 2)];
    if (last === 'at') return ['nodes', 'inner nodes', 'leaves'].map((word) => value(word, 'nodes of a tree'));
    if (last !== 'by') return goOn;
    const variable = this.#around?.of?.parts.variables.find(({ name }) => name === rest[0]);
    return builtins.likelihood
      .filter((one) => variable === undefined || !misfits(one, modelDomain(variable)))
      .map((entry) => entryItem(entry, 0));
  }

  /** `y.known`, `c = 3`, and what a corruption of the target hides. */
  #conditions(target?: string): readonly Item[] {
    const variables = this.#around?.of?.parts.variables ?? [];
    const hiding = variables.find(({ name }) => name === target)?.corruption ?? [];
    return [
      ...hiding.filter(({ definition }) => definition.hides).map(({ definition }) => entryItem(definition, 0)),
      ...variables.flatMap(({ name, observed, domain }) => [
        ...(observed === 'always'
          ? []
          : [
              value(`${name}.known`, 'the rows where it is there'),
              value(`${name}.missing`, 'the rows where it is not'),
            ]),
        ...(domain.kind === 'category' ? [value(`${name} = 0`, `one of ${domain.classes} classes`)] : []),
      ]),
    ];
  }

  // ─────────────────────────────────────────────────────────────────────── training

  #trainStatements(): readonly Item[] {
    const { surrounding } = this.position;
    const level = surrounding === 'train' ? 'training' : surrounding === 'phase' ? 'phase' : 'player';
    return [
      ...builtins.setting
        .filter(({ levels }) => levels.includes(level))
        .map((entry) => ({ ...entryItem(entry, 0), snippet: `${entry.name} $0` })),
      ...K.trainKeywords
        .filter((word) => word !== 'match')
        .map((word) => keyword(word, trainHelp[word] ?? '', undefined, 1)),
    ];
  }

  #inTraining(): readonly Item[] {
    const { words } = this.position;
    const [head = '', ...rest] = words;
    const last = rest.at(-1);
    const setting = find('setting', head)?.value;
    if (setting?.kind === 'builtin' && rest.length === 0) return entries(setting.category, 0);
    if (setting?.kind === 'data' && rest.length === 0)
      return syntheticSets.map(({ name }) => ({
        label: name,
        kind: 'value',
        detail: 'a procedural data set',
        insert: name,
        order: 0,
      }));
    if (setting?.kind === 'batch')
      return rest.length === 0
        ? [value('full', 'the whole set at once'), ...this.#numbers()]
        : last === 'of'
          ? this.#conditions()
          : keywords(['with', 'of'], 0);
    if (setting?.kind === 'share' && rest.length > 0) return [value('clean', 'without noise')];
    if (setting !== undefined) return rest.length === 0 || isOperator(last) ? this.#numbers() : [];
    switch (head) {
      case 'train':
      case 'freeze':
        return [value('all', 'every weight'), ...this.#owners()];
      case 'clean':
        return this.#names(['variable', 'layer'], 0);
      case 'corrupt':
        if (rest.length === 0) return this.#names(['variable', 'layer'], 0);
        return last === 'with' || last === 'then' ? entries('corruption', 0) : keywords(['with', 'then'], 0);
      case 'rate':
        return last === 'by' ? this.#numbers() : [...this.#owners(), ...keywords(['by'], 1)];
      case 'copy':
        return rest.length === 0 || last === 'to' ? this.#owners() : keywords(['to'], 0);
      case 'minimize':
      case 'maximize':
        return this.#expression();
      case 'update':
        return entries('update', 0);
      default:
        return [];
    }
  }

  // ───────────────────────────────────────────────────────────────────────── calls

  #inCall(call: OpenCall): readonly Item[] {
    const block = this.#around?.blocks.get(call.callee!);
    if (block !== undefined) {
      const left = block.declaration.params.filter(({ name }) => !call.named.includes(name.text));
      const names =
        call.begun || call.name !== undefined
          ? []
          : left.map(({ name }) => argument(name.text, blockSignature(call.callee!, block)));
      return [...names, ...this.#numbers(), ...entries('activation', 3), ...this.#tensors(4)];
    }
    const definition = this.#callee(call);
    if (definition === undefined) {
      const network = this.#visible.some(({ symbol }) => symbol.name === call.callee && symbol.kind !== 'variable');
      const measures = this.#inTerm() && find('function', call.callee!) !== undefined;
      return network || /^(?:encoder|decoder|head|network)$/.test(this.position.words[0] ?? '')
        ? this.#tensors()
        : measures
          ? this.#expression()
          : [];
    }
    const params = this.#paramsOf(definition);
    if (call.name !== undefined) {
      const param = params.find(({ name }) => name === call.name);
      return param === undefined || (call.begun && param.type.kind !== 'expression')
        ? []
        : this.#valuesOf(param, definition);
    }
    if (call.begun && !params.some(({ type }) => type.kind === 'expression')) return [];
    const left = params.filter(({ name }) => !call.named.includes(name));
    const names = call.begun
      ? []
      : left.map((param) =>
          argument(
            param.name,
            `${describe(param)}${((text) => (text === undefined ? '' : `, ${text}`))(fallbackOf(param))}. ${param.summary}`,
          ),
        );
    const positional = left
      .filter((param) => param.optional !== true || param.type.kind === 'tensors')
      .flatMap((param) => this.#valuesOf(param, definition));
    return [...positional, ...names];
  }

  #inTerm(): boolean {
    return this.position.words.some((word) => word === 'penalty' || word === 'minimize' || word === 'maximize');
  }

  /** The entry that a call is of, by where it stands. */
  #callee(call: OpenCall): Definition | undefined {
    const { surrounding, words, calls } = this.position;
    const name = call.callee!;
    const outer = calls[calls.indexOf(call) - 1];
    if (outer?.callee !== undefined && !this.#inTerm()) {
      const around = this.#callee(outer);
      const param = around?.params.find((one) => one.name === outer.name);
      const categories = (param === undefined ? (around?.params ?? []) : [param]).flatMap(({ type }) =>
        type.kind === 'builtin' ? [type.category] : [],
      );
      for (const category of categories) {
        const found = find(category, name);
        if (found !== undefined) return found;
      }
      if (around?.category === 'type') return find('type', name);
    }
    const categories: readonly Category[] =
      surrounding === 'body' || surrounding === 'network'
        ? ['layer', 'activation']
        : this.#inTerm()
          ? ['penalty', 'likelihood', 'schedule']
          : (categoriesOf[words.find((word) => word in categoriesOf) ?? ''] ?? []);
    const inTraining = surrounding === 'train' || surrounding === 'phase' || surrounding === 'player';
    const setting = inTraining ? find('setting', words[0] ?? '')?.value : undefined;
    const own: readonly Category[] = setting?.kind === 'builtin' ? [setting.category] : categories;
    for (const category of own) {
      const found = find(category, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A likelihood in a term compares two tensors first; a latent's distribution has its size. */
  #paramsOf(definition: Definition): readonly Param[] {
    if (definition.category === 'likelihood' && this.#inTerm())
      return [
        { name: 'output', type: { kind: 'expression' }, summary: 'what the network gives' },
        { name: 'target', type: { kind: 'expression' }, summary: 'what it is compared with' },
        ...definition.params,
      ];
    if (definition.category !== 'distribution') return definition.params;
    return this.position.words.includes('latent')
      ? [
          definition.size,
          { name: 'from', type: { kind: 'tensor' }, summary: 'what the posterior is computed from', optional: true },
        ]
      : [definition.size, ...definition.params];
  }

  /** Only what fits. */
  #valuesOf({ name, type }: Param, of: Definition): readonly Item[] {
    switch (type.kind) {
      case 'builtin':
        return entries(type.category, 0);
      case 'word':
        return type.words.map((word) => value(word, `\`${name}\``));
      case 'padding':
        return [value('same', '⌈n / stride⌉, with zeros around'), value('valid', 'no zeros around')];
      case 'bool':
        return [value('true', `\`${name}\``), value('false', `\`${name}\``), ...this.#names(['parameter'], 2)];
      case 'int':
      case 'float':
      case 'dims':
      case 'pair':
        return [
          ...this.#numbers(),
          ...(type.kind === 'float' && type.orSchedule === true ? entries('schedule', 3) : []),
          ...(type.kind === 'float' && type.orTensor === true ? this.#names(['variable', 'draw'], 3) : []),
        ];
      case 'tensor':
      case 'tensors':
        return this.#tensors();
      case 'expression':
        return this.#expression(type.orWeights === true);
      case 'layer':
        return this.#layersFor(name, of);
      case 'network':
        return this.#names(['network'], 0);
      case 'latent':
        return this.#names(type.orDraw === true ? ['latent', 'draw'] : ['latent'], 0);
      case 'variable':
        return this.#names(['variable'], 0);
      case 'weights':
        return this.#owners();
      case 'texts':
        return [];
    }
  }

  /** Layers whose kernel this one can use: transposed, it takes what is read here. */
  #layersFor(param: string, of: Definition): readonly Item[] {
    const layers = this.#around?.of?.layers ?? [];
    const statements = this.unit.declarations.flatMap((one): readonly LayerStatement[] => [...every(one, 'layer')]);
    const open = statements.find(
      ({ span }) => span.start <= this.position.span.start && this.position.span.end <= span.end,
    );
    const input = shapeBefore(
      this.checked,
      this.unit,
      statements.filter((one) => one !== open),
      open?.span.start ?? this.position.start,
    );
    return this.#visible
      .filter(({ symbol }) => {
        if (symbol.kind !== 'layer') return false;
        const own = layers.find(({ syntax }) => syntax === symbol.node);
        if (own === undefined || param !== 'tied') return param !== 'tied';
        if (own.definition.tie === undefined || !own.weights.some((one) => one.role === 'kernel')) return false;
        const isSame = of.category === 'layer' && of.name === own.definition.name;
        if (own.definition.tie === 'transpose' && isSame)
          return input === undefined || own.outputs[0]!.at(-1) === input.at(-1);
        return input === undefined || own.outputs[0]!.at(-1) === input.at(-1);
      })
      .map((one) => nameItem(one, 0));
  }

  // ───────────────────────────────────────────────────────────────────────── names

  #members(): readonly Item[] {
    const { path } = this.position;
    if (this.#around === undefined) return [];
    return belowPath(this.checked, this.unit, this.#around, path).map(({ name, detail }) => ({
      label: name,
      kind: 'name',
      detail,
      insert: name,
      order: 0,
    }));
  }

  #names(kinds: readonly SymbolKind[], order: number): readonly Item[] {
    return this.#visible.filter(({ symbol }) => kinds.includes(symbol.kind)).map((one) => nameItem(one, order));
  }

  #tensors(order = 0): readonly Item[] {
    const parameters = this.#visible.filter(
      ({ symbol }) => symbol.kind === 'parameter' && /:\s*tensor\b/.test(headOf(symbol)),
    );
    return [
      ...this.#names(['variable', 'latent', 'draw', 'layer', 'use', 'given', 'network'], order),
      ...parameters.map((one) => nameItem(one, order)),
    ];
  }

  /** What has weights. */
  #owners(): readonly Item[] {
    return this.#names(['network', 'layer', 'use'], 0);
  }

  #numbers(): readonly Item[] {
    return this.#visible
      .filter(
        ({ symbol }) =>
          symbol.kind === 'constant' ||
          (symbol.kind === 'parameter' && !/:\s*(?:activation|tensor|bool)\b/.test(headOf(symbol))),
      )
      .map((one) => nameItem(one, 1));
  }

  #expression(orWeights = false): readonly Item[] {
    return [
      ...this.#tensors(1),
      ...(orWeights ? this.#owners() : []),
      ...entries('penalty', 0),
      ...entries('function', 2),
      ...entries('likelihood', 2),
      ...entries('schedule', 3),
      ...this.#numbers(),
    ];
  }
}

// ──────────────────────────────────────────────────────────────────────────── items

const isOperator = (word: string | undefined): boolean => word !== undefined && /^[-+*/^=]$/.test(word);

const keyword = (label: string, detail: string, snippet?: string, order = 0): Item => ({
  label,
  kind: 'keyword',
  detail,
  insert: label,
  ...(snippet === undefined ? {} : { snippet }),
  order,
});

const keywords = (words: readonly string[], order: number): readonly Item[] =>
  words.map((word) => keyword(word, '', undefined, order));

const value = (label: string, detail: string): Item => ({ label, kind: 'value', detail, insert: label, order: 0 });

const argument = (name: string, detail: string): Item => ({
  label: `${name}:`,
  kind: 'argument',
  detail,
  insert: `${name}: `,
  order: 2,
});

const nameItem = ({ symbol, shape }: Visible, order: number): Item => ({
  label: symbol.name,
  kind: 'name',
  detail: `${headOf(symbol)}${shape === undefined ? '' : `  ${shapeText(shape)}`}`,
  insert: symbol.name,
  order,
});

function entryItem(entry: Definition, order: number): Item {
  const needed =
    entry.params.some((param) => fallbackOf(param) === undefined || param.inferred === true) ||
    'size' in entry ||
    'arity' in entry;
  const measures = entry.category === 'penalty' || entry.category === 'function';
  return {
    label: entry.name,
    kind: 'entry',
    detail: signatureOf(entry),
    documentation: entryText(entry),
    insert: entry.name,
    ...(needed || measures ? { snippet: `${entry.name}($1)` } : {}),
    order: hasLowering(entry) ? order : order + 5,
  };
}

const entries = (category: Category, order: number): readonly Item[] =>
  (builtins[category] as readonly Definition[]).map((entry) => entryItem(entry, order));

const parameterTypes = (ofBlock: boolean): readonly Item[] =>
  ['int', 'float', 'bool', 'activation', ...(ofBlock ? ['tensor'] : [])].map((word) =>
    value(word, 'the type of a parameter'),
  );

/** Of which categories the calls in a statement are. */
const categoriesOf: Readonly<Record<string, readonly Category[]>> = {
  input: ['type'],
  target: ['type'],
  preprocess: ['preprocessing'],
  corrupt: ['corruption'],
  latent: ['distribution', 'flow', 'expectation'],
  draw: ['distribution'],
  prior: ['prior'],
  reconstruct: ['likelihood', 'schedule'],
  constrain: ['constraint'],
  tie: ['transform'],
  figure: ['figure'],
  update: ['update'],
  encoder: ['bracketing'],
};

const itemHelp: Readonly<Record<(typeof K.itemKeywords)[number], readonly [string, string]>> = {
  input: ['what networks read', 'input ${1:x}: [${2:784}] in ${3:[0, 1]}'],
  target: ['what is observed in training only', 'target ${1:y}: ${2:category(10)}'],
  let: ['a name for a number', 'let ${1:half} = ${0:n / 2}'],
  preprocess: ['a fixed transform, measured on the training set', 'preprocess ${1:x} with ${0}'],
  corrupt: ['noise or a degradation between a tensor and its readers', 'corrupt ${1:x} with ${0}'],
  encoder: ['a network from the inputs to the code', 'encoder {\n  $0\n}'],
  decoder: ['a network back from the code', 'decoder {\n  $0\n}'],
  head: ['a network that predicts something of the code', 'head ${1:label} {\n  $0\n}'],
  network: ['a network without a role of its own', 'network ${1:critic}(${2:x}) {\n  $0\n}'],
  latent: ['a random code', 'latent ${1:z} ~ ${2:normal(20)}'],
  prior: ['what a latent is held to', 'prior ${1:z} ~ ${0}'],
  draw: ['noise that no network computes', 'draw ${1:s} ~ ${0}'],
  reconstruct: ['a term: how well a variable is given back', 'reconstruct ${1:x} by ${0}'],
  penalty: ['a term of the loss', 'penalty ${0}'],
  constrain: ['what holds of weights after every step', 'constrain ${1:h.kernel} by ${0}'],
  tie: ['a weight that is another one', 'tie ${1:out.kernel} = ${0}'],
  sweep: ['one training for each value of a parameter', 'sweep ${1:n} in [${0}]'],
  figure: ['a picture of the trained model', 'figure ${0}'],
  train: ['how it is trained', 'train { optimizer adam(lr: 1e-3); batch 128; epochs ${1:20} }'],
};

const trainHelp: Readonly<Record<string, string>> = {
  phase: 'a stretch of training with settings of its own',
  player: 'weights with an objective of their own',
  train: 'the weights that move',
  freeze: 'weights that stand still',
  corrupt: 'noise in this phase',
  clean: 'without noise in this phase',
  rate: 'a factor of the learning rate',
  copy: 'weights from one part to another, as the phase begins',
  minimize: 'instead of the loss',
  maximize: 'instead of the loss',
  update: 'the order in which players step',
};
