// Deals, and where they do not go together with each other, with avails and with the law.
import { query } from '../core/api';
import { useAnswer } from '../core/resource';
import type { ConsoleTitle, Page } from '../core/types';
import { countryName, isKey, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Icon } from '../ui/icons';
import { Empty, Failure, Loading } from '../ui/states';
import { licenceName } from './avails';
import { whereSaid } from './countries';
import { Facts, Head, Said } from './parts';
import { nameOf } from './titles';
import type { Deal, Finding, Holdback, Items } from './reports';
import { dayOf, edgeOf, moneyOf, shortDayOf, useHouseZone } from './when';

export function Deals() {
  useDocumentTitle(t('deals.title'));
  const deals = useAnswer<Items<Deal>>('/console/deals');
  const check = useAnswer<{ findings: Finding[] }>('/console/deals/check');
  const zone = useHouseZone();
  const titles = useAnswer<Page<ConsoleTitle>>('/console/titles?limit=200');
  const names = new Map(titles.value?.items.map((one) => [one.id, nameOf(one)]));
  const findings = check.value?.findings;
  return (
    <>
      <Head title={t('deals.title')} />
      <section class="findings" aria-labelledby="findings-title">
        <h2 id="findings-title">
          {t('deals.findings')} {findings && <span class="count">{findings.length}</span>}
        </h2>
        {check.problem && !findings && <Failure problem={check.problem} retry={check.refresh} />}
        {!findings && !check.problem && <Loading />}
        {findings?.length === 0 && <p class="readiness is-ready">{t('deals.noFindings')}</p>}
        {findings && findings.length > 0 && (
          <ul>
            {findings.map((finding, i) => (
              <FindingCard key={i} finding={finding} zone={zone} />
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="deals-title">
        <h2 id="deals-title" class="console-h2">
          {t('deals.all')}
        </h2>
        {deals.problem && !deals.value && <Failure problem={deals.problem} retry={deals.refresh} />}
        {!deals.value && !deals.problem && <Loading />}
        {deals.value?.items.length === 0 && (
          <Empty title={t('deals.none')} text={t('deals.noneMore')} />
        )}
        <div class="deal-list">
          {deals.value?.items.map((deal) => (
            <DealCard key={deal.id} deal={deal} names={names} />
          ))}
        </div>
      </section>
    </>
  );
}

function FindingCard({ finding, zone }: { finding: Finding; zone: string | undefined }) {
  const kind = `finding.${finding.kind}`;
  const when = [
    finding.from ? shortDayOf(finding.from, zone) : t('explain.ever'),
    finding.until ? shortDayOf(finding.until, zone) : t('explain.open'),
  ];
  return (
    <li class="finding">
      <Icon name="alert" class="finding-icon" />
      <div>
        <p class="finding-kind">
          <strong>{isKey(kind) ? t(kind) : finding.kind}</strong>
          {finding.territory && <span>{countryName(finding.territory)}</span>}
          {(finding.from || finding.until) && <span>{when.join(' – ')}</span>}
        </p>
        <p>
          <Said text={finding.text} />
        </p>
        <ul class="finding-sources">
          <li>
            <Said text={finding.first} />
          </li>
          {finding.second && (
            <li>
              <Said text={finding.second} />
            </li>
          )}
        </ul>
        {finding.title && (
          <p class="finding-links">
            <a href={`/console/titles/${finding.title}`}>{t('avails.toTitle')}</a>
            {finding.territory && (
              <a
                href={query('/console/rights/explain', {
                  title: finding.title,
                  territory: finding.territory,
                  at: finding.from,
                })}
              >
                {t('avails.explain')}
              </a>
            )}
          </p>
        )}
      </div>
    </li>
  );
}

const mediaSaid = (media: string) =>
  media
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(licenceName)
    .join(', ');

function feeOf({ fee }: Deal): string | null {
  if (!fee) return null;
  const per = `deals.per.${fee.per ?? 'term'}`;
  const amount = moneyOf(fee.amount, fee.currency);
  return isKey(per) ? t(per, { amount }) : amount;
}

function DealCard({ deal, names }: { deal: Deal; names: Map<string, string> }) {
  const ours = deal.direction === 'to-us';
  return (
    <article class="panel deal" aria-labelledby={`deal-${deal.id}`}>
      <div class="offer-head">
        <h3 id={`deal-${deal.id}`}>{deal.name}</h3>
        <span class={`state-badge ${ours ? 'is-active' : 'is-running'}`}>
          {t(ours ? 'deals.toUs' : 'deals.byUs')}
        </span>
      </div>
      <Facts
        facts={[
          [t('deals.party'), deal.party],
          [
            t('deals.term'),
            `${dayOf(deal.from)} – ${deal.until ? dayOf(deal.until) : t('edge.open')}`,
          ],
          [t('deals.where'), whereSaid(deal.territories)],
          [t('deals.media'), mediaSaid(deal.media)],
          [t('deals.exclusive'), deal.exclusive ? mediaSaid(deal.exclusive) : null],
          [t('deals.streams'), deal.streams > 0 ? String(deal.streams) : null],
          [t('deals.fee'), feeOf(deal)],
          [t('deals.contract'), deal.contract],
          [
            t('deals.titles'),
            deal.titles.length === 0 ? (
              t('deals.allTitles')
            ) : (
              <span class="deal-titles">
                {deal.titles.map((id, i) => (
                  <a key={id} href={`/console/titles/${id}`}>
                    {names.get(id) ?? t('deals.nthTitle', { n: i + 1 })}
                  </a>
                ))}
              </span>
            ),
          ],
        ]}
      />
      {deal.holdbacks.length > 0 && (
        <div class="holdbacks">
          <h4>{t('deals.holdbacks')}</h4>
          <ul>
            {deal.holdbacks.map((one, i) => (
              <HoldbackLine key={i} holdback={one} />
            ))}
          </ul>
        </div>
      )}
    </article>
  );
}

const HoldbackLine = ({ holdback }: { holdback: Holdback }) => (
  <li>
    <strong>{holdback.name}</strong>{' '}
    {t('deals.holdback', {
      media: mediaSaid(holdback.media),
      where: whereSaid(holdback.territories),
    })}
    <br />
    {edgeOf(holdback.from)} – {edgeOf(holdback.until)}
  </li>
);
