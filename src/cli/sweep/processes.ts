/** Points of a sweep as processes of their own: what one of them comes to does not end the others. */
import { spawn, type ChildProcess } from 'node:child_process';

export type Event = Readonly<Record<string, unknown>> & { readonly event: string };

export interface Job {
  readonly name: string;
  /** Of the command line, `train` first. */
  readonly args: readonly string[];
}

export interface Ended {
  readonly name: string;
  readonly kind: 'done' | 'interrupted' | 'failed';
  /** Why it failed, in one line. */
  readonly reason?: string;
}

export interface Watcher {
  started(name: string): void;
  /** A line that the process printed. */
  event(name: string, event: Event): void;
  ended(ended: Ended): void;
}

/**
 * Runs jobs, `atOnce` of them side by side, each as the command line that this process is. An aborted signal interrupts
 * those that run, which save what they have, and starts no other.
 */
export async function runJobs(
  jobs: readonly Job[],
  atOnce: number,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<readonly Ended[]> {
  const waiting = [...jobs];
  const ended: Ended[] = [];
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined && !signal.aborted; job = waiting.shift()) {
      watcher.started(job.name);
      const end = await runJob(job, watcher, signal);
      ended.push(end);
      watcher.ended(end);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(atOnce, jobs.length)) }, worker));
  return ended;
}

function runJob({ name, args }: Job, watcher: Watcher, signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve) => {
    // In a group of its own: the terminal's Ctrl-C reaches this process alone, which passes it on once.
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args, '--json'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const interrupt = (): void => void child.kill('SIGINT');
    signal.addEventListener('abort', interrupt, { once: true });
    let said: string | undefined;
    let [rest, complaint] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop()!;
      for (const event of lines.flatMap(parsed)) {
        if (event.event === 'error' || event.event === 'message') said = reasonIn(event);
        watcher.event(name, event);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaint = `${complaint}${chunk}`.slice(-4000);
    });
    whenOver(child, (code, error) => {
      signal.removeEventListener('abort', interrupt);
      if (code === 0) resolve({ name, kind: 'done' });
      else if (code === 130 || signal.aborted) resolve({ name, kind: 'interrupted' });
      else {
        const reason = error ?? said ?? complaint.trim().split('\n')[0];
        resolve({
          name,
          kind: 'failed',
          reason: reason === undefined || reason === '' ? `it ended with exit code ${String(code)}` : reason,
        });
      }
    });
  });
}

/** Once, when the process and its output have ended, or could not begin. */
function whenOver(child: ChildProcess, over: (code: number | null, error?: string) => void): void {
  child.once('error', (error) => over(null, error.message));
  child.once('close', (code) => over(code));
}

function parsed(line: string): readonly Event[] {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null && 'event' in value && typeof value.event === 'string'
      ? [value as Event]
      : [];
  } catch {
    return [];
  }
}

/** A refusal and what it found, or a message, up to the end of its first line. */
function reasonIn({ message, found, text, diagnostics }: Event): string {
  const finding = Array.isArray(diagnostics)
    ? (diagnostics as readonly { readonly severity?: unknown; readonly title?: unknown }[]).find(
        ({ severity }) => severity === 'error',
      )
    : undefined;
  const words = [finding?.title ?? message ?? text, found].filter((one) => typeof one === 'string');
  return words.map((one) => one.split('\n')[0]!).join(': found ');
}
