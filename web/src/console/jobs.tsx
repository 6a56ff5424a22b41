// Jobs, with their progress as it happens: asked every second while one runs or waits.
import { useState } from 'preact/hooks';
import { asProblem, post } from '../core/api';
import { problemText } from '../core/problems';
import { useEvery } from '../core/resource';
import type { Job } from '../core/types';
import { dateShort, isKey, percent, span, t } from '../i18n';
import { Confirm } from '../ui/confirm';
import { Icon } from '../ui/icons';
import { tell } from '../ui/notice';
import { Empty, Failure, Loading } from '../ui/states';
import { useDocumentTitle } from '../ui/document';
import { usePages } from './pages';
import { More } from './parts';

const isOpen = (job: Job) => job.state === 'queued' || job.state === 'running';

export function Jobs() {
  useDocumentTitle(t('console.jobs'));
  const list = usePages<Job>('/console/jobs', { limit: 50 });
  const open = list.items?.filter(isOpen) ?? [];
  const done = list.items?.filter((job) => !isOpen(job)) ?? [];
  useEvery(open.length > 0 ? 1 : 5, true, list.refresh);
  return (
    <>
      <div class="console-head">
        <h1 class="display" tabIndex={-1}>
          {t('console.jobs')}
        </h1>
        {open.length > 0 && !list.problem && <span class="live">{t('jobs.live')}</span>}
        {open.length > 0 && list.problem && (
          <span class="live is-off">{problemText(list.problem)}</span>
        )}
      </div>
      {list.problem && !list.items && <Failure problem={list.problem} retry={list.refresh} />}
      {!list.items && !list.problem && <Loading />}
      {list.items?.length === 0 && <Empty title={t('jobs.none')} text={t('jobs.noneMore')} />}
      <JobList name={t('jobs.open')} jobs={open} onChange={list.put} />
      <JobList name={t('jobs.done')} jobs={done} onChange={list.put} />
      <More list={list} />
    </>
  );
}

function JobList({
  name,
  jobs,
  onChange,
}: {
  name: string;
  jobs: Job[];
  onChange: (job: Job) => void;
}) {
  if (jobs.length === 0) return null;
  return (
    <section class="jobs">
      <h2>{name}</h2>
      <ul>
        {jobs.map((job) => (
          <JobCard key={job.id} job={job} onChange={onChange} />
        ))}
      </ul>
    </section>
  );
}

function stageSaid(job: Job): string {
  const key = `jobs.stage.${job.stage}`;
  const parts = [job.state === 'running' && isKey(key) ? t(key) : t(`jobs.state.${job.state}`)];
  if (job.state === 'running') parts.push(percent(job.progress));
  if (isOpen(job) && job.remaining_seconds)
    parts.push(t('jobs.remaining', { time: span(job.remaining_seconds) }));
  return parts.join(' · ');
}

function JobCard({ job, onChange }: { job: Job; onChange: (job: Job) => void }) {
  const episode =
    job.season !== null && job.episode !== null
      ? t('episodeShort', { season: job.season, episode: job.episode })
      : null;
  return (
    <li class={`job is-${job.state}`} data-job={job.id} data-state={job.state}>
      <div class="job-text">
        <p class="job-title">
          <a href={`/console/titles/${job.title.id}`}>{job.title.title}</a>
          {episode && <span>{episode}</span>}
        </p>
        <p class="job-file">{job.file_name}</p>
      </div>
      <span class={`state-badge is-${job.state}`}>{t(`jobs.state.${job.state}`)}</span>
      <div class="job-progress">
        {isOpen(job) && (
          <progress
            max={1}
            value={job.progress}
            aria-label={t('jobs.progressName', { file: job.file_name })}
          />
        )}
        <p>{isOpen(job) ? stageSaid(job) : dateShort(job.changed)}</p>
      </div>
      <div class="job-actions">
        <JobActions job={job} onChange={onChange} />
      </div>
      {job.refusals.length > 0 && (
        <div class="job-why">
          <p>
            <Icon name="alert" />
            {t(job.state === 'failed' ? 'jobs.whyFailed' : 'jobs.why')}
          </p>
          <ul>
            {job.refusals.map((refusal, i) => (
              <li key={i}>{refusal.text}</li>
            ))}
          </ul>
        </div>
      )}
    </li>
  );
}

/** A refused master does not get better by trying: a better one has to be delivered. */
const mayRetry = (job: Job) => job.state === 'failed' || job.state === 'cancelled';

function JobActions({ job, onChange }: { job: Job; onChange: (job: Job) => void }) {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const run = async (what: 'cancel' | 'retry') => {
    if (busy) return;
    setBusy(true);
    try {
      onChange(await post<Job>(`/console/jobs/${job.id}/${what}`));
    } catch (error) {
      tell(problemText(asProblem(error)), true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {isOpen(job) && (
        <button
          type="button"
          class="button is-small"
          aria-disabled={busy}
          aria-label={t('jobs.cancelName', { file: job.file_name })}
          onClick={() => setAsking(true)}
        >
          {t('jobs.cancel')}
        </button>
      )}
      {mayRetry(job) && (
        <button
          type="button"
          class="button is-small"
          aria-disabled={busy}
          aria-label={t('jobs.retryName', { file: job.file_name })}
          onClick={() => void run('retry')}
        >
          {t('jobs.retry')}
        </button>
      )}
      {asking && (
        <Confirm
          question={t('jobs.cancelAsk', { file: job.file_name })}
          yes={t('jobs.cancel')}
          onAnswer={(yes) => {
            setAsking(false);
            if (yes) void run('cancel');
          }}
        />
      )}
    </>
  );
}
