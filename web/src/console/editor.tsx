import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { get, patch, post, Problem } from '../core/api';
import { problemText } from '../core/problems';
import { forgetAnswers, useAnswer } from '../core/resource';
import { go } from '../core/router';
import type { ConsoleTitle, ConsoleTitleFull } from '../core/types';
import { bytes, clock, genreName, t } from '../i18n';
import { genres } from '../i18n/genres';
import { Art } from '../ui/art';
import { useDocumentTitle } from '../ui/document';
import { Area, Field, FieldFrame, Refusal, Submit, useForm } from '../ui/form';
import { Icon } from '../ui/icons';
import { tell } from '../ui/notice';
import { Failure, Loading } from '../ui/states';
import { bodyOf, type Draft, draftOf, emptyDraft, faultsOf } from './draft';
import { Episodes } from './episodes';
import { Rows, TextRows } from './rows';
import { nameOf, PublishButton, Readiness } from './titles';

export function Editor({ id }: { id: string | null }) {
  const answer = useAnswer<ConsoleTitleFull>(
    id === null ? null : `/console/titles/${encodeURIComponent(id)}`,
    'console',
  );
  if (id === null)
    return <Form title={null} onSaved={(title) => go(`/console/titles/${title.id}`, true)} />;
  if (!answer.value)
    return answer.problem ? (
      <Failure problem={answer.problem} retry={answer.refresh} />
    ) : (
      <Loading />
    );
  const title = answer.value;
  return (
    <Form
      title={title}
      onSaved={(now) => answer.put({ ...title, ...now })}
      onReload={answer.refresh}
    />
  );
}

interface FormProps {
  title: ConsoleTitleFull | null;
  onSaved: (title: ConsoleTitle) => void;
  onReload?: () => Promise<void>;
}

function sayEdit(problem: Problem): { field?: string | null; text: string } {
  if (problem.code === 'validation' && problem.detail) {
    return {
      field: problem.field,
      text: t('edit.field.bad', { detail: `${problem.field ?? ''} ${problem.detail}`.trim() }),
    };
  }
  return { field: problem.field, text: problemText(problem) };
}

function Form({ title, onSaved, onReload }: FormProps) {
  const [draft, setDraft] = useState<Draft>(() => (title ? draftOf(title) : emptyDraft));
  const [version, setVersion] = useState(title?.version ?? 0);
  const { busy, faults, refusal, form, submit } = useForm(sayEdit);
  const clean = useRef(JSON.stringify(draft));
  const changed = JSON.stringify(draft) !== clean.current;
  useDocumentTitle(title ? nameOf(title) : t('console.new'));
  useLeaveGuard(changed && !busy);

  const change = (part: Partial<Draft>) => setDraft((was) => ({ ...was, ...part }));
  const restart = (from: ConsoleTitle) => {
    const fresh = draftOf(from);
    clean.current = JSON.stringify(fresh);
    setDraft(fresh);
    setVersion(from.version);
  };
  const send = async () => {
    const body = bodyOf(draft);
    const saved = title
      ? await patch<ConsoleTitle>(`/console/titles/${title.id}`, { ...body, version })
      : await post<ConsoleTitle>('/console/titles', { ...body, kind: draft.kind });
    restart(saved);
    forgetAnswers();
    tell(t('console.saved'));
    onSaved(saved);
  };
  const reload = async () => {
    if (!title) return;
    restart(await get<ConsoleTitle>(`/console/titles/${title.id}`));
    await onReload?.();
  };
  return (
    <>
      <EditorHead title={title} onChange={onSaved} />
      <form class="editor" ref={form} noValidate onSubmit={submit(() => faultsOf(draft), send)}>
        <Refusal text={refusal} />
        {refusal === t('problem.version') && (
          <button type="button" class="button" onClick={() => void reload()}>
            {t('console.reload')}
          </button>
        )}
        <Basics draft={draft} faults={faults} isNew={title === null} change={change} />
        <Part name={t('edit.texts')}>
          <TextRows name="texts" texts={draft.texts} onChange={(texts) => change({ texts })} />
        </Part>
        <Genres chosen={draft.genres} onChange={(chosen) => change({ genres: chosen })} />
        <Part name={t('edit.ratings')}>
          <Rows
            name="ratings"
            rows={draft.ratings}
            empty={{ system: '', value: '' }}
            columns={[
              { key: 'system', label: t('edit.system') },
              { key: 'value', label: t('edit.value') },
            ]}
            add={t('edit.addRating')}
            onChange={(ratings) => change({ ratings })}
          />
        </Part>
        <Part name={t('edit.credits')}>
          <Rows
            name="credits"
            rows={draft.credits}
            empty={{ role: 'actor', name: '', character: '' }}
            columns={[
              { key: 'role', label: t('edit.role'), choices: ROLES },
              { key: 'name', label: t('edit.name') },
              { key: 'character', label: t('edit.character') },
            ]}
            add={t('edit.addCredit')}
            onChange={(credits) => change({ credits })}
          />
        </Part>
        <div class="editor-save">
          <p role="status">{changed ? t('console.unsaved') : ''}</p>
          {changed && title && (
            <button
              type="button"
              class="button"
              onClick={() => setDraft(JSON.parse(clean.current) as Draft)}
            >
              {t('console.discard')}
            </button>
          )}
          <Submit busy={busy}>{t(title ? 'console.save' : 'console.create')}</Submit>
        </div>
      </form>
      {title?.kind === 'series' && onReload && <Episodes title={title} onChange={onReload} />}
      {title && <Media title={title} />}
    </>
  );
}

const ROLES = [
  'director',
  'creator',
  'writer',
  'actor',
  'narrator',
  'producer',
  'cinematographer',
  'editor',
  'composer',
];

/** Asks before changes are lost. */
function useLeaveGuard(on: boolean) {
  useEffect(() => {
    if (!on) return;
    const leaving = (event: BeforeUnloadEvent) => event.preventDefault();
    const clicked = (event: MouseEvent) => {
      const link = (event.target as Element | null)?.closest?.('a');
      if (link && !link.target && !window.confirm(t('console.leaveAsk'))) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    window.addEventListener('beforeunload', leaving);
    document.addEventListener('click', clicked, true);
    return () => {
      window.removeEventListener('beforeunload', leaving);
      document.removeEventListener('click', clicked, true);
    };
  }, [on]);
}

function EditorHead({
  title,
  onChange,
}: {
  title: ConsoleTitleFull | null;
  onChange: (title: ConsoleTitle) => void;
}) {
  return (
    <div class="console-head">
      <a class="icon-button" href="/console/titles" aria-label={t('console.titles')}>
        <Icon name="back" />
      </a>
      <h1 class="display" tabIndex={-1}>
        {title ? nameOf(title) : t('console.new')}
      </h1>
      {title && (
        <div class="console-state">
          <span class={`state-badge is-${title.state}`}>{t(`console.state.${title.state}`)}</span>
          <Readiness title={title} />
          {title.state === 'published' && title.ready && (
            <a class="button is-small" href={`/title/${title.id}`}>
              {t('console.see')}
            </a>
          )}
          <PublishButton title={title} onChange={onChange} />
        </div>
      )}
    </div>
  );
}

function Part({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <fieldset class="panel">
      <legend>{name}</legend>
      {children}
    </fieldset>
  );
}

interface BasicsProps {
  draft: Draft;
  faults: Record<string, string>;
  isNew: boolean;
  change: (part: Partial<Draft>) => void;
}

function Basics({ draft, faults, isNew, change }: BasicsProps) {
  type Plain =
    'original_title' | 'year' | 'runtime_minutes' | 'language' | 'countries' | 'credit_line';
  const bind = (name: Plain) => ({
    name,
    value: draft[name],
    fault: faults[name],
    onInput: (event: { currentTarget: { value: string } }) =>
      change({ [name]: event.currentTarget.value }),
  });
  return (
    <Part name={t('edit.basics')}>
      {isNew && (
        <FieldFrame name="kind" label={t('edit.kind')}>
          <select
            id="kind"
            name="kind"
            value={draft.kind}
            onChange={(event) => change({ kind: event.currentTarget.value as Draft['kind'] })}
          >
            <option value="film">{t('kind.film')}</option>
            <option value="series">{t('kind.series')}</option>
          </select>
        </FieldFrame>
      )}
      <Field {...bind('original_title')} label={t('edit.original')} maxLength={300} required />
      <div class="fields">
        <Field {...bind('year')} label={t('edit.year')} inputMode="numeric" maxLength={4} />
        <Field
          {...bind('runtime_minutes')}
          label={t('edit.runtime')}
          inputMode="numeric"
          maxLength={6}
        />
        <Field
          {...bind('language')}
          label={t('edit.language')}
          hint={t('edit.languageHint')}
          maxLength={35}
        />
        <Field {...bind('countries')} label={t('edit.countries')} hint={t('edit.countriesHint')} />
      </div>
      <Area
        {...bind('credit_line')}
        label={t('edit.creditLine')}
        hint={t('edit.creditLineHint')}
        rows={2}
      />
    </Part>
  );
}

function Genres({ chosen, onChange }: { chosen: string[]; onChange: (genres: string[]) => void }) {
  const toggle = (genre: string) =>
    onChange(chosen.includes(genre) ? chosen.filter((one) => one !== genre) : [...chosen, genre]);
  return (
    <Part name={t('edit.genres')}>
      <div class="checks">
        {genres().map((genre) => (
          <label class="check" key={genre}>
            <input
              type="checkbox"
              name="genres"
              value={genre}
              checked={chosen.includes(genre)}
              onChange={() => toggle(genre)}
            />
            {genreName(genre)}
          </label>
        ))}
      </div>
    </Part>
  );
}

function Media({ title }: { title: ConsoleTitleFull }) {
  const { edition } = title;
  return (
    <div class="panels">
      <section class="panel" aria-labelledby="pictures-title">
        <h2 id="pictures-title">{t('edit.pictures')}</h2>
        {title.poster || title.backdrop ? (
          <div class="editor-pictures">
            <Art id={title.id} src={title.poster} title={t('edit.poster')} shape="poster" />
            <Art id={title.id} src={title.backdrop} title={t('edit.backdrop')} shape="wide" />
          </div>
        ) : (
          <p class="panel-small">{t('edit.noPictures')}</p>
        )}
      </section>
      {title.kind === 'film' && (
        <section class="panel" aria-labelledby="media-title">
          <h2 id="media-title">{t('edit.media')}</h2>
          {!edition && <p class="panel-small">{t('edit.noMedia')}</p>}
          {edition && (
            <>
              <p>
                {t('edit.duration')} {clock(edition.duration_seconds)}
              </p>
              <ul class="renditions">
                {edition.renditions.map((rendition) => (
                  <li key={rendition.name}>
                    <code>{rendition.name}</code>
                    <span>{bytes(rendition.size)}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
      )}
    </div>
  );
}
