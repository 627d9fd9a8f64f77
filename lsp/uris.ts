/**
 * Between URIs and the paths of the service: `/folder/model.ae`, with the scheme in front where it is not `file`, and who holds
 * the file: `/vscode-vfs:github/folder/model.ae`. No part of a path is empty: paths of imports are put together of their parts.
 */

const parts = /^([a-z][a-z\d+.-]*):(?:\/\/([^/]*))?([^?#]*)/i;

/** Of what a path has in front where it is no file: a letter alone is a drive. */
const held = /^\/([a-z][a-z\d+.-]+):([^/]*)(\/.*)?$/i;

/** Whether a path is one of a file, and not of what only an editor can reach. */
export const isFile = (path: string): boolean => !held.test(path);

/** The path of a URI. */
export function pathOf(uri: string): string {
  const match = parts.exec(uri);
  if (match === null) return uri;
  const [, scheme = '', authority = '', path = ''] = match;
  const decoded = decode(path);
  const plain = decoded.startsWith('/') ? decoded : `/${decoded}`;
  return scheme === 'file' && authority === '' ? plain : `/${scheme}:${encodeURIComponent(authority)}${plain}`;
}

/** The URI of a path. */
export function uriOf(path: string): string {
  const match = held.exec(path);
  if (match === null) return `file://${encode(path)}`;
  const [, scheme = '', authority = '', rest = '/'] = match;
  if (scheme === 'untitled') return `untitled:${rest.slice(1)}`;
  return `${scheme}:${authority === '' ? '' : `//${decode(authority)}`}${encode(rest)}`;
}

const encode = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
