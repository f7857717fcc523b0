import assert from 'node:assert/strict';
import { addsCoverage } from '../../../src/verify/frameworks/python';

describe('coverage that pytest is told to take', () => {
	for (const [name, configuration, adds] of [
		['in a line', '[pytest]\naddopts = -q --cov=pkg\n', true],
		['in lines', '[tool:pytest]\naddopts =\n    -q\n    --cov pkg\n', true],
		['in TOML', '[tool.pytest.ini_options]\naddopts = ["-q", "--cov=pkg"]\n', true],
		['in TOML, an item a line', 'addopts = [\n"-q",\n"--cov",\n]\n', true],
		["in tox's own command", '[testenv]\ncommands = pytest --cov=pkg\n\n[pytest]\naddopts = -q\n', false],
		['behind other options', '[pytest]\naddopts = -q\nnotes = --cov\n', false],
		['nowhere', '', false],
	] as const) {
		it(`${name}: ${adds}`, () => assert.equal(addsCoverage(configuration), adds));
	}
});
