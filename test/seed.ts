// The same random cases in every run, so that a red one is a change's fault and anybody can repeat it.
//   UNDERBID_SEED=number   other ones: the way to look for what nobody has met yet
import * as fc from 'fast-check';

export const SEED = Number(process.env['UNDERBID_SEED'] ?? 20_261_125);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });
