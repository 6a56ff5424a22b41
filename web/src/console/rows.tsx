// Tables of inputs: one row a thing, a button to add one, one to take each away.
import { languageName, t } from '../i18n';
import { Icon } from '../ui/icons';
import type { TextDraft } from './draft';

interface Column<T> {
  key: keyof T & string;
  label: string;
  choices?: string[];
}
interface RowsProps<T> {
  name: string;
  rows: T[];
  empty: T;
  columns: Column<T>[];
  add: string;
  onChange: (rows: T[]) => void;
}

const without = <T,>(rows: T[], at: number) => rows.filter((_, i) => i !== at);
const changed = <T,>(rows: T[], at: number, part: Partial<T>) =>
  rows.map((row, i) => (i === at ? { ...row, ...part } : row));

export function RemoveButton({ n, onPress }: { n: number; onPress: () => void }) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={t('edit.removeNth', { n })}
      title={t('edit.remove')}
      onClick={onPress}
    >
      <Icon name="close" />
    </button>
  );
}

export function Rows<T extends Record<string, string>>(props: RowsProps<T>) {
  const { name, rows, columns, onChange } = props;
  return (
    <div class="edit-rows">
      {rows.map((row, at) => (
        <div class="edit-row" key={at} role="group" aria-label={`${at + 1}`}>
          {columns.map((column) => {
            const id = `${name}-${at}-${column.key}`;
            const lists = column.choices ? `${name}-${column.key}-choices` : undefined;
            return (
              <div class="field" key={column.key}>
                <label for={id}>{column.label}</label>
                <input
                  id={id}
                  list={lists}
                  value={row[column.key] ?? ''}
                  maxLength={300}
                  onInput={(event) =>
                    onChange(
                      changed(rows, at, { [column.key]: event.currentTarget.value } as Partial<T>),
                    )
                  }
                />
              </div>
            );
          })}
          <RemoveButton n={at + 1} onPress={() => onChange(without(rows, at))} />
        </div>
      ))}
      {columns.map(
        (column) =>
          column.choices && (
            <datalist id={`${name}-${column.key}-choices`} key={column.key}>
              {column.choices.map((choice) => (
                <option key={choice} value={choice} />
              ))}
            </datalist>
          ),
      )}
      <button
        type="button"
        class="button is-small"
        onClick={() => onChange([...rows, { ...props.empty }])}
      >
        <Icon name="plus" />
        {props.add}
      </button>
    </div>
  );
}

export function TextRows({
  name,
  texts,
  onChange,
}: {
  name: string;
  texts: TextDraft[];
  onChange: (texts: TextDraft[]) => void;
}) {
  return (
    <div class="edit-rows">
      {texts.map((text, at) => {
        const id = (part: string) => `${name}-${at}-${part}`;
        const set = (part: Partial<TextDraft>) => onChange(changed(texts, at, part));
        return (
          <div
            class="edit-text"
            key={at}
            role="group"
            aria-label={languageName(text.language) || `${at + 1}`}
          >
            <div class="edit-row">
              <div class="field is-short">
                <label for={id('language')}>{t('edit.textLanguage')}</label>
                <input
                  id={id('language')}
                  value={text.language}
                  maxLength={35}
                  onInput={(event) => set({ language: event.currentTarget.value })}
                />
              </div>
              <div class="field">
                <label for={id('title')}>{t('edit.textTitle')}</label>
                <input
                  id={id('title')}
                  value={text.title}
                  maxLength={300}
                  onInput={(event) => set({ title: event.currentTarget.value })}
                />
              </div>
              <RemoveButton n={at + 1} onPress={() => onChange(without(texts, at))} />
            </div>
            <div class="field">
              <label for={id('synopsis')}>{t('edit.textSynopsis')}</label>
              <textarea
                id={id('synopsis')}
                value={text.synopsis}
                maxLength={4000}
                rows={3}
                onInput={(event) => set({ synopsis: event.currentTarget.value })}
              />
            </div>
          </div>
        );
      })}
      <button
        type="button"
        class="button is-small"
        onClick={() => onChange([...texts, { language: '', title: '', synopsis: '' }])}
      >
        <Icon name="plus" />
        {t('edit.addText')}
      </button>
    </div>
  );
}
