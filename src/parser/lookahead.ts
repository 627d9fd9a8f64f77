/** When Chevrotain finds out with which tokens a part of the grammar may begin. */
import { LLkLookaheadStrategy, type ILookaheadStrategy } from 'chevrotain';

type Chooses = ReturnType<ILookaheadStrategy['buildLookaheadForAlternation']>;
type Begins = ReturnType<ILookaheadStrategy['buildLookaheadForOptional']>;

/**
 * Chevrotain's lookahead, each choice analysed when a text first comes to it: most texts come to few of them, and a
 * process that checks one file would spend more on the grammar than on the file.
 */
export class LazyLookahead extends LLkLookaheadStrategy implements ILookaheadStrategy {
  override buildLookaheadForAlternation(
    options: Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0],
  ): Chooses {
    const build = (): Chooses => super.buildLookaheadForAlternation(options);
    let made: Chooses | undefined;
    // It is called as a method of the parser.
    return function (this: ThisParameterType<Chooses>, alternatives) {
      made ??= build();
      return made.call(this, alternatives);
    };
  }

  override buildLookaheadForOptional(options: Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0]): Begins {
    const build = (): Begins => super.buildLookaheadForOptional(options);
    let made: Begins | undefined;
    return function (this: ThisParameterType<Begins>) {
      made ??= build();
      return made.call(this);
    };
  }
}
