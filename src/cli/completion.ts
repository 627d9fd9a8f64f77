/** What may stand where a command line is being typed, from the commands themselves. */
import type { Command, Option } from 'commander';

export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** Values of options whose choices the command line does not bind. */
export type Values = Readonly<Record<string, readonly Candidate[]>>;

/**
 * The candidates for the last of `words`, which follow the name of the program; it may be empty. None where a file or a
 * free text is wanted: the shell offers files then.
 * @param values of options that take other values too: `--data` takes sets as well as files.
 */
export function candidatesFor(program: Command, words: readonly string[], values: Values): readonly Candidate[] {
  // Bash hands `--backend=cpu` over in three words.
  const parts = words.flatMap((word, i) => (word === '=' && i > 0 ? [] : [word]));
  const typed = words.at(-1) === '=' ? '' : (parts.at(-1) ?? '');
  const before = words.at(-1) === '=' ? parts : parts.slice(0, -1);
  const command = program.commands.find((one) => one.name() === commandIn(before)) ?? program;

  const assigned = /^(--[\w-]+)=(.*)$/.exec(typed);
  if (assigned !== null) {
    const [, flag = '', start = ''] = assigned;
    return beginning(valuesOf(optionOf(command, flag), values), start).map((one) => ({
      ...one,
      value: `${flag}=${one.value}`,
    }));
  }
  const awaiting = optionOf(command, before.at(-1) ?? '');
  if (awaiting?.required === true || awaiting?.optional === true) return beginning(valuesOf(awaiting, values), typed);
  if (typed.startsWith('-')) return beginning(flagsOf(command), typed);
  if (command !== program) return beginning(choicesOf(command.registeredArguments[0]?.argChoices), typed);
  const named = before.length > 0 && before[0] !== 'help';
  return named ? [] : beginning(commandsOf(program), typed);
}

const commandIn = (before: readonly string[]): string | undefined =>
  before[0] === 'help' ? undefined : before.find((word) => !word.startsWith('-'));

const optionOf = (command: Command, flag: string): Option | undefined =>
  command.options.find(({ long, short }) => long === flag || short === flag);

const commandsOf = (program: Command): readonly Candidate[] =>
  program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({ value: command.name(), about: command.description() }));

const flagsOf = (command: Command): readonly Candidate[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', about: description }));

function valuesOf(option: Option | undefined, values: Values): readonly Candidate[] {
  if (option === undefined) return [];
  return option.argChoices === undefined ? (values[option.long ?? ''] ?? []) : choicesOf(option.argChoices);
}

const choicesOf = (choices: readonly string[] = []): readonly Candidate[] =>
  choices.map((value) => ({ value, about: '' }));

const beginning = (candidates: readonly Candidate[], start: string): readonly Candidate[] =>
  candidates.filter(({ value }) => value.startsWith(start));

/** The shells that scripts are written for; each asks `aec complete -- WORDS`, and offers files where that says nothing. */
export const scripts = {
  bash: `# source <(aec completion bash), in ~/.bashrc
_aec() {
  local IFS=$'\\n'
  COMPREPLY=($(aec complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _aec aec
`,
  zsh: `#compdef aec
# source <(aec completion zsh), in ~/.zshrc behind compinit
_aec() {
  local -a found
  local line
  for line in "\${(@f)$(aec complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#found} )); then _describe aec found; else _files; fi
}
compdef _aec aec
`,
  fish: `# aec completion fish > ~/.config/fish/completions/aec.fish
function __aec_complete
    set -l words (commandline -opc) (commandline -ct)
    aec complete -- $words[2..] 2>/dev/null
end
complete -c aec -f -n 'count (__aec_complete) >/dev/null' -a '(__aec_complete)'
`,
} as const;
