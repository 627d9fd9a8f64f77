/**
 * The part of TensorFlow's public protobuf schema that a SavedModel of aec uses, with the names and
 * field numbers of tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape,function,
 * op_def,types}.proto and tensorflow/core/protobuf/{saved_model,meta_graph}.proto. protobufjs reads it
 * and does the encoding.
 */
import { encoderOf } from '../protobuf.js';

/** The schema's text. */
export const schema = `
syntax = "proto3";
package tensorflow;

message SavedModel {
  int64 saved_model_schema_version = 1;
  repeated MetaGraphDef meta_graphs = 2;
}
message MetaGraphDef {
  message MetaInfoDef {
    string meta_graph_version = 1;
    repeated string tags = 4;
    string tensorflow_version = 5;
  }
  MetaInfoDef meta_info_def = 1;
  GraphDef graph_def = 2;
  map<string, SignatureDef> signature_def = 5;
}
message SignatureDef {
  map<string, TensorInfo> inputs = 1;
  map<string, TensorInfo> outputs = 2;
  string method_name = 3;
}
message TensorInfo {
  string name = 1;
  int32 dtype = 2;
  TensorShapeProto tensor_shape = 3;
}
message GraphDef {
  repeated NodeDef node = 1;
  FunctionDefLibrary library = 2;
  VersionDef versions = 4;
}
message VersionDef {
  int32 producer = 1;
  int32 min_consumer = 2;
}
message NodeDef {
  string name = 1;
  string op = 2;
  repeated string input = 3;
  string device = 4;
  map<string, AttrValue> attr = 5;
}
message AttrValue {
  message ListValue {
    repeated bytes s = 2;
    repeated int64 i = 3;
    repeated int32 type = 6;
    repeated TensorShapeProto shape = 7;
  }
  oneof value {
    ListValue list = 1;
    bytes s = 2;
    int64 i = 3;
    float f = 4;
    bool b = 5;
    int32 type = 6;
    TensorShapeProto shape = 7;
    TensorProto tensor = 8;
    NameAttrList func = 10;
  }
}
message NameAttrList {
  string name = 1;
}
message TensorShapeProto {
  message Dim {
    int64 size = 1;
  }
  repeated Dim dim = 2;
  bool unknown_rank = 3;
}
message TensorProto {
  int32 dtype = 1;
  TensorShapeProto tensor_shape = 2;
  bytes tensor_content = 4;
}
message FunctionDefLibrary {
  repeated FunctionDef function = 1;
}
message FunctionDef {
  OpDef signature = 1;
  repeated NodeDef node_def = 3;
  map<string, string> ret = 4;
}
message OpDef {
  message ArgDef {
    string name = 1;
    int32 type = 3;
  }
  string name = 1;
  repeated ArgDef input_arg = 2;
  repeated ArgDef output_arg = 3;
  bool is_stateful = 17;
}
`;

/** tensorflow/core/framework/types.proto. */
export const dataTypes = { float32: 1, float64: 2, int32: 3, int64: 9, bool: 10, resource: 20, uint64: 23 } as const;
export type DataType = keyof typeof dataTypes;

/** A dimension of −1 is open. */
export interface TensorShape {
  readonly dim: readonly { readonly size: number }[];
}

export type AttrValue =
  | { readonly s: Uint8Array }
  | { readonly i: number }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly type: number }
  | { readonly shape: TensorShape }
  | {
      readonly tensor: {
        readonly dtype: number;
        readonly tensorShape: TensorShape;
        readonly tensorContent: Uint8Array;
      };
    }
  | { readonly func: { readonly name: string } }
  | {
      readonly list: {
        readonly i?: readonly number[];
        readonly type?: readonly number[];
        readonly shape?: readonly (TensorShape | { readonly unknownRank: true })[];
      };
    };

export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, AttrValue>>;
}

export interface ArgDef {
  readonly name: string;
  readonly type: number;
}

export interface FunctionDef {
  readonly signature: {
    readonly name: string;
    readonly inputArg: readonly ArgDef[];
    readonly outputArg: readonly ArgDef[];
    readonly isStateful: boolean;
  };
  readonly nodeDef: readonly NodeDef[];
  /** From the name of a result to the tensor that is it. */
  readonly ret: Readonly<Record<string, string>>;
}

export interface TensorInfo {
  readonly name: string;
  readonly dtype: number;
  readonly tensorShape: TensorShape;
}

export interface SignatureDef {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly outputs: Readonly<Record<string, TensorInfo>>;
  readonly methodName: string;
}

export interface SavedModel {
  readonly savedModelSchemaVersion: number;
  readonly metaGraphs: readonly {
    readonly metaInfoDef: { readonly tags: readonly string[] };
    readonly graphDef: {
      readonly node: readonly NodeDef[];
      readonly library: { readonly function: readonly FunctionDef[] };
      readonly versions: { readonly producer: number; readonly minConsumer: number };
    };
    readonly signatureDef: Readonly<Record<string, SignatureDef>>;
  }[];
}

export const shapeOf = (dims: readonly number[]): TensorShape => ({ dim: dims.map((size) => ({ size })) });

/** The bytes of `saved_model.pb`. */
export function encodeSavedModel(model: SavedModel): Uint8Array {
  return encoderOf<SavedModel>(schema, 'tensorflow.SavedModel')(model);
}
