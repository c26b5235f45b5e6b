import DOMPurify from 'dompurify';
import { Marked } from 'marked';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);

const marked = new Marked({
  gfm: true,
  renderer: {
    // HTML in the text is shown as it is written; comments are for the author.
    html: ({ text }) => (/^\s*<!--/.test(text) ? '' : escaped(text)),
    // A picture from elsewhere would be a request: its text stands for it.
    image: ({ href, text }) =>
      href.startsWith('data:image/')
        ? `<img src="${escaped(href)}" alt="${escaped(text)}">`
        : escaped(text || href),
  },
});

/** A notebook may come from anybody: nothing in it runs, nothing is fetched, links open beside the app. */
export function markdownHtml(text: string): string {
  const clean = DOMPurify.sanitize(marked.parse(text, { async: false }), {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['form', 'button', 'style'],
    FORBID_ATTR: ['style', 'id', 'name'],
  });
  return clean.replaceAll('<a href="', '<a target="_blank" rel="noopener noreferrer" href="');
}
