// What a screenshot shows, in figures: decoded by the browser itself on an empty page.
export async function pixelsOf(browser, png) {
  const page = await browser.newPage();
  try {
    return await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(64, 36);
      const pen = canvas.getContext('2d');
      pen.drawImage(picture, 0, 0, 64, 36);
      return [...pen.getImageData(0, 0, 64, 36).data].filter((_, i) => i % 4 !== 3);
    }, png.toString('base64'));
  } finally {
    await page.close();
  }
}

export const brightest = (pixels) => Math.max(...pixels);
export const difference = (a, b) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
/** Of the 36 rows of two pictures those that are not the same. */
export const rowsThatDiffer = (a, b) =>
  [...Array(36).keys()].filter((row) =>
    a.slice(row * 192, (row + 1) * 192).some((value, i) => Math.abs(value - b[row * 192 + i]) > 40),
  );
