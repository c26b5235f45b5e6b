import './controls.css';

/** What tells files of one kind apart stands at the end: `support-chatb…t.logs.parquet`. */
const TAIL = 14;

/** A name that is cut in its middle where there is no room; the whole of it on hover. */
export function FileName({ name }: { readonly name: string }) {
  const at = Math.max(0, name.length - TAIL);
  return (
    <span className="fname" title={name}>
      <span>{name.slice(0, at)}</span>
      <span>{name.slice(at)}</span>
    </span>
  );
}
