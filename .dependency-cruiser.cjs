// The map of the house: which domain may ask which other domain. Everything not listed is forbidden.
const ASKS = {
	notices: [],
	people: ['notices'],
	circles: ['people', 'notices'],
	forum: ['people', 'circles'],
	grants: ['people', 'circles', 'notices'],
	incidents: ['people', 'circles'],
	statement: ['people', 'circles', 'forum'],
	followup: ['people', 'circles', 'statement'],
	network: ['people', 'circles', 'forum'],
	archive: ['forum', 'statement', 'followup', 'grants', 'incidents']
};

const domains = Object.keys(ASKS);
const anyDomain = domains.join('|');
const serverFiles = ['/server/', '\\.server\\.ts$', '/\\+server\\.ts$'];

const strangers = domains.map((domain) => {
	const others = domains.filter((other) => other !== domain && !ASKS[domain].includes(other));
	return {
		name: `${domain}-asks-only-${ASKS[domain].join('-') || 'nobody'}`,
		severity: 'error',
		from: { path: `^src/lib/${domain}/` },
		to: { path: `^src/lib/(${others.join('|')})/` }
	};
});

const walls = [
	// A component that draws a tree imports itself.
	['no-circular', { pathNot: '^src/lib/(archive/ui/(Blocks|Inlines)|circles/ui/Paper(Blocks|Parts))\\.svelte$' }, { circular: true }],
	['vault-knows-nothing-of-us', { path: '^src/lib/vault/' }, { path: '^src/(lib/(?!vault/)|routes/)' }],
	['platform-knows-no-domain', { path: '^src/lib/platform/' }, { path: `^src/lib/(vault|${anyDomain})/` }],
	[
		'server-never-decrypts',
		{ path: serverFiles, pathNot: '\\.test\\.ts$' },
		{ path: '^src/lib/vault/', pathNot: '^src/lib/vault/envelope\\.ts$', reachable: true }
	],
	[
		'only-commands-open-backups',
		{ path: '^src/(main\\.ts|hooks|params|routes/|lib/(?!vault/))', pathNot: '\\.test\\.ts$' },
		{ path: '^src/lib/vault/backup\\.ts$', reachable: true }
	],
	[
		'other-domains-use-the-front-door',
		{ path: `^src/lib/(${anyDomain})/` },
		{ path: '^src/lib/[^/]+/server/', pathNot: ['^src/lib/$1/', '^src/lib/platform/', '/server/index\\.ts$'] }
	],
	['routes-use-the-front-door', { path: '^src/(routes|commands|main\\.ts|hooks)' }, { path: `^src/lib/(${anyDomain})/server/(?!index\\.ts$)` }],
	['lib-never-imports-routes', { path: '^src/lib/' }, { path: '^src/routes/' }],
	['routes-write-no-sql', { path: '^src/routes/' }, { path: '^src/lib/platform/db/|node_modules/(kysely|pg)/' }],
	['nothing-stands-on-the-demonstration', { path: '^src/', pathNot: '^src/(demo/|commands/demo\\.ts$)' }, { path: '^src/demo/' }],
	// A call is a signed log: what a page shows of it was verified, and for that the server has the shapes and signatures.
	['public-pages-carry-no-vault', { path: '^src/routes/\\(public\\)/' }, { path: '^src/lib/vault/', pathNot: '^src/lib/vault/envelope\\.ts$', reachable: true }],
	['age-only-in-vault', { path: '^src/', pathNot: '^src/lib/vault/' }, { path: '(age-encryption|@noble/)' }],
	['opaque-only-in-people', { path: '^src/', pathNot: '^src/lib/people/' }, { path: '@serenity-kit/opaque' }]
].map(([name, from, to]) => ({ name, severity: 'error', from, to }));

module.exports = {
	forbidden: [...strangers, ...walls],
	options: {
		tsPreCompilationDeps: 'specify',
		doNotFollow: { path: 'node_modules' },
		exclude: { path: 'src/lib/platform/i18n/compiled' },
		tsConfig: { fileName: 'tsconfig.json' },
		// Without `browser`, `#vault` would resolve to the stub and every rule about the vault would be blind.
		enhancedResolveOptions: {
			extensions: ['.ts', '.js', '.svelte'],
			conditionNames: ['browser', 'import', 'svelte', 'types', 'default']
		}
	}
};
