// What every browser test needs: a real browser with a fresh profile, a server on the loopback
// interface, and a record of everything that a page said or asked for. test_browser.py says which
// browser; by hand: BROWSER=firefox BROWSER_PATH=/usr/bin/firefox node --test site.test.mjs
//
//   test(title, async (browser, name) => …, options)
//       one test. Tests with the same options share a browser; what they open is closed after them.
//       options: those of launch; timeout in milliseconds
//   launch({dark, reducedMotion, javascript, touch})  → a puppeteer browser
//   open(browser, url, {width, height})  → a puppeteer page, with page.seen
//   quiet(page)                  nothing was said, asked of another host, or missing
//   serve(folder, {headers, pages})  → {url, close()}
//       under a prefix, as a site of a project is; pages: path → text of further pages
//   axe(page, selector, rules, without)  → the violations; rules: ids or tags, of WCAG 2.1 A and AA
//       and of best practice if none are named
//
// Nothing can leave the machine: every name but the loopback's fails to resolve in Chromium, and
// meets a closed proxy in Firefox. What was tried stands in page.seen.foreign.
import assert from 'node:assert/strict';
import {existsSync, readFileSync, statSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {extname, join, normalize} from 'node:path';
import nodeTest, {after} from 'node:test';
import {fileURLToPath} from 'node:url';
import puppeteer from 'puppeteer-core';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const SITE = process.env.SITE ?? join(ROOT, '_build', 'html');
export const NAME = process.env.BROWSER ?? 'chromium';
const PATH = process.env.BROWSER_PATH ?? `/usr/bin/${NAME}`;

// Chromium's sandbox works neither for root, as in a container, nor on GitHub's Ubuntu.
const BARE = process.platform === 'linux' && (process.getuid() === 0 || process.env.CI);
const CHROMIUM = ['--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-first-run', '--no-default-browser-check', '--force-color-profile=srgb',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', ...(BARE ? ['--no-sandbox'] : [])];
const FIREFOX = {
  'network.proxy.type': 1, 'network.proxy.http': '127.0.0.1', 'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1', 'network.proxy.ssl_port': 9,
  'network.proxy.no_proxies_on': '127.0.0.1', 'network.dns.disabled': true,
  'browser.shell.checkDefaultBrowser': false, 'datareporting.policy.dataSubmissionEnabled': false,
};

export async function launch(options = {}) {
  const {dark = false, reducedMotion = false, javascript = true, touch = false} = options;
  const browser = await puppeteer.launch({
    browser: NAME === 'firefox' ? 'firefox' : 'chrome',
    executablePath: PATH,
    defaultViewport: null,
    args: NAME === 'firefox' ? [] : CHROMIUM,
    // Firefox takes the reader's wishes as preferences; Chromium is told page by page, in open().
    extraPrefsFirefox: {...FIREFOX,
      'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
      'ui.prefersReducedMotion': reducedMotion ? 1 : 0,
      'javascript.enabled': javascript},
  });
  browser.wishes = {dark, reducedMotion, javascript, touch};
  return browser;
}

const LOCAL = /^(data|blob|about|chrome|moz-extension|http:\/\/127\.0\.0\.1[:/])/;

export async function open(browser, url, {width = 1280, height = 900} = {}) {
  const {dark, reducedMotion, javascript, touch} = browser.wishes;
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000); // only for what never comes: a busy machine is no fault
  const seen = page.seen = {console: [], foreign: [], failed: [], requests: []};
  page.on('console', message => seen.console.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', error => seen.console.push(`uncaught: ${error.message}`));
  page.on('request', request => {
    seen.requests.push(request.url());
    if (!LOCAL.test(request.url())) seen.foreign.push(request.url());
  });
  page.on('requestfailed', request => seen.failed.push(request.url()));
  page.on('response', answer => {
    if (answer.status() >= 400) seen.failed.push(`${answer.status()} ${answer.url()}`);
  });
  await page.setViewport({width, height, hasTouch: touch && NAME === 'chromium'});
  if (NAME === 'chromium') {
    await page.setJavaScriptEnabled(javascript);
    await page.emulateMediaFeatures([
      {name: 'prefers-color-scheme', value: dark ? 'dark' : 'light'},
      {name: 'prefers-reduced-motion', value: reducedMotion ? 'reduce' : 'no-preference'},
    ]);
  }
  await page.goto(url, {waitUntil: 'load'});
  await page.bringToFront(); // a page behind another gets no focus in Firefox
  return page;
}

export function quiet(page) {
  assert.deepEqual(page.seen.console, [], 'console output');
  assert.deepEqual(page.seen.foreign, [], 'requests to elsewhere');
  assert.deepEqual(page.seen.failed, [], 'failed requests');
}

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.js': 'text/javascript; charset=utf-8', '.png': 'image/png', '.woff2': 'font/woff2',
};

const PREFIX = '/a/b/';

export async function serve(folder, {headers = {}, pages = {}} = {}) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://127.0.0.1').pathname);
    const name = path.startsWith(PREFIX) ? path.slice(PREFIX.length) : undefined;
    let file = join(folder, name || 'index.html');
    const inside = name !== undefined && file.startsWith(normalize(folder));
    if (!Object.hasOwn(pages, name) && !(inside && existsSync(file) && statSync(file).isFile())) {
      response.writeHead(404).end('not found');
      return;
    }
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, {'content-type': type, 'cache-control': 'max-age=600', ...headers});
    response.end(pages[name] ?? readFileSync(file));
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${server.address().port}${PREFIX}`,
    close: () => { server.closeAllConnections(); server.close(); },
  };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

export async function axe(page, selector = 'html', rules = TAGS, without = []) {
  if (!await page.evaluate(() => Boolean(globalThis.axe))) await page.evaluate(AXE);
  return page.evaluate(async (selector, runOnly, without) => {
    const rules = Object.fromEntries(without.map(rule => [rule, {enabled: false}]));
    const {violations} = await globalThis.axe.run(selector, {runOnly, rules});
    return violations.flatMap(({id, nodes}) =>
      nodes.map(({html, failureSummary}) => `${id}: ${html.slice(0, 160)} · ${failureSummary}`));
  }, selector, rules, without);
}

const running = new Map();

/** The one browser with these wishes in this process: starting one costs seconds. */
function shared(wishes) {
  const key = JSON.stringify(wishes);
  if (!running.has(key)) running.set(key, launch(wishes));
  return running.get(key);
}

export function test(title, body, {timeout = 300_000, ...wishes} = {}) {
  nodeTest(title, {timeout}, async () => {
    const browser = await shared(wishes);
    const kept = new Set(await browser.pages()); // the blank one, which keeps the browser open
    try {
      await body(browser, NAME);
    } finally {
      for (const page of await browser.pages()) if (!kept.has(page)) await page.close();
    }
  });
}

after(async () => {
  for (const browser of running.values()) await (await browser).close();
});
