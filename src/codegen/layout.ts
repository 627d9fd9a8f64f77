/** Generated code in Prettier's layout. Its standalone build looks for no plugins and no settings on a disk. */
import * as babel from 'prettier/plugins/babel';
import * as estree from 'prettier/plugins/estree';
import * as typescript from 'prettier/plugins/typescript';
import { format } from 'prettier/standalone';

export const laidOut = (code: string, language: 'typescript' | 'babel' = 'typescript'): Promise<string> =>
  format(code, {
    parser: language,
    plugins: [estree, language === 'babel' ? babel : typescript],
    printWidth: 110,
    singleQuote: true,
  });
