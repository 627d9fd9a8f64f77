/** What a folder of pictures is brought to, as written behind its name: `faces#crop,grey`. Nothing is changed unasked. */
import { failure, success, type Result } from '../../result.js';

export interface Changes {
  /** To the model's size: the middle of the model's proportions, or all of it, drawn out of proportion. */
  readonly size?: 'crop' | 'stretch';
  /** Grey is the luma of colours, as of the corruption `grayscale`; colour of grey is three times the same. */
  readonly channels?: 'grey' | 'colour';
  /** What shows through where a picture is transparent. */
  readonly ground?: 'white' | 'black';
  /** 16 bits are kept as 16; as 8 otherwise. */
  readonly deep?: true;
}

const words: readonly (readonly [word: string, does: string, changes: Changes])[] = [
  ['crop', 'cuts out the middle and brings it to the size of the model', { size: 'crop' }],
  ['stretch', 'brings all of it to the size of the model, out of proportion', { size: 'stretch' }],
  ['grey', 'makes one channel of colours', { channels: 'grey' }],
  ['colour', 'makes three channels of grey', { channels: 'colour' }],
  ['white', 'lays transparent pictures on white', { ground: 'white' }],
  ['black', 'lays them on black', { ground: 'black' }],
  ['16bit', 'keeps 16 bits a channel', { deep: true }],
];

const spellings: Readonly<Record<string, string>> = { gray: 'grey', color: 'colour', '16': '16bit' };

/** The changes that `written` asks for. Errors: a word that is none, two that exclude each other. */
export function changesOf(folder: string, written: string): Result<Changes> {
  let all: Changes = {};
  for (const asked of written.split(',').map((part) => part.trim().toLowerCase())) {
    const known = words.find(([word]) => word === (spellings[asked] ?? asked));
    if (known === undefined)
      return failure(
        `${folder}#${written}`,
        `changes of pictures: ${words.map(([word]) => word).join(', ')}`,
        `\`${asked}\``,
        words.map(([word, does]) => `${word} ${does}`).join('; '),
      );
    const key = Object.keys(known[2])[0] as keyof Changes;
    if (all[key] !== undefined && all[key] !== known[2][key])
      return failure(`${folder}#${written}`, 'one of two', `\`${all[key]}\` and \`${known[0]}\``, 'take one away');
    all = { ...all, ...known[2] };
  }
  return success(all);
}
