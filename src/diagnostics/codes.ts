/**
 * Every diagnostic that aec knows: the stable code, its severity and its one-line meaning.
 * AE1xxx syntax, AE2xxx names and arguments, AE3xxx shapes, AE4xxx objectives, AE5xxx targets and
 * data. docs/diagnostics/ holds a page for each.
 */
export type Severity = 'error' | 'warning' | 'info';

interface CodeEntry {
  readonly severity: Severity;
  readonly summary: string;
}

export const codes = {
  AE1001: { severity: 'error', summary: 'unexpected text' },
  AE1002: { severity: 'error', summary: 'something required is missing' },
  AE1003: { severity: 'error', summary: 'a bracket, brace or string is not closed' },
  AE1004: { severity: 'error', summary: 'a character or word that is not part of the language' },
  AE1005: { severity: 'error', summary: 'a statement that does not belong here' },
  AE1006: { severity: 'error', summary: 'a misspelled keyword' },
  AE1007: { severity: 'error', summary: 'nested too deeply, too long, or too many errors' },
  AE1008: { severity: 'info', summary: 'a silencing comment that silences nothing' },
  AE1009: { severity: 'info', summary: 'a silencing comment with an unknown code' },
  AE1010: { severity: 'error', summary: 'a spelling of an earlier edition' },
  AE2001: { severity: 'error', summary: 'a name that nothing declares' },
  AE2002: { severity: 'error', summary: 'a word that is not in the registry' },
  AE2003: { severity: 'error', summary: 'an argument that no parameter takes' },
  AE2004: { severity: 'error', summary: 'an argument name that the entry does not have' },
  AE2005: { severity: 'error', summary: 'an argument of the wrong type or out of range' },
  AE2006: { severity: 'error', summary: 'a required argument is missing' },
  AE2007: { severity: 'error', summary: 'a name declared twice' },
  AE2008: { severity: 'error', summary: 'a name that could mean several things' },
  AE2009: { severity: 'error', summary: 'an import that cannot be used' },
  AE2010: { severity: 'error', summary: 'a block that contains itself, or networks that read each other' },
  AE2011: { severity: 'error', summary: 'a hyperparameter that is not declared or has an unusable value' },
  AE2012: { severity: 'error', summary: 'arithmetic without a usable result' },
  AE2013: { severity: 'error', summary: 'a declaration that every autoencoder needs' },
  AE2014: { severity: 'info', summary: 'a parameter or a `let` that nothing reads' },

  AE3001: { severity: 'error', summary: 'the output does not have the shape of what it reconstructs' },
  AE3002: { severity: 'error', summary: 'a layer that does not accept its input' },
  AE3003: { severity: 'error', summary: 'a tie or a copy between weights that cannot be one' },
  AE3004: { severity: 'error', summary: 'an omitted size that cannot be inferred' },
  AE3005: { severity: 'error', summary: 'a layer without a mirror' },
  AE3006: { severity: 'error', summary: 'a constraint that does not fit its weight' },
  AE3007: { severity: 'error', summary: 'a term of tensors whose shapes do not fit' },
  AE3008: { severity: 'error', summary: 'a network or a term that does not fit a tree' },

  AE4001: { severity: 'warning', summary: 'an overcomplete code without regularisation: identity is a solution' },
  AE4002: { severity: 'warning', summary: 'the code is not the narrowest layer' },
  AE4003: {
    severity: 'warning',
    summary: 'a transposed convolution whose kernel its stride does not divide: checkerboard',
  },
  AE4004: { severity: 'error', summary: "a likelihood that the variable's domain rules out" },
  AE4005: { severity: 'error', summary: 'an output that its likelihood would squash twice' },
  AE4006: { severity: 'error', summary: 'a penalty on activations outside the range of its formula' },
  AE4007: { severity: 'warning', summary: 'a posterior without a KL term' },
  AE4008: { severity: 'info', summary: 'a KL term that counts more or less than in the evidence lower bound' },
  AE4009: { severity: 'warning', summary: 'a network that no term of the loss depends on' },
  AE4010: { severity: 'warning', summary: 'a reconstruction that passes by the code' },
  AE4011: { severity: 'warning', summary: 'a label or target that is predicted from itself' },
  AE4012: { severity: 'info', summary: 'a linear autoencoder without biases on data that are not centred' },
  AE4013: { severity: 'warning', summary: 'a variable that nothing uses' },
  AE4014: { severity: 'error', summary: 'an optimiser that needs the whole loss, with batches or noise' },
  AE4015: { severity: 'warning', summary: 'an output activation that does not fit the data' },
  AE4016: { severity: 'warning', summary: 'a schedule or a patience that does not fit the length of its training' },
  AE4017: { severity: 'error', summary: 'a derivative through statistics of the batch' },
  AE4018: { severity: 'error', summary: 'a term that is rewarded for being large' },
  AE4019: { severity: 'warning', summary: 'early stopping without examples to judge by' },
  AE4020: { severity: 'warning', summary: 'a term that counts nothing' },
  AE4021: { severity: 'warning', summary: 'a term that no weight moves' },
  AE4022: { severity: 'warning', summary: 'a way from the data to their reconstruction around the code' },
  AE4023: { severity: 'info', summary: 'a decoder that needs positions from the encoder beside the code' },
  AE4024: { severity: 'info', summary: 'a sparsity penalty that does not make these activations sparse' },
  AE4025: { severity: 'info', summary: 'a sparsity penalty that scaling the weights makes small' },
  AE4026: { severity: 'warning', summary: 'a constraint on the wrong side, or that another one undoes' },
  AE4027: { severity: 'warning', summary: 'units that begin alike' },
  AE4028: { severity: 'warning', summary: 'a last layer whose output differs by the batch or by chance' },
  AE4029: { severity: 'error', summary: 'a statistic of a batch of one example' },
  AE4030: { severity: 'info', summary: 'a penalty on pairs of units over fewer examples than units' },
  AE4031: { severity: 'info', summary: 'a small code whose units may die' },
  AE4032: { severity: 'warning', summary: 'noise that leaves no signal, or a zero that is no absence' },
  AE4033: { severity: 'info', summary: 'linear layers that compute what two would' },
  AE4034: { severity: 'warning', summary: 'a condition that the encoder alone reads' },
  AE4035: { severity: 'warning', summary: 'a prior that reads what its latent is to hold' },
  AE4036: { severity: 'warning', summary: 'something that is counted twice' },
  AE4037: { severity: 'info', summary: 'a fixed σ as wide as the data, beside a KL term' },
  AE4038: { severity: 'warning', summary: 'a penalty that holds more than a gigabyte in each step' },
  AE4039: { severity: 'info', summary: 'rows or columns that a pool leaves out' },
  AE4040: { severity: 'info', summary: 'a learning rate or a limit far from what is usual' },
  AE4041: { severity: 'error', summary: 'a phase or a player that moves nothing' },
  AE4042: { severity: 'error', summary: 'players that move one weight in the same step' },
  AE4044: { severity: 'warning', summary: 'a critic that the range alone tells what is real' },
  AE4045: { severity: 'warning', summary: 'a critic that nothing bounds' },
  AE4046: { severity: 'warning', summary: 'weights that are used and not trained, or not yet' },
  AE4047: { severity: 'error', summary: 'an enumerated latent whose classes cannot be computed side by side' },
  AE4048: { severity: 'warning', summary: 'a term that is no part of an importance-weighted bound' },
  AE4049: { severity: 'info', summary: 'a feature map that holds more numbers than the input' },
  AE4050: { severity: 'warning', summary: 'a player who helps the critic that it is to deceive' },

  AE5001: { severity: 'error', summary: 'a clause that is part of the language but not compiled yet' },
} as const satisfies Readonly<Record<string, CodeEntry>>;

export type DiagnosticCode = keyof typeof codes;
