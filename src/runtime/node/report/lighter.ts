/** SVG as Vega writes it, several times lighter: without what is not seen, and with what marks share said once. */

import { crc32 } from 'node:zlib';

/** What children have of their group, where all of a group have the same. */
const inherited = /^(?:fill|stroke|font|text-anchor)/;

const tag = /<(path|line|text|circle|use)((?: [\w:-]+="[^"]*")*)(\/?>)/g;
const attribute = / ([\w:-]+)="([^"]*)"/g;

/** Says of a group what is the same of all its marks. */
function shared(svg: string): string {
  return svg.replace(
    /(<g class="mark-[^"]*"[^>]*)>((?:<(path|line|text|circle|use)\b[^>]*?(?:\/>|>(?:<title>[^<]*<\/title>|[^<]*)<\/\3>))+)<\/g>/g,
    (_, open: string, marks: string) => {
      const all = [...marks.matchAll(tag)].map(([, , attributes]) => attributes!);
      const common = [...all[0]!.matchAll(attribute)]
        .filter(([text, name]) => inherited.test(name!) && all.every((one) => one.includes(text)))
        .map(([text]) => text);
      const rest = common.reduce((left, text) => left.replaceAll(text, ''), marks);
      return `${open}${common.join('')}>${rest}</g>`;
    },
  );
}

/** Lines of one look that say nothing are one path. */
const inOnePath = (svg: string): string =>
  svg.replace(
    /(<g class="mark-rule[^>]*>)((?:<line transform="[^"]*" x2="[^"]*" y2="[^"]*"\/>){2,})(?=<\/g>)/g,
    (whole, open: string, lines: string) =>
      // Where they cross, what is seen through would be drawn once.
      open.includes('opacity')
        ? whole
        : `${open}<path d="${[...lines.matchAll(/translate\(([^)]*)\)" x2="([^"]*)" y2="([^"]*)"/g)].map(([, from, x, y]) => `M${from!}l${x!},${y!}`).join('')}"/>`,
  );

/** Marks of one shape, of which it is said what it is once. Its name follows from it, so that pictures on one page may share it. */
function withShapes(svg: string): string {
  const shape = /<path( transform="[^"]*") d="([^"]{24,})"([^>]*?)(?:\/>|>(<title>[^<]*<\/title>)<\/path>)/g;
  const counts = new Map<string, number>();
  for (const [, , d] of svg.matchAll(shape)) counts.set(d!, (counts.get(d!) ?? 0) + 1);
  const names = new Map<string, string>();
  for (const [d, count] of counts) if (count > 2) names.set(d, `s${crc32(d).toString(36)}`);
  const used = svg.replace(shape, (whole, transform: string, d: string, rest: string, title = '') => {
    const name = names.get(d);
    return name === undefined
      ? whole
      : `<use href="#${name}"${transform}${rest}${title === '' ? '/>' : `>${title}</use>`}`;
  });
  const defined = [...names].map(([d, name]) => `<path id="${name}" d="${d}"/>`).join('');
  return defined === '' ? svg : used.replace(/(<svg\b[^>]*>)/, `$1<defs>${defined}</defs>`);
}

/** The same picture. Coordinates keep a hundredth of a pixel. */
export function lighter(svg: string): string {
  const seen = svg
    // Labels for which there is no room are there all the same.
    .replace(/<text [^>]* opacity="0"[^>]*>[^<]*<\/text>/g, '')
    .replace(/<path class="(?:fore|back)ground"[^>]*(?: display="none"| d="M0,0h0v0h0Z")[^>]*\/>/g, '')
    .replace(/(<(?:path|line|circle)\b[^>]*?) role="graphics-symbol" aria-roledescription="[^"]*"/g, '$1')
    .replace(/(<(?:path|line|text)\b[^>]*?) opacity="1"/g, '$1')
    .replace(/ (?:d|transform|[xy][12]?)="[^"]*"/g, (one) =>
      one.replace(/-?\d+\.\d{3,}/g, (digits) => String(Number(Number(digits).toFixed(2)))),
    )
    .replace(/rotate\((-?\d+\.\d+)\)/g, (_, degrees: string) => `rotate(${Number(Number(degrees).toFixed(1))})`)
    // Without a line around it, what is filled is seen through as the whole is.
    .replace(/<g class="mark-symbol[^>]*>(?:<(?!g\b|\/g\b)[^>]*>|[^<]+)*/g, (group) =>
      group.includes(' stroke="') ? group : group.replaceAll(/ opacity="(0\.\d+)"/g, ' fill-opacity="$1"'),
    )
    .replace(
      /<path transform="translate\(([^,]+),([^)]+)\)" d="M([\d.]+),0A\3,\3,0,1,1,-\3,0A\3,\3,0,1,1,\3,0"([^>]*?)(?:\/>|>(<title>[^<]*<\/title>)?<\/path>)/g,
      (_, x: string, y: string, r: string, rest: string, title = '') =>
        `<circle cx="${x}" cy="${y}" r="${r}"${rest}${title === '' ? '/>' : `>${title}</circle>`}`,
    );
  return inOnePath(shared(withShapes(seen)));
}
