/** A list of numbers as bars in a table cell; zeros are a line. */
export function MiniHistogram({
  values,
  color,
}: {
  readonly values: readonly number[];
  readonly color?: string;
}) {
  const most = Math.max(...values, 0);
  const step = Math.max(2, Math.min(6, Math.floor(120 / Math.max(1, values.length))));
  return (
    <svg className="minih" width={values.length * step} height="16" role="img" aria-label={values.join(', ')}>
      {values.map((value, i) => {
        const height = value > 0 ? Math.max(2, Math.round((value / most) * 16)) : 1;
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
            key={i}
            x={i * step}
            y={16 - height}
            width={step - 1}
            height={height}
            fill={value > 0 ? (color ?? 'var(--volume)') : 'var(--line-strong)'}
          />
        );
      })}
    </svg>
  );
}
