export interface Document {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** What the chatbot knows: policies of a fictitious parcel service. */
export const DOCUMENTS: readonly Document[] = [
  {
    id: 'P-01',
    title: 'Rates',
    text: 'The price depends on the larger of weight and volume. Standard delivery takes two to three working days within the EU. Express delivery takes one working day and costs 9.90 EUR more.',
  },
  {
    id: 'P-03',
    title: 'Tracking',
    text: 'A scan is expected at each hub. With no scan for 72 hours the carrier opens a search by itself. The customer need not do anything.',
  },
  {
    id: 'P-07',
    title: 'Returns',
    text: 'Goods may be returned within 30 days of delivery. The return label is free for the first return of an order. Any box that protects the goods will do.',
  },
  {
    id: 'P-09',
    title: 'Changing the address',
    text: 'The address can be changed free of charge until the parcel is loaded for the last mile. The change is possible within the same country only. It takes up to one more day.',
  },
  {
    id: 'P-12',
    title: 'Pick-up',
    text: 'A pick-up on the same day can be booked until 11:00. It may hold up to 20 parcels of 31.5 kg each. A missed pick-up is repeated free of charge.',
  },
  {
    id: 'P-14',
    title: 'Late delivery',
    text: 'A parcel is late from the second working day after the promised date. The sender may choose a replacement or a refund of up to the declared value. Express surcharges of late parcels are always refunded.',
  },
  {
    id: 'P-18',
    title: 'Damage',
    text: 'Damage is reported within seven days with a photograph of the goods and of the box. Claims up to 150 EUR are settled without an inspection.',
  },
  {
    id: 'P-40',
    title: 'Customs',
    text: 'Outside the EU a CN23 form and a commercial invoice are needed from 22 EUR on. The contents are described in English, piece by piece, with value and weight.',
  },
];
