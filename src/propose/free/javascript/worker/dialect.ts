// Modern sources as CommonJS: TypeScript, JSX and ES modules, with line numbers kept.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Transform, transform } from 'sucrase';

export const sourceExtensions = ['.js', '.cjs', '.mjs', '.jsx', '.ts', '.cts', '.mts', '.tsx'];

const esmSyntax = /^[ \t]*(?:import\b(?!\s*\()|export\b)/m;

/** Reads a file's dialect from its name, its package and its text. */
export class Dialects {
	private readonly packages = new Map<string, boolean>();
	private automaticJsx: boolean | undefined;

	constructor(private readonly root: string) {}

	/** True when node itself would load the file as an ES module, so that node's rules for imports hold. */
	isModule(file: string): boolean {
		switch (path.extname(file)) {
			case '.mjs':
			case '.mts':
				return true;
			case '.cjs':
			case '.cts':
				return false;
			default:
				return this.inModulePackage(path.dirname(file));
		}
	}

	/** The text as CommonJS. Throws a SyntaxError when it cannot be read. */
	commonJs(file: string, text: string): string {
		const extension = path.extname(file);
		const typed = /^\.[cm]?tsx?$/.test(extension);
		const modular = typed || this.isModule(file) || esmSyntax.test(text);
		if (!modular && extension !== '.jsx') {
			return text;
		}
		const transforms: Transform[] = ['imports'];
		if (typed) {
			transforms.push('typescript');
		}
		const jsx = extension === '.jsx' || extension === '.tsx';
		if (jsx) {
			transforms.push('jsx');
		}
		const plain = text.includes('import.meta') ? text.replace(/\bimport\.meta\b/g, '__importMeta') : text;
		return transform(plain, {
			transforms,
			filePath: file,
			disableESTransforms: true,
			production: true,
			...(jsx ? { jsxRuntime: this.jsxRuntime(text) } : {}),
		}).code;
	}

	private jsxRuntime(text: string): 'automatic' | 'classic' {
		if (/\bReact\b/.test(text)) {
			return 'classic';
		}
		this.automaticJsx ??= existsSync(path.join(this.root, 'node_modules/react/jsx-runtime.js'));
		return this.automaticJsx ? 'automatic' : 'classic';
	}

	private inModulePackage(folder: string): boolean {
		const known = this.packages.get(folder);
		if (known !== undefined) {
			return known;
		}
		const answer = this.readPackage(folder);
		this.packages.set(folder, answer);
		return answer;
	}

	private readPackage(folder: string): boolean {
		try {
			const read: unknown = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
			return typeof read === 'object' && read !== null && 'type' in read && read.type === 'module';
		} catch {
			const parent = path.dirname(folder);
			return parent !== folder && this.inModulePackage(parent);
		}
	}
}
