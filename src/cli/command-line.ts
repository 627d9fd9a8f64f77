/** The command line: wiring only. Commands load their parts when they run, so that `aec check` stays quick. */
import { Argument, Option } from 'commander';
import { compilerVersion } from '../version.js';
import { largestSize, mostEpochs } from '../ir/limits.js';
import { whenOutputCloses } from '../runtime/node/streams.js';
import { candidatesFor, scripts } from './completion.js';
import {
  Flagged,
  backendOption,
  collect,
  execOption,
  jsonOption,
  ofData,
  ofModel,
  ofWeights,
  partsOption,
  positive,
  seconds,
  setOption,
  targetOption,
  wholeUpTo,
} from './flags.js';
import { err, out, outJsonLine, Refusal } from './refusal.js';

/** Exit code of a command line that is none: a flag that is not known, a value that a flag cannot have. */
const usage = 2;

const forMachines = process.argv.includes('--json');

/** The exit code of a command, set when it has ended; the process ends by itself, so that nothing written is lost. */
const ended = (command: () => number | Promise<number>): Promise<void> =>
  Promise.resolve()
    .then(command)
    .then(
      (code) => {
        process.exitCode = code;
      },
      (error: unknown) => {
        if (error instanceof Refusal) {
          if (forMachines) outJsonLine({ event: 'error', ok: false, ...error.json() });
          else err(error.message);
        } else {
          // Our own bug. The WASM module would print its whole source beside an uncaught error.
          err(`aec failed: ${error instanceof Error ? error.message : String(error)}`);
          err(
            process.env['AEC_DEBUG'] === undefined
              ? '  this is a defect of aec; AEC_DEBUG=1 shows where it happened'
              : String(error instanceof Error ? error.stack : ''),
          );
        }
        process.exitCode = 1;
      },
    );

const program = new Flagged('aec')
  .description('Compiles autoencoders (.ae) to TensorFlow.js: checks shapes, trains, builds for Node and the browser.')
  .version(compilerVersion)
  .showSuggestionAfterError()
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : usage);
  });

const examples = (...lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;

program
  .command('check')
  .description('check files: names, shapes, objectives')
  .argument('<files...>')
  .addOption(setOption())
  .addOption(new Option('--github', 'also print findings as annotations of GitHub Actions').conflicts('json'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    examples(
      'aec check model.ae',
      'aec check examples/*/*.ae --json',
      'aec check model.ae --set hidden=32',
      'aec check models/*.ae --github',
    ),
  )
  .action((files, options) => ended(async () => (await import('./commands/check.js')).checkCommand(files, options)));

program
  .command('build')
  .description('compile a file to a project, or print one stage')
  .argument('<model>', 'an .ae file, or the folder of a run')
  .addOption(targetOption('browser'))
  .option('--out <folder>', 'where to write (build/NAME-TARGET)')
  .addOption(
    new Option('--runtime <place>', 'what the program needs of aec: as a file beside it, or from the package')
      .choices(['bundled', 'package'])
      .default('bundled'),
  )
  .addOption(new Option('--emit <stage>', 'print a stage instead').choices(['ast', 'model', 'graph', 'plan', 'ts']))
  .addOption(execOption())
  .addOption(partsOption())
  .with(ofModel())
  .addHelpText(
    'after',
    examples(
      'aec build model.ae --target node-gpu',
      'aec build model.ae --target node --exec ops',
      'aec build model.ae --target browser --out web/model',
      'aec build model.ae --emit plan',
    ),
  )
  .action((file, options) => ended(async () => (await import('./commands/build.js')).buildCommand(file, options)));

program
  .command('train')
  .description('train a model and leave weights, checkpoint, report and picture')
  .argument('<model>', 'an .ae file, or the folder of a run')
  .with(
    ofData(
      "a procedural set (strokes), mnist=DIR, or x=PATH[,y=PATH]; the file's unless given",
      'where data sets are that files name (AEC_DATA)',
    ),
  )
  .option('--out <folder>', 'where to write (runs/NAME, or runs/NAME-2 and so on where that holds a run)')
  .addOption(
    new Option(
      '--load <part=place>',
      'weights of a network or a layer from a run or a file: encoder=runs/a, encoder=weights.safetensors:features (repeatable)',
    )
      .argParser(collect)
      .conflicts('resume'),
  )
  .option('--resume', 'go on from the checkpoint there: of the run that is named, of --out, or of the newest one')
  .addOption(new Option('--force', 'begin anew where that folder holds a run, and replace it').conflicts('resume'))
  .addOption(backendOption())
  .addOption(execOption())
  .addOption(partsOption())
  .option('--epochs <n>', "instead of the file's", wholeUpTo(mostEpochs))
  .option('--batch <n>', "instead of the file's", wholeUpTo(largestSize))
  .option('--seed <n>', "instead of the file's", wholeUpTo(Number.MAX_SAFE_INTEGER))
  .addOption(
    new Option(
      '--sweep <name=values>',
      "train once for each value, as z=2,8,32; in the place of the file's sweep of it (repeatable)",
    )
      .argParser(collect)
      .default([]),
  )
  .addOption(
    new Option('--point <name=value>', 'one value of a parameter that the file sweeps (repeatable)')
      .argParser(collect)
      .default([]),
  )
  .addOption(
    new Option('--all', 'every autoencoder of the file, a run each, and a page with them side by side').conflicts([
      'name',
      'sweep',
      'point',
    ]),
  )
  .option('--jobs <n>', 'points of a sweep, or autoencoders, that train side by side', wholeUpTo(256))
  .option('--checkpoint-every <seconds>', 'most seconds of work that a crash may cost', seconds, 10)
  .option('--no-report', 'leave out report.html and the picture')
  .addOption(new Option('--quiet', 'print nothing but warnings, errors and where the weights are').conflicts('json'))
  .with(ofModel())
  .addHelpText(
    'after',
    examples(
      'aec train model.ae --data strokes',
      'aec train model.ae --data mnist=data/mnist --set hidden=32',
      'aec train model.ae --data houses.csv --columns x=area,rooms y=price',
      'aec train model.ae --data x=images.npy --out runs/a --resume',
      'aec train runs/Vae --resume --epochs 40',
      'aec train classifier.ae --data mnist=data/mnist --load encoder=runs/Vae',
      'aec train model.ae --data strokes --sweep hidden=2,8,32 --jobs 2',
      'aec train denoising.ae --data strokes --all',
    ),
  )
  .action((file, options) => ended(async () => (await import('./commands/train.js')).trainCommand(file, options)));

for (const [name, description, example] of [
  [
    'reconstruct',
    'encode and decode examples: a picture, or a table',
    'aec reconstruct model.ae --data strokes:count=20 --out rows.png',
  ],
  ['encode', 'the code of every example as CSV', 'aec encode runs/vae --data strokes --out codes.csv'],
  [
    'predict',
    'what the model says of variables that it does not read (classes with probabilities, numbers), as CSV',
    'aec predict runs/classifier --data x=new.npy --out -',
  ],
] as const) {
  program
    .command(name)
    .description(description)
    .argument('<model>', 'an .ae file, or the folder of a run')
    .with(ofData('as for train; those of the run unless given'))
    .with(ofWeights())
    .option('--out <file>', 'where to write; - for standard output')
    .option('--count <n>', 'how many examples', positive)
    .addOption(backendOption())
    .with(ofModel())
    .addHelpText('after', examples(example))
    .action((file, options) =>
      ended(async () => {
        const commands = await import('./commands/apply.js');
        if (name === 'encode') return commands.encodeCommand(file, options);
        return name === 'predict' ? commands.predictCommand(file, options) : commands.reconstructCommand(file, options);
      }),
    );
}

program
  .command('sample')
  .description('draw from the prior and decode')
  .argument('<model>', 'an .ae file, or the folder of a run')
  .with(ofWeights())
  .option('--out <file>', 'where to write; - for standard output')
  .option('--count <n>', 'how many draws', positive)
  .option('--seed <n>', 'another draw', wholeUpTo(Number.MAX_SAFE_INTEGER))
  .addOption(
    new Option(
      '--given <name=value>',
      'what a conditional model is given (repeatable); a category that is left out runs through its classes',
    )
      .argParser(collect)
      .default([]),
  )
  .addOption(backendOption())
  .with(ofModel())
  .addHelpText('after', examples('aec sample vae.ae --count 40 --out samples.png', 'aec sample cvae.ae --given c=3'))
  .action((file, options) => ended(async () => (await import('./commands/apply.js')).sampleCommand(file, options)));

program
  .command('evaluate')
  .description('what a run achieves: terms of its loss, errors beside those of the mean and of PCA, a verdict')
  .argument('<model>', 'an .ae file, or the folder of a run')
  .with(ofData('other data, all of them; what was held out of its own unless given'))
  .with(ofWeights())
  .addOption(backendOption())
  .with(ofModel())
  .addHelpText('after', examples('aec evaluate runs/Vae', 'aec evaluate runs/Vae --data mnist=data/mnist --json'))
  .action((file, options) => ended(async () => (await import('./commands/results.js')).evaluateCommand(file, options)));

program
  .command('report')
  .description('the report of a run once more, with further figures')
  .argument('<model>', 'an .ae file, or the folder of a run')
  .addOption(
    new Option('--figure <figure>', "a figure beside the file's, as in `figure …` (repeatable)")
      .argParser(collect)
      .default([]),
  )
  .with(ofData('other data; those of the run unless given'))
  .with(ofWeights())
  .option('--out <file>', "where to write (the run's report.html)")
  .addOption(backendOption())
  .with(ofModel())
  .addHelpText(
    'after',
    examples('aec report runs/Vae', "aec report runs/Vae --figure 'traversal(z)' --figure 'samples(z)'"),
  )
  .action((file, options) => ended(async () => (await import('./commands/results.js')).reportCommand(file, options)));

program
  .command('compare')
  .description('runs side by side: one table, and their losses as one figure')
  .argument('<runs...>', 'folders of runs')
  .option('--out <file>', 'draw the losses into this .svg file, or the runs on the same examples into this .html page')
  .addOption(jsonOption())
  .addHelpText(
    'after',
    examples(
      'aec compare runs/*',
      'aec compare runs/Vae runs/Vae-2 --out losses.svg',
      'aec compare runs/Dense runs/Conv --out both.html',
    ),
  )
  .action((paths, options) =>
    ended(async () => (await import('./commands/compare.js')).compareCommand(paths, options)),
  );

program
  .command('export')
  .description(
    'what a training left, for other tools: encoder, decoder and whole as ONNX, or the losses for TensorBoard',
  )
  .argument('<model>', 'an .ae file, or the folder of a run')
  .addOption(new Option('--format <format>', 'what to write').choices(['onnx', 'tensorboard']).default('onnx'))
  .with(ofWeights())
  .option('--out <folder>', 'where to write (a folder named after the format, beside the weights)')
  .with(ofModel())
  .addHelpText(
    'after',
    examples('aec export runs/Vae', 'aec export vae.ae --out models', 'aec export runs/Vae --format tensorboard'),
  )
  .action((file, options) => ended(async () => (await import('./commands/export.js')).exportCommand(file, options)));

program
  .command('explain')
  .description('the loss with every reduction, effective β, parameters, cost of a step')
  .argument('<model>', 'an .ae file, or the folder of a run')
  .addOption(targetOption('wasm'))
  .with(ofModel())
  .addHelpText('after', examples('aec explain model.ae', 'aec explain vae.ae --set beta=4 --json'))
  .action((file, options) => ended(async () => (await import('./commands/explain.js')).explainCommand(file, options)));

program
  .command('gradcheck')
  .description('the gradient of every term against finite differences of what it measures')
  .argument('<model>', 'an .ae file')
  .option('--data <data>', 'examples to check on; made up, of the declared domains, unless given')
  .option('--count <n>', 'how many examples', positive)
  .addOption(
    new Option('--backend <name>', 'where to compute')
      .choices(['wasm', 'cpu', 'node', 'node-gpu', 'auto'])
      .default('wasm'),
  )
  .with(ofModel())
  .addHelpText('after', examples('aec gradcheck model.ae', 'aec gradcheck vae.ae --data strokes --backend cpu --json'))
  .action((file, options) =>
    ended(async () => (await import('./commands/gradcheck.js')).gradcheckCommand(file, options)),
  );

program
  .command('graph')
  .description('a picture of the model: layers, shapes, parameters, and what is wrong in its place')
  .argument('<model>', 'an .ae file, or the folder of a run')
  .option('-o, --output <file>', 'where to write the SVG; standard output unless given')
  .addOption(new Option('--theme <theme>', 'colours').choices(['auto', 'light', 'dark']).default('auto'))
  .with(ofModel())
  .addHelpText('after', examples('aec graph model.ae -o model.svg', 'aec graph model.ae --theme dark -o dark.svg'))
  .action((file, options) => ended(async () => (await import('./commands/graph.js')).graphCommand(file, options)));

program
  .command('fmt')
  .description('format files in place')
  .argument('<files...>')
  .option('--check', 'change nothing; exit 1 where a file is not formatted')
  .option('--stdout', 'print instead')
  .addOption(jsonOption())
  .addHelpText('after', examples('aec fmt model.ae', 'aec fmt --check examples/*/*.ae'))
  .action((files, options) => ended(async () => (await import('./commands/fmt.js')).fmtCommand(files, options)));

program
  .command('init')
  .description('write a first model')
  .argument('[file]', 'where', 'model.ae')
  .addOption(
    new Option('--template <name>', 'which model').choices(['vanilla', 'denoising', 'conv', 'vae']).default('vanilla'),
  )
  .option('--force', 'overwrite')
  .addOption(jsonOption())
  .addHelpText('after', examples('aec init', 'aec init vae.ae --template vae'))
  .action((file, options) => ended(async () => (await import('./commands/init.js')).initCommand(file, options)));

program
  .command('lsp')
  .description('the language server, for editors')
  .option('--stdio', 'over standard input and output, the one way that there is', true)
  .addHelpText('after', examples('aec lsp --stdio'))
  .action(() => ended(async () => (await import('./commands/lsp.js')).lspCommand()));

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
  .action((options) => ended(async () => (await import('./commands/doctor.js')).doctorCommand(options)));

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
      const { syntheticSets } = await import('../runtime/synthetic/index.js');
      const sets = syntheticSets.map(({ name, summary }) => ({ value: name, about: summary }));
      const found = candidatesFor(program, words.length === 0 ? [''] : words, { '--data': sets });
      if (found.length > 0) out(found.map(({ value, about }) => `${value}\t${about}`).join('\n'));
      return 0;
    }),
  );

// Who closes our output has read enough; commands that go on for long end by themselves.
whenOutputCloses(() => undefined);
/** Runs what the process was asked for. */
export const run = (): Promise<unknown> => program.parseAsync();
