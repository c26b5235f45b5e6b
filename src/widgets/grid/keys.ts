export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads from `at`; row −1 is above the first. `undefined`: not a key that moves. May lie outside. */
export function placeAfter(
  key: string,
  mod: boolean,
  at: Place,
  page: number,
  size: { readonly rows: number; readonly columns: number },
): Place | undefined {
  const row = Math.max(0, at.row);
  if (mod && key !== 'Home' && key !== 'End') return undefined;
  switch (key) {
    case 'ArrowDown':
      return { row: at.row + 1, column: at.column };
    case 'ArrowUp':
      return { row: at.row - 1, column: at.column };
    case 'ArrowRight':
      return { row, column: at.column + 1 };
    case 'ArrowLeft':
      return { row, column: at.column - 1 };
    case 'PageDown':
      return { row: at.row + page, column: at.column };
    case 'PageUp':
      return { row: at.row - page, column: at.column };
    case 'Home':
      return mod ? { row: 0, column: at.column } : { row, column: 0 };
    case 'End':
      return mod ? { row: size.rows - 1, column: at.column } : { row, column: size.columns - 1 };
    default:
      return undefined;
  }
}
