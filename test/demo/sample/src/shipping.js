'use strict';

const FREE_FROM = 5000;
const ZONES = { home: 490, near: 990, far: 1990 };

function shipping(zone, weight, amount) {
	const basic = ZONES[zone];
	if (basic === undefined) {
		throw new Error(`nothing is sent to ${zone}`);
	}
	if (zone === 'home' && amount >= FREE_FROM) {
		return 0;
	}
	const extra = Math.max(0, Math.ceil((weight - 2000) / 1000));
	return basic + extra * 100;
}

module.exports = { FREE_FROM, ZONES, shipping };
