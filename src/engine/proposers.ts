// Composition of what a run may use: the free proposer, and the models that the user can buy from, each in the ways
// it can be asked.
import os from 'node:os';
import path from 'node:path';
import type { Clock, Proposer } from '../core/effects';
import type { ReasonJudge } from '../core/issue/reasonJudge';
import type { TestAuthor } from '../core/issue/testAuthor';
import type { Listing } from '../core/listing';
import type { Model } from '../core/model';
import type { NanoUsd } from '../core/money';
import { isFree, type Price } from '../core/price';
import type { Replays, RunMemory } from '../core/runMemory';
import type { Settings } from '../core/settings';
import type { Suite } from '../core/suite';
import { UserError } from '../core/userError';
import { pause } from '../models/backoff';
import { Catalogue } from '../models/catalogue/catalogue';
import { placeInPool, selectsOffer } from '../models/catalogue/pool';
import { RefreshedPriceStore } from '../models/catalogue/refreshedPrices';
import { PricedModel } from '../models/gateway';
import { KeptModel } from '../models/keptModel';
import { probe } from '../models/probe';
import { wireFor } from '../models/providers';
import { FreeProposer, type RunnerFactory } from '../propose/free/free';
import type { Grammars } from '../propose/free/grammars';
import { JavaScriptRunner } from '../propose/free/javascript/javascriptRunner';
import { PythonRunner } from '../propose/free/python/pythonRunner';
import { languageOfSuite } from '../propose/free/suiteLanguage';
import { AgentProposer } from '../propose/model/agent';
import { agentOffer } from '../propose/model/agentOffer';
import type { EarlierFix } from '../propose/model/context/earlierText';
import { EditProposer } from '../propose/model/edit';
import { secretLiterals } from '../propose/model/secrets';
import { ModelAuthor } from '../propose/tests/modelAuthor';
import { ModelJudge } from '../propose/tests/modelJudge';
import { readSettings } from '../store/settings';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProposerParts {
	/** Absolute path of the folder with the built child programs and grammars. */
	readonly dist: string;
	/** Where settings and fetched prices are. */
	readonly home: string;
	readonly environment: Environment;
	/** Keys that are kept elsewhere than in the environment; asked first. */
	readonly secretOf?: ((provider: string) => string | undefined) | undefined;
	/** Sends what is sent; the global one as it is at that moment unless told. */
	readonly fetch?: typeof globalThis.fetch | undefined;
	/** Models that somebody else lends: an editor's own. Asked at each run. */
	readonly lent?: ((bid: NanoUsd, signal: AbortSignal) => Promise<readonly Model[]>) | undefined;
	/** By the user's word, model servers on this computer cost nothing. */
	readonly localFree?: (() => boolean) | undefined;
	/** The models to choose from instead of those that the settings name; undefined: what the settings say. */
	readonly pool?: (() => readonly string[] | undefined) | undefined;
	/** Ids and patterns of models in the order in which they are tried; undefined: the odds decide, or the settings. */
	readonly order?: (() => readonly string[] | undefined) | undefined;
	readonly grammars: Grammars;
	readonly clock: Clock;
}

/** Proposers, and sentences for the user about those that cannot be used. */
export interface Chosen {
	/** With `order`, as they are to be tried. */
	readonly proposers: readonly Proposer[];
	/** Who may be paid for a test that shows an issue: the models behind the proposers. */
	readonly authors: readonly TestAuthor[];
	/** The cheapest of them, for a word on such a test. */
	readonly judge?: ReasonJudge;
	readonly notes: readonly string[];
	readonly order?: 'pool';
}

/** What is to be chosen, and for what. */
export interface Wanted {
	/** Items of --proposers; absent: all that there is. */
	readonly names: readonly string[] | undefined;
	readonly bid: NanoUsd;
	readonly ground: Ground;
	/** Verified fixes of the repository from earlier runs, to be shown as examples. */
	readonly earlier?: readonly EarlierFix[];
	/** Keeps answers that were paid for, and gives those again that are there already. */
	readonly kept?: { readonly memory: RunMemory; readonly replays: Replays } | undefined;
}

/** What a tree adds to every command that is run in it. */
export interface Ground {
	suiteIn(root: string, suite: Suite): Suite;
	prefixOf(root: string): readonly string[];
}

export class Proposers {
	constructor(private readonly parts: ProposerParts) {}

	/**
	 * What `names` pick, or all that there is. At a bid of nothing, only what is free.
	 * @throws UserError when a name means nothing, cannot be used, or costs more than nothing at a bid of nothing.
	 */
	async choose({ names, bid, ground, earlier = [], kept }: Wanted, signal: AbortSignal): Promise<Chosen> {
		const free = names === undefined || names.includes('free') ? [this.free(ground)] : [];
		if (names?.every((name) => name === 'free')) {
			return { proposers: free, authors: [], notes: [] };
		}
		const bought = await this.bought({ names, bid, earlier, kept }, signal);
		return { ...bought, proposers: [...free, ...bought.proposers] };
	}

	/**
	 * The models that are for sale, as the user's settings and keys have it. Read anew each time.
	 * @throws UserError when the settings cannot be used.
	 */
	async catalogue(): Promise<Catalogue> {
		const { home, environment, secretOf, fetch = globalThis.fetch, localFree, pool } = this.parts;
		const settings = await this.settings();
		const models = pool?.();
		return new Catalogue({
			settings: {
				...settings,
				...(localFree?.() === true ? { local: 'free' as const } : {}),
				...(models === undefined ? {} : { models }),
			},
			environment,
			prices: new RefreshedPriceStore(path.join(home, 'prices.json')),
			fetch,
			probe,
			...(secretOf === undefined ? {} : { secretOf }),
		});
	}

	private settings(): Promise<Settings> {
		return readSettings(path.join(this.parts.home, 'settings.json'));
	}

	/** The entries of the pool in whose order its models are tried; undefined: the odds decide. */
	private async order(): Promise<readonly string[] | undefined> {
		const { pool, order } = this.parts;
		const own = order?.();
		if (own !== undefined || pool?.() !== undefined) {
			return own;
		}
		const settings = await this.settings();
		return settings.order === 'pool' ? settings.models : undefined;
	}

	private async bought(
		{ names, bid, earlier, kept }: Required<Pick<Wanted, 'names' | 'bid' | 'earlier' | 'kept'>>,
		signal: AbortSignal,
	): Promise<Chosen> {
		const catalogue = await this.catalogue();
		const wanted = names?.filter((name) => name !== 'free');
		const lent = (await this.parts.lent?.(bid, signal)) ?? [];
		const isLent = (name: string): boolean =>
			lent.some(({ id }) => selectsOffer(name, `${id}/edit`) || selectsOffer(name, `${id}/agent`));
		const pool = await catalogue.pool(
			wanted?.filter((name) => !isLent(name)),
			signal,
		);
		const usable = pool.filter(({ usable: one }) => one);
		if (wanted !== undefined) {
			refuseUnusable(wanted, pool, bid);
		}
		const affordable = usable.filter(({ price }) => bid > 0 || (price !== undefined && isFree(price)));
		const prices = new Map<string, Price>();
		const refresh = async (stop: AbortSignal): Promise<void> => {
			// Broken prices were refused at the start; later the quoted ones stand.
			const now = await catalogue.list({ named: pool.map(({ id }) => id) }, stop).catch(() => []);
			for (const { id, price } of now) {
				if (price !== undefined) {
					prices.set(id, price);
				}
			}
		};
		const found = [
			...affordable.flatMap((listing) => this.priced(listing, catalogue, prices)),
			...lent.filter(({ price }) => bid > 0 || isFree(price)),
		];
		const order = await this.order();
		const inOrder =
			order === undefined
				? found
				: [...found].sort((a, b) => placeInPool(order, a.id) - placeInPool(order, b.id));
		const models: readonly Model[] =
			kept === undefined ? inOrder : inOrder.map((model) => new KeptModel(model, kept.memory, kept.replays));
		const services = { ...this.services(keysOf(catalogue)), earlier };
		const proposers = models
			.flatMap((model) => scaffolds(model, services))
			.filter(({ offer }) => wanted?.some((name) => selectsOffer(name, offer.id)) ?? true)
			.map(
				(proposer): Proposer => ({
					offer: proposer.offer,
					propose: async (task, report, stop) => {
						await refresh(stop);
						return proposer.propose(task, report, stop);
					},
				}),
			);
		const authors = models
			.filter(({ id }) => proposers.some(({ offer }) => offer.model === id))
			.map((model): TestAuthor => {
				const author = new ModelAuthor(model, services);
				return {
					offer: author.offer,
					write: async (task, report, stop) => {
						await refresh(stop);
						return author.write(task, report, stop);
					},
				};
			});
		const note =
			bid > 0 && affordable.length === 0 && lent.length === 0
				? [
						'No model can be bought from yet, so only the free proposer is used: set a key such as OPENROUTER_API_KEY (underbid models says what is missing).',
					]
				: [];
		const cheapest = models
			.filter(({ id }) => proposers.some(({ offer }) => offer.model === id))
			.map((model) => new ModelJudge(model, services))
			.reduce<ReasonJudge | undefined>(
				(best, one) =>
					best === undefined || one.offer.expectedSpend < best.offer.expectedSpend ? one : best,
				undefined,
			);
		const judge: ReasonJudge | undefined = cheapest && {
			offer: cheapest.offer,
			judge: async (task, stop) => {
				await refresh(stop);
				return cheapest.judge(task, stop);
			},
		};
		return {
			proposers,
			authors,
			...(judge === undefined ? {} : { judge }),
			notes: note,
			...(order === undefined ? {} : { order: 'pool' }),
		};
	}

	private priced(
		listing: Listing,
		catalogue: Catalogue,
		prices: ReadonlyMap<string, Price>,
	): readonly Model[] {
		const { id, provider, label, price, contextTokens, outputLimit, callsTools, endpoint, wireModel } =
			listing;
		if (price === undefined) {
			return [];
		}
		const { fetch } = this.parts;
		return [
			new PricedModel({
				id,
				provider,
				label,
				price,
				contextTokens,
				outputLimit,
				callsTools,
				wire: wireFor(endpoint, () => catalogue.keyOf(provider)),
				wireModel,
				hosts: [new URL(endpoint.baseUrl).origin],
				currentPrice: () => prices.get(id),
				clock: this.parts.clock,
				random: Math.random,
				...(fetch === undefined ? {} : { fetch: () => fetch }),
				sleep: pause,
			}),
		];
	}

	/** Values that no text of ours may hold. @throws UserError when the settings cannot be used. */
	async secrets(): Promise<readonly string[]> {
		return this.services(keysOf(await this.catalogue())).literals;
	}

	/** `secrets` are taken out of every prompt, as those of the environment are. */
	private services(secrets: readonly string[]): Services {
		const { clock, grammars, environment } = this.parts;
		return { grammars, clock, literals: [...secretLiterals(environment), ...secrets] };
	}

	private free(ground: Ground): FreeProposer {
		const { dist, grammars } = this.parts;
		const runnerOf: RunnerFactory = (asked) => {
			const problem = { ...asked.problem, suite: ground.suiteIn(asked.root, asked.problem.suite) };
			const setup = { ...asked, prefix: ground.prefixOf(asked.root) };
			const language = languageOfSuite(problem.suite);
			switch (language) {
				case 'javascript':
					return new JavaScriptRunner({ ...setup, problem }, grammars);
				case 'python':
					return new PythonRunner({ ...setup, problem });
				case undefined:
					return {
						unavailable: `the free proposer repairs JavaScript, TypeScript and Python, not what ${problem.suite.argv[0] ?? 'the command'} tests`,
					};
			}
		};
		return new FreeProposer({
			assets: dist,
			grammars,
			runnerOf,
			nowMs: () => performance.now(),
			workers: Math.max(1, Math.min(2, os.availableParallelism())),
		});
	}
}

interface Services {
	readonly grammars: Grammars;
	readonly clock: Clock;
	readonly literals: readonly string[];
	readonly earlier?: readonly EarlierFix[];
}

/** The ways a model can be asked for a fix. */
function scaffolds(model: Model, services: Services): readonly Proposer[] {
	return [
		new EditProposer(model, services),
		...(agentOffer(model) === undefined ? [] : [new AgentProposer(model, services)]),
	];
}

/** Every key we could use: none of them may stand in any prompt, whoever reads it. */
function keysOf(catalogue: Catalogue): readonly string[] {
	return catalogue.providers
		.map(({ provider }) => catalogue.keyOf(provider))
		.filter((key): key is string => key !== undefined);
}

/** A name that picks only what cannot be used is told why, before anything runs. */
function refuseUnusable(names: readonly string[], pool: readonly Listing[], bid: NanoUsd): void {
	for (const name of names) {
		const picked = pool.filter(
			({ id }) => selectsOffer(name, `${id}/edit`) || selectsOffer(name, `${id}/agent`),
		);
		if (picked.length > 0 && picked.every(({ usable }) => !usable)) {
			throw new UserError(`${name} cannot be used: ${picked[0]?.why ?? 'no model of it is usable'}.`);
		}
		const costly = picked.filter(({ usable, price }) => usable && price !== undefined && !isFree(price));
		if (bid === 0 && costly.length > 0 && costly.length === picked.length) {
			throw new UserError(`${name} costs money, and the bid is nothing; bid more, like --max-spend 0.25.`);
		}
	}
}
