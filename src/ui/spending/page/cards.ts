import type { SpendingFigures } from '../../../core/spendingPage';
import {
	costWords,
	count,
	counterfactualWords,
	monthName,
	monthWords,
	passWords,
	savedWords,
	spendWords,
} from '../words';
import { html } from './dom';
import { monthPlot, savedPlot } from './linePlots';
import { type Drawing, plot } from './plot';
import { costPlot, passPlot, rowsShown } from './rowPlots';
import { spendLegend, spendPlot } from './spendPlot';
import { costTable, monthTable, passTable, savedTable, spendTable } from './tables';

/** One plot with its words and its table. */
export interface Card {
	readonly id: string;
	readonly title: string;
	/** What the plot says, in one sentence. */
	readonly words: string;
	readonly wide?: boolean;
	readonly draw?: (width: number) => Drawing;
	readonly legend?: HTMLElement;
	readonly note?: string;
	readonly table?: HTMLElement;
}

export function cardsOf(figures: SpendingFigures): readonly Card[] {
	const { month, saved, spend, models, fixes } = figures;
	const paid = spend.series.length > 0;
	const shown = rowsShown(models).length;
	const left = models.length - shown;
	const rest = left > 0 ? [`${count(left, 'model')} more in the table.`] : [];
	const more = rest.length > 0 ? { note: rest.join(' ') } : {};
	return [
		{
			id: 'spend',
			title: `Spend by ${spend.unit} and model`,
			words: paid ? spendWords(figures) : 'Nothing was paid in this period.',
			wide: true,
			...(paid
				? {
						draw: (width: number) => spendPlot(figures, width),
						legend: spendLegend(figures),
						table: spendTable(figures),
					}
				: {}),
		},
		{
			id: 'month',
			title: monthName(month.name),
			words: monthWords(month),
			draw: (width) => monthPlot(month, width),
			table: monthTable(month),
		},
		{
			id: 'saved',
			title: 'Saved against always buying the strongest',
			words: savedWords(saved),
			...(saved.kind === 'known'
				? {
						draw: (width: number) => savedPlot(saved, figures, width),
						table: savedTable(saved, figures),
						note: counterfactualWords(saved, fixes),
					}
				: {}),
		},
		{
			id: 'cost',
			title: 'Cost of a verified fix',
			words: costWords(models, figures),
			...(shown > 0
				? {
						draw: (width: number) => costPlot(figures, width),
						table: costTable(figures),
						note: ['Each line of the axis is ten times the one before it.', ...rest].join(' '),
					}
				: {}),
		},
		{
			id: 'pass',
			title: 'Pass rate',
			words: passWords(models),
			...(shown > 0
				? { draw: (width: number) => passPlot(figures, width), table: passTable(figures), ...more }
				: {}),
		},
	];
}

/** @param open whether its table is shown to everybody */
export function cardNode(card: Card, open: boolean, toggled: (open: boolean) => void): HTMLElement {
	const tableId = `table-${card.id}`;
	const holder =
		card.table &&
		html(
			'div',
			{ id: tableId, class: 'table', tabindex: 0, role: 'region', 'aria-label': `${card.title}: table` },
			card.table,
		);
	const toggle = holder && html('button', { type: 'button', class: 'quiet', 'aria-controls': tableId });
	const set = (now: boolean) => {
		holder?.classList.toggle('unseen', !now);
		// What is not seen must not take the focus.
		holder?.setAttribute('tabindex', now ? '0' : '-1');
		toggle?.setAttribute('aria-expanded', String(now));
		toggle?.replaceChildren(now ? 'Hide table' : 'Show table');
		toggle?.setAttribute('aria-label', `${now ? 'Hide' : 'Show'} table: ${card.title}`);
	};
	set(open);
	toggle?.addEventListener('click', () => {
		const now = toggle.getAttribute('aria-expanded') !== 'true';
		set(now);
		toggled(now);
	});
	return html(
		'section',
		{ id: `card-${card.id}`, class: card.wide ? 'card wide' : 'card', 'aria-labelledby': `title-${card.id}` },
		html('div', { class: 'head' }, html('h2', { id: `title-${card.id}` }, card.title), toggle),
		html('p', { class: 'words' }, card.words),
		html('div', { class: 'canvas' }),
		card.legend,
		holder,
		card.note === undefined ? undefined : html('p', { class: 'note' }, card.note),
	);
}

/** Draws the plot as wide as the card is now. */
export function drawCard(node: HTMLElement, card: Card): void {
	const canvas = node.querySelector('.canvas');
	if (canvas !== null && card.draw !== undefined) {
		const width = Math.floor(canvas.clientWidth);
		if (width > 0) {
			canvas.replaceChildren(plot(card.draw(width)));
		}
	}
}
