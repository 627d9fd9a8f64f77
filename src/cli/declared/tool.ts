/** The commands around the compiler: for editors, shells and machines. */
import { Argument, Option } from 'commander';
import { candidatesFor, scripts } from '../completion.js';
import { type Flagged, jsonOption, positive } from '../flags.js';
import { out } from '../refusal.js';
import { ended, examples } from './ended.js';

/** `lsp`, `doctor`, `completion`, and what the scripts of shells ask. */
export function declareTool(program: Flagged): void {
  program
    .command('lsp')
    .description('the language server, for editors')
    .option('--stdio', 'over standard input and output, the one way that there is', true)
    .addHelpText('after', examples('aec lsp --stdio'))
    .action(() => ended(async () => (await import('../commands/lsp.js')).lspCommand()));

  program
    .command('doctor')
    .description('what can run here, and how to get what cannot')
    .option(
      '--build-addon <folder>',
      'compile the addon of the installed native packages against the libtensorflow in a folder: its unpacked C library, or the tensorflow folder of a wheel',
    )
    .addOption(new Option('--package <package>', 'with --build-addon: only this one').choices(['node', 'node-gpu']))
    .option('--timeout <seconds>', 'how long a native package may take to load', positive, 60)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('aec doctor', 'aec doctor --json', 'aec doctor --build-addon libtensorflow/tensorflow --package node'),
    )
    .action((options) => ended(async () => (await import('../commands/doctor.js')).doctorCommand(options)));

  program
    .command('completion')
    .description('a script for your shell, which then completes commands, flags and their values')
    .addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      examples('source <(aec completion bash)', 'aec completion fish > ~/.config/fish/completions/aec.fish'),
    )
    .action((shell: keyof typeof scripts) => out(scripts[shell].trimEnd()));

  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: readonly string[]) =>
      ended(async () => {
        const { syntheticSets } = await import('../../runtime/synthetic/index.js');
        const sets = syntheticSets.map(({ name, summary }) => ({ value: name, about: summary }));
        const found = candidatesFor(program, words.length === 0 ? [''] : words, { '--data': sets });
        if (found.length > 0) out(found.map(({ value, about }) => `${value}\t${about}`).join('\n'));
        return 0;
      }),
    );
}
