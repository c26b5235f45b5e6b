import { addEvent, recordLlmUsage, setAttribute, span } from '@spanbook/sdk';
import type OpenAI from 'openai';
import { DOCUMENTS, type Document } from './documents.ts';
import { cosine } from './embedding.ts';

const EMBEDDING_MODEL = 'text-embedding-3-small';

/** A small in-memory vector index. */
export interface Index {
  /** The `top` nearest documents, nearest first. */
  search(question: string, top: number): Promise<Document[]>;
}

export async function buildIndex(openai: OpenAI): Promise<Index> {
  const embed = (input: string[]) =>
    span(`embeddings ${EMBEDDING_MODEL}`, { kind: 'EMBEDDING' }, async () => {
      const { data, model, usage } = await openai.embeddings.create({ model: EMBEDDING_MODEL, input });
      recordLlmUsage({
        operation: 'embeddings',
        provider: 'openai',
        model: EMBEDDING_MODEL,
        responseModel: model,
        inputTokens: usage.prompt_tokens,
        totalTokens: usage.total_tokens,
      });
      return data.map((d) => d.embedding);
    });
  const vectors = await embed(DOCUMENTS.map((d) => `${d.title}. ${d.text}`));
  return {
    search: (question, top) =>
      span(
        'retrieve_context',
        { kind: 'RETRIEVER', attributes: { 'retrieval.query': question } },
        async () => {
          const [asked = []] = await embed([question]);
          const ranked = DOCUMENTS.map((document, i) => ({
            document,
            score: cosine(asked, vectors[i] ?? []),
          }))
            .sort((a, b) => b.score - a.score)
            .slice(0, top);
          addEvent('context_retrieved', {
            documents: ranked.map((r) => r.document.id),
            top_score: ranked[0]?.score ?? 0,
          });
          setAttribute(
            'retrieval.document_ids',
            ranked.map((r) => r.document.id),
          );
          return ranked.map((r) => r.document);
        },
      ),
  };
}
