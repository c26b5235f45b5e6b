import type { AttributeValue } from '@spanbook/sdk/schema';
import type { Message } from './llm.ts';
import { type Scene, SimFailure } from './scene.ts';
import type { Facts } from './supportFacts.ts';
import type { ToolName } from './supportTexts.ts';

interface Backend {
  /** Method and route of the HTTP request that the tool makes. */
  readonly route: string;
  readonly medianMs: number;
  readonly timeoutRate: number;
  result(facts: Facts, scene: Scene): AttributeValue;
}
const TIMEOUT_MS = 950;

const BACKENDS: Record<ToolName, Backend> = {
  lookup_order: {
    route: 'GET /orders/:id',
    medianMs: 210,
    timeoutRate: 0.004,
    result: (f, { random }) => ({
      order_id: f.order,
      status: random.pick(['shipped', 'shipped', 'shipped', 'packed']),
      carrier: f.carrier,
      tracking: f.tracking,
      due: f.day,
      total: f.amount,
    }),
  },
  carrier_status: {
    route: 'GET /track/:id',
    medianMs: 430,
    timeoutRate: 0.05,
    result: (f) => ({ tracking: f.tracking, last_scan: f.hub, days_since_scan: Number(f.days), to: f.city }),
  },
  create_return: {
    route: 'POST /returns',
    medianMs: 290,
    timeoutRate: 0.004,
    result: (f, { random }) => ({
      return_id: `R-${random.int(10000, 99999)}`,
      order_id: f.order,
      label: 'sent',
    }),
  },
  open_claim: {
    route: 'POST /claims',
    medianMs: 340,
    timeoutRate: 0.006,
    result: (f) => ({ claim_id: f.claim, order_id: f.order, needs: ['photo of goods', 'photo of box'] }),
  },
  update_address: {
    route: 'PATCH /orders/:id',
    medianMs: 260,
    timeoutRate: 0.004,
    result: (f, { random }) => ({ order_id: f.order, accepted: random.chance(0.7), city: f.city }),
  },
  get_invoice: {
    route: 'GET /invoices/:id',
    medianMs: 180,
    timeoutRate: 0.004,
    result: (f) => ({ order_id: f.order, total: f.amount, charges: 1, reservations: 1 }),
  },
};

/** Runs a tool; when its backend does not answer, the model is told so and the conversation goes on. */
export function callTool(
  scene: Scene,
  name: ToolName,
  id: string,
  args: Record<string, AttributeValue>,
  facts: Facts,
): Message {
  const backend = BACKENDS[name];
  const respond = (response: AttributeValue): Message => ({
    role: 'tool',
    parts: [{ type: 'tool_call_response', id, response }],
  });
  try {
    return scene.span(
      `execute_tool ${name}`,
      'TOOL',
      {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': name,
        'gen_ai.tool.call.id': id,
        'gen_ai.tool.call.arguments': JSON.stringify(args),
      },
      (span) => {
        request(scene, backend);
        const result = backend.result(facts, scene);
        span.attributes['gen_ai.tool.call.result'] = JSON.stringify(result);
        return respond(result);
      },
    );
  } catch (cause) {
    if (!(cause instanceof SimFailure)) throw cause;
    scene.log('WARN', `${name} failed, answering without it`, { 'error.type': cause.error.type });
    return respond({ error: cause.error.message });
  }
}

function request(scene: Scene, backend: Backend): void {
  const [method = 'GET', route = ''] = backend.route.split(' ');
  scene.span(
    backend.route,
    'INTERNAL',
    { 'http.request.method': method, 'http.route': route, 'server.address': 'backend.example' },
    (span) => {
      if (scene.random.chance(backend.timeoutRate)) {
        scene.pass(TIMEOUT_MS, 0.01);
        throw new SimFailure({ type: 'TimeoutError', message: `no reply in ${TIMEOUT_MS} ms` });
      }
      scene.pass(backend.medianMs, 0.4);
      span.attributes['http.response.status_code'] = method === 'POST' ? 201 : 200;
    },
  );
}
