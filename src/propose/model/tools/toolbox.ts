// All tools of the agent, and how one call is answered: whatever the model wrote, with a text.
import type { ToolCall, ToolSpec } from '../../../core/model';
import { dataPart } from '../context/dataPart';
import type { Desk } from './desk';
import { editFile } from './editFile';
import { listFiles } from './listFiles';
import { readLines } from './readLines';
import { revertFile } from './revertFile';
import { runTests } from './runTests';
import { searchFiles } from './searchFiles';
import type { Tool, ToolAnswer } from './tool';

const TOOLS: readonly Tool[] = [searchFiles, readLines, listFiles, editFile, revertFile, runTests];

export const TOOL_SPECS: readonly ToolSpec[] = TOOLS.map(({ spec }) => spec);

export interface AnsweredCall {
	/** `refused`: nothing was done. */
	readonly kind: 'done' | 'refused';
	/** For the model, redacted. */
	readonly text: string;
}

/** `doing` hears what is going to happen, for people; nothing when the call is refused before. */
export async function answerCall(
	call: ToolCall,
	desk: Desk,
	doing: (what: string) => void,
	signal: AbortSignal,
): Promise<AnsweredCall> {
	const tool = TOOLS.find(({ spec }) => spec.name === call.name);
	if (tool === undefined) {
		const names = TOOL_SPECS.map(({ name }) => name).join(', ');
		return { kind: 'refused', text: `There is no such tool; there are ${names}.` };
	}
	const read = tool.read(call.arguments);
	if (read.kind === 'refused') {
		return { kind: 'refused', text: desk.shown(read.reason) };
	}
	doing(read.use.doing);
	const answer = await read.use.run(desk, signal);
	return { kind: answer.kind, text: answerText(tool.spec.name, answer, desk) };
}

export function answerText(
	name: string,
	{ says, data }: Pick<ToolAnswer, 'says' | 'data'>,
	desk: Desk,
): string {
	const words = desk.shown(says);
	return data === undefined || data === ''
		? words
		: `${words}\n${dataPart({ from: name }, desk.shown(data))}`;
}
