/** What customers of the (fictitious) Nordwind Parcel ask, and what is answered. `{name}` is filled in for each session. */
export type ToolName =
  | 'lookup_order'
  | 'carrier_status'
  | 'create_return'
  | 'open_claim'
  | 'update_address'
  | 'get_invoice';

export interface Topic {
  readonly id: string;
  readonly weight: number;
  readonly ask: readonly string[];
  /** What is asked next, and the answer. */
  readonly follow: readonly (readonly [question: string, answer: string])[];
  /** Id, title and text of the policies that retrieval finds; the first is the one that answers. */
  readonly policies: readonly (readonly [id: string, title: string, text: string])[];
  readonly tools: readonly ToolName[];
  readonly answer: readonly string[];
}

export const TOPICS: readonly Topic[] = [
  {
    id: 'late_delivery',
    weight: 24,
    ask: [
      'Where is my parcel, order {order}? It was due on {day}.',
      'Order {order} still has not arrived. What is going on?',
      'The tracking {tracking} has not moved since {day}. Is it lost?',
      'My {item} should have been in {city} on {day}. Can you check?',
      'hi, parcel {tracking} late again?? need it before the weekend',
      'The app says "in transit" for {order} and has done so for {days} days.',
    ],
    follow: [
      [
        'And when will it arrive now?',
        'The carrier expects it in {city} within two working days after the next scan. I cannot promise a day that {carrier} has not confirmed.',
      ],
      [
        'Can I get the money back instead?',
        'Yes. Under P-14 you may choose the refund of {amount}; it reaches your account within five working days (P-21).',
      ],
      [
        'Why did nobody tell me?',
        'You should have had a message after 72 hours without a scan (P-03). I am sorry; I have switched on messages for {tracking}.',
      ],
      [
        'Could you send a replacement today?',
        'A replacement for {item} can leave today. If the first parcel turns up as well, the courier takes it back at no cost (P-14).',
      ],
      [
        'Please have it delivered to a pick-up point in {city} then.',
        'I have asked {carrier} for the pick-up point nearest to you in {city}. The search that P-03 speaks of goes on meanwhile.',
      ],
    ],
    policies: [
      [
        'P-14',
        'Late delivery',
        'A parcel is late from the second working day after the promised date. The sender may choose a replacement or a refund of up to the declared value; express surcharges are always refunded.',
      ],
      [
        'P-03',
        'Tracking',
        'A scan is expected at each hub. With no scan for 72 hours the carrier opens a search by itself; the customer need not do anything.',
      ],
      [
        'P-21',
        'Refunds',
        'Refunds go to the original means of payment within five working days. Vouchers are offered only if the customer asks for one.',
      ],
    ],
    tools: ['lookup_order', 'carrier_status'],
    answer: [
      'Your order {order} left our warehouse and was due on {day}. The last scan was in {hub}, so it is moving, but it is late under P-14. You may choose a replacement or a refund of {amount}.',
      'I can see {order}: the carrier {carrier} scanned it in {hub} and expects it in {city} within two working days. Under P-14 it counts as late, and the express surcharge is refunded.',
      'Tracking {tracking} shows no scan for {days} days, so a search has been opened (P-03). If it is not found, you get {amount} back or a replacement, as you like.',
    ],
  },
  {
    id: 'return',
    weight: 17,
    ask: [
      'How do I return {item} from order {order}?',
      'I want to send back {item}, it does not fit. What does that cost?',
      'Is the 30-day window for {order} over already?',
      'The return label you sent for {order} cannot be scanned at the shop.',
      'Can I hand the return to the courier, or must I go to a shop in {city}?',
    ],
    follow: [
      ['Does the box have to be the original one?', 'No. Any box that protects the goods will do (P-07).'],
      [
        'When do I get the {amount} back?',
        'Within five working days after the return has arrived, to the means of payment that you used (P-21).',
      ],
      [
        'Please send me the label again.',
        'Done, the label for {order} is in your mail. If the code cannot be scanned, the shop types its 13 characters (P-31).',
      ],
      ['What if I lost the receipt?', 'You do not need it: the order number {order} is enough (P-07).'],
    ],
    policies: [
      [
        'P-07',
        'Returns',
        'Goods may be returned within 30 days of delivery. The label is free for the first return of an order; any box that protects the goods will do.',
      ],
      [
        'P-21',
        'Refunds',
        'Refunds go to the original means of payment within five working days. Vouchers are offered only if the customer asks for one.',
      ],
      [
        'P-31',
        'Labels',
        'A label that cannot be scanned is replaced at once; the shop may also type the 13 characters below the code.',
      ],
    ],
    tools: ['lookup_order', 'create_return'],
    answer: [
      'I have created a return for {item}: the label is in your mail, and it is free (P-07). Hand it in at any shop in {city}; {amount} is refunded within five working days after it arrives.',
      'Your order {order} is inside the 30 days of P-07, so the return costs nothing. Any sturdy box is fine, and the shop can type the code by hand if the scanner fails (P-31).',
    ],
  },
  {
    id: 'damaged',
    weight: 11,
    ask: [
      'The parcel {tracking} came open and {item} is broken.',
      '{item} from {order} arrived with a crack. What do you need from me?',
      'My box was soaked with water when the courier in {city} left it.',
      'Half of order {order} is missing, the tape was cut.',
    ],
    follow: [
      [
        'Here is the photo: IMG_{photo}.jpg',
        'Thank you, IMG_{photo}.jpg is with claim {claim}. One of the box is still missing (P-18).',
      ],
      [
        'How long does the inspection take?',
        'The decision takes three working days; an inspector may call within 14 days (P-19).',
      ],
      [
        'Can I keep the broken one?',
        'Until the claim {claim} is decided please keep it, box included. Afterwards it is yours (P-19).',
      ],
      [
        'I threw the box away, is that a problem?',
        'Up to 150 EUR it is not; above that the claim may be reduced, since the box cannot be inspected (P-18, P-19).',
      ],
    ],
    policies: [
      [
        'P-18',
        'Damage',
        'Damage is reported within seven days with a photograph of the goods and of the box. Claims up to 150 EUR are settled without an inspection.',
      ],
      [
        'P-19',
        'Inspection',
        'For claims above 150 EUR the goods and the box are kept for 14 days; an inspector may call. The decision takes three working days.',
      ],
    ],
    tools: ['lookup_order', 'open_claim'],
    answer: [
      'I am sorry about {item}. I have opened the claim {claim}; please send one photograph of the goods and one of the box (P-18). For {amount} no inspection is needed.',
      'Claim {claim} is open for {order}. Since {amount} may need an inspection, please keep the goods and the box for 14 days (P-19). You will hear within three working days.',
    ],
  },
  {
    id: 'address_change',
    weight: 9,
    ask: [
      'I moved. Can {order} go to my new address in {city}?',
      'Wrong house number on order {order}, please change it.',
      'Can I have {tracking} left with a neighbour?',
      'Is it too late to send {order} to my office in {city}?',
    ],
    follow: [
      ['The new number is {house}.', 'Thank you, {order} now goes to number {house} (P-09).'],
      ['Does the change delay it?', 'By one day at most (P-09).'],
      ['Will the courier ring?', 'Yes, and leaves a card if a neighbour takes the parcel (P-10).'],
    ],
    policies: [
      [
        'P-09',
        'Changing the address',
        'Until the parcel is loaded for the last mile the address can be changed within the same country, free of charge. It takes up to one more day.',
      ],
      [
        'P-10',
        'Leaving with a neighbour',
        'A neighbour within 50 metres may be named in the app until 6:00 on the day of delivery. The courier leaves a card.',
      ],
    ],
    tools: ['lookup_order', 'update_address'],
    answer: [
      'Done: {order} now goes to house number {house} in {city}. It was not yet loaded, so the change is free and costs at most one day (P-09).',
      'The parcel is already loaded in {hub}, so the address cannot be changed any more (P-09). You can still name a neighbour in the app until 6:00 (P-10).',
    ],
  },
  {
    id: 'invoice',
    weight: 9,
    ask: [
      'I need the invoice for {order} with our VAT number.',
      'Why was I charged {amount} twice for {order}?',
      'Where do I find the receipts of last month?',
      'The invoice of {order} names the wrong company.',
    ],
    follow: [
      [
        'Please send it to accounting as well.',
        'Sent. Further addresses can be kept in the account under Documents (P-25).',
      ],
      [
        'Can you correct the one of last month too?',
        'For last month a corrected invoice is issued, since the VAT number came later (P-25). It takes two days.',
      ],
      [
        'When is the second charge returned?',
        'It is a reservation of {amount} and lapses within three working days (P-26).',
      ],
    ],
    policies: [
      [
        'P-25',
        'Invoices',
        'Invoices are in the account under Documents for ten years. A VAT number may be added until the end of the month; later a corrected invoice is issued.',
      ],
      [
        'P-26',
        'Double charges',
        'A second charge of the same amount within ten minutes is a reservation and lapses by itself within three working days.',
      ],
    ],
    tools: ['get_invoice'],
    answer: [
      'The invoice for {order} is in your account under Documents, and I have sent it again. A VAT number can be added until the end of the month (P-25).',
      'The second {amount} is a reservation, not a charge; it lapses by itself within three working days (P-26).',
    ],
  },
  {
    id: 'customs',
    weight: 8,
    ask: [
      'Customs wants a document for {tracking}, which one?',
      'Do I have to pay duty for {item} worth {amount} to Norway?',
      'What do I write on the CN23 for {item}?',
      'My parcel {tracking} has been in customs in {hub} for {days} days.',
    ],
    follow: [
      ['Who pays the handling fee?', 'The recipient pays 6.90 EUR, unless you booked "duties paid" (P-41).'],
      [
        'Is a copy of the order enough?',
        'No, customs wants a commercial invoice with value and weight of each piece (P-40).',
      ],
      [
        'Which tariff number is that?',
        'I cannot name a tariff number for {item}: it is not in my sources. The customs office in {hub} can.',
      ],
    ],
    policies: [
      [
        'P-40',
        'Customs documents',
        'Outside the EU a CN23 and a commercial invoice are needed from 22 EUR on. The contents are described in English, piece by piece, with value and weight.',
      ],
      [
        'P-41',
        'Duties and fees',
        'Duty and import VAT are paid by the recipient unless the sender booked "duties paid". The handling fee is 6.90 EUR.',
      ],
    ],
    tools: ['carrier_status'],
    answer: [
      'Customs in {hub} waits for a commercial invoice for {tracking}. Please upload it under the tracking page; a copy of the order is not enough (P-40).',
      'For {amount} import VAT is due, and the recipient pays it with a handling fee of 6.90 EUR, unless you book "duties paid" (P-41).',
    ],
  },
  {
    id: 'pickup',
    weight: 7,
    ask: [
      'Can somebody pick up {parcels} parcels in {city} tomorrow?',
      'The courier did not come for the pick-up on {day}.',
      'How late can I book a pick-up for the same day?',
      'Which shop in {city} is open on Sundays?',
    ],
    follow: [
      [
        'Between 14 and 16 would be best.',
        'I have noted 14 to 16 as your wish; the courier confirms it in the morning (P-12).',
      ],
      ['They weigh about {weight} kg each.', 'That is below the limit of 31.5 kg a parcel (P-12).'],
      ['Do I need to print anything?', 'No, the courier brings the labels (P-12).'],
    ],
    policies: [
      [
        'P-12',
        'Pick-up',
        'A pick-up on the same day can be booked until 11:00, for up to 20 parcels of 31.5 kg each. A missed pick-up is repeated free of charge.',
      ],
      [
        'P-13',
        'Shops',
        'Opening hours are those of the shop. About one in eight is open on Sundays; the map shows which.',
      ],
    ],
    tools: [],
    answer: [
      'Yes: {parcels} parcels of {weight} kg are fine. Book until 11:00 for the same day (P-12); the courier brings the labels.',
      'I am sorry that nobody came on {day}. The pick-up is repeated tomorrow, free of charge (P-12).',
    ],
  },
  {
    id: 'rates',
    weight: 8,
    ask: [
      'What does {weight} kg from {city} to Lyon cost?',
      'Is there a discount from {parcels} parcels a month on?',
      'Express or standard for {item}, which one is cheaper to Vienna?',
      'Does the price depend on the size as well?',
    ],
    follow: [
      [
        'And with insurance?',
        'Up to 150 EUR it is included; my sources name no price for more. Shall I ask a colleague?',
      ],
      [
        'Until when is that price valid?',
        'My sources do not say. The price on the day of booking counts (P-01).',
      ],
      ['How long does standard take?', 'Two to three working days within the EU (P-01).'],
    ],
    policies: [
      [
        'P-01',
        'Rates',
        'The price depends on the larger of weight and volume (length x width x height in cm / 5000). Standard takes two to three working days within the EU, express one.',
      ],
      [
        'P-02',
        'Business rates',
        'From 50 parcels a month on a business account has 12 % off, from 500 on 21 %.',
      ],
    ],
    tools: [],
    answer: [
      'For {weight} kg standard costs {amount} and takes two to three working days; express is one day. What counts is the larger of weight and volume (P-01).',
      'With {parcels} parcels a month you are below the first step of 50, from which on business accounts have 12 % off (P-02).',
    ],
  },
  {
    id: 'account',
    weight: 7,
    ask: [
      'I cannot log in, the code never arrives.',
      'Please delete my account and all data.',
      'How do I add a colleague to our business account?',
      'I changed my e-mail address and now the parcels are gone.',
    ],
    follow: [
      [
        'It is the same number as before.',
        'Then the code should arrive; I have sent one by e-mail as well (P-50).',
      ],
      ['How long does that take?', '30 days at most (P-51).'],
      [
        'Which role lets them print labels only?',
        'My sources do not describe the roles. Shall I pass that on to a colleague?',
      ],
    ],
    policies: [
      [
        'P-50',
        'Log-in',
        'Codes are valid for ten minutes and can be sent by e-mail instead. After five wrong codes the account rests for an hour.',
      ],
      [
        'P-51',
        'Privacy',
        'An account is deleted within 30 days of the request; invoices are kept for ten years as the law demands.',
      ],
    ],
    tools: [],
    answer: [
      'I have sent a code by e-mail instead; it is valid for ten minutes (P-50). If five codes were wrong, the account rests for an hour.',
      'Your request is noted. The account is deleted within 30 days; invoices are kept for ten years, as the law demands (P-51).',
    ],
  },
];

export const CITIES = [
  'Hamburg',
  'Leipzig',
  'Utrecht',
  'Aarhus',
  'Graz',
  'Ghent',
  'Poznan',
  'Bologna',
  'Turku',
  'Nantes',
  'Zaragoza',
  'Brno',
];
export const HUBS = ['Hannover', 'Liege', 'Katowice', 'Bremen', 'Eindhoven', 'Linz'];
export const CARRIERS = ['NWP Last Mile', 'Blue Van', 'Kestrel Courier'];
export const ITEMS = [
  'the desk lamp',
  'the running shoes',
  'the espresso grinder',
  'the bookshelf',
  'the winter jacket',
  'the headphones',
  'the tea set',
  'the bicycle helmet',
  'the monitor arm',
  'the board game',
];
export const DAYS = ['Friday', 'Monday', 'the 16th', 'the 18th', 'Thursday', 'Tuesday', 'the 12th'];
export const OPENERS = [
  '',
  '',
  'Thank you for waiting. ',
  'Of course. ',
  'I have checked it. ',

  'I see. ',
];
export const CLOSERS = ['', '', ' Is there anything else?', ' You can follow it on the tracking page.'];
