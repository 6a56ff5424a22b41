// Who is watching? And, when asked, what each of them is called and may see.
import { useEffect, useState } from 'preact/hooks';
import { asProblem, query } from '../core/api';
import { problemText } from '../core/problems';
import {
  askProfiles,
  current,
  mayManage,
  nameOfProfile,
  profiles,
  PROFILES_MAX,
  switchTo,
} from '../core/profiles';
import { go, place, safeNext } from '../core/router';
import { me } from '../core/session';
import { useStore } from '../core/store';
import type { Profile, Profiles } from '../core/types';
import { t } from '../i18n';
import { AvatarFigure, avatarOf } from '../ui/avatar';
import { useDocumentTitle } from '../ui/document';
import { Icon } from '../ui/icons';
import { tell } from '../ui/notice';
import { PinPrompt } from '../ui/pin';
import { Loading } from '../ui/states';
import { LockedArea } from './account-profiles';
import { ProfileForm } from './profile-form';

export function ProfilesPage() {
  const who = useStore(me);
  const all = useStore(profiles);
  const { query: asked } = useStore(place);
  useEffect(() => {
    if (who === null) go('/sign-in?next=%2Fprofiles', true);
    else if (who && !all) void askProfiles();
  }, [who, all]);
  if (!who || !all) {
    return (
      <main id="content" class="page">
        <Loading />
      </main>
    );
  }
  const edited = asked.get('edit');
  const one = all.items.find((other) => other.id === edited);
  const manages = asked.has('manage') && mayManage(all);
  if (manages && (one || edited === 'new'))
    return <ProfileForm key={edited} all={all} one={one ?? null} />;
  return <Chooser all={all} manages={manages} next={safeNext(asked.get('next'))} />;
}

function Chooser({ all, manages, next }: { all: Profiles; manages: boolean; next: string }) {
  const [asked, setAsked] = useState<Profile | null>(null);
  useDocumentTitle(t(manages ? 'profiles.manageTitle' : 'profiles.title'));
  const enter = async (one: Profile, pin?: string) => {
    if (one.id !== all.current) await switchTo(one.id, pin);
    go(next === '/profiles' ? '/' : next, true);
    tell(t('profiles.hello', { name: nameOfProfile(one) }));
  };
  const choose = async (one: Profile) => {
    if (manages) return go(query('/profiles', { manage: 1, edit: one.id }));
    if (one.asks_pin && one.id !== all.current) return setAsked(one);
    try {
      await enter(one);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === 'pin')
        setAsked(one); // it was set meanwhile
      else tell(problemText(problem), true);
    }
  };
  return (
    <main id="content" class="page profiles-page">
      <h1 class="display" tabIndex={-1}>
        {t(manages ? 'profiles.manageTitle' : 'profiles.title')}
      </h1>
      <ul class="profiles">
        {all.items.map((one) => (
          <li key={one.id}>
            <ProfileButton one={one} all={all} manages={manages} onPress={() => void choose(one)} />
          </li>
        ))}
        {manages && all.items.length < PROFILES_MAX && (
          <li>
            <a class="profile" href="/profiles?manage=1&edit=new">
              <span class="profile-picture is-new">
                <Icon name="plus" />
              </span>
              <span class="profile-name">{t('profiles.add')}</span>
            </a>
          </li>
        )}
      </ul>
      {manages && all.items.length >= PROFILES_MAX && <p>{t('profiles.full')}</p>}
      {mayManage(all) && (
        <a class="button" href={manages ? '/profiles' : '/profiles?manage=1'}>
          {t(manages ? 'profiles.done' : 'profiles.manage')}
        </a>
      )}
      {!manages && all.pin.set && !current(all)?.child && (
        <LockedArea until={all.pin.unlocked_until} />
      )}
      {asked && (
        <PinPrompt
          why={t('pin.askSwitch', { name: nameOfProfile(asked) })}
          send={(pin) => enter(asked, pin)}
          onClose={() => setAsked(null)}
        />
      )}
    </main>
  );
}

function ProfileButton(props: {
  one: Profile;
  all: Profiles;
  manages: boolean;
  onPress: () => void;
}) {
  const { one, all, manages } = props;
  const name = nameOfProfile(one);
  const here = one.id === all.current;
  const locked = one.asks_pin && !here && !manages;
  return (
    <button
      type="button"
      class={`profile ${here ? 'is-here' : ''}`}
      aria-current={here && !manages ? 'true' : undefined}
      onClick={props.onPress}
    >
      <span class="profile-picture">
        <AvatarFigure name={avatarOf(one)} child={one.child} />
        {manages && <Icon name="pencil" class="profile-sign" />}
        {locked && <Icon name="lock" class="profile-sign" />}
      </span>
      <span class="profile-name">
        {manages ? <span class="unseen">{t('profiles.edit', { name })}</span> : name}
        {manages && <span aria-hidden="true">{name}</span>}
      </span>
      <span class="profile-more">
        {one.child
          ? t('profiles.child')
          : one.max_age !== null
            ? t('profiles.age', { n: one.max_age })
            : ''}
        {locked && <span class="unseen">, {t('profiles.locked')}</span>}
      </span>
    </button>
  );
}
