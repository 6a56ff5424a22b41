export const PATIENCE = 60_000;

/** The first true value of condition(), which may be asked often. */
export async function until(what, condition, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${patience / 1000} s until ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
