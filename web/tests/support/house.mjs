// A house to test against: the real binary with a small catalogue, encoded once a run. Each test
// file serves a copy of it, so that none sees what another did.
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tree } from './bundle.mjs';
import { until } from './until.mjs';

export const PASSWORD = 'quatre mots dits le soir';
export const ADMINISTRATOR = 'house@lanterne.example';
export const XSS = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>`;

// What libraries keep for the life of a process is no leak of ours.
const SUPPRESSIONS = `suppressions=${path.join(tree, 'tests/lsan.supp')}:print_suppressions=0`;

/** The binary to test; null when there is none, and why. */
export function binary() {
  const said = process.env.LANTERNE_BIN;
  const builds = readdirSync(tree)
    .filter((name) => name.startsWith('build'))
    .map((name) => path.join(tree, name, 'src/app/lanterne'))
    .filter((file) => existsSync(file))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  const file = said ? path.resolve(said) : builds[0];
  return file && existsSync(file) ? file : null;
}

/** Why the tests of this file cannot run, or false. */
export const skip = binary() ? false : 'there is no binary: build the project, or say LANTERNE_BIN';

export class House {
  constructor(folder) {
    this.folder = folder;
    this.children = [];
    this.address = null;
  }

  /** `lanterne -C FOLDER ARGS...`, to its end; what it printed. */
  run(args, input = '') {
    const done = spawnSync(binary(), ['-C', this.folder, ...args], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    });
    if (done.status !== 0)
      throw new Error(`lanterne ${args.join(' ')}: ${done.status}\n${done.stderr}`);
    return done.stdout;
  }

  json(args, input) {
    return JSON.parse(this.run([...args, '--json'], input));
  }

  /** A command that goes on until the house is closed. */
  start(args) {
    const child = spawn(binary(), ['-C', this.folder, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LSAN_OPTIONS: SUPPRESSIONS },
    });
    child.said = '';
    for (const out of [child.stdout, child.stderr]) out.on('data', (text) => (child.said += text));
    this.children.push(child);
    return child;
  }

  async serve() {
    const server = this.start(['serve', '--listen', '127.0.0.1:0']);
    this.address = await until('the server listens', () => {
      if (server.exitCode !== null) throw new Error(`the server ended:\n${server.said}`);
      return /http:\/\/127\.0\.0\.1:(\d+)/.exec(server.said)?.[0];
    });
    return this;
  }

  async close() {
    for (const child of this.children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(timer);
    }
    rmSync(path.dirname(this.folder), { recursive: true, force: true });
    const reports = this.children.filter((child) => /==\d+==ERROR|runtime error:/.test(child.said));
    if (reports.length) throw new Error(reports.map((child) => child.said).join('\n'));
  }
}

function ffmpeg(args) {
  const done = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args], {
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}\n${done.stderr}`);
}

/** A master with a moving test picture and as many tones as languages. */
export function master(file, { seconds, size = '640x360', rate = 12, languages = ['fr'] }) {
  const tones = languages.flatMap((_, i) => [
    '-f',
    'lavfi',
    '-i',
    `sine=frequency=${330 + 220 * i}:sample_rate=48000:duration=${seconds}`,
  ]);
  ffmpeg([
    '-f',
    'lavfi',
    '-i',
    `testsrc2=size=${size}:rate=${rate}:duration=${seconds},gblur=sigma=1.5`,
    ...tones,
    '-map',
    '0:v',
    ...languages.flatMap((language, i) => [
      '-map',
      `${i + 1}:a`,
      `-metadata:s:a:${i}`,
      `language=${language}`,
    ]),
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-g',
    String(rate * 2),
    '-c:a',
    'aac',
    '-ac',
    '2',
    file,
  ]);
  return file;
}

const CAPTIONS = `1
00:00:00,500 --> 00:00:20,000
A lantern is lit

2
00:00:20,100 --> 00:00:23,000
and goes out
`;

/** Makes the catalogue in a new folder and writes down what is in it. */
export function prepare(folder) {
  mkdirSync(folder, { recursive: true });
  const house = new House(path.join(folder, 'service'));
  const file = (name) => path.join(folder, name);
  const made = spawnSync(
    binary(),
    [
      'init',
      house.folder,
      '--name',
      'Lanterne',
      '--territory',
      'FR',
      '--administrator',
      ADMINISTRATOR,
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  house.run(['member', 'password', '--email', ADMINISTRATOR, '--password-stdin'], `${PASSWORD}\n`);

  const film = house.json([
    'title',
    'add',
    '--kind',
    'film',
    '--title',
    'La Lanterne magique',
    '--title-in',
    'en=The Magic Lantern',
    '--title-in',
    'fr=La Lanterne magique',
    '--synopsis',
    'en=A showman walks from village to village.',
    '--synopsis',
    'fr=Un montreur va de village en village.',
    '--year',
    '1903',
    '--runtime',
    '1',
    '--language',
    'fr',
    '--genre',
    'fantasy',
    '--genre',
    'short',
    '--country',
    'FR',
    '--credit',
    'director=Alice Guy',
    '--rating',
    'CNC=10',
    '--credit-line',
    'For everybody',
  ]).id;
  writeFileSync(file('captions.srt'), CAPTIONS);
  house.run([
    'ingest',
    master(file('film.mkv'), { seconds: 24, languages: ['fra', 'eng'] }),
    '--title',
    film,
    '--wait',
  ]);
  house.run(['caption', 'add', file('captions.srt'), '--title', film, '--language', 'en']);
  house.run([
    'caption',
    'add',
    file('captions.srt'),
    '--title',
    film,
    '--language',
    'fr',
    '--kind',
    'sdh',
  ]);
  house.run(['publish', film]);

  const series = house.json([
    'title',
    'add',
    '--kind',
    'series',
    '--title',
    'Le Quai',
    '--title-in',
    'en=The Quay',
    '--genre',
    'drama',
  ]).id;
  const short = master(file('episode.mp4'), { seconds: 9, size: '320x180' });
  const episodes = [1, 2, 3].map((number) => {
    const added = house.json([
      'title',
      'episode',
      'add',
      series,
      '--season',
      '1',
      '--episode',
      String(number),
      '--title-in',
      `en=Part ${number}`,
      '--title-in',
      `fr=Partie ${number}`,
    ]);
    if (number < 3)
      house.run([
        'ingest',
        short,
        '--title',
        series,
        '--season',
        '1',
        '--episode',
        String(number),
        '--wait',
      ]);
    return added.id;
  });
  house.run(['publish', series]);

  const draft = house.json([
    'title',
    'add',
    '--kind',
    'film',
    '--title',
    'Le Brouillon',
    '--title-in',
    'en=The Draft',
    '--genre',
    'comedy',
  ]).id;
  house.run(['ingest', short, '--title', draft, '--wait']);

  const wicked = house.json([
    'title',
    'add',
    '--kind',
    'film',
    '--title',
    XSS,
    '--title-in',
    `en=${XSS}`,
    '--title-in',
    `fr=${XSS}`,
    '--synopsis',
    `en=${XSS}`,
    '--synopsis',
    `fr=${XSS}`,
    '--credit',
    `actor=${XSS}`,
    '--credit-line',
    XSS,
    '--genre',
    'horror',
  ]).id;
  house.run(['ingest', short, '--title', wicked, '--wait']);
  writeFileSync(file('wicked.srt'), `1\n00:00:00,100 --> 00:00:08,000\n${XSS} &lt;b&gt; end\n`);
  house.run([
    'caption',
    'add',
    file('wicked.srt'),
    '--title',
    wicked,
    '--language',
    'en',
    '--label',
    XSS,
  ]);
  house.run(['publish', wicked]);

  writeFileSync(
    path.join(folder, 'catalogue.json'),
    JSON.stringify({ film, series, episodes, draft, wicked }),
  );
}

/** A house of one's own, served; `catalogue` has the ids. `settings` go into its lanterne.conf,
 * `stock(house)` puts in more before it is served. */
export async function openHouse({ settings = {}, stock } = {}) {
  let source = process.env.LANTERNE_TEST_HOUSE;
  if (!source) {
    source = mkdtempSync(path.join(os.tmpdir(), 'lanterne-house-'));
    process.once('exit', () => rmSync(source, { recursive: true, force: true }));
    prepare(source);
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lanterne-test-'));
  cpSync(path.join(source, 'service'), path.join(folder, 'service'), { recursive: true });
  cpSync(path.join(source, 'episode.mp4'), path.join(folder, 'episode.mp4'));
  const house = new House(path.join(folder, 'service'));
  house.catalogue = JSON.parse(readFileSync(path.join(source, 'catalogue.json'), 'utf8'));
  house.master = path.join(folder, 'episode.mp4');
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  appendFileSync(path.join(house.folder, 'lanterne.conf'), lines.join(''));
  stock?.(house);
  return house.serve();
}
