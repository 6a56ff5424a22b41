// Payment means: to choose from when ordering, and to keep in the account.
import { useEffect, useState } from 'preact/hooks';
import { asProblem, type Problem } from '../core/api';
import {
  addMandate,
  type AllMeans,
  beginCard,
  changeMeans,
  endCard,
  leaveFor,
  type Means,
  type MeansKind,
  removeMeans,
} from '../core/billing';
import { problemText } from '../core/problems';
import { type Resource, useAnswer } from '../core/resource';
import { me } from '../core/session';
import { createStore, useStore } from '../core/store';
import { t } from '../i18n';
import { language } from '../i18n/language';
import { Confirm } from '../ui/confirm';
import { Field, type Faults, Refusal, Submit, useForm } from '../ui/form';
import { Icon } from '../ui/icons';
import { tell } from '../ui/notice';
import { Panel, valueOf } from '../ui/panel';
import { Failure, Loading } from '../ui/states';

export const nameOf = (means: Means): string => means.label ?? means.mandate ?? means.kind;

export function useMeans(): Resource<AllMeans> {
  const who = useStore(me);
  return useAnswer<AllMeans>(who ? '/me/means' : null, `${useStore(language)} ${who?.id ?? ''}`);
}

/** Where the bank's page leads back to: here, without the session of a card that came before. */
function pathHere(): string {
  const asked = new URLSearchParams(location.search);
  asked.delete('card');
  const rest = asked.toString();
  return location.pathname + (rest ? `?${rest}` : '');
}

/** A card that was just typed: whoever shows means by now takes it up. */
const typed = createStore<Means | null>(null);

/** Back from the bank's page with ?card=SESSION: the card is added, once, and named. */
export function useCardOfReturn(means: Resource<AllMeans>, added: (one: Means) => void) {
  const fresh = useStore(typed);
  useEffect(() => {
    const asked = new URLSearchParams(location.search);
    const session = asked.get('card');
    if (!session) return;
    history.replaceState(history.state, '', pathHere());
    endCard(session).then(
      (one) => typed.set(one),
      (error) => {
        const { code } = asProblem(error);
        tell(code === 'state' ? t('means.cardFailed') : problemText(asProblem(error)), true);
      },
    );
  }, []);
  useEffect(() => {
    if (!fresh) return;
    typed.set(null);
    tell(t('means.added', { name: nameOf(fresh) }));
    added(fresh);
    void means.refresh();
  }, [fresh]);
}

/** Buttons that add means of the kinds the house takes. */
export function AddMeans(props: {
  kinds: MeansKind[];
  mandate: string | null;
  onAdded: (one: Means) => void;
}) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const card = async () => {
    if (busy) return;
    setBusy(true);
    try {
      leaveFor((await beginCard(pathHere())).url);
    } catch (error) {
      setBusy(false);
      tell(problemText(asProblem(error)), true);
    }
  };
  if (open && props.mandate) {
    return (
      <MandateForm
        text={props.mandate}
        onClose={() => setOpen(false)}
        onAdded={(one) => {
          setOpen(false);
          props.onAdded(one);
        }}
      />
    );
  }
  return (
    <div class="add-means">
      <div class="actions">
        {props.kinds.includes('card') && (
          <button type="button" class="button" aria-disabled={busy} onClick={() => void card()}>
            {t('means.card')}
          </button>
        )}
        {props.kinds.includes('sepa') && props.mandate && (
          <button type="button" class="button" onClick={() => setOpen(true)}>
            {t('means.sepa')}
          </button>
        )}
      </div>
      {props.kinds.includes('card') && <p class="panel-small">{t('means.cardMore')}</p>}
    </div>
  );
}

function sayMandate(problem: Problem): { field?: string | null; text: string } {
  if (problem.field === 'iban') return { field: 'iban', text: t('means.ibanBad') };
  if (problem.field === 'holder') return { field: 'holder', text: t('means.holderBad') };
  return { text: problemText(problem) };
}

function MandateForm(props: { text: string; onClose: () => void; onAdded: (one: Means) => void }) {
  const { busy, faults, refusal, form, submit } = useForm(sayMandate);
  const agreed = () =>
    (form.current?.elements.namedItem('agreed') as HTMLInputElement | null)?.checked ?? false;
  const check = (): Faults => ({
    ...(valueOf(form, 'iban').trim() ? {} : { iban: t('field.required') }),
    ...(valueOf(form, 'holder').trim() ? {} : { holder: t('means.holderBad') }),
    ...(agreed() ? {} : { agreed: t('means.agreeFirst') }),
  });
  const send = async () =>
    props.onAdded(await addMandate(valueOf(form, 'iban'), valueOf(form, 'holder').trim()));
  return (
    <form class="mandate" ref={form} noValidate onSubmit={submit(check, send)}>
      <Refusal text={refusal} />
      <Field
        name="iban"
        label={t('means.iban')}
        fault={faults['iban']}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        maxLength={64}
      />
      <Field
        name="holder"
        label={t('means.holder')}
        fault={faults['holder']}
        autocomplete="name"
        maxLength={70}
      />
      <p class="mandate-text">{props.text}</p>
      <label class="check">
        <input
          type="checkbox"
          id="agreed"
          name="agreed"
          aria-invalid={faults['agreed'] ? true : undefined}
          aria-describedby={faults['agreed'] ? 'agreed-fault' : undefined}
        />
        {t('means.agree')}
      </label>
      {faults['agreed'] && (
        <p class="field-fault" id="agreed-fault">
          <Icon name="alert" />
          {faults['agreed']}
        </p>
      )}
      <div class="actions">
        <Submit busy={busy} quiet>
          {t('means.save')}
        </Submit>
        <button type="button" class="button" onClick={props.onClose}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}

/** What an order is paid with: one of those there are, or new ones. */
export function MeansChoice(props: {
  means: Resource<AllMeans>;
  kinds: MeansKind[];
  chosen: string | null;
  onChoose: (id: string) => void;
}) {
  const { means } = props;
  if (!means.value) {
    return means.problem ? <Failure problem={means.problem} retry={means.refresh} /> : <Loading />;
  }
  return (
    <fieldset class="means-choice">
      <legend>{t('means.choose')}</legend>
      {means.value.items.length > 0 && (
        <div class="choices is-tall">
          {means.value.items.map((one) => (
            <label key={one.id} class="choice">
              <input
                type="radio"
                name="means"
                value={one.id}
                checked={one.id === props.chosen}
                onChange={() => props.onChoose(one.id)}
              />
              <span>{nameOf(one)}</span>
            </label>
          ))}
        </div>
      )}
      <AddMeans
        kinds={props.kinds}
        mandate={means.value.mandate_text}
        onAdded={(one) => {
          props.onChoose(one.id);
          void means.refresh();
        }}
      />
    </fieldset>
  );
}

/** In the account: what there is, which of it is used, and more. */
export function MeansPanel({ kinds }: { kinds: MeansKind[] }) {
  const who = useStore(me);
  const means = useMeans();
  const [removing, setRemoving] = useState<Means | null>(null);
  useCardOfReturn(means, () => undefined);
  if (kinds.length === 0 && !means.value?.items.length) return null;
  const runs = who ? !['none', 'ended', 'partner'].includes(who.subscription.state) : false;
  const guarded = async (name: string, work: () => Promise<unknown>, said: string) => {
    try {
      await work();
      tell(said);
    } catch (error) {
      const problem = asProblem(error);
      tell(problem.code === 'state' ? t('means.kept', { name }) : problemText(problem), true);
    }
    await means.refresh();
  };
  return (
    <Panel id="means" title={t('means.title')}>
      {means.problem && !means.value && <Failure problem={means.problem} retry={means.refresh} />}
      {means.value?.items.length === 0 && <p class="panel-small">{t('means.none')}</p>}
      <ul class="devices">
        {(means.value?.items ?? []).map((one) => (
          <li class="device" key={one.id}>
            <Icon name="check" class={one.in_use ? '' : 'is-hidden'} />
            <div>
              <p class="device-name">{nameOf(one)}</p>
              <p class="panel-small">
                {[
                  one.holder,
                  one.mandate ? t('means.mandate', { reference: one.mandate }) : null,
                  one.in_use ? t('means.inUse') : null,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
            </div>
            <span class="device-actions">
              {runs && !one.in_use && (
                <button
                  type="button"
                  class="button is-small"
                  aria-label={t('means.useName', { name: nameOf(one) })}
                  onClick={() =>
                    void guarded(
                      nameOf(one),
                      async () => {
                        await changeMeans(one.id);
                      },
                      t('means.used', { name: nameOf(one) }),
                    )
                  }
                >
                  {t('means.use')}
                </button>
              )}
              <button
                type="button"
                class="button is-small"
                aria-label={t('means.removeName', { name: nameOf(one) })}
                onClick={() => setRemoving(one)}
              >
                {t('means.remove')}
              </button>
            </span>
          </li>
        ))}
      </ul>
      {means.value && (
        <AddMeans
          kinds={kinds}
          mandate={means.value.mandate_text}
          onAdded={(one) => {
            tell(t('means.added', { name: nameOf(one) }));
            void means.refresh();
          }}
        />
      )}
      {removing && (
        <Confirm
          question={t('means.removeAsk', { name: nameOf(removing) })}
          yes={t('means.remove')}
          onAnswer={(yes) => {
            const one = removing;
            setRemoving(null);
            if (yes)
              void guarded(
                nameOf(one),
                () => removeMeans(one.id),
                t('means.removed', { name: nameOf(one) }),
              );
          }}
        />
      )}
    </Panel>
  );
}
