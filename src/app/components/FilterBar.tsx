import { CopyButton } from '../../widgets/CopyButton.tsx';
import { Icon } from '../../widgets/Icon.tsx';
import { useApp, useAppState } from '../context.ts';
import { customRange } from '../filters.ts';
import { type Session, useViewContext } from '../session.ts';
import { whereText } from '../whereText.ts';
import { Brush } from './Brush.tsx';
import { MultiSelect } from './MultiSelect.tsx';
import { RangePicker } from './RangePicker.tsx';
import { TextFilter } from './TextFilter.tsx';
import { usePopover } from './usePopover.ts';

const some = (values: readonly string[]) => (values.length === 0 ? undefined : values);

/** What the cells of this notebook see of the data; kept in its front matter. */
export function FilterBar({ session }: { session: Session }) {
  const { filters, range, timeZone, setFilters } = useViewContext(session);
  const app = useApp();
  const extent = useAppState((s) => s.extent);
  const choices = useAppState((s) => s.choices);
  return (
    <div className="filter" role="toolbar" aria-label="Filters">
      <RangePicker
        key={`${range.from} ${range.to}`}
        range={filters.range}
        current={range}
        zone={timeZone}
        onChange={(next) => setFilters({ range: next })}
        onZone={app.setTimeZone}
      />
      {extent === undefined ? (
        <span className="sp" />
      ) : (
        <Brush
          extent={extent}
          range={filters.range === undefined ? extent : range}
          zone={timeZone}
          onChange={({ from, to }) =>
            setFilters({ range: from <= extent.from && to >= extent.to ? undefined : customRange(from, to) })
          }
        />
      )}
      <MultiSelect
        label="service"
        options={choices.services}
        value={filters.services ?? []}
        onChange={(values) => setFilters({ services: some(values) })}
      />
      <MultiSelect
        label="model"
        options={choices.models}
        value={filters.models ?? []}
        onChange={(values) => setFilters({ models: some(values) })}
      />
      <MultiSelect
        label="status"
        single
        options={[{ value: 'OK' }, { value: 'ERROR' }]}
        value={filters.status === undefined ? [] : [filters.status]}
        onChange={([status]) =>
          setFilters({ status: status === 'OK' || status === 'ERROR' ? status : undefined })
        }
      />
      <TextFilter value={filters.text ?? ''} onChange={(text) => setFilters({ text: text || undefined })} />
      <Where text={whereText(filters, range)} />
    </div>
  );
}

function Where({ text }: { text: string }) {
  const { host, open, setOpen } = usePopover<HTMLDivElement>();
  return (
    <div className="pop-host" ref={host}>
      <button
        type="button"
        className="btn ghost"
        aria-haspopup="dialog"
        aria-expanded={open}
        title="The filters as SQL"
        onClick={() => setOpen(!open)}
      >
        <Icon name="code" />
        WHERE
      </button>
      {open && (
        <div className="pop right where" role="dialog" aria-label="The filters as SQL">
          <pre data-testid="where">{text}</pre>
          <footer>
            <span className="hint">
              What makes <code>llm_calls</code> of <code>all_llm_calls</code>; times are UTC.
            </span>
            <span className="sp" />
            <CopyButton label="Copy SQL" text={text} />
          </footer>
        </div>
      )}
    </div>
  );
}
