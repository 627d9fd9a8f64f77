/** The commands that check files, and make projects and runs of them. */
import { Option } from 'commander';
import { largestSize, mostEpochs } from '../../ir/limits.js';
import {
  collect,
  backendOption,
  execOption,
  type Flagged,
  jsonOption,
  ofData,
  ofModel,
  partsOption,
  seconds,
  setOption,
  threadsOption,
  targetOption,
  wholeUpTo,
} from '../flags.js';
import { ended, examples } from './ended.js';

/** `check`, `build` and `train`. */
export function declareBuilding(program: Flagged): void {
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
    .action((files, options) => ended(async () => (await import('../commands/check.js')).checkCommand(files, options)));

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
    .action((file, options) => ended(async () => (await import('../commands/build.js')).buildCommand(file, options)));

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
    .addOption(threadsOption())
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
    .action((file, options) => ended(async () => (await import('../commands/train.js')).trainCommand(file, options)));
}
