import './controls.css';

/** Line icons on a 16-px grid: one path each, stroked in the text's colour. */
const PATHS = {
  file: 'M4 1.8h5l3.2 3.2v9.2H4z M9 1.8V5h3.2',
  folder: 'M1.8 4v8.8h12.4V5.2H7.6L6.2 3.4H1.8z',
  live: 'M1.8 4v8.8h12.4V5.2H7.6L6.2 3.4H1.8z M8 11.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  table: 'M2 3h12v10H2z M2 6.4h12 M6.4 6.4V13',
  book: 'M3.2 2h9.6v12H3.2z M6 2v12 M8.4 5.2h2.4',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10z M10.7 10.7 14 14',
  play: 'M4.5 2.8 13 8l-8.5 5.2z',
  stop: 'M4 4h8v8H4z',
  right: 'M6 3.5 10.5 8 6 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  plus: 'M8 3v10 M3 8h10',
  dots: 'M3.5 8h.01 M8 8h.01 M12.5 8h.01',
  code: 'M5 4 1.5 8 5 12 M11 4l3.5 4L11 12 M9.2 2.8 6.8 13.2',
  filter: 'M2 3.5h12 M4.5 8h7 M7 12.5h2',
  clock: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4z M8 4.6V8l2.4 1.6',
  lock: 'M3.5 7.2h9v6.6h-9z M5.4 7.2V5a2.6 2.6 0 0 1 5.2 0v2.2',
  theme: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4z M8 1.8v12.4 M8 5h5 M8 8h6 M8 11h5',
  share: 'M8 10V2.2 M5 5l3-2.9L11 5 M2.8 9v4.8h10.4V9',
  download: 'M8 2.2V10 M5 7.2l3 2.9 3-2.9 M2.8 10.5v3.3h10.4v-3.3',
  help: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4z M6.2 6.3a1.9 1.9 0 1 1 2.7 1.7c-.6.3-.9.6-.9 1.3 M8 11.4v.1',
  sort: 'M8 3v10 M4.5 9.5 8 13l3.5-3.5',
  copy: 'M5.5 5.5h8v8h-8z M3.5 10.5h-1v-8h8v1',
  x: 'M4 4l8 8 M12 4l-8 8',
  warn: 'M8 2.2 14.5 13.5h-13z M8 6.5v3.2 M8 11.6v.1',
  err: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4z M8 4.8v4 M8 11v.1',
  check: 'M3 8.5 6.5 12 13 4.5',
  grip: 'M6 4h.01 M6 8h.01 M6 12h.01 M10 4h.01 M10 8h.01 M10 12h.01',
  bars: 'M2 13.5h12 M4 11V7 M8 11V3 M12 11V5.5',
  line: 'M2 13.5h12 M2.5 10 6 6.5l3 2.5 4.5-5.5',
  undo: 'M5 3 2 6l3 3 M2 6h7.5a3.5 3.5 0 0 1 0 7H6',
  chain: 'M3 4h10 M3 8h7 M3 12h4',
  input: 'M2 5h12v6H2z M5 7v2',
  md: 'M1.5 4h13v8h-13z M4 10V6l2 2.2L8 6v4 M11.5 6v4 M10 8.6l1.5 1.5L13 8.6',
  fit: 'M2.5 6V2.5H6 M10 2.5h3.5V6 M13.5 10v3.5H10 M6 13.5H2.5V10',
  pin: 'M8 2v12',
  arrow: 'M3 8h10 M9.5 4.5 13 8l-3.5 3.5',
  up: 'M8 13V3 M4.5 6.5 8 3l3.5 3.5',
  bell: 'M4 11V7a4 4 0 0 1 8 0v4l1.2 1.2H2.8z M6.8 14h2.4',
  spark: 'M8 2v12 M2 8h12 M4 4l8 8 M12 4l-8 8',
  left: 'M10 3.5 5.5 8 10 12.5',
  message: 'M2 3h12v8H7l-3 2.6V11H2z',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M8 1.5v1.2 M8 13.3v1.2 M1.5 8h1.2 M13.3 8h1.2 M3.4 3.4l.9.9 M11.7 11.7l.9.9 M12.6 3.4l-.9.9 M4.3 11.7l-.9.9',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6z',
} as const;

export type IconName = keyof typeof PATHS;
export const ICON_NAMES = Object.keys(PATHS) as readonly IconName[];

/** Dots are drawn as round line caps. */
const FAT: readonly IconName[] = ['dots', 'grip'];

interface IconProps {
  readonly name: IconName;
  /** `sm` 11 px, `xs` 9 px in a line of text, `flip` mirrored; sizes come from the style sheet else (14 px). */
  readonly className?: string;
  /** Said by screen readers; without it the icon is decoration. */
  readonly title?: string;
}

export function Icon({ name, className = '', title }: IconProps) {
  return (
    <svg
      className={`i ${className}`}
      viewBox="0 0 16 16"
      role={title === undefined ? undefined : 'img'}
      aria-label={title}
      aria-hidden={title === undefined ? true : undefined}
    >
      {title === undefined ? null : <title>{title}</title>}
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth={FAT.includes(name) ? 2.2 : 1.4}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
