import {
  closeSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, extname, resolve } from 'node:path';
import { diag } from '@opentelemetry/api';
import { TroubleReport } from '../report.ts';

/** Characters kept while the disk does not take them; older lines go first. */
const MAX_BACKLOG = 32 * 1024 * 1024;
const NEWLINE = 10;

/**
 * A text file that only grows by whole lines. Writes are synchronous: an append to the page cache costs less
 * than handing it to a thread, and what was handed over is then safe from `exit` and from a kill.
 * A disk that refuses is reported once; the lines wait, bounded, and go out when it takes them again.
 */
export class LineFile {
  /** The file written to: `path`, or one beside it while another live process holds `path`. */
  readonly path: string;
  /** Lines given up because the disk refused them for too long. */
  lost = 0;
  readonly #lock: string | undefined;
  readonly #report = new TroubleReport();
  #fd: number | undefined;
  #backlog: string[] = [];
  #backlogSize = 0;

  constructor(path: string) {
    const absolute = resolve(path);
    this.#lock = claim(absolute);
    this.path = this.#lock === undefined ? besides(absolute) : absolute;
    if (this.#lock === undefined)
      diag.warn(`spanbook: another process writes ${absolute}; this one writes ${this.path}`);
  }

  /** @param lines complete lines, each with its newline. @returns whether the file took everything. */
  append(lines: string): boolean {
    if (lines !== '') this.#remember(lines);
    if (this.#backlog.length === 0) return true;
    try {
      this.#write(this.#openFile(), Buffer.from(this.#backlog.join('')));
    } catch (error) {
      this.#report.trouble(`cannot write ${this.path}; keeping the newest lines and trying again`, error);
      this.#closeFile();
      return false;
    }
    this.#backlog = [];
    this.#backlogSize = 0;
    if (this.#report.over()) diag.info(`spanbook: writing ${this.path} again`);
    return true;
  }

  close(): void {
    this.append('');
    for (const lines of this.#backlog) this.lost += countLines(lines);
    this.#backlog = [];
    this.#closeFile();
    if (this.#lock !== undefined) tryUnlink(this.#lock);
  }

  #remember(lines: string): void {
    this.#backlog.push(lines);
    this.#backlogSize += lines.length;
    while (this.#backlogSize > MAX_BACKLOG && this.#backlog.length > 1) {
      const oldest = this.#backlog.shift() ?? '';
      this.#backlogSize -= oldest.length;
      this.lost += countLines(oldest);
    }
  }

  #openFile(): number {
    // A file that was deleted under us takes writes that nobody will see.
    if (this.#fd !== undefined && fstatSync(this.#fd).nlink === 0) this.#closeFile();
    if (this.#fd !== undefined) return this.#fd;
    mkdirSync(dirname(this.path), { recursive: true });
    const fd = openSync(this.path, 'a+');
    this.#fd = fd;
    endBrokenLine(fd);
    return fd;
  }

  #write(fd: number, bytes: Buffer): void {
    const start = fstatSync(fd).size;
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(fd, bytes, written);
    } catch (error) {
      // Part of a batch on a full disk: back to the last whole line, so that the retry repeats nothing.
      if (written > 0) ftruncateSync(fd, start);
      throw error;
    }
  }

  #closeFile(): void {
    if (this.#fd === undefined) return;
    const fd = this.#fd;
    this.#fd = undefined;
    try {
      closeSync(fd);
    } catch {
      // Nothing is buffered in the descriptor.
    }
  }
}

const countLines = (lines: string) => lines.split('\n').length - 1;

/** A process that was killed may have left part of a line; ours must not continue it. */
function endBrokenLine(fd: number): void {
  const { size } = fstatSync(fd);
  if (size === 0) return;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  if (last[0] !== NEWLINE) writeSync(fd, '\n');
}

function besides(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.${process.pid}${extension}`;
}

function tryUnlink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Already gone.
  }
}

/** Whether the process that wrote the lock can still write. On another host one cannot know. */
function holds(lock: string): boolean {
  try {
    const [pid, host] = readFileSync(lock, 'utf8').split(' ');
    if (host !== hostname()) return true;
    if (Number(pid) === process.pid) return false;
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // EPERM: alive, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Takes `path.lock` for this process. @returns the lock's path, or undefined if a live process has it. */
function claim(path: string): string | undefined {
  const lock = `${path}.lock`;
  const own = `${lock}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Written aside and linked, so that nobody sees a lock without its pid.
    writeFileSync(own, `${process.pid} ${hostname()}`);
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(own, lock);
        return lock;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return lock;
        if (holds(lock)) return undefined;
        tryUnlink(lock);
      }
    }
    return undefined;
  } catch {
    // A folder that cannot be written is reported by the first append.
    return lock;
  } finally {
    tryUnlink(own);
  }
}

interface Shared {
  readonly file: LineFile;
  users: number;
}
const open = new Map<string, Shared>();

/** The one writer of `path` in this process: spans and logs share a file. Give it back with releaseLineFile. */
export function shareLineFile(path: string): LineFile {
  const absolute = resolve(path);
  const shared = open.get(absolute) ?? { file: new LineFile(absolute), users: 0 };
  shared.users++;
  open.set(absolute, shared);
  return shared.file;
}

export function releaseLineFile(path: string): void {
  const absolute = resolve(path);
  const shared = open.get(absolute);
  if (shared === undefined) return;
  shared.users--;
  if (shared.users > 0) return;
  open.delete(absolute);
  shared.file.close();
}
