// The page "Spending": draws what the editor sends, asks for another period, and keeps nothing else.
import { formatUsd } from '../../../core/money';
import { PERIODS, type Period, type SpendingFigures } from '../../../core/spendingPage';
import type { SpendingView } from '../../engine';
import type { PageReply, PageRequest } from '../messages';
import { count, monthName, PERIOD_WORDS, spentOf, timeWords } from '../words';
import { type Card, cardNode, cardsOf, drawCard } from './cards';
import { button, html } from './dom';

interface Kept {
	readonly period: Period;
	readonly tables: readonly string[];
}

declare function acquireVsCodeApi(): {
	postMessage(request: PageRequest): void;
	getState(): Kept | undefined;
	setState(kept: Kept): void;
};

const editor = acquireVsCodeApi();
let kept: Kept = editor.getState() ?? { period: 'month', tables: [] };
let violations = 0;

document.addEventListener('securitypolicyviolation', (event) => {
	violations += 1;
	document.documentElement.dataset['violations'] = String(violations);
	editor.postMessage({
		kind: 'violation',
		text: `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
	});
});
document.addEventListener('DOMContentLoaded', start);

function start(): void {
	document.documentElement.dataset['violations'] = String(violations);
	const news = html('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
	const body = html('div', { id: 'body' }, html('p', { class: 'words' }, 'Reading the journal…'));
	const periods = PERIODS.map((period) =>
		button(
			PERIOD_WORDS[period],
			{ 'data-period': period, 'aria-pressed': String(period === kept.period) },
			() => {
				keep({ period });
				for (const one of periods) {
					one.setAttribute('aria-pressed', String(one.dataset['period'] === period));
				}
				ask();
			},
		),
	);
	const actions = [
		button('Export CSV…', { class: 'quiet' }, () => editor.postMessage({ kind: 'export', format: 'csv' })),
		button('Export JSON…', { class: 'quiet' }, () => editor.postMessage({ kind: 'export', format: 'json' })),
		button('Copy summary', { class: 'quiet' }, () => editor.postMessage({ kind: 'copy' })),
		button('Refresh', { class: 'quiet' }, ask),
	];
	document.body.append(
		html(
			'header',
			{},
			html('h1', {}, 'Spending'),
			html('div', { class: 'periods', role: 'group', 'aria-label': 'Period' }, ...periods),
			html('div', { class: 'actions', role: 'group', 'aria-label': 'Take along' }, ...actions),
		),
		news,
		html('main', {}, body),
	);
	window.addEventListener('message', ({ data }: MessageEvent<PageReply>) => {
		switch (data.kind) {
			case 'view':
				showView(body, data.view);
				break;
			case 'failed':
				body.replaceChildren(html('p', { class: 'trouble', role: 'alert' }, data.reason));
				break;
			case 'said':
				news.textContent = data.text;
				break;
		}
	});
	ask();
}

function ask(): void {
	editor.postMessage({ kind: 'show', period: kept.period });
}

function keep(change: Partial<Kept>): void {
	kept = { ...kept, ...change };
	editor.setState(kept);
}

let watching: ResizeObserver | undefined;

function showView(body: HTMLElement, view: SpendingView): void {
	const focused = document.activeElement?.closest('section[id]')?.id;
	const scroll = document.scrollingElement?.scrollTop ?? 0;
	watching?.disconnect();
	const { figures } = view;
	body.replaceChildren(...troubles(view));
	if (figures.everRun === 0) {
		// Of a journal that cannot be read nobody knows whether anything was run.
		body.append(...(view.trouble === undefined ? [nothingYet()] : []));
	} else {
		body.append(tiles(figures), ...cardGrid(figures), foot(figures));
	}
	if (document.scrollingElement !== null) {
		document.scrollingElement.scrollTop = scroll;
	}
	// The buttons above stay; what was drawn anew gets its focus back.
	if (focused !== undefined && document.activeElement === document.body) {
		document.getElementById(focused)?.querySelector<HTMLElement>('button')?.focus();
	}
	document.documentElement.dataset['shown'] = figures.period;
}

function cardGrid(figures: SpendingFigures): readonly HTMLElement[] {
	const cards = cardsOf(figures);
	const byNode = new Map<Element, Card>();
	const nodes = cards.map((card) => {
		const node = cardNode(card, kept.tables.includes(card.id), (open) => {
			const others = kept.tables.filter((id) => id !== card.id);
			keep({ tables: open ? [...others, card.id] : others });
		});
		byNode.set(node, card);
		return node;
	});
	const widths = new Map<Element, number>();
	watching = new ResizeObserver((changes) => {
		for (const { target, contentRect } of changes) {
			const card = byNode.get(target);
			if (card !== undefined && widths.get(target) !== contentRect.width) {
				widths.set(target, contentRect.width);
				drawCard(target as HTMLElement, card);
			}
		}
	});
	for (const node of nodes) {
		watching.observe(node);
	}
	return [html('div', { class: 'cards' }, ...nodes)];
}

function tiles(figures: SpendingFigures): HTMLElement {
	const { month, fixes, runs, costPerFix, medianMs } = figures;
	const cap = month.cap === undefined ? 'no cap set' : `of ${formatUsd(month.cap)}`;
	const none = '–';
	const facts: readonly (readonly [string, string, string])[] = [
		['Today', formatUsd(figures.spentToday), 'UTC'],
		[monthName(month.name), formatUsd(spentOf(month.cumulative)), cap],
		['Verified fixes', fixes.toLocaleString('en-US'), `of ${count(runs, 'run')}`],
		[
			'Cost per verified fix',
			costPerFix === undefined ? none : formatUsd(costPerFix),
			'all spending counted',
		],
		['Median time to a fix', medianMs === undefined ? none : timeWords(medianMs), 'proposing and verifying'],
	];
	return html(
		'dl',
		{ class: 'tiles' },
		...facts.map(([name, value, more]) =>
			html(
				'div',
				{ class: 'tile' },
				html('dt', {}, name),
				html('dd', {}, value),
				html('dd', { class: 'more' }, more),
			),
		),
	);
}

function nothingYet(): HTMLElement {
	return html(
		'div',
		{ class: 'empty' },
		html('h2', {}, 'Nothing was run yet'),
		html(
			'p',
			{},
			'Once a failing test was given to Underbid, this page shows what each fix cost, what each model is worth, and how much of your cap is left. A bid of $0 is free.',
		),
		button('Fix a Failing Test…', { class: 'primary' }, () => editor.postMessage({ kind: 'fix' })),
	);
}

const MOST_NAMED = 12;

function troubles({ unreadableLines, trouble, note, file }: SpendingView): readonly HTMLElement[] {
	const open = () =>
		button('Open the Journal', { class: 'quiet' }, () => editor.postMessage({ kind: 'openJournal' }));
	const said: HTMLElement[] = [];
	if (trouble !== undefined) {
		said.push(
			banner(`The journal could not be read to its end, so figures are missing here: ${trouble}`, open()),
		);
	}
	if (unreadableLines.length > 0) {
		const named = unreadableLines.slice(0, MOST_NAMED).join(', ');
		const more = unreadableLines.length - MOST_NAMED;
		const lines = `${unreadableLines.length === 1 ? 'Line' : 'Lines'} ${named}${more > 0 ? ` and ${more} more` : ''}`;
		said.push(
			banner(
				`${lines} of the journal cannot be read and ${unreadableLines.length === 1 ? 'is' : 'are'} not in these figures; the rest is whole. (${file})`,
				open(),
			),
		);
	}
	if (note !== undefined) {
		said.push(banner(`Your caps are not shown: ${note}`));
	}
	return said;
}

function banner(text: string, ...more: readonly HTMLElement[]): HTMLElement {
	return html('div', { class: 'trouble', role: 'note' }, html('span', {}, `⚠ ${text}`), ...more);
}

function foot({ total, models }: SpendingFigures): HTMLElement {
	const sentences = [
		'Days and months are UTC, over all windows and terminals on this machine.',
		...(total.estimated > 0
			? ['Estimated: our own worst case where no bill came; it counts as spent. Open calls are in it.']
			: []),
		...(total.doubted > 0
			? ['In doubt: what a provider may have charged on top of what it reported; in no sum.']
			: []),
		...(models.length > 0
			? [
					'Ranges: Wilson intervals at 95% over judged attempts; those of costs take the mean cost of an attempt as it was.',
				]
			: []),
	];
	return html('footer', {}, ...sentences.map((one) => html('p', {}, one)));
}
