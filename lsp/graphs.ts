/** `aec/graph`, a request of our own: the picture of a model, in both colours. */
import type { Connection } from 'vscode-languageserver';
import { autoencoderOf, graphOf } from '../src/service/graph.js';
import { pictureOf } from '../src/runtime/picture/picture.js';
import type { Session } from './session.js';
import { pathOf } from './uris.js';

export function draw(connection: Connection, session: Session): void {
  connection.onRequest(
    'aec/graph',
    session.answering('graph', ({ uri, name }: { readonly uri: string; readonly name?: string }) => {
      const checked = session.service.checked(pathOf(uri));
      const of = checked && autoencoderOf(checked, name);
      if (checked === undefined || of === undefined) return null;
      const graph = graphOf(checked, of);
      return { name: graph.name, svg: { light: pictureOf(graph, 'light'), dark: pictureOf(graph, 'dark') } };
    }),
  );
}
