import type { ResultTable } from '../../engine/engine.ts';
import type { SqlCell } from '../../notebook/types.ts';
import { Segmented } from '../../widgets/Segmented.tsx';
import { VIEWS } from '../registry.ts';
import type { Session } from '../session.ts';
import { PICKED_VIEWS } from '../views.ts';
import { setOptions } from './Picks.tsx';

/** How an ad-hoc result is drawn: what can draw it. Nothing where only the grid can, or another view is named. */
export function ViewPicker(props: { session: Session; cell: SqlCell; table: ResultTable; view: string }) {
  const { session, cell, table, view } = props;
  const fits = (name: string) => VIEWS.find((v) => v.name === name)?.accepts(table, cell.options) === true;
  const segments = PICKED_VIEWS.filter((v) => v.value === 'grid' || fits(v.value));
  if (segments.length < 2 || table.numRows === 0 || !PICKED_VIEWS.some((v) => v.value === view)) return null;
  return (
    <Segmented
      label="Show the result as"
      segments={segments}
      value={view}
      onChange={(next) => setOptions(session, cell, { view: next === 'grid' ? undefined : next })}
    />
  );
}
