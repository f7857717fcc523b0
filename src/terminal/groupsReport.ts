// The end of `underbid fix --all` for a person.
import { type GroupsReceipt, groupsHeadline, groupWords } from '../core/groupsReceipt';
import { formatUsd } from '../core/money';
import { printable, type Style } from './style';

/** Lines for stderr; the patch itself goes to stdout. */
export function groupsLines(receipt: GroupsReceipt, style: Style): readonly string[] {
	const { groups, spent, bid, durationMs, verified, whole } = receipt;
	const head = `${verified ? '✓ ' : ''}${groupsHeadline(receipt)} · ${formatUsd(spent)} of ${formatUsd(bid)} · ${(durationMs / 1000).toFixed(1)} s`;
	return [
		style.bold(verified ? style.green(head) : head),
		...groups.flatMap((group, index) => {
			const at = group.at === undefined ? '' : ` (${group.at.path}:${group.at.line})`;
			const good = group.result === 'fixed' || group.result === 'along';
			return [
				`  ${good ? style.green('✓') : style.red('✗')} cause ${index + 1}: ${printable(group.error)}${printable(at)}`,
				`      ${group.tests.slice(0, 3).map(printable).join(', ')}${group.tests.length > 3 ? `, and ${group.tests.length - 3} more` : ''}`,
				`      ${printable(groupWords(group))} · ${formatUsd(group.spent)} of ${formatUsd(group.bid)}`,
				...(group.receipt?.warnings ?? []).map(
					(one) => `      ${style.bold('look twice')}  ${printable(one)}`,
				),
			];
		}),
		...(whole === undefined || verified
			? []
			: [`  All fixes together: ${printable(whole.reason ?? 'they do not hold')}`]),
	];
}
