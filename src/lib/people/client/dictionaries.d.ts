// Single files of the package: its door also brings 30,000 common passwords, which alone weigh 200 KB.
declare module '@zxcvbn-ts/language-common/dist/diceware.json.mjs' {
	const words: string[];
	export default words;
}
declare module '@zxcvbn-ts/language-common/dist/adjacencyGraphs.json.mjs' {
	const graphs: typeof import('@zxcvbn-ts/language-common').adjacencyGraphs;
	export default graphs;
}
