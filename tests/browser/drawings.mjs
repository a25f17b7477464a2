// What a browser sees of a drawing. Both functions run in the page. As a program, for
// test_diagrams.py, this reads drawings (a JSON of name → SVG) and writes the graph of each.
import {json} from 'node:stream/consumers';
import {pathToFileURL} from 'node:url';
import {launch} from './harness.mjs';

/** Its nodes in the order of reading, its lines with the names of the nodes that they join (∅ for
    none), its words and its points. A node's name is its label, with a prime for every one before
    it that has the same; □ is an empty one. */
export function graph(drawing) {
  document.body.innerHTML = drawing;
  const svg = document.querySelector('svg'), sheet = svg.querySelector('style');
  const all = (selector, make) => [...svg.querySelectorAll(selector)].map(make);
  const nodes = all('.node', node => {
    const shape = node.firstElementChild, {x, y, width, height} = shape.getBBox();
    return {shape, roles: [...node.classList], x: x + width / 2, y: y + height / 2,
      label: node.textContent.replace(/\s/g, '') || '□'};
  }).sort((a, b) => a.y - b.y || a.x - b.x);
  nodes.forEach((node, place) => {
    const same = nodes.slice(0, place).filter(({label}) => label === node.label);
    node.name = node.label + '′'.repeat(same.length);
  });
  const lines = all('svg > path:not(.halo)', path => {
    const long = path.getTotalLength(), at = place => path.getPointAtLength(place);
    const end = at(long), before = at(long - 0.5);
    const tip = path.hasAttribute('marker-end') // an arrowhead is 8 long
      && {x: end.x + (end.x - before.x) * 16, y: end.y + (end.y - before.y) * 16};
    return {path, roles: [...path.classList], long, begin: at(0), tip};
  });
  // The nearest outline that an end touches: every outline grows until it reaches that end.
  for (let reach = 1; reach < 9; reach += 1) {
    sheet.append(`.node>:first-child{stroke-width:${2 * reach}px;stroke-dasharray:none}`);
    const touched = point => nodes.find(node => node.shape.isPointInStroke(point))?.name;
    for (const line of lines) {
      line.start ??= touched(line.begin);
      if (line.tip) line.end ??= touched(line.tip);
    }
  }
  // A line may also begin at a dot on another line of its kind: it comes from where that comes.
  sheet.append('path{stroke-width:3px;stroke-dasharray:none}');
  const origin = line => line.start ?? origin(lines.find(trunk => trunk !== line
    && line.roles.every(role => trunk.roles.includes(role))
    && trunk.path.isPointInStroke(line.begin)) ?? {start: '∅'});
  const place = ({x, y}) => [x, y];
  return {
    nodes: nodes.map(({shape, ...rest}) => rest),
    lines: lines.map(line => ({roles: line.roles, long: line.long, begin: place(line.begin),
      tip: line.tip && place(line.tip), start: origin(line), end: line.end ?? '∅'})),
    texts: all('text', text => ({words: text.textContent, x: text.x.baseVal[0].value,
      y: text.y.baseVal[0].value, loose: text.parentElement === svg})),
    dots: all('.dot', dot => ({roles: [...dot.classList], y: dot.cy.baseVal.value})),
  };
}

/** What a reader could not make out, in a font that replaces the drawing's own, or in those. */
export function faults(drawing, font) {
  document.body.innerHTML = drawing;
  const svg = document.querySelector('svg'), {width, height} = svg.viewBox.baseVal;
  if (font) svg.querySelector('style').append(`text,text *{font-family:${font}!important}`);
  svg.style.width = `${Math.min(360, svg.width.baseVal.value)}px`; // as on a phone
  svg.style.height = 'auto';
  const found = [], all = selector => [...svg.querySelectorAll(selector)];
  const demand = (fine, sentence) => fine || found.push(sentence);
  const style = element => getComputedStyle(element);

  const frame = (element, more = 0) => {
    const {x, y, width, height} = element.getBBox();
    return {left: x - more, right: x + width + more, top: y - more, bottom: y + height + more};
  };
  const texts = all('text').map(text => {
    const size = parseFloat(style(text).fontSize), y = text.y.baseVal[0].value;
    // A browser's box reaches far above and below the letters.
    const box = {...frame(text), top: y - 0.72 * size, bottom: y + 0.2 * size};
    return {text, box, words: `“${text.textContent}”`, node: text.closest('.node')};
  });
  const nodes = all('.node').map(node => {
    const shape = node.firstElementChild;
    return {node, shape, box: frame(shape), words: `the node “${node.textContent}”`};
  });
  const lines = all('svg > path:not(.halo)').map(path => {
    const long = path.getTotalLength(), steps = Math.ceil(long / 2);
    return {path, words: `the line from ${path.getAttribute('d').match(/^M[^A-Z]+/)}`,
      points: Array.from({length: steps + 1},
        (_, step) => path.getPointAtLength(step * long / steps))};
  });
  const overlap = (a, b, gap = 0) => a.left < b.right + gap && b.left < a.right + gap
    && a.top < b.bottom + gap && b.top < a.bottom + gap;
  const inside = (box, margin) => box.left >= margin && box.right <= width - margin
    && box.top >= margin && box.bottom <= height - margin;
  const within = ({x, y}, box) =>
    box.left < x && x < box.right && box.top < y && y < box.bottom;
  const pairs = (list, check) =>
    list.forEach((one, number) => list.slice(number + 1).forEach(other => check(one, other)));

  // The place of things.
  for (const {box, words} of [...texts, ...nodes]) demand(inside(box, 1), `${words} is cut off`);
  for (const shape of all('svg > :is(path, rect, circle)')) {
    demand(inside(frame(shape), 0), `a ${shape.getAttribute('class')} is cut off`);
  }
  pairs(texts, (a, b) => demand(!overlap(a.box, b.box), `${a.words} is on ${b.words}`));
  pairs(nodes, (a, b) => demand(!overlap(a.box, b.box, 2.9), `${a.words} touches ${b.words}`));
  for (const {text, box, words, node} of texts) {
    const room = nodes.find(each => each.node === node || within(
      {x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2}, each.box));
    if (room) {
      const {left, right} = room.box;
      demand(box.right - box.left <= right - left - 4, `${words} is wider than its node`);
    }
    if (node) continue;
    for (const each of nodes) {
      // A word that is written on an empty node, in the node's own role.
      const stands = each === room && !each.node.textContent
        && each.node.classList.contains(text.classList[0]);
      demand(stands || !overlap(box, each.box), `${words} is on ${each.words}`);
    }
    for (const line of lines) {
      demand(!line.points.some(point => within(point, box)), `${words} is on ${line.words}`);
    }
  }
  for (const {path, points, words} of lines.filter(line => line.path.matches('.edge'))) {
    for (const each of nodes) {
      const through = points.some(point =>
        within(point, each.box) && each.shape.isPointInFill(point));
      demand(!through, `${words} runs through ${each.words}`);
    }
  }

  // The size of letters on a phone.
  const scale = svg.getScreenCTM().a;
  for (const {text, words} of texts) {
    const sizes = [...text.childNodes].filter(piece => piece.textContent.trim())
      .map(piece => parseFloat(style(piece.tagName ? piece : text).fontSize) * scale);
    demand(Math.max(...sizes) >= 11 && Math.min(...sizes) >= 9.5, `${words} is ${sizes} px high`);
  }

  // Contrast with what lies below.
  const luminance = colour => colour.match(/[\d.]+/g).slice(0, 3).map(channel => channel / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
  const contrast = (...colours) => {
    const [dark, light] = colours.map(luminance).sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const filled = shape => ({box: frame(shape), fill: style(shape).fill});
  const grounds = all('rect.ground, rect.panel').map(filled);
  const fills = [...grounds, ...nodes.map(({shape}) => filled(shape))];
  const below = (point, fills) => fills.findLast(({box}) => within(point, box)).fill;
  const middle = box => ({x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2});
  for (const {text, box, words} of texts) {
    const ground = below(middle(box), fills);
    demand(contrast(style(text).fill, ground) >= 4.5, `${words} is pale on ${ground}`);
  }
  const drawn = [
    ...nodes.map(({shape, words}) => [style(shape).stroke, [middle(frame(shape))], words]),
    ...lines.map(({path, points, words}) => [style(path).stroke, points, words]),
    ...all('.dot').map(dot => [style(dot).fill, [middle(frame(dot))], 'a dot']),
    ...lines.filter(({path}) => path.hasAttribute('marker-end')).map(({path, points, words}) => {
      const marker = svg.querySelector(path.getAttribute('marker-end').match(/#[\w-]+/)[0]);
      return [style(marker.firstElementChild).fill, points.slice(-1), `the tip of ${words}`];
    }),
  ];
  for (const [colour, points, words] of drawn) {
    for (const ground of new Set(points.map(point => below(point, grounds)))) {
      demand(contrast(colour, ground) >= 3, `${words} is pale on ${ground}`);
    }
  }
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const drawings = Object.entries(await json(process.stdin));
  const browser = await launch();
  const page = await browser.newPage(), seen = {};
  for (const [name, drawing] of drawings) seen[name] = await page.evaluate(graph, drawing);
  await browser.close();
  process.stdout.write(JSON.stringify(seen), () => process.exit()); // else node:test reports too
}
