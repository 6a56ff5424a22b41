// Countries to choose from: those the house has dealt with first, then all of ISO 3166-1.
import { countryName, t } from '../i18n';
import { language } from '../i18n/language';
import { useTerritories } from './when';

const CODES =
  'ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCM' +
  'CNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHK' +
  'HMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMH' +
  'MKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRU' +
  'RWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVG' +
  'VIVNVUWFWSYEYTZAZMZW';

export const countries = (): string[] => CODES.match(/../g) ?? [];

const byName = (codes: string[]) => {
  const order = new Intl.Collator(language.get());
  return codes
    .map((code) => [code, countryName(code)] as const)
    .sort((a, b) => order.compare(a[1], b[1]));
};

export function CountryField(props: {
  name: string;
  label: string;
  value: string;
  any?: string;
  onChange?: (code: string) => void;
}) {
  const ours = useTerritories().value?.items.map((one) => one.territory) ?? [];
  const others = countries().filter((code) => !ours.includes(code));
  const options = (codes: string[]) =>
    byName(codes).map(([code, name]) => (
      <option key={code} value={code} selected={code === props.value}>
        {name}
      </option>
    ));
  return (
    <div class="field">
      <label for={props.name}>{props.label}</label>
      <select
        id={props.name}
        name={props.name}
        key={`${props.value} ${ours.join()}`}
        onChange={(event) => props.onChange?.(event.currentTarget.value)}
      >
        {props.any && (
          <option value="" selected={props.value === ''}>
            {props.any}
          </option>
        )}
        {ours.length > 0 && <optgroup label={t('country.ours')}>{options(ours)}</optgroup>}
        <optgroup label={t('country.others')}>{options(others)}</optgroup>
      </select>
    </div>
  );
}

/** "FR BE" and "ZZ -US", said with names while they are few. */
export function whereSaid(codes: string): string {
  const parts = codes.split(/[\s,]+/).filter(Boolean);
  const name = (code: string) => (code === 'ZZ' ? t('where.world') : countryName(code));
  const within = parts.filter((code) => !code.startsWith('-')).map(name);
  const without = parts.filter((code) => code.startsWith('-')).map((code) => name(code.slice(1)));
  if (within.length + without.length > 6) return codes;
  if (without.length === 0) return within.join(', ');
  return t('where.without', { where: within.join(', '), except: without.join(', ') });
}
