/** SVG as Vega writes it, several times lighter: without what is not seen, and with what marks share said once. */

/** What children have of their group, where all of a group have the same. */
const inherited = /^(?:fill|stroke|font|text-anchor)/;

const tag = /<(path|line|text|circle)((?: [\w:-]+="[^"]*")*)(\/?>)/g;
const attribute = / ([\w:-]+)="([^"]*)"/g;

/** Says of a group what is the same of all its marks. */
function shared(svg: string): string {
  return svg.replace(
    /(<g class="mark-[^"]*"[^>]*)>((?:<(path|line|text|circle)\b[^>]*?(?:\/>|>(?:<title>[^<]*<\/title>|[^<]*)<\/\3>))+)<\/g>/g,
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
    .replace(
      /<path transform="translate\(([^,]+),([^)]+)\)" d="M([\d.]+),0A\3,\3,0,1,1,-\3,0A\3,\3,0,1,1,\3,0"([^>]*?)(?:\/>|>(<title>[^<]*<\/title>)?<\/path>)/g,
      (_, x: string, y: string, r: string, rest: string, title = '') =>
        `<circle cx="${x}" cy="${y}" r="${r}"${rest}${title === '' ? '/>' : `>${title}</circle>`}`,
    );
  return shared(seen);
}
