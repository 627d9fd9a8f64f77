/** What can be written between the braces of `train`, of phases and of players. */
import { builtins, find } from '../../builtins/index.js';
import { syntheticSets } from '../../runtime/synthetic/index.js';
import { entries, entryItem, keyword, keywords, value, type Item } from './items.js';
import { conditions, expression, names, numbers, owners } from './names.js';
import { trainingWords } from '../grammar.js';
import { isOperator, type Site } from './site.js';

/** The first word of a statement. */
export function trainStatements({ position: { surrounding } }: Site): readonly Item[] {
  const level = surrounding === 'train' ? 'training' : surrounding === 'phase' ? 'phase' : 'player';
  return [
    ...builtins.setting
      .filter(({ levels }) => levels.includes(level))
      .map((entry) => ({ ...entryItem(entry, 0), snippet: `${entry.name} $0` })),
    ...Object.entries(trainingWords).map(([word, { summary }]) => keyword(word, summary, undefined, 1)),
  ];
}

export function inTraining(site: Site): readonly Item[] {
  const [head = '', ...rest] = site.position.words;
  const last = rest.at(-1);
  const setting = find('setting', head)?.value;
  if (setting !== undefined) return ofSetting(site, setting, rest);
  switch (head) {
    case 'train':
    case 'freeze':
      return [value('all', 'every weight'), ...owners(site)];
    case 'clean':
      return names(site, ['variable', 'layer']);
    case 'corrupt':
      if (rest.length === 0) return names(site, ['variable', 'layer']);
      return last === 'with' || last === 'then' ? entries('corruption', 0) : keywords(['with', 'then'], 0);
    case 'rate':
      return last === 'by' ? numbers(site) : [...owners(site), ...keywords(['by'], 1)];
    case 'copy':
      return rest.length === 0 || last === 'to' ? owners(site) : keywords(['to'], 0);
    case 'minimize':
    case 'maximize':
      return expression(site);
    case 'update':
      return entries('update', 0);
    default:
      return [];
  }
}

type SettingValue = (typeof builtins.setting)[number]['value'];

function ofSetting(site: Site, setting: SettingValue, rest: readonly string[]): readonly Item[] {
  const last = rest.at(-1);
  const isFirst = rest.length === 0;
  if (setting.kind === 'builtin' && isFirst) return entries(setting.category, 0);
  if (setting.kind === 'data' && isFirst) return syntheticSets.map(({ name }) => value(name, 'a procedural data set'));
  if (setting.kind === 'batch') {
    if (isFirst) return [value('full', 'the whole set at once'), ...numbers(site)];
    return last === 'of' ? conditions(site) : keywords(['with', 'of'], 0);
  }
  if (setting.kind === 'share' && !isFirst) return [value('clean', 'without noise')];
  return isFirst || isOperator(last) ? numbers(site) : [];
}
