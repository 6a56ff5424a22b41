// One partner: what its boxes look like, what they are to run and do run, who signs them in.
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, patch, Problem } from '../core/api';
import { problemText } from '../core/problems';
import { useAnswer } from '../core/resource';
import { date, percent, t } from '../i18n';
import { useDocumentTitle } from '../ui/document';
import { Field, FieldFrame, Refusal, Submit, useForm, type Faults } from '../ui/form';
import { tell } from '../ui/notice';
import { Empty, Failure, Loading } from '../ui/states';
import { BoxTable } from './box-list';
import {
  type BoxCount,
  type Colour,
  COLOURS,
  contrast,
  isColour,
  type Look,
  type Rollout,
  rowsOf,
} from './boxes';
import type { HousePartner } from './money';
import { Command, Facts, Head, quoted } from './parts';
import { MoneyTabs } from './plans';

export function PartnerPage({ id }: { id: string }) {
  const answer = useAnswer<HousePartner>(`/console/partners/${encodeURIComponent(id)}`, 'console');
  const partner = answer.value;
  useDocumentTitle(partner?.name ?? t('partners.tab'));
  if (!partner)
    return answer.problem ? (
      <Failure problem={answer.problem} retry={answer.refresh} />
    ) : (
      <Loading />
    );
  return (
    <>
      <Head title={partner.name} />
      <MoneyTabs here="partners" />
      <LookForm
        key={partner.id}
        partner={partner}
        onSaved={(look) => answer.put({ ...partner, look })}
      />
      <section class="panel" aria-labelledby="partner-versions">
        <h2 id="partner-versions">{t('boxes.versions')}</h2>
        <RolloutFacts rollout={partner.rollout} />
        <Counts counts={partner.boxes} rollout={partner.rollout} />
        <p class="field-hint">{t('boxes.rolloutHow')}</p>
        <Command
          line={`lanterne box rollout --partner ${quoted(partner.name)} --version 1.2 --share 10%`}
        />
      </section>
      <section class="panel" aria-labelledby="partner-keys">
        <h2 id="partner-keys">{t('boxes.keys')}</h2>
        <Keys partner={partner} />
      </section>
      <section aria-labelledby="partner-boxes">
        <h2 id="partner-boxes">{t('boxes.tab')}</h2>
        <BoxTable partner={partner.id} />
      </section>
    </>
  );
}

// ---- versions ------------------------------------------------------------------------------------

export function RolloutFacts({ rollout }: { rollout: Rollout | null }) {
  if (!rollout) return <p>{t('boxes.noRollout')}</p>;
  return (
    <Facts
      facts={[
        [t('boxes.rollout'), <strong translate={false}>{rollout.version}</strong>],
        [
          t('boxes.state'),
          <span class={`state-badge ${rollout.state === 'rolling' ? 'is-active' : 'is-ended'}`}>
            {t(`boxes.rollout.${rollout.state}`)}
          </span>,
        ],
        [t('boxes.share'), percent(rollout.share_percent / 100, 2)],
        [t('boxes.others'), rollout.before ?? t('boxes.nothing')],
        [t('boxes.since'), date(rollout.changed)],
      ]}
    />
  );
}

/** How many boxes run what, of those heard of within 30 days. */
export function Counts({ counts, rollout }: { counts: BoxCount[]; rollout: Rollout | null }) {
  if (counts.length === 0) return <p>{t('boxes.noneHeard')}</p>;
  const all = counts.reduce((sum, one) => sum + one.boxes, 0);
  return (
    <table class="table is-short">
      <caption>{t('boxes.running')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('boxes.version')}</th>
          <th scope="col">{t('boxes.count')}</th>
          <th scope="col">{t('boxes.part')}</th>
          <th scope="col">{t('boxes.signedIn')}</th>
        </tr>
      </thead>
      <tbody>
        {counts.map((one) => (
          <tr key={one.version ?? ''}>
            <th scope="row" data-label={t('boxes.version')}>
              {one.version ?? t('boxes.unsaid')}
              {rollout && one.version === rollout.version && (
                <span class="state-badge is-active">{t('boxes.new')}</span>
              )}
            </th>
            <td data-label={t('boxes.count')}>{one.boxes}</td>
            <td data-label={t('boxes.part')}>{percent(one.boxes / all)}</td>
            <td data-label={t('boxes.signedIn')}>{one.signed_in}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

// ---- keys ----------------------------------------------------------------------------------------

function Keys({ partner }: { partner: HousePartner }) {
  const line = `lanterne partner assertion-key add ${quoted(partner.name)} public.pem`;
  return (
    <>
      {partner.assertion_keys.length === 0 ? (
        <Empty title={t('boxes.noKeys')} />
      ) : (
        <table class="table is-short">
          <caption class="unseen">{t('boxes.keys')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('boxes.key')}</th>
              <th scope="col">{t('boxes.algorithm')}</th>
              <th scope="col">{t('console.th.since')}</th>
              <th scope="col">{t('boxes.ended')}</th>
            </tr>
          </thead>
          <tbody>
            {partner.assertion_keys.map((key) => (
              <tr key={key.id}>
                <th scope="row" data-label={t('boxes.key')}>
                  <code translate={false}>{key.id}</code>
                </th>
                <td data-label={t('boxes.algorithm')}>{key.algorithm}</td>
                <td data-label={t('console.th.since')}>{date(key.created)}</td>
                <td data-label={t('boxes.ended')}>{key.ended ? date(key.ended) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="field-hint">{t('boxes.keysHow')}</p>
      <Command line={line} />
    </>
  );
}

// ---- the look ------------------------------------------------------------------------------------

interface Draft {
  name: string;
  ground: string;
  text: string;
  accent: string;
  home_rows: string;
}
const names: Colour[] = ['ground', 'text', 'accent'];

const draftOf = (look: Look): Draft => ({
  name: look.name ?? '',
  ground: look.colours.ground ?? '',
  text: look.colours.text ?? '',
  accent: look.colours.accent ?? '',
  home_rows: look.home_rows?.join(', ') ?? '',
});

/** The colour that will hold: as typed, or the service's own. */
const shown = (draft: Draft, name: Colour) =>
  isColour(draft[name].trim()) ? draft[name].trim() : COLOURS[name].own;

function faultsOf(draft: Draft): Faults {
  const faults: Faults = {};
  for (const name of names) {
    const text = draft[name].trim();
    const found = contrast(shown(draft, name), shown(draft, 'ground'));
    if (text && !isColour(text)) faults[name] = t('look.colourBad');
    else if (found < COLOURS[name].least)
      faults[name] = t('look.contrastBad', { found: found.toFixed(1), least: COLOURS[name].least });
  }
  return faults;
}

const say = (problem: Problem) => ({
  field: problem.field?.replace(/^colours\.?|\[\d+\]$/g, '') || problem.field,
  text:
    problem.code === 'validation' && problem.detail
      ? t('edit.field.bad', { detail: problem.detail })
      : problemText(problem),
});

function LookForm({ partner, onSaved }: { partner: HousePartner; onSaved: (look: Look) => void }) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(partner.look));
  const { busy, faults, refusal, form, submit } = useForm(say);
  const path = `/console/partners/${partner.id}/look`;
  const change = (part: Partial<Draft>) => setDraft((was) => ({ ...was, ...part }));
  const send = async () => {
    const rows = rowsOf(draft.home_rows);
    const look = await patch<Look>(path, {
      name: draft.name.trim() || null,
      colours: Object.fromEntries(names.map((name) => [name, draft[name].trim() || null])),
      home_rows: rows.length > 0 ? rows : null,
    });
    setDraft(draftOf(look));
    onSaved(look);
    tell(t('look.saved'));
  };
  return (
    <section class="panel look" aria-labelledby="partner-look">
      <h2 id="partner-look">{t('look.title')}</h2>
      <p class="field-hint">{t('look.lead')}</p>
      <form ref={form} noValidate onSubmit={submit(() => faultsOf(draft), send)}>
        <Refusal text={refusal} />
        <Field
          name="name"
          label={t('look.name')}
          maxLength={40}
          value={draft.name}
          fault={faults.name}
          onInput={(event) => change({ name: event.currentTarget.value })}
        />
        <div class="look-colours">
          {names.map((name) => (
            <Field
              key={name}
              name={name}
              label={t(`look.${name}`)}
              hint={t('look.own', { colour: COLOURS[name].own })}
              placeholder={COLOURS[name].own}
              maxLength={7}
              spellcheck={false}
              value={draft[name]}
              fault={faults[name]}
              onInput={(event) => change({ [name]: event.currentTarget.value })}
            />
          ))}
        </div>
        <Field
          name="home_rows"
          label={t('look.rows')}
          hint={t('look.rowsHint')}
          spellcheck={false}
          value={draft.home_rows}
          fault={faults.home_rows}
          onInput={(event) => change({ home_rows: event.currentTarget.value })}
        />
        <Submit busy={busy} quiet>
          {t('look.save')}
        </Submit>
      </form>
      <div>
        <Preview draft={draft} logo={partner.look.logo} />
        <Logo partner={partner} onSaved={onSaved} />
      </div>
    </section>
  );
}

/** A box's home in its colours. They are set from here: the page's policy takes no style in its
 * text. */
function Preview({ draft, logo }: { draft: Draft; logo: string | null }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    for (const name of names)
      frame.current?.style.setProperty(`--look-${name}`, shown(draft, name));
  });
  return (
    <div class="look-preview" ref={frame} role="img" aria-label={t('look.preview')}>
      <div class="look-head" aria-hidden="true">
        {logo && <img src={logo} alt="" />}
        <strong>{draft.name.trim() || t('look.service')}</strong>
      </div>
      <div class="look-row" aria-hidden="true">
        <span class="is-focused" />
        <span />
        <span />
        <span />
      </div>
    </div>
  );
}

function Logo({ partner, onSaved }: { partner: HousePartner; onSaved: (look: Look) => void }) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const path = `/console/partners/${partner.id}/logo`;
  const run = async (work: () => Promise<Look>) => {
    setBusy(true);
    setFault(null);
    try {
      onSaved(await work());
      tell(t('look.saved'));
    } catch (error) {
      setFault(error instanceof Problem ? say(error).text : t('problem.internal'));
    } finally {
      setBusy(false);
    }
  };
  const take = (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = '';
    if (file) void run(() => call<Look>('PUT', path, file));
  };
  return (
    <>
      <FieldFrame name="logo" label={t('look.logo')} hint={t('look.logoHint')} fault={fault}>
        <input
          id="logo"
          type="file"
          accept="image/png,image/jpeg"
          disabled={busy}
          aria-describedby="logo-hint"
          onChange={(event) => take(event.currentTarget)}
        />
      </FieldFrame>
      {partner.look.logo && (
        <button
          type="button"
          class="button is-small"
          aria-disabled={busy}
          onClick={() => void run(() => call<Look>('DELETE', path))}
        >
          {t('look.logoRemove')}
        </button>
      )}
    </>
  );
}
