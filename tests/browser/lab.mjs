// What JupyterLab shows of the text of notebooks. `node lab.mjs URL PATH…` prints, as JSON, for
// each path {images: the alt of each picture that is seen, raw: what looks like markup}.
// The server must expose its application (expose_app_in_browser) and render whole notebooks.

import {launch, open} from './harness.mjs';

const RAW = String.raw`:::|\{(?:figure|eq|cite|numref|ref|doc|term)|\$\$|\(eq-|\\tag|!\[|\]\(`;
const PATIENCE = 20_000; // milliseconds, for what may never come

/** In the page: open a notebook, wait until its text and its pictures are there, read them. */
async function look(path, raw, patience) {
  const markup = new RegExp(raw, 'g');
  const until = async condition => {
    const end = Date.now() + patience;
    while (!condition() && Date.now() < end) await new Promise(done => setTimeout(done, 50));
  };
  const widget = await globalThis.jupyterapp.commands.execute('docmanager:open', {path});
  await widget.context.ready;
  const cells = widget.content.widgets.filter(cell => cell.model.type === 'markdown');
  const texts = () => cells.map(cell => cell.node.querySelector('.jp-RenderedMarkdown'));
  await until(() => texts().every(text => text?.textContent));
  const images = () => texts().flatMap(text => [...text.querySelectorAll('img')]);
  const said = () => texts().flatMap(text => {
    const copy = text.cloneNode(true);
    copy.querySelectorAll('code, mjx-container').forEach(element => element.remove());
    return copy.textContent.match(markup) ?? [];
  });
  await until(() => images().every(image => image.naturalWidth) && said().length === 0);
  const seen = images().filter(image => image.naturalWidth).map(image => image.alt);
  const found = {images: seen, raw: said()};
  widget.dispose();
  return found;
}

const [url, ...paths] = process.argv.slice(2);
const browser = await launch();
try {
  const page = await open(browser, `${url}lab`);
  await page.waitForFunction(() => globalThis.jupyterapp?.commands.hasCommand('docmanager:open'),
    {timeout: 60_000});
  await page.evaluate(() => globalThis.jupyterapp.restored);
  const seen = {};
  for (const path of paths) seen[path] = await page.evaluate(look, path, RAW, PATIENCE);
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
