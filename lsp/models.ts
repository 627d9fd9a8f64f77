/** Requests of our own, of one model: `aec/graph`, its picture in both colours, and `aec/explain`, its loss in full. */
import type { Connection } from 'vscode-languageserver';
import type { Elaborated } from '../src/ir/elaborate/index.js';
import { pictureOf } from '../src/runtime/picture/picture.js';
import { explanationOf } from '../src/service/explanation.js';
import { autoencoderOf, graphOf } from '../src/service/graph.js';
import type { CheckedFile } from '../src/service/service.js';
import type { Session } from './session.js';
import { pathOf } from './uris.js';

export function show(connection: Connection, session: Session): void {
  const answer = (what: string, make: (checked: CheckedFile, of: Elaborated) => object | null): void => {
    connection.onRequest(
      `aec/${what}`,
      session.answering(what, ({ uri, name }: { readonly uri: string; readonly name?: string }) => {
        const checked = session.service.checked(pathOf(uri));
        const of = checked && autoencoderOf(checked, name);
        return checked === undefined || of === undefined ? null : make(checked, of);
      }),
    );
  };
  answer('graph', (checked, of) => {
    const graph = graphOf(checked, of);
    return { name: graph.name, svg: { light: pictureOf(graph, 'light'), dark: pictureOf(graph, 'dark') } };
  });
  answer('explain', (checked, of) => {
    const text = explanationOf(checked, of);
    return text === undefined ? null : { text };
  });
}
