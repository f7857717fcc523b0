'use strict';

module.exports = {
	...require('./cents'),
	...require('./catalogue'),
	...require('./basket'),
	...require('./discounts'),
	...require('./tax'),
	...require('./shipping'),
	...require('./invoice'),
};
