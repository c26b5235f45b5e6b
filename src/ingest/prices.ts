/**
 * Which row of `prices` applies to a call. Prices come from the list embedded in @pydantic/genai-prices; its network
 * update is never used. A price can depend on the date, the time of day (off-peak rates) and the input's size (tiers).
 */
import { type ConditionalPrice, calcPrice, type ModelPrice } from '@pydantic/genai-prices';

/** One row of the table `prices`; USD per million tokens, but `per_request` in USD. */
export interface PriceRow {
  readonly price_key: string;
  readonly provider: string;
  readonly model: string;
  /** ISO date from which the price holds; null if the list gives none. */
  readonly valid_from: string | null;
  /** The tier applies to calls with more input tokens than this. */
  readonly tier: number;
  readonly input: number;
  readonly cache_read: number | null;
  readonly cache_write: number | null;
  readonly output: number;
  readonly per_request: number | null;
}

interface Condition {
  readonly prices: ModelPrice;
  readonly constraint: ConditionalPrice['constraint'];
  /** Sizes of input above which another price holds, ascending. */
  readonly tiers: readonly number[];
  /** By tier: 0 is the base. */
  readonly keys: (string | null | undefined)[];
}

interface PricedModel {
  readonly provider: string;
  readonly model: string;
  readonly conditions: readonly Condition[];
}

/** Providers that run on the user's own machines: a list price would be wrong. */
const SELF_HOSTED =
  /^(ollama|vllm|llama[._-]?cpp|llamafile|lm[._-]?studio|localai|local|tgi|text-generation-inference|huggingface[._-]local|mlx|sglang|triton|xinference|self[._-]?hosted)\b/i;

/** Names that OTel, Vercel or LiteLLM use and the list does not. */
const PROVIDERS: Record<string, string> = {
  gemini: 'google',
  'google.generative-ai': 'google',
  'google-generative-ai': 'google',
  google_genai: 'google',
  mistral_ai: 'mistral',
  mistralai: 'mistral',
  x_ai: 'x-ai',
  xai: 'x-ai',
  bedrock: 'aws',
  'amazon-bedrock': 'aws',
  amazon_bedrock: 'aws',
  'aws.bedrock': 'aws',
};

function priceOf(prices: ModelPrice, name: string, tier: number): number | null {
  const price = prices[name];
  if (price === undefined || typeof price === 'number') return price ?? null;
  let found = price.base;
  for (const t of [...price.tiers].sort((a, b) => a.start - b.start)) if (t.start <= tier) found = t.price;
  return found;
}

const USED = ['input_mtok', 'cache_read_mtok', 'cache_write_mtok', 'output_mtok'];

function tiersOf(prices: ModelPrice): number[] {
  const starts = new Set<number>();
  for (const name of USED) {
    const price = prices[name];
    if (typeof price === 'object') for (const t of price.tiers) starts.add(t.start);
  }
  return [...starts].sort((a, b) => a - b);
}

function find(provider: string | null, model: string): PricedModel | null {
  const at = (m: string, providerId?: string) => {
    try {
      return calcPrice({}, m, providerId === undefined ? {} : { providerId });
    } catch {
      return null;
    }
  };
  const name = provider?.toLowerCase() ?? null;
  const known = name === null ? undefined : (PROVIDERS[name] ?? name);
  const slash = model.indexOf('/');
  // `openai/gpt-4o`: routers put the provider before the model.
  const found =
    (known === undefined ? null : at(model, known)) ??
    at(model) ??
    (slash > 0 ? (at(model.slice(slash + 1), model.slice(0, slash)) ?? at(model.slice(slash + 1))) : null);
  if (found === null) return null;
  const list: readonly ConditionalPrice[] = Array.isArray(found.model.prices)
    ? found.model.prices
    : [{ prices: found.model.prices }];
  return {
    provider: found.provider.id,
    model: found.model.id,
    conditions: list.map((c) => ({
      prices: c.prices,
      constraint: c.constraint,
      tiers: tiersOf(c.prices),
      keys: [],
    })),
  };
}

/** Seconds of the day, UTC, of `16:30:00Z`. */
function secondsOfDay(time: string): number {
  const [h = 0, m = 0, s = 0] = time.replace(/Z$/, '').split(':').map(Number);
  return h * 3600 + m * 60 + s;
}

function holds(constraint: ConditionalPrice['constraint'], ms: number): boolean {
  if (constraint === undefined) return true;
  if (constraint.type === 'start_date') return ms >= Date.parse(constraint.start_date);
  const second = (((ms % 86_400_000) + 86_400_000) % 86_400_000) / 1000;
  const from = secondsOfDay(constraint.start_time);
  const to = secondsOfDay(constraint.end_time);
  return to < from ? second >= from || second < to : second >= from && second < to;
}

function suffix(constraint: ConditionalPrice['constraint']): string {
  if (constraint === undefined) return '';
  return constraint.type === 'start_date'
    ? `@${constraint.start_date}`
    : `@${constraint.start_time.slice(0, 5)}-${constraint.end_time.slice(0, 5)}`;
}

/** Resolves each distinct (provider, model) once, and collects the rows that its keys refer to. */
export class PriceBook {
  private readonly models = new Map<string, PricedModel | null>();
  private readonly handedOut = new Set<string>();
  private fresh: PriceRow[] = [];

  /** Key of the row that prices a call that starts at `startMs`, or null: not priced. */
  keyFor(provider: string | null, model: string, startMs: number, inputTokens: number | null): string | null {
    const id = `${provider ?? ''}\n${model}`;
    let priced = this.models.get(id);
    if (priced === undefined) {
      priced = provider !== null && SELF_HOSTED.test(provider) ? null : find(provider, model);
      if (this.models.size > 10_000) this.models.clear();
      this.models.set(id, priced);
    }
    if (priced === null) return null;
    const { conditions } = priced;
    // The list's own rule: the last condition that holds; else the first.
    let condition = conditions[0];
    for (let i = conditions.length - 1; i >= 0; i--) {
      const c = conditions[i];
      if (c !== undefined && holds(c.constraint, startMs)) {
        condition = c;
        break;
      }
    }
    if (condition === undefined) return null;
    let tier = 0;
    for (let i = 0; i < condition.tiers.length; i++)
      if ((inputTokens ?? 0) > (condition.tiers[i] ?? 0)) tier = i + 1;
    const known = condition.keys[tier];
    if (known !== undefined) return known;
    const key = this.addRow(priced, condition, tier === 0 ? 0 : (condition.tiers[tier - 1] ?? 0));
    condition.keys[tier] = key;
    return key;
  }

  private addRow(priced: PricedModel, condition: Condition, tier: number): string | null {
    const price = (name: string) => priceOf(condition.prices, name, tier);
    const input = price('input_mtok');
    const output = price('output_mtok');
    const requests = price('requests_kcount');
    // Priced by the picture or by the second: not by what a span tells us.
    if (input === null && output === null && requests === null) return null;
    const { constraint } = condition;
    const key = `${priced.provider}/${priced.model}${suffix(constraint)}${tier === 0 ? '' : `#${tier}`}`;
    if (this.handedOut.has(key)) return key;
    this.handedOut.add(key);
    this.fresh.push({
      price_key: key,
      provider: priced.provider,
      model: priced.model,
      valid_from: constraint?.type === 'start_date' ? constraint.start_date : null,
      tier,
      input: input ?? 0,
      cache_read: price('cache_read_mtok'),
      cache_write: price('cache_write_mtok'),
      output: output ?? 0,
      per_request: requests === null ? null : requests / 1000,
    });
    return key;
  }

  /** Rows that no earlier call returned. */
  takeNewRows(): PriceRow[] {
    const rows = this.fresh;
    this.fresh = [];
    return rows;
  }
}
