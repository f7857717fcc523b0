// The wires that are sold with, for the money tests.
import { wireFor } from '../../../src/models/providers';
import type { WireOf } from './moneyRuns';

export const realWires: WireOf = (dialect, baseUrl, key) =>
	wireFor({ provider: dialect, dialect, baseUrl }, () => key);
