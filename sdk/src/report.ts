import { diag } from '@opentelemetry/api';

/** Says a trouble once through OTel's `diag`, and again only after it was over. */
export class TroubleReport {
  #reported = false;

  trouble(what: string, error: unknown): void {
    if (this.#reported) return;
    this.#reported = true;
    diag.error(`spanbook: ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }

  /** @returns whether there had been trouble */
  over(): boolean {
    const was = this.#reported;
    this.#reported = false;
    return was;
  }
}
