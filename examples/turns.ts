import type { Fault } from './server.ts';

export interface Turn {
  readonly user: string;
  readonly session: string;
  readonly question: string;
  readonly stream?: boolean;
  /** The widget on the order page waits no longer than this, and does not retry. */
  readonly patienceMs?: number;
}

/** What is asked, in this order. */
export const TURNS: readonly Turn[] = [
  {
    user: 'u_1001',
    session: 's_web_1',
    question: 'How long does standard delivery take within the EU?',
    stream: true,
  },
  { user: 'u_1001', session: 's_web_1', question: 'And what does express cost more?', stream: true },
  { user: 'u_1002', session: 's_app_1', question: 'My parcel is late. Can I have a refund?', stream: true },
  { user: 'u_1003', session: 's_mail_1', question: 'Within how many days may goods be returned?' },
  { user: 'u_1003', session: 's_mail_1', question: 'Is the return label free?' },
  {
    user: 'u_1002',
    session: 's_app_1',
    question: 'What about the express surcharge of a late parcel?',
    stream: true,
  },
  {
    user: 'u_1004',
    session: 's_widget_1',
    question: 'Until when can a pick-up be booked?',
    patienceMs: 1500,
  },
  {
    user: 'u_1004',
    session: 's_widget_2',
    question: 'Until when can a pick-up be booked on the same day?',
    stream: true,
  },
  {
    user: 'u_1005',
    session: 's_web_2',
    question: 'My goods arrived damaged, what do you need?',
    stream: true,
  },
  { user: 'u_1005', session: 's_web_2', question: 'Are claims settled without an inspection?', stream: true },
  { user: 'u_1006', session: 's_widget_3', question: 'Can the address still be changed?', patienceMs: 1500 },
  { user: 'u_1007', session: 's_mail_2', question: 'Which customs form is needed outside the EU?' },
  { user: 'u_1007', session: 's_mail_2', question: 'Do you sell train tickets?' },
  {
    user: 'u_1001',
    session: 's_web_3',
    question: 'With no scan for 72 hours, who opens a search?',
    stream: true,
  },
];

/** By chat request. The 7th and the 11th come from the impatient widget: they fail; the others succeed on a retry. */
export const FAULTS: ReadonlyMap<number, Fault> = new Map([
  [3, 'rate_limit'],
  [7, 'stall'],
  [9, 'rate_limit'],
  [11, 'rate_limit'],
  [12, 'rate_limit'],
]);
