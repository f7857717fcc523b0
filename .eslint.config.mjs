import tseslint from 'typescript-eslint';

export default tseslint.config(
	{ ignores: ['test/fixtures/**', 'test/demo/sample/**', '**/fixtures/**', '**/*.mjs', '**/*.cjs', '**/*.js'] },
	...tseslint.configs.recommendedTypeChecked,
	{
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/require-await': 'off',
			'no-restricted-syntax': [
				'error',
				{
					selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
					message: "import * as z from 'zod': the named import drags every locale into the bundle.",
				},
				{ selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
			],
		},
	},
);
