// What axe-core finds on a page that is shown. LANTERNE_PICTURES: a folder that keeps a picture of
// each, to be looked at.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const told = (node) => `${node.target.join(' ')} (${node.failureSummary})`;

let pictures = 0;

/** A picture of the whole page, in the order in which they were looked at. */
export async function picture(page, name = new URL(page.url()).pathname) {
  const folder = process.env.LANTERNE_PICTURES;
  if (!folder) return;
  const of = path.basename(process.argv[1], '.test.mjs');
  const number = String(++pictures).padStart(3, '0');
  const file = `${of}-${number}${name.replaceAll(/[^\w-]+/g, '-')}.png`;
  await page.screenshot({ path: path.join(folder, file), fullPage: true });
}

/** The serious findings, a line each; a page wider than its window is one. */
export async function findings(page) {
  await page.evaluate(() => {
    for (const one of document.getAnimations())
      if (one.effect.getComputedTiming().endTime < Infinity) one.finish();
  });
  await picture(page);
  const session = await page.context().newCDPSession(page);
  // Put in by the debugger: the site's policy lets no script of ours in, as it should.
  if (!(await page.evaluate(() => 'axe' in window)))
    await session.send('Runtime.evaluate', { expression: axe });
  const result = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  await session.detach();
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide, not ${clientWidth}`] : [];
  });
  const serious = result.violations
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .map((one) => `${one.id}: ${one.nodes.map(told).join(' | ')}`);
  return [...wide, ...serious];
}
