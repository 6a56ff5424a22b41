// One profile: its name and picture, what it may see, which languages come first.
import { useState } from 'preact/hooks';
import type { Problem } from '../core/api';
import { asProblem } from '../core/api';
import { problemText } from '../core/problems';
import { type Change, nameOfProfile, removeProfile, saveProfile } from '../core/profiles';
import { go } from '../core/router';
import type { Profile, Profiles, RatingsOfAge } from '../core/types';
import { languageName, list, t } from '../i18n';
import { languageNames, languages } from '../i18n/language';
import { type Avatar, AvatarFigure, avatarOf, avatars } from '../ui/avatar';
import { Confirm } from '../ui/confirm';
import { useDocumentTitle } from '../ui/document';
import { Field, FieldFrame, Refusal, Submit, useForm } from '../ui/form';
import { tell } from '../ui/notice';
import { valueOf } from '../ui/panel';
import { forgetLanguages } from '../watch/preferences';
import { neededFaults } from './account-safety';

const BACK = '/profiles?manage=1';
const CHILD_AGE = 10; // what the service takes for a child without a word
const CHILD_AGE_MAX = 12;
const NAME_MAX = 64;
/** What sound and captions are offered in besides the site's own languages. */
const SPOKEN = ['fr', 'en', 'ar', 'de', 'es', 'it', 'ja', 'nl', 'pl', 'pt', 'tr', 'zh'];

function sayProfile(problem: Problem): { field?: string | null; text: string } {
  if (problem.code === 'exists') return { field: 'name', text: t('profile.nameTaken') };
  if (problem.code === 'validation' && problem.field === 'name')
    return { field: 'name', text: t('profile.nameBad') };
  if (problem.code === 'state') return { text: t('profiles.full') };
  return { text: problemText(problem) };
}

const ratingsSaid = (ratings: RatingsOfAge[]) =>
  list(ratings.slice(0, 1).flatMap((one) => one.values.slice(-1).map((v) => `${one.system} ${v}`)));

const limitSaid = (n: number, ratings: RatingsOfAge[]) => {
  const said = ratingsSaid(ratings);
  return said ? t('profile.limitRatings', { n, ratings: said }) : t('profile.limitAge', { n });
};

export function ProfileForm({ all, one }: { all: Profiles; one: Profile | null }) {
  const { busy, faults, refusal, form, submit } = useForm(sayProfile);
  const [avatar, setAvatar] = useState<Avatar>(
    one ? avatarOf(one) : (avatars[all.items.length % avatars.length] as Avatar),
  );
  const [child, setChild] = useState(one?.child ?? false);
  const [removing, setRemoving] = useState(false);
  const heading = t(one ? 'profile.editTitle' : 'profile.newTitle');
  useDocumentTitle(heading);
  const name = () => valueOf(form, 'name').trim();
  const check = () => neededFaults('name', name());
  const change = (): Change => {
    const word = (field: string) => valueOf(form, field) || null;
    const common = {
      name: name(),
      avatar,
      language: word('language'),
      sound: word('sound'),
      captions: word('captions'),
    };
    if (one?.main) return common;
    return { ...common, child, max_age: Number(valueOf(form, 'max_age')) || null };
  };
  const send = async () => {
    const said = change();
    await saveProfile(one?.id ?? null, said);
    if (one && (said.sound !== one.sound || said.captions !== one.captions))
      forgetLanguages(one.id);
    go(BACK, true);
    tell(t('profile.saved'));
  };
  const drop = async (sure: boolean) => {
    setRemoving(false);
    if (!sure || !one) return;
    try {
      await removeProfile(one.id);
      go(BACK, true);
      tell(t('profile.removed', { name: nameOfProfile(one) }));
    } catch (error) {
      tell(problemText(asProblem(error)), true);
    }
  };
  return (
    <main id="content" class="page profile-page">
      <h1 class="display" tabIndex={-1}>
        {heading}
      </h1>
      <form ref={form} noValidate onSubmit={submit(check, send)}>
        <Refusal text={refusal} />
        <Pictures chosen={avatar} choose={setAvatar} child={child} />
        <Field
          name="name"
          label={t('profile.name')}
          fault={faults['name']}
          defaultValue={one?.name ?? ''}
          maxLength={NAME_MAX}
          autocomplete="off"
          spellcheck={false}
        />
        {one?.main ? (
          <p class="field-hint">{t('profile.limitMain')}</p>
        ) : (
          <Limits all={all} one={one} child={child} setChild={setChild} />
        )}
        <Languages one={one} />
        <div class="actions">
          <Submit busy={busy}>{t(one ? 'profile.save' : 'profile.create')}</Submit>
          <a class="button is-large" href={BACK}>
            {t('cancel')}
          </a>
          {one && !one.main && (
            <button type="button" class="button is-large is-bad" onClick={() => setRemoving(true)}>
              {t('profile.remove')}
            </button>
          )}
        </div>
      </form>
      {removing && one && (
        <Confirm
          question={t('profile.removeAsk', { name: nameOfProfile(one) })}
          yes={t('profile.remove')}
          onAnswer={(yes) => void drop(yes)}
        />
      )}
    </main>
  );
}

function Pictures(props: { chosen: Avatar; choose: (one: Avatar) => void; child: boolean }) {
  return (
    <fieldset class="pictures">
      <legend>{t('profile.avatar')}</legend>
      {avatars.map((one) => (
        <label key={one} class="picture">
          <input
            type="radio"
            name="avatar"
            value={one}
            checked={one === props.chosen}
            aria-label={t(`avatar.${one}`)}
            onChange={() => props.choose(one)}
          />
          <AvatarFigure name={one} child={props.child} />
        </label>
      ))}
    </fieldset>
  );
}

function Limits(props: {
  all: Profiles;
  one: Profile | null;
  child: boolean;
  setChild: (child: boolean) => void;
}) {
  const { all, one, child } = props;
  const kept = one?.max_age ?? 0;
  const [age, setAge] = useState(kept);
  const steps = all.limits.filter((step) => !child || step.max_age <= CHILD_AGE_MAX);
  const ages = steps.map((step) => step.max_age);
  // What is set is offered, also where the ratings of the place say other ages.
  const extra = [kept, child ? CHILD_AGE : 0].filter((n) => n > 0 && !ages.includes(n));
  const offered = [
    ...steps.map((step) => ({ n: step.max_age, text: limitSaid(step.max_age, step.ratings) })),
    ...[...new Set(extra)]
      .filter((n) => !child || n <= CHILD_AGE_MAX)
      .map((n) => ({ n, text: t('profile.limitAge', { n }) })),
  ].sort((a, b) => a.n - b.n);
  const shown = child && (age === 0 || age > CHILD_AGE_MAX) ? CHILD_AGE : age;
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          name="child"
          checked={child}
          aria-describedby="child-hint"
          onChange={(event) => props.setChild(event.currentTarget.checked)}
        />
        <span>
          {t('profile.child')}
          <span class="field-hint" id="child-hint">
            {t('profile.childHint')}
          </span>
        </span>
      </label>
      <FieldFrame name="max_age" label={t('profile.limit')}>
        <select
          id="max_age"
          name="max_age"
          value={String(shown)}
          onChange={(event) => setAge(Number(event.currentTarget.value))}
        >
          {!child && <option value="0">{t('profile.limitNone')}</option>}
          {offered.map(({ n, text }) => (
            <option key={n} value={String(n)}>
              {text}
            </option>
          ))}
        </select>
      </FieldFrame>
    </>
  );
}

function Languages({ one }: { one: Profile | null }) {
  const chosen = (tag: string | null | undefined) =>
    tag && !SPOKEN.includes(tag) ? [tag, ...SPOKEN] : SPOKEN;
  return (
    <div class="profile-languages">
      <FieldFrame name="language" label={t('profile.language')}>
        <select id="language" name="language" defaultValue={one?.language ?? ''}>
          <option value="">{t('profile.asAccount')}</option>
          {languages.map((tag) => (
            <option key={tag} value={tag} lang={tag} selected={one?.language === tag}>
              {languageNames[tag]}
            </option>
          ))}
        </select>
      </FieldFrame>
      {(['sound', 'captions'] as const).map((field) => (
        <FieldFrame key={field} name={field} label={t(`profile.${field}`)}>
          <select id={field} name={field} defaultValue={one?.[field] ?? ''}>
            <option value="">{t('profile.asPlayer')}</option>
            {chosen(one?.[field]).map((tag) => (
              <option key={tag} value={tag} selected={one?.[field] === tag}>
                {languageName(tag)}
              </option>
            ))}
          </select>
        </FieldFrame>
      ))}
    </div>
  );
}
