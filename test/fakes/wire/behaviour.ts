// What the wire server does with one request: what the model would say, what is reported of it, and what breaks.

/** What the model says, whatever the dialect. */
export interface Answer {
	readonly text?: string;
	/** Shown thinking. */
	readonly reasoning?: string;
	/** Thinking that is billed and not shown, tokens. */
	readonly hiddenReasoning?: number;
	/** `arguments` is JSON text; anything else goes out as it is where the dialect allows that. */
	readonly tools?: readonly { readonly id?: string; readonly name: string; readonly arguments: string }[];
	/** `length` by itself where the limit cuts the answer; `tools` by itself where there are tool calls. */
	readonly finish?: 'stop' | 'length' | 'tools' | 'refused';
}

/**
 * How truthful the reported usage is. `honest`: what the meter bills. `twice`: reported twice, the first one wrong.
 * `tenth`: a tenth of it. `above`: more than the request could have used. `nan` and `text` are no numbers.
 */
export type Report =
	| 'honest'
	| 'missing'
	| 'twice'
	| 'zero'
	| 'tenth'
	| 'negative'
	| 'nan'
	| 'text'
	| 'huge'
	| 'above';

export type Behaviour =
	| {
			readonly kind: 'answer';
			readonly answer: Answer;
			readonly report?: Report;
			/** OpenRouter's cost field: absent when false. A number is a factor on the true cost. */
			readonly cost?: false | number;
			/** Characters of the answer in each event, 20 unless told. */
			readonly chunk?: number;
			/** Pause between events, ms. */
			readonly everyMs?: number;
			readonly breaks?: Break;
			/** Nothing is sent before this has settled. */
			readonly after?: Promise<unknown>;
			/** Extra response headers. */
			readonly headers?: Readonly<Record<string, string>>;
	  }
	/** Refused or failed before an answer. `retryAfter` is the header as it stands. */
	| { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly body?: string }
	| { readonly kind: 'redirect'; readonly status: number; readonly to: string }
	/** Takes the request and never answers. */
	| { readonly kind: 'hang' }
	/** Takes the request and closes the connection. */
	| { readonly kind: 'drop' }
	/** Header bytes without an end, up to so many. */
	| { readonly kind: 'headerFlood'; readonly bytes: number }
	/** 200 with a small compressed body that is so many bytes once unpacked. */
	| { readonly kind: 'gzipBomb'; readonly bytes: number }
	/** 200 with this body and type, as they are. */
	| { readonly kind: 'raw'; readonly type: string; readonly body: string | Uint8Array };

export type Break =
	/** The response ends after so many bytes, as if it were whole. */
	| { readonly kind: 'truncate'; readonly atByte: number }
	/** The connection is torn down after so many bytes. */
	| { readonly kind: 'disconnect'; readonly atByte: number }
	/** Nothing more comes after so many bytes. */
	| { readonly kind: 'stall'; readonly atByte: number }
	/** The provider's own error event instead of the rest. */
	| { readonly kind: 'errorEvent'; readonly message?: string }
	/** The answer is said again and again, past every limit, until the client closes. */
	| { readonly kind: 'endless' }
	/** Bytes that are no UTF-8 among the events. */
	| { readonly kind: 'invalidUtf8' }
	/** An event of JSON nested so deep. */
	| { readonly kind: 'jsonBomb'; readonly depth: number }
	/** Right body, wrong type. */
	| { readonly kind: 'wrongType'; readonly type: string };
