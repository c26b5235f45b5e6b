import { count, single } from '../../base/format.ts';
import { toNumber } from '../../base/number.ts';
import { STACK_COLORS } from '../../cells/table/plan.ts';
import type { Value } from '../../engine/engine.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { type Session, useCellState, useDoc } from '../session.ts';
import { speedOf, tokenParts } from '../spanFacts.ts';

type Row = Readonly<Record<string, Value>>;

/** The row of the cell with `view=record`: everything that is known of the selected span. */
function useSpanRow(session: Session): Row | undefined {
  const doc = useDoc(session);
  const cell = doc.cells.find((c) => c.kind === 'sql' && c.options.view === 'record');
  const state = useCellState(session, cell?.id ?? '');
  const result = state.status === 'done' ? state.result : 'previous' in state ? state.previous : undefined;
  return result === undefined || result.table.numRows === 0 ? undefined : result.table.row(0);
}

/** Kind, name and model of the selected span, its figures, and what its tokens are made of. */
export function SpanHead({ session, onStep }: { session: Session; onStep(by: 1 | -1): void }) {
  const row = useSpanRow(session);
  const text = (key: string) => (typeof row?.[key] === 'string' && row[key] !== '' ? row[key] : undefined);
  const kind = text('kind')?.toLowerCase() ?? 'chain';
  const token = { guardrail: 'guard', internal: 'chain', evaluator: 'guard' }[kind] ?? kind;
  const failed = text('status') === 'ERROR';
  const what = [text('kind')?.toLowerCase(), text('model')].filter((t) => t !== undefined).join(' · ');
  return (
    <header>
      <div className="in-h">
        <i className="kd" style={{ background: `var(--kind-${token}, var(--kind-chain))` }} />
        <h2 title={text('name')}>{text('name') ?? 'No span selected'}</h2>
        <span className="mdl">{what}</span>
        <span className="sp" />
        <button
          type="button"
          className="ib"
          aria-label="Previous span"
          title="Previous span (↑)"
          onClick={() => onStep(-1)}
        >
          <Icon name="up" />
        </button>
        <button
          type="button"
          className="ib"
          aria-label="Next span"
          title="Next span (↓)"
          onClick={() => onStep(1)}
        >
          <Icon name="up" className="up" />
        </button>
      </div>
      {failed && (
        <p className="in-e" role="note" data-testid="span-error">
          <Icon name="err" />
          <span>
            <b>{text('error_type') ?? 'error'}</b>
            {text('error_message')}
          </span>
        </p>
      )}
      {row !== undefined && <Figures row={row} />}
    </header>
  );
}

function Figures({ row }: { row: Row }) {
  const [input, output] = [toNumber(row.input_tokens), toNumber(row.output_tokens)];
  const speed = speedOf(row);
  const facts: { label: string; text: string; unit?: string }[] = [];
  const add = (label: string, column: string) => {
    if (row[column] === null || row[column] === undefined) return;
    const [, number = '', unit] = /^(.*?\d\S*)(?: (\S+))?$/.exec(single(column, row[column])) ?? [];
    facts.push({ label, text: number, ...(unit === undefined ? {} : { unit }) });
  };
  add('duration', 'duration_ms');
  add('first token', 'time_to_first_token_ms');
  if (speed !== undefined) facts.push({ label: 'speed', text: speed.toFixed(1), unit: 'tok/s' });
  if (input !== undefined || output !== undefined)
    facts.push({
      label: 'tokens, in → out',
      text: `${input?.toLocaleString('en-US') ?? '–'} → ${output?.toLocaleString('en-US') ?? '–'}`,
    });
  add('cost', 'cost_usd');
  const parts = tokenParts(row);
  const sum = parts.reduce((total, p) => total + p.tokens, 0);
  return (
    <>
      <dl className="in-f">
        {facts.map((fact) => (
          <div key={fact.label}>
            <dt>{fact.label}</dt>
            <dd>
              {fact.text}
              {fact.unit !== undefined && <small> {fact.unit}</small>}
            </dd>
          </div>
        ))}
      </dl>
      {sum > 0 && (
        <div className="in-u">
          <div className="ubar" aria-hidden="true">
            {parts.map((p) => (
              <i
                key={p.column}
                style={{ width: `${(p.tokens / sum) * 100}%`, background: STACK_COLORS[p.column] }}
              />
            ))}
          </div>
          <p className="key">
            {parts.map((p) => (
              <span key={p.column} title={`${p.tokens.toLocaleString('en-US')} tokens`}>
                <i style={{ background: STACK_COLORS[p.column] }} />
                {p.label} {p.tokens >= 1_000_000 ? count(p.tokens) : p.tokens.toLocaleString('en-US')}
              </span>
            ))}
          </p>
        </div>
      )}
    </>
  );
}
