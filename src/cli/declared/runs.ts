/** The commands that take what a training left. */
import { Option } from 'commander';
import {
  backendOption,
  collect,
  type Flagged,
  jsonOption,
  ofData,
  ofModel,
  ofWeights,
  positive,
  wholeUpTo,
} from '../flags.js';
import { ended, examples } from './ended.js';

/** `reconstruct`, `encode`, `predict`, `sample`, `evaluate`, `report`, `compare` and `export`. */
export function declareRuns(program: Flagged): void {
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
          const commands = await import('../commands/apply.js');
          if (name === 'encode') return commands.encodeCommand(file, options);
          return name === 'predict'
            ? commands.predictCommand(file, options)
            : commands.reconstructCommand(file, options);
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
    .action((file, options) => ended(async () => (await import('../commands/apply.js')).sampleCommand(file, options)));

  program
    .command('evaluate')
    .description('what a run achieves: terms of its loss, errors beside those of the mean and of PCA, a verdict')
    .argument('<model>', 'an .ae file, or the folder of a run')
    .with(ofData('other data, all of them; what was held out of its own unless given'))
    .with(ofWeights())
    .addOption(backendOption())
    .with(ofModel())
    .addHelpText('after', examples('aec evaluate runs/Vae', 'aec evaluate runs/Vae --data mnist=data/mnist --json'))
    .action((file, options) =>
      ended(async () => (await import('../commands/results.js')).evaluateCommand(file, options)),
    );

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
    .action((file, options) =>
      ended(async () => (await import('../commands/results.js')).reportCommand(file, options)),
    );

  program
    .command('compare')
    .description('runs side by side: one table, and their losses as one figure')
    .argument('<runs...>', 'folders of runs')
    .option(
      '--out <file>',
      'draw the losses into this .svg file, or the runs on the same examples into this .png file or .html page',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'aec compare runs/*',
        'aec compare runs/Vae runs/Vae-2 --out losses.svg',
        'aec compare runs/Dense runs/Conv --out rows.png',
        'aec compare runs/Dense runs/Conv --out both.html',
      ),
    )
    .action((paths, options) =>
      ended(async () => (await import('../commands/compare.js')).compareCommand(paths, options)),
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
    .action((file, options) => ended(async () => (await import('../commands/export.js')).exportCommand(file, options)));
}
