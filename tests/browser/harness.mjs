// What every browser test needs: a real browser with a fresh profile, a server on the loopback
// interface, and a record of everything a page said or asked for.
//
//   import {browsers, launch, open, serve, axe, test} from './harness.mjs'
//
//   test(title, async (browser, name) => …, options)
//       a node:test test run once in each installed browser (or in the one that the environment
//       variable BROWSER names). Tests of a file with the same options share a browser; the pages
//       that a test opens are closed after it.
//       options: those of launch, and {timeout} in milliseconds (60 000)
//   browsers()                   → {chromium: path, firefox: path}, only those found
//       CHROME_PATH and FIREFOX_PATH come first, then the usual places of the three systems
//   launch(name, {dark, reducedMotion, javascript, touch})  → a puppeteer browser
//       dark: the reader's system prefers dark; javascript: false turns scripts off;
//       touch: a touch screen (page.touchscreen.tap works in both browsers)
//   open(browser, url, {width = 1280, height = 900, scale = 1, print, mode})  → a puppeteer page
//       page.seen = {console: [text…], foreign: [url…], failed: [url…], requests: [url…]}
//       print: lay out for paper (Chromium only; Firefox can only page.pdf());
//       mode: 'light' | 'dark', the theme switch of the site
//   serve(folder, {prefix = '/a/b/', headers = {}, pages = {}})  → {url, close()}
//       prefix: the path that the site is mounted under; headers: added to every answer;
//       pages: path → text of pages that are not in the folder
//   axe(page, selector = 'html', rules = [])  → [{id, help, nodes: [html…]}…], the violations of
//       WCAG 2.1 A and AA and of best practice, inside shadow roots too
//
// Nothing can leave the machine: every name but the loopback's fails to resolve in Chromium, and
// meets a closed proxy in Firefox. What was tried stands in page.seen.foreign.

import {existsSync, readFileSync, readdirSync, statSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {homedir} from 'node:os';
import {delimiter, extname, join, normalize, sep} from 'node:path';
import nodeTest, {after} from 'node:test';
import puppeteer from 'puppeteer-core';

const NAMES = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable',
    'microsoft-edge', 'chrome.exe', 'msedge.exe'],
  firefox: ['firefox-esr', 'firefox', 'firefox.exe'],
};
const PLACES = {
  chromium: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    'Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'],
  firefox: ['/Applications/Firefox.app/Contents/MacOS/firefox', 'Mozilla Firefox/firefox.exe'],
};

/** Playwright's own Chromium, where a reader has that instead of an installed browser. */
function playwright() {
  const folder = join(homedir(), '.cache', 'ms-playwright');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter(name => /^chromium-\d+$/.test(name))
    .map(name => join(folder, name, 'chrome-linux', 'chrome'));
}

export function browsers() {
  const paths = (process.env.PATH ?? '').split(delimiter);
  const programs = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'],
    process.env.LOCALAPPDATA].filter(Boolean);
  const found = {};
  for (const [name, override] of [['chromium', 'CHROME_PATH'], ['firefox', 'FIREFOX_PATH']]) {
    const path = [
      process.env[override],
      ...paths.flatMap(folder => NAMES[name].map(file => join(folder, file))),
      ...PLACES[name].flatMap(file =>
        file.startsWith('/') ? [file] : programs.map(folder => join(folder, file))),
      ...(name === 'chromium' ? playwright() : []),
    ].find(candidate => candidate && existsSync(candidate));
    if (path) found[name] = path;
  }
  return found;
}

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

export async function launch(name, options = {}) {
  const {dark = false, reducedMotion = false, javascript = true, touch = false} = options;
  const browser = await puppeteer.launch({
    browser: name === 'firefox' ? 'firefox' : 'chrome',
    executablePath: browsers()[name],
    headless: true,
    defaultViewport: null,
    args: name === 'firefox' ? [] : CHROMIUM,
    // Firefox takes the reader's wishes as preferences; Chromium is told page by page, in open().
    extraPrefsFirefox: {...FIREFOX,
      'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
      'ui.prefersReducedMotion': reducedMotion ? 1 : 0,
      'javascript.enabled': javascript},
  });
  browser.wishes = {name, dark, reducedMotion, javascript, touch};
  return browser;
}

const local = url => /^(data|blob|about|chrome|moz-extension|http:\/\/127\.0\.0\.1[:/])/.test(url);

export async function open(browser, url, options = {}) {
  const {width = 1280, height = 900, scale = 1, print = false, mode} = options;
  const {name, dark, reducedMotion, javascript, touch} = browser.wishes;
  const page = await browser.newPage();
  page.seen = {console: [], foreign: [], failed: [], requests: []};
  page.on('console', message => page.seen.console.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', error => page.seen.console.push(`uncaught: ${error.message}`));
  page.on('request', request => {
    page.seen.requests.push(request.url());
    if (!local(request.url())) page.seen.foreign.push(request.url());
  });
  page.on('requestfailed', request => page.seen.failed.push(request.url()));
  page.on('response', answer => {
    if (answer.status() >= 400) page.seen.failed.push(`${answer.status()} ${answer.url()}`);
  });
  if (name === 'firefox') {
    await page.setViewport({width, height, deviceScaleFactor: scale});
  } else {
    await page.setViewport({width, height, deviceScaleFactor: scale, hasTouch: touch});
    await page.setJavaScriptEnabled(javascript);
    await page.emulateMediaFeatures([
      {name: 'prefers-color-scheme', value: dark ? 'dark' : 'light'},
      {name: 'prefers-reduced-motion', value: reducedMotion ? 'reduce' : 'no-preference'},
    ]);
    if (print) await page.emulateMediaType('print');
  }
  if (mode) {
    await page.evaluateOnNewDocument(value => {
      localStorage.setItem('mode', value);
      localStorage.setItem('theme', value);
    }, mode);
  }
  await page.goto(url, {waitUntil: 'load'});
  await page.bringToFront(); // a page behind another gets no focus in Firefox
  return page;
}

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png',
  '.ico': 'image/x-icon', '.webp': 'image/webp', '.woff2': 'font/woff2', '.xml': 'text/xml',
  '.txt': 'text/plain; charset=utf-8', '.ipynb': 'application/json', '.zip': 'application/zip',
  '.pdf': 'application/pdf',
};

export async function serve(folder, {prefix = '/a/b/', headers = {}, pages = {}} = {}) {
  const root = normalize(folder.endsWith(sep) ? folder : folder + sep);
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://127.0.0.1').pathname);
    const name = path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
    if (Object.hasOwn(pages, name)) {
      response.writeHead(200, {'content-type': TYPES['.html'], ...headers}).end(pages[name]);
      return;
    }
    let file = name === undefined ? '' : join(root, name);
    if (existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html');
    if (!file.startsWith(root) || !existsSync(file)) {
      response.writeHead(404, {'content-type': 'text/plain'}).end('not found');
      return;
    }
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, {'content-type': type, 'cache-control': 'no-store', ...headers});
    response.end(request.method === 'HEAD' ? undefined : readFileSync(file));
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    close: () => { server.closeAllConnections(); server.close(); },
  };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

export async function axe(page, selector = 'html', without = []) {
  if (!await page.evaluate(() => Boolean(globalThis.axe))) await page.evaluate(AXE);
  return page.evaluate(async (selector, tags, without) => {
    const rules = Object.fromEntries(without.map(id => [id, {enabled: false}]));
    const {violations} = await globalThis.axe.run(selector, {runOnly: tags, rules});
    return violations.map(({id, help, nodes}) =>
      ({id, help, nodes: nodes.map(({html, failureSummary}) =>
        `${html.slice(0, 160)} · ${failureSummary}`)}));
  }, selector, TAGS, without);
}

const running = new Map();

/** The one browser with these wishes in this process: starting one costs seconds. */
function shared(name, wishes) {
  const key = JSON.stringify([name, wishes]);
  if (!running.has(key)) running.set(key, launch(name, wishes));
  return running.get(key);
}

export function test(title, body, {timeout = 60_000, ...wishes} = {}) {
  const chosen = process.env.BROWSER ? [process.env.BROWSER] : Object.keys(browsers());
  for (const name of chosen) {
    nodeTest(`${title} · ${name}`, {timeout}, async () => {
      const browser = await shared(name, wishes);
      const blank = await browser.newPage(); // keeps the browser open between the tests
      const kept = new Set(await browser.pages());
      try {
        await body(browser, name);
      } finally {
        for (const page of await browser.pages()) if (!kept.has(page)) await page.close();
        await blank.close();
      }
    });
  }
}

after(async () => {
  for (const browser of running.values()) await (await browser).close();
});
