import { chat, text } from './llm.ts';
import { MODELS, type Model } from './models.ts';
import { type Random, seeded } from './random.ts';
import { runTrace, Scene, SimFailure, type SimService, type SimSpan, type SimTrace } from './scene.ts';
import { DAY, HOUR, MINUTE, WEEK_END, WEEK_START } from './week.ts';

const VERSION = '1.4.2';
const KINDS = [
  { name: 'invoice', weight: 5, fields: ['number', 'date', 'supplier', 'net', 'vat'], pages: 2 },
  { name: 'delivery_note', weight: 4, fields: ['number', 'date', 'recipient', 'pieces'], pages: 1 },
  { name: 'customs_form', weight: 2, fields: ['number', 'contents', 'value', 'weight', 'country'], pages: 2 },
  { name: 'claim_letter', weight: 1, fields: ['order', 'reason', 'amount'], pages: 3 },
];
const COMPANIES = [
  'Falk Paper',
  'Ostsee Optics',
  'Mirabel Foods',
  'Tern Tools',
  'Juniper Textiles',
  'Kobalt Parts',
];
const CONTENTS = [
  'printed books',
  'spare parts',
  'cotton shirts',
  'coffee, roasted',
  'ceramic tiles',
  'toys of wood',
];

/** A large batch each night and small ones in office hours. Each document is a trace, linked to its batch's. */
export function docExtract(): SimService {
  const random = seeded(20261119);
  const traces: SimTrace[] = [];
  for (let day = WEEK_START; day < WEEK_END; day += DAY) {
    const weekend = [0, 6].includes(new Date(day).getUTCDay());
    runBatch(random, day + HOUR + random.int(20, 40) * MINUTE, weekend ? 60 : 130, traces);
    if (weekend) continue;
    for (let hour = 7; hour < 18; hour++)
      runBatch(random, day + hour * HOUR + random.int(2, 50) * MINUTE, random.int(6, 15), traces);
  }
  return { name: 'doc-extract', traces, logs: [] };
}

const PARALLEL = 4;

function runBatch(random: Random, time: number, size: number, traces: SimTrace[]): void {
  const scene = new Scene(random, time);
  const id = `batch_${new Date(time).toISOString().slice(0, 13).replace(/[-T]/g, '')}`;
  traces.push(
    runTrace(VERSION, (found) =>
      scene.span('extract_batch', 'CHAIN', { 'batch.id': id, 'batch.size': size }, (batch) => {
        found(batch);
        scene.pass(60);
        let failed = 0;
        const lanes = Array.from({ length: PARALLEL }, () => scene.now);
        for (let n = 0; n < size; n++) {
          const lane = lanes.indexOf(Math.min(...lanes));
          const document = new Scene(random, (lanes[lane] ?? scene.now) + 2);
          const trace = extract(document, id, n, batch);
          if (trace.root.error !== null) failed++;
          lanes[lane] = document.now;
          traces.push(trace);
        }
        scene.now = Math.max(...lanes);
        scene.pass(20);
        scene.event('batch_done', { documents: size, failed });
        scene.log(failed > 0 ? 'WARN' : 'INFO', `batch done: ${size - failed} of ${size} documents`, {
          batch: id,
          failed,
        });
      }),
    ),
  );
}

function extract(scene: Scene, batch: string, n: number, batchSpan: SimSpan): SimTrace {
  const { random } = scene;
  const kind = random.weighted(KINDS);
  const pages = random.int(1, kind.pages);
  return runTrace(VERSION, (found) =>
    scene.span(
      'extract_document',
      'CHAIN',
      {
        'batch.id': batch,
        'document.id': `${batch}_${String(n).padStart(3, '0')}`,
        'document.type': kind.name,
        'metadata.tenant': random.pick(['north', 'south', 'partner']),
      },
      (root) => {
        found(root);
        root.link = batchSpan;
        const document = documentText(random, kind.name);
        scene.span('load_document', 'INTERNAL', { 'document.pages': pages }, () =>
          scene.pass(70 * pages, 0.4),
        );
        // Long documents exceed what the small model reads well.
        const model = pages > 2 ? MODELS.flash : MODELS.selfHosted;
        ask(scene, model, kind.fields, document, pages);
        if (!validate(scene, model === MODELS.selfHosted ? 0.9 : 0.97)) {
          ask(scene, MODELS.mistral, kind.fields, document, pages);
          if (!validate(scene, 0.94)) {
            scene.log('ERROR', 'fields still incomplete, document goes to the manual queue', {
              type: kind.name,
            });
            throw new SimFailure({ type: 'ValidationError', message: 'required field missing after repair' });
          }
        }
      },
    ),
  );
}

function ask(scene: Scene, model: Model, fields: readonly string[], document: string, pages: number): void {
  const values = Object.fromEntries(fields.map((field) => [field, value(scene.random, field)]));
  chat(scene, {
    model,
    messages: [
      text('system', `Extract as JSON: ${fields.join(', ')}. Use null for what is missing.`),
      text(
        'user',
        `${document}\n[scan text of ${pages} page${pages > 1 ? 's' : ''} left out of this sample]`,
      ),
    ],
    output: text('assistant', JSON.stringify(values)),
    temperature: 0,
    hiddenTokens: pages * scene.random.int(520, 1150),
    attempts: 2,
  });
}

function validate(scene: Scene, passRate: number): boolean {
  return scene.span('validate_fields', 'EVALUATOR', {}, (span) => {
    scene.pass(5);
    const passed = scene.random.chance(passRate);
    span.attributes['validation.passed'] = passed;
    if (!passed) scene.event('field_missing', { field: 'date' });
    return passed;
  });
}

function documentText(random: Random, kind: string): string {
  return `${kind.toUpperCase().replace('_', ' ')} ${random.int(20000, 99999)} · ${random.pick(COMPANIES)} · ${random.int(1, 28)}.11.2026 · ${random.pick(CONTENTS)}, ${random.int(1, 60)} pieces, ${random.int(8, 1900)}.00 EUR`;
}

function value(random: Random, field: string): string | number | null {
  if (random.chance(0.03)) return null;
  switch (field) {
    case 'number':
    case 'order':
      return String(random.int(20000, 99999));
    case 'date':
      return `2026-11-${String(random.int(1, 23)).padStart(2, '0')}`;
    case 'supplier':
    case 'recipient':
      return random.pick(COMPANIES);
    case 'contents':
      return random.pick(CONTENTS);
    case 'country':
      return random.pick(['NO', 'CH', 'GB', 'US']);
    case 'reason':
      return random.pick(['damaged', 'late', 'lost']);
    default:
      return random.int(1, 1900);
  }
}
