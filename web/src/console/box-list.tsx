// Boxes in the field: of one partner, of none, or all; and the versions that there are.
import { useAnswer } from '../core/resource';
import { bytes, countryName, date, dateBrief, dateShort, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Empty, Failure, Loading } from '../ui/states';
import type { Box, BoxVersions } from './boxes';
import type { HousePartner } from './money';
import { usePages } from './pages';
import { Command, Head, More } from './parts';
import { Counts, RolloutFacts } from './partner';
import { MoneyTabs } from './plans';
import type { Items } from './reports';

/** partner: an id, or "none"; null: all, each with whose it is. */
export function BoxTable({ partner }: { partner: string | null }) {
  const list = usePages<Box>('/console/boxes', partner ? { partner, limit: 50 } : { limit: 50 });
  const partners = useAnswer<Items<HousePartner>>(partner ? null : '/console/partners', 'console');
  const nameOf = (id: string | null) =>
    id === null ? '–' : (partners.value?.items.find((one) => one.id === id)?.name ?? id);
  return (
    <>
      {list.problem && !list.items && <Failure problem={list.problem} retry={list.refresh} />}
      {!list.items && !list.problem && <Loading />}
      {list.items?.length === 0 && <Empty title={t('boxes.none')} />}
      {list.items && list.items.length > 0 && (
        <table class="table">
          <caption class="unseen">{t('boxes.tab')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('boxes.box')}</th>
              {!partner && <th scope="col">{t('boxes.partner')}</th>}
              <th scope="col">{t('boxes.version')}</th>
              <th scope="col">{t('boxes.state')}</th>
              <th scope="col">{t('boxes.place')}</th>
              <th scope="col">{t('boxes.signedIn')}</th>
              <th scope="col">{t('boxes.first')}</th>
              <th scope="col">{t('boxes.last')}</th>
            </tr>
          </thead>
          <tbody>
            {list.items.map((box) => (
              <tr key={box.id}>
                <th scope="row" data-label={t('boxes.box')}>
                  <code class="box-id" translate={false}>
                    {box.id}
                  </code>
                </th>
                {!partner && (
                  <td data-label={t('boxes.partner')}>
                    {box.partner ? (
                      <a href={`/console/partners/${box.partner}`}>{nameOf(box.partner)}</a>
                    ) : (
                      '–'
                    )}
                  </td>
                )}
                <td data-label={t('boxes.version')}>{box.version ?? '–'}</td>
                <td data-label={t('boxes.state')} translate={false}>
                  {box.state ?? '–'}
                </td>
                <td data-label={t('boxes.place')}>{box.place ? countryName(box.place) : '–'}</td>
                <td data-label={t('boxes.signedIn')}>
                  {t(box.signed_in ? 'boxes.yes' : 'boxes.no')}
                </td>
                <td data-label={t('boxes.first')}>{dateBrief(box.first_seen)}</td>
                <td data-label={t('boxes.last')}>{dateShort(box.last_seen)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More list={list} />
    </>
  );
}

function Versions() {
  const answer = useAnswer<BoxVersions>('/console/box-versions', 'console');
  const found = answer.value;
  if (!found)
    return answer.problem ? (
      <Failure problem={answer.problem} retry={answer.refresh} />
    ) : (
      <Loading />
    );
  return (
    <section class="panel" aria-labelledby="box-versions">
      <h2 id="box-versions">{t('boxes.versions')}</h2>
      {found.items.length === 0 && <p>{t('boxes.noVersions')}</p>}
      {found.items.length > 0 && (
        <table class="table is-short">
          <caption class="unseen">{t('boxes.versions')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('boxes.version')}</th>
              <th scope="col">{t('boxes.added')}</th>
              <th scope="col">{t('boxes.size')}</th>
              <th scope="col">{t('boxes.address')}</th>
            </tr>
          </thead>
          <tbody>
            {found.items.map((one) => (
              <tr key={one.version}>
                <th scope="row" data-label={t('boxes.version')}>
                  {one.version}
                </th>
                <td data-label={t('boxes.added')}>{date(one.added)}</td>
                <td data-label={t('boxes.size')}>{one.size ? bytes(one.size) : '–'}</td>
                <td data-label={t('boxes.address')}>
                  <a class="box-address" href={one.address} translate={false}>
                    {one.address}
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="field-hint">{t('boxes.versionHow')}</p>
      <Command line="lanterne box version add 1.2 --file lanterne-box_1.2_amd64.deb" />
      <h3>{t('boxes.withoutPartner')}</h3>
      <RolloutFacts rollout={found.without_partner.rollout} />
      <Counts counts={found.without_partner.boxes} rollout={found.without_partner.rollout} />
    </section>
  );
}

export function Boxes() {
  useDocumentTitle(t('boxes.tab'));
  return (
    <>
      <Head title={t('boxes.tab')} />
      <MoneyTabs here="boxes" />
      <Versions />
      <BoxTable partner={null} />
    </>
  );
}
