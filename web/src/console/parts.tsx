import type { ComponentChildren } from 'preact';
import { t } from '../i18n';
import type { Pages } from './pages';

export function More<T>({ list }: { list: Pages<T> }) {
  if (!list.hasMore) return null;
  return (
    <div class="more">
      <button type="button" class="button" aria-disabled={list.busy} onClick={list.more}>
        {list.busy ? t('working') : t('more')}
      </button>
    </div>
  );
}

export function Head({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="console-head">
      <h1 class="display" tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  );
}

/** The pages of one part of the console. */
export function Tabs({ name, links }: { name: string; links: [string, string, boolean][] }) {
  return (
    <nav class="console-tabs" aria-label={name}>
      {links.map(([href, text, here]) => (
        <a key={href} href={href} aria-current={here ? 'page' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}

export function Facts({ facts }: { facts: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== null && value !== '' && value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A line for the terminal, for what the console cannot do itself. */
export const Command = ({ line }: { line: string }) => (
  <code class="command" translate={false}>
    {line}
  </code>
);

/** Words that the service says in English alone. */
export const Said = ({ text }: { text: string }) => <span lang="en">{text}</span>;

/** An argument of a shell, quoted where it has to be. */
export const quoted = (text: string) =>
  /^[\w./:@=+-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;

export const TitleLink = ({ id, name }: { id: string; name: string }) => (
  <a href={`/console/titles/${encodeURIComponent(id)}`}>{name}</a>
);
