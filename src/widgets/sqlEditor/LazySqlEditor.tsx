import { lazy, Suspense } from 'react';
import type { SqlEditorProps } from './SqlEditor.tsx';
import './sqlEditor.css';

/** The editor is the largest part of the page's code, and the first paint needs none of it. */
const load = () => import('./SqlEditor.tsx');
export const preloadSqlEditor = (): void => void load().catch(() => undefined);

const Editor = lazy(async () => ({ default: (await load()).SqlEditor }));

/** The text as it will stand there, until the editor is. */
export function LazySqlEditor(props: SqlEditorProps) {
  return (
    <Suspense fallback={<pre className="sql-plain">{props.value || ' '}</pre>}>
      <Editor {...props} />
    </Suspense>
  );
}
