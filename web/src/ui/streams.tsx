// The list of who is watching what where, with a button to stop each.
import { deviceOf, whatIsWatched, whereItIsWatched, whoWatches } from '../core/streams';
import type { Stream } from '../core/types';
import { t } from '../i18n';
import { AvatarFigure, avatarOf } from './avatar';
import { Icon } from './icons';

/** stop: null where nothing is stopped. */
export function StreamList(props: {
  items: Stream[];
  stop: ((one: Stream) => void) | null;
  busy?: boolean;
}) {
  const { items, stop } = props;
  return (
    <ul class="devices streams">
      {items.map((one) => (
        <li class="device" key={one.id}>
          {one.profile ? <AvatarFigure name={avatarOf(one.profile)} /> : <Icon name="screen" />}
          <div>
            <p class="device-name">{whatIsWatched(one)}</p>
            <p class="panel-small">{whoWatches(one)}</p>
            <p class="panel-small">{whereItIsWatched(one)}</p>
          </div>
          {stop && one.may_stop && (
            <button
              type="button"
              class="button is-small"
              disabled={props.busy}
              aria-label={t('streams.stopName', {
                title: whatIsWatched(one),
                who: whoWatches(one),
                device: deviceOf(one),
              })}
              onClick={() => stop(one)}
            >
              {t('streams.stop')}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
