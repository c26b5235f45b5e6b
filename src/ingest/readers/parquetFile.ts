/** Which Parquet files are ours, and what they hold. */
import { SCHEMA_VERSION } from '@spanbook/sdk/schema';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync } from 'hyparquet';
import { UnreadableFileError } from '../detect.ts';

const VERSION_KEY = 'spanbook.schema_version';

export function asyncBuffer(blob: Blob): AsyncBuffer {
  return { byteLength: blob.size, slice: (start, end) => blob.slice(start, end).arrayBuffer() };
}

function columnsOf(metadata: FileMetaData): string[] {
  const names: string[] = [];
  let skip = 0;
  // The schema is a tree in depth-first order; its root comes first.
  for (const element of metadata.schema.slice(1)) {
    if (skip === 0) names.push(element.name);
    else skip--;
    skip += element.num_children ?? 0;
  }
  return names;
}

/** Which table a file holds. @throws UnreadableFileError if it is none of ours, of a newer version, or damaged */
export async function openParquet(blob: Blob): Promise<{ metadata: FileMetaData; table: 'spans' | 'logs' }> {
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(asyncBuffer(blob));
  } catch (cause) {
    throw new UnreadableFileError(
      'This Parquet file is damaged or not complete: its footer cannot be read. Was it copied whole?',
      { cause },
    );
  }
  const version = metadata.key_value_metadata?.find((kv) => kv.key === VERSION_KEY)?.value;
  if (version !== undefined && Number.parseInt(version, 10) > SCHEMA_VERSION)
    throw new UnreadableFileError(
      `This Parquet file has Spanbook schema version ${version}; this Spanbook reads up to version ${SCHEMA_VERSION}. Use a newer Spanbook.`,
    );
  const columns = new Set(columnsOf(metadata));
  const has = (...names: string[]) => names.every((n) => columns.has(n));
  if (has('trace_id', 'span_id', 'name') && (has('start_ns') || has('start_time')))
    return { metadata, table: 'spans' };
  if (has('time', 'severity', 'body')) return { metadata, table: 'logs' };
  const shown = [...columns].slice(0, 8).join(', ');
  throw new UnreadableFileError(
    `Not a trace file: this Parquet file has the columns ${shown}${columns.size > 8 ? ', …' : ''}. Expected trace_id, span_id, name and start_time, as the Spanbook SDK writes them.`,
  );
}
