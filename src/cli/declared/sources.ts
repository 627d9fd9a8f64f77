/** The commands that look at files, or write them. */
import { Option } from 'commander';
import { backendOption, type Flagged, jsonOption, ofModel, positive, targetOption } from '../flags.js';
import { ended, examples } from './ended.js';

/** `explain`, `gradcheck`, `graph`, `fmt` and `init`. */
export function declareSources(program: Flagged): void {
  program
    .command('explain')
    .description('the loss with every reduction, effective β, parameters, cost of a step')
    .argument('<model>', 'an .ae file, or the folder of a run')
    .addOption(targetOption('wasm'))
    .with(ofModel())
    .addHelpText('after', examples('aec explain model.ae', 'aec explain vae.ae --set beta=4 --json'))
    .action((file, options) =>
      ended(async () => (await import('../commands/explain.js')).explainCommand(file, options)),
    );

  program
    .command('gradcheck')
    .description('the gradient of every term against finite differences of what it measures')
    .argument('<model>', 'an .ae file')
    .option('--data <data>', 'examples to check on; made up, of the declared domains, unless given')
    .option('--count <n>', 'how many examples', positive)
    .addOption(backendOption().default('wasm'))
    .with(ofModel())
    .addHelpText(
      'after',
      examples('aec gradcheck model.ae', 'aec gradcheck vae.ae --data strokes --backend cpu --json'),
    )
    .action((file, options) =>
      ended(async () => (await import('../commands/gradcheck.js')).gradcheckCommand(file, options)),
    );

  program
    .command('graph')
    .description('a picture of the model: layers, shapes, parameters, and what is wrong in its place')
    .argument('<model>', 'an .ae file, or the folder of a run')
    .option('-o, --output <file>', 'where to write the SVG; standard output unless given')
    .addOption(new Option('--theme <theme>', 'colours').choices(['auto', 'light', 'dark']).default('auto'))
    .with(ofModel())
    .addHelpText('after', examples('aec graph model.ae -o model.svg', 'aec graph model.ae --theme dark -o dark.svg'))
    .action((file, options) => ended(async () => (await import('../commands/graph.js')).graphCommand(file, options)));

  program
    .command('fmt')
    .description('format files in place')
    .argument('<files...>')
    .option('--check', 'change nothing; exit 1 where a file is not formatted')
    .option('--stdout', 'print instead')
    .addOption(jsonOption())
    .addHelpText('after', examples('aec fmt model.ae', 'aec fmt --check examples/*/*.ae'))
    .action((files, options) => ended(async () => (await import('../commands/fmt.js')).fmtCommand(files, options)));

  program
    .command('init')
    .description('write a first model')
    .argument('[file]', 'where', 'model.ae')
    .addOption(
      new Option('--template <name>', 'which model')
        .choices(['vanilla', 'denoising', 'conv', 'vae'])
        .default('vanilla'),
    )
    .option('--force', 'overwrite')
    .addOption(jsonOption())
    .addHelpText('after', examples('aec init', 'aec init vae.ae --template vae'))
    .action((file, options) => ended(async () => (await import('../commands/init.js')).initCommand(file, options)));
}
