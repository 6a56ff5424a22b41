import type { Me } from '../core/types';
import { date, t } from '../i18n';
import { known, languageNames } from '../i18n/language';
import { useDocumentTitle } from '../ui/document';
import { Empty, Failure, Loading } from '../ui/states';
import { usePages } from './pages';
import { More } from './parts';

export function Members() {
  useDocumentTitle(t('console.members'));
  const list = usePages<Me>('/console/members', { limit: 100 });
  return (
    <>
      <div class="console-head">
        <h1 class="display" tabIndex={-1}>
          {t('console.members')}
        </h1>
      </div>
      {list.problem && !list.items && <Failure problem={list.problem} retry={list.refresh} />}
      {!list.items && !list.problem && <Loading />}
      {list.items?.length === 0 && <Empty title={t('members.none')} />}
      {list.items && list.items.length > 0 && (
        <table class="table">
          <caption class="unseen">{t('console.members')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('console.th.email')}</th>
              <th scope="col">{t('console.th.role')}</th>
              <th scope="col">{t('console.th.subscription')}</th>
              <th scope="col">{t('console.th.until')}</th>
              <th scope="col">{t('console.th.language')}</th>
              <th scope="col">{t('console.th.since')}</th>
            </tr>
          </thead>
          <tbody>
            {list.items.map((member) => (
              <Line key={member.id} member={member} />
            ))}
          </tbody>
        </table>
      )}
      <More list={list} />
    </>
  );
}

function Line({ member }: { member: Me }) {
  const { state, until } = member.subscription;
  const spoken = known(member.language);
  return (
    <tr>
      <th scope="row" data-label={t('console.th.email')}>
        <a class="table-name" href={`/console/members/${member.id}`}>
          {member.email}
        </a>
      </th>
      <td data-label={t('console.th.role')}>{t(`role.${member.role}`)}</td>
      <td data-label={t('console.th.subscription')}>
        <span class={`state-badge is-${state}`}>{t(`account.badge.${state}`)}</span>
      </td>
      <td data-label={t('console.th.until')}>{until ? date(until) : '–'}</td>
      <td data-label={t('console.th.language')}>
        {spoken ? languageNames[spoken] : member.language}
      </td>
      <td data-label={t('console.th.since')}>{date(member.created)}</td>
    </tr>
  );
}
