// The episodes of a series: added and changed one at a time.
import { useState } from 'preact/hooks';
import { patch, post, type Problem } from '../core/api';
import { problemText } from '../core/problems';
import type { ConsoleEpisode, ConsoleTitleFull } from '../core/types';
import { runtime, t } from '../i18n';
import { language } from '../i18n/language';
import { type Faults, Field, Refusal, Submit, useForm } from '../ui/form';
import { Icon } from '../ui/icons';
import { tell } from '../ui/notice';
import { type TextDraft, textDrafts, textsOf, wholeOf } from './draft';
import { TextRows } from './rows';

export function Episodes({
  title,
  onChange,
}: {
  title: ConsoleTitleFull;
  onChange: () => Promise<void>;
}) {
  const [open, setOpen] = useState<string | null>(null); // an id, or "new"
  const seasons = title.seasons ?? [];
  const saved = async () => {
    setOpen(null);
    tell(t('console.saved'));
    await onChange();
  };
  return (
    <section class="panel" aria-labelledby="episodes-title">
      <h2 id="episodes-title">{t('edit.episodes')}</h2>
      {seasons.length === 0 && <p class="panel-small">{t('edit.noEpisodes')}</p>}
      {seasons.map((season) => (
        <div class="edit-season" key={season.number}>
          <h3>{season.number === 0 ? t('specials') : t('season', { n: season.number })}</h3>
          <ul>
            {season.episodes.map((episode) => (
              <li key={episode.id}>
                <button
                  type="button"
                  class="edit-episode"
                  aria-expanded={open === episode.id}
                  onClick={() => setOpen(open === episode.id ? null : episode.id)}
                >
                  <span class="episode-number">{episode.number}</span>
                  <span class="edit-episode-name">{nameOf(episode)}</span>
                  {episode.runtime_minutes ? <span>{runtime(episode.runtime_minutes)}</span> : null}
                  <span class={`readiness ${episode.ready ? 'is-ready' : ''}`}>
                    {t(episode.ready ? 'console.ready' : 'console.notReady')}
                  </span>
                </button>
                {open === episode.id && (
                  <EpisodeForm titleId={title.id} episode={episode} onSaved={saved} />
                )}
              </li>
            ))}
          </ul>
        </div>
      ))}
      {open === 'new' ? (
        <EpisodeForm titleId={title.id} episode={null} next={nextOf(title)} onSaved={saved} />
      ) : (
        <button type="button" class="button is-small" onClick={() => setOpen('new')}>
          <Icon name="plus" />
          {t('edit.addEpisode')}
        </button>
      )}
    </section>
  );
}

function nameOf(episode: ConsoleEpisode): string {
  const spoken =
    episode.texts.find((text) => text.language.split('-')[0] === language.get()) ??
    episode.texts[0];
  return spoken?.title ?? t('episode', { n: episode.number });
}

/** The place after the last episode. */
function nextOf(title: ConsoleTitleFull) {
  const last = title.seasons?.[title.seasons.length - 1];
  return {
    season: String(last?.number ?? 1),
    number: String(Math.max(0, ...(last?.episodes.map((episode) => episode.number) ?? [])) + 1),
  };
}

interface FormProps {
  titleId: string;
  episode: ConsoleEpisode | null;
  next?: { season: string; number: string };
  onSaved: () => Promise<void>;
}

const say = (problem: Problem) => ({
  field: problem.field ? `episode_${problem.field}` : null,
  text:
    problem.code === 'validation' && problem.detail
      ? t('edit.field.bad', { detail: problem.detail })
      : problemText(problem),
});

const blank: TextDraft[] = [
  { language: 'fr', title: '', synopsis: '' },
  { language: 'en', title: '', synopsis: '' },
];

function EpisodeForm({ titleId, episode, next, onSaved }: FormProps) {
  const { busy, faults, refusal, form, submit } = useForm(say);
  const [season, setSeason] = useState(String(episode?.season ?? next?.season ?? 1));
  const [number, setNumber] = useState(String(episode?.number ?? next?.number ?? 1));
  const [minutes, setMinutes] = useState(episode?.runtime_minutes?.toString() ?? '');
  const [texts, setTexts] = useState<TextDraft[]>(episode ? textDrafts(episode.texts) : blank);
  const check = (): Faults => {
    const found: Faults = {};
    if (typeof wholeOf(season) !== 'number') found['episode_season'] = t('edit.number.bad');
    if (typeof wholeOf(number) !== 'number') found['episode_number'] = t('edit.number.bad');
    if (wholeOf(minutes) === undefined) found['episode_runtime_minutes'] = t('edit.number.bad');
    return found;
  };
  const send = async () => {
    const body = {
      season: wholeOf(season),
      number: wholeOf(number),
      runtime_minutes: wholeOf(minutes),
      texts: textsOf(texts),
    };
    if (episode) await patch(`/console/episodes/${episode.id}`, body);
    else await post(`/console/titles/${titleId}/episodes`, body);
    await onSaved();
  };
  return (
    <form class="edit-episode-form" ref={form} noValidate onSubmit={submit(check, send)}>
      <Refusal text={refusal} />
      <div class="fields">
        <Field
          name="episode_season"
          label={t('edit.season')}
          value={season}
          fault={faults['episode_season']}
          inputMode="numeric"
          onInput={(event) => setSeason(event.currentTarget.value)}
        />
        <Field
          name="episode_number"
          label={t('edit.number')}
          value={number}
          fault={faults['episode_number']}
          inputMode="numeric"
          onInput={(event) => setNumber(event.currentTarget.value)}
        />
        <Field
          name="episode_runtime_minutes"
          label={t('edit.runtime')}
          value={minutes}
          fault={faults['episode_runtime_minutes']}
          inputMode="numeric"
          onInput={(event) => setMinutes(event.currentTarget.value)}
        />
      </div>
      <TextRows name="episode-texts" texts={texts} onChange={setTexts} />
      <Submit busy={busy} quiet>
        {t('edit.episodeSave')}
      </Submit>
    </form>
  );
}
