/** Messages of public schemas as bytes. */
import protobuf from 'protobufjs';

/** What writes messages of a type that a schema's text declares. */
export function encoderOf<Message extends object>(schema: string, type: string): (message: Message) => Uint8Array {
  const found = protobuf.parse(schema).root.lookupType(type);
  return (message) => found.encode(found.fromObject(message)).finish();
}
