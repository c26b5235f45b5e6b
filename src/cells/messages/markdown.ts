import DOMPurify, { type Config } from 'dompurify';
import { Marked } from 'marked';

const marked = new Marked({ gfm: true, breaks: true });

/** Nothing that loads or runs: a message is someone else's text. Images would be requests to another origin. */
const ALLOWED: Config = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'strong', 'em', 'b', 'i', 'del', 'code', 'pre'],
    ...['blockquote', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'sub', 'sup', 'a'],
  ],
  ALLOWED_ATTR: ['href', 'align', 'start'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#)/i,
};

/** Markdown of a message as safe HTML; raw HTML in it is taken out. Links open in a new tab, without a referrer. */
export function safeHtml(markdown: string): string {
  const html = DOMPurify.sanitize(marked.parse(markdown, { async: false }), {
    ...ALLOWED,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of html.querySelectorAll('a')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  }
  const box = document.createElement('div');
  box.append(html);
  return box.innerHTML;
}
