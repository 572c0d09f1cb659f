import { intlTag, type Language } from '#lib/platform/i18n/language.ts';

/** An amount in whole minor units: cents of a dollar, yen, a thousandth of a dinar. Never a fraction. */
export interface Money {
	/** From 0 on. */
	readonly amountMinor: number;
	/** ISO 4217, `EUR`. */
	readonly currency: string;
}

/**
 * How many decimals a currency has (ISO 4217, table A.1, "minor unit"), where it is not two. Intl cannot be asked: it
 * tells how prices are written (Iraqi dinars without decimals), not what the standard says.
 */
const exponents: ReadonlyMap<string, number> = new Map([
	...['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'].map((code): [string, number] => [code, 0]),
	...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code): [string, number] => [code, 3]),
	...['CLF', 'UYW'].map((code): [string, number] => [code, 4])
]);

/** Currencies of ISO 4217 that people are paid in (funds codes, metals and codes for tests are left out), in order. */
export const currencies: readonly string[] = (
	'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG ' +
	'HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON ' +
	'RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG'
).split(' ');

/** Decimals of a currency; two for one that is not listed. */
export function exponentOf(currency: string): number {
	return exponents.get(currency) ?? 2;
}

export function isCurrency(code: string): boolean {
	return currencies.includes(code);
}

/** More would not be exact: 2^53 minor units. */
const mostMinor = Number.MAX_SAFE_INTEGER;

/**
 * An amount as somebody typed it, in any of the scripts' digits: `1.234,50`, `1,234.50`, `1 234`, `١٢٣٤٫٥`. The last comma
 * or point is the decimal one if as many digits or fewer follow as the currency has; undefined for what is no amount, or
 * has more decimals than the currency.
 */
export function readAmount(typed: string, currency: string): Money | undefined {
	const text = latinDigits(typed).replaceAll(/[\s\u00a0\u202f'’٬]/gu, '').replaceAll('٫', '.');
	if (!/^\d[\d.,]*$/.test(text)) return undefined;
	const decimals = exponentOf(currency);
	const split = splitDecimals(text, decimals);
	if (split === undefined) return undefined;
	const amountMinor = Number(split.whole + split.fraction.padEnd(decimals, '0'));
	return amountMinor <= mostMinor ? { amountMinor, currency } : undefined;
}

function splitDecimals(text: string, decimals: number): { whole: string; fraction: string } | undefined {
	const mark = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
	if (mark < 0) return { whole: text, fraction: '' };
	const groups = text.slice(0, mark).split(/[.,]/);
	const last = text.slice(mark + 1);
	const isGrouped = groups.slice(1).every((group) => group.length === 3) && (groups[0]?.length ?? 0) <= 3;
	// "1.234": three digits behind one mark are thousands, unless the currency has three decimals and no other mark tells.
	if (last.length === 3 && isGrouped && (decimals < 3 || groups.length > 1)) {
		const marks = new Set(text.replaceAll(/\d/g, ''));
		if (marks.size === 1) return { whole: groups.join('') + last, fraction: '' };
	}
	if (groups.length > 1 && (!isGrouped || new Set(text.slice(0, mark).replaceAll(/\d/g, '')).has(text[mark] ?? ''))) return undefined;
	return last.length <= decimals && last.length > 0 ? { whole: groups.join(''), fraction: last } : undefined;
}

/** Where the ten digits of a script begin: Arabic, Persian and Urdu, Devanagari, Bengali, Thai, Lao, Tibetan, Myanmar, Khmer, wide. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0, 0xff10];

/** Digits of other scripts as 0 to 9; what is no such digit stays. */
export function latinDigits(text: string): string {
	return text.replaceAll(/\p{Nd}/gu, (digit) => {
		const code = digit.codePointAt(0) ?? 0;
		const zero = zeros.find((zero) => code >= zero && code < zero + 10);
		return zero === undefined ? digit : String(code - zero);
	});
}

/** As the language writes it, with the code and never a sign that several currencies share: `EUR 7,500.00`. */
export function formatMoney({ amountMinor, currency }: Money, language: Language): string {
	const decimals = exponentOf(currency);
	const format = new Intl.NumberFormat(intlTag(language), { style: 'currency', currency, currencyDisplay: 'code', minimumFractionDigits: amountMinor % 10 ** decimals === 0 ? 0 : decimals, maximumFractionDigits: decimals });
	return format.format(decimalText({ amountMinor, currency }) as Intl.StringNumericLiteral);
}

/** The exact decimal number, `7500.00`: what standards and spreadsheets take. */
export function decimalText({ amountMinor, currency }: Money): string {
	const decimals = exponentOf(currency);
	const digits = String(amountMinor).padStart(decimals + 1, '0');
	return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** The sum of amounts in one currency. Throws for two currencies, and for a sum that is not exact. */
export function sumOf(amounts: readonly Money[], currency: string): Money {
	if (amounts.some((amount) => amount.currency !== currency)) throw new Error('amounts in several currencies have no sum');
	const amountMinor = amounts.reduce((sum, amount) => sum + amount.amountMinor, 0);
	if (!Number.isSafeInteger(amountMinor)) throw new Error('a sum that is too large to be exact');
	return { amountMinor, currency };
}
