/** The vocabulary of op graphs: TensorFlow's names, without their version suffixes. */
export type OpName =
  | 'Input' | 'Const' | 'Moment' | 'RandomUniform' | 'RandomNormal'
  | 'Identity' | 'StopGradient' | 'Cast'
  | 'Neg' | 'Exp' | 'Log' | 'Log1p' | 'Expm1' | 'Sqrt' | 'Rsqrt' | 'Square' | 'Reciprocal' | 'Abs' | 'Sign'
  | 'Floor' | 'Round' | 'Sin' | 'Cos' | 'Erf' | 'Relu' | 'Sigmoid' | 'Tanh' | 'Softplus' | 'LogicalNot'
  | 'Add' | 'Sub' | 'Mul' | 'RealDiv' | 'Maximum' | 'Minimum' | 'Pow'
  | 'Greater' | 'GreaterEqual' | 'Less' | 'Equal' | 'LogicalAnd' | 'Select'
  | 'Sum' | 'Max' | 'ArgMax' | 'Softmax'
  | 'Reshape' | 'Transpose' | 'BroadcastTo' | 'Concat' | 'Slice' | 'Pad' | 'Reverse' | 'Gather' | 'SegmentSum' | 'OneHot'
  | 'MatMul' | 'Conv2D' | 'Conv2DBackpropInput' | 'Conv2DBackpropFilter'
  | 'MaxPool' | 'MaxPoolGrad' | 'MaxPoolGradGrad' | 'AvgPool' | 'AvgPoolGrad';
