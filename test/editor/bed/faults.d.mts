export function faultsIn(text: string): readonly string[];
export function hostFaults(data: string): readonly string[];
