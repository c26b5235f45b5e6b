/** JSON of other tools, by name: so that a refusal can say what a file is. */
import { isObject } from '../rawSpan.ts';

/** What the value looks like, in words; undefined if it looks like nothing known. */
export function foreignName(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  if ('resourceMetrics' in value || 'scopeMetrics' in value) return 'OTLP metrics';
  if (Array.isArray(value.data) && isObject(value.data[0]) && 'traceID' in value.data[0])
    return 'a Jaeger trace';
  if ('traceID' in value && 'spans' in value) return 'a Jaeger trace';
  if ('traceId' in value && 'id' in value && ('localEndpoint' in value || 'timestamp' in value))
    return 'a Zipkin trace';
  if ('observations' in value && ('trace' in value || 'id' in value)) return 'a Langfuse export';
  if ('dotted_order' in value || ('post' in value && 'patch' in value)) return 'LangSmith runs';
  if ('context.trace_id' in value || ('context.span_id' in value && 'span_kind' in value))
    return 'a Phoenix export';
  return undefined;
}
